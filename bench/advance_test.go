package bench

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/node"
	"github.com/openecs/openecs/internal/state"
)

// BenchmarkAdvance drives a service with 100,000 instances over 30 days, in which 10,000 things happen, one
// every four minutes: of each four, an instance starts, one stops, one is released on time, and a policy takes a
// snapshot. What it costs to ask for starts and stops in between is in it. It is asked of a test service, in memory; on
// disk each of these is several syncs.
func BenchmarkAdvance(b *testing.B) {
	b.ReportMetric(0, "ns/op")
	for _, where := range []struct{ name, dir, asked string }{{"in memory", "", "below 10 s"}, {"on disk", fixtures.temp(b), "nothing"}} {
		a := measureAdvance(b, where.dir, 100_000, 10_000)
		report(b, "30 days "+where.name, strings.ReplaceAll(where.name, " ", "-")+"-s", a.took.Seconds(), where.asked)
		report(b, "things that happened", "things", float64(a.happened), "9900 or more")
	}
}

type advance struct {
	took     time.Duration
	happened int
}

// measureAdvance keeps the state in dir, "" for in memory.
func measureAdvance(tb testing.TB, dir string, instances, transitions int) (a advance) {
	tb.Helper()
	const days = 30
	money := ecs.MaxMoney / 2 // 100,000 instances use up what a fresh account has within a day
	n, err := node.Open(tb.Context(), node.Options{DataDir: dir, Ephemeral: dir == "", Balance: &money})
	must(tb, err)
	defer n.Close()
	db, svc := n.Service.DB, targetOf(n)
	each := transitions / 4
	net := makeNetwork(tb, svc, instances)
	driveClock(tb, n, `{"freeze":true}`)
	create(tb, svc, net, instances)
	now := driveClock(tb, n, `{"advance":"1h"}`)

	var ids, disks []string
	for k := range state.Instances.Ascend(db.Snapshot(), 0, 0) {
		if ids = append(ids, instanceID(k)); len(disks) < each/days {
			for d := range state.DisksByInstance.Keys(db.Snapshot(), uint64(k), 0) {
				disks = append(disks, ecs.ID(ecs.KindDisk, d))
			}
		}
	}
	var policy struct{ AutoSnapshotPolicyID string }
	must(tb, json.Unmarshal(call(tb, svc, "CreateAutoSnapshotPolicy", "timePoints", `["3"]`, "repeatWeekdays", `["1","2","3","4","5","6","7"]`, "retentionDays", "-1", "regionId", "cn-hangzhou"), &policy))
	for _, d := range disks {
		call(tb, svc, "ApplyAutoSnapshotPolicy", "autoSnapshotPolicyId", policy.AutoSnapshotPolicyID, "diskIds", `["`+d+`"]`, "regionId", "cn-hangzhou")
	}
	apart := days * 24 * time.Hour / time.Duration(2*each)
	active, released := ids[:each], ids[len(ids)-each:]
	for i, id := range released {
		at := now.Add(time.Hour + time.Duration(i)*2*apart).Truncate(time.Second)
		if end := now.Add(days*24*time.Hour - time.Minute); at.After(end) {
			at = end
		}
		call(tb, svc, "ModifyInstanceAutoReleaseTime", "InstanceId", id, "AutoReleaseTime", at.Format("2006-01-02T15:04:05Z"))
	}
	if tb.Failed() {
		return a
	}

	start := time.Now()
	for i := range 2 * each { // each instance starts, and stops half the time later
		if i < each {
			call(tb, svc, "StartInstance", "InstanceId", active[i])
		} else {
			call(tb, svc, "StopInstance", "InstanceId", active[i-each])
		}
		driveClock(tb, n, fmt.Sprintf(`{"advance":"%dms"}`, apart.Milliseconds()))
	}
	a.took = time.Since(start)

	v := db.Snapshot()
	stopped := 0
	for _, id := range active {
		k, _ := ecs.ParseID(ecs.KindInstance, id)
		if r, ok := state.Instances.Get(v, k); ok && r.Seen.Gen == 2 && r.Seen.Power == ecs.PowerOff {
			stopped++
		}
	}
	a.happened = 2*stopped + instances - state.Instances.Len(v) + state.Snapshots.Len(v)
	if want := 3*each + each/days*(days-1); a.happened < want {
		tb.Errorf("%d of %d things happened: %d stopped, %d instances left, %d snapshots", a.happened, want, stopped, state.Instances.Len(v), state.Snapshots.Len(v))
	}
	return a
}

// driveClock drives the clock of a node where an operator would, and tells where it then stands.
func driveClock(tb testing.TB, n *node.Node, order string) time.Time {
	tb.Helper()
	r := httptest.NewRequest("POST", "http://127.0.0.1/_openecs/clock", strings.NewReader(order))
	r.Header.Set("Authorization", "Bearer "+n.Keys.AdminToken)
	w := httptest.NewRecorder()
	n.ServeHTTP(w, r)
	var p node.ClockPage
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || w.Code != 200 {
		tb.Fatalf("%s: %d %s", order, w.Code, w.Body)
	}
	return p.Now
}
