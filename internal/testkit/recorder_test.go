package testkit

import (
	"fmt"
	"strings"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/server"
)

func record(action, answer string, params ...string) server.Record {
	p := new(api.Params)
	for i := 0; i < len(params); i += 2 {
		p.Set(params[i], params[i+1])
	}
	return server.Record{Product: "Ecs", Action: action, Status: 200, Params: p, Answer: []byte(answer)}
}

// TestSecretsAreMasked: in parameters and in answers of both forms.
func TestSecretsAreMasked(t *testing.T) {
	for _, show := range []bool{false, true} {
		r := &Recorder{ShowUserData: show}
		r.Observe(record("X", `{"PrivateKeyBody":"secret","UserData":"data","PasswordInherit":true,"Name":"Password"}`,
			"Password", "secret", "UserData", "data", "AccessKeyId", "key", "SignatureNonce", "n", "Name", "name", "LoginPassword", ""))
		r.Observe(record("Y", `<Credentials><AccessKeySecret>secret</AccessKeySecret><SecurityToken>secret</SecurityToken></Credentials><UserData>data</UserData>`))
		all := fmt.Sprint(r.Requests(Filter{}))
		if strings.Contains(all, "secret") || strings.Contains(all, "key") || strings.Contains(all, "Nonce") || !strings.Contains(all, "{Name name}") || !strings.Contains(all, `"PasswordInherit":true,"Name":"Password"`) {
			t.Error(all)
		}
		if n := strings.Count(all, "data"); show != (n == 3) || !show && n != 0 {
			t.Errorf("user data is there %d times, shown: %v", n, show)
		}
	}
}

// TestRecorderIsBounded: by number and by size, and the latest stay.
func TestRecorderIsBounded(t *testing.T) {
	r := new(Recorder)
	for range MaxRequests + 10 {
		r.Observe(record("X", "{}"))
	}
	got := r.Requests(Filter{})
	if n := len(got); n > MaxRequests || n < MaxRequests*7/8 || got[n-1].Seq != MaxRequests+10 {
		t.Errorf("%d requests, the last %d", n, got[n-1].Seq)
	}
	big := strings.Repeat("x", MaxAnswer)
	for range maxKept/MaxAnswer + 100 {
		r.Observe(record("X", big))
	}
	if r.kept > maxKept || r.kept < maxKept/2 {
		t.Errorf("%d bytes are kept", r.kept)
	}
	r.Observe(record("X", big+"x"))
	if a := r.Requests(Filter{Limit: 1})[0].Answer; a != "…" {
		t.Errorf("half an answer of %d bytes", len(a))
	}
	if n := r.Forget(); n == 0 || len(r.Requests(Filter{})) != 0 || r.kept != 0 {
		t.Error("not forgotten")
	}
}

func BenchmarkObserve(b *testing.B) {
	r := new(Recorder)
	rec := record("DescribeInstances", `{"Instances":`+strings.Repeat(`{"InstanceId":"i-bp1","Status":"Running"},`, 65)+`}`,
		"RegionId", "cn-hangzhou", "PageSize", "10", "InstanceIds", "[]")
	for b.Loop() {
		r.Observe(rec)
	}
}
