package clients

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/openecs/openecs/ecstest"
)

// identifier is what the service draws and a later request names: identifiers, elastic addresses, accounts.
var identifier = regexp.MustCompile(`\b(?:[a-z]{1,6}-bp1[0-9a-z]+|198\.1[89]\.\d+\.\d+|acs:ram::\d+|rg-[0-9a-z]{8,})`)

// replay sends recorded requests to a service. What a request names as <vpc1>
// is the first VPC that the answers to the requests before it showed.
type replay struct {
	t     *testing.T
	s     *ecstest.Server
	names map[string]string // <vpc1> to the identifier
	known map[string]bool   // identifiers that have a name
	count map[string]int
	sent  int
	cli   bool // send as the aliyun CLI does: all in the query, nothing in the body
}

// TestReplay sends what the Terraform provider sent for each configuration of
// examples/terraform: apply, plans, a change, destroy. Every request must be
// answered, and nothing be left. A line is version, action and parameters;
// testdata holds those that were answered with success.
func TestReplay(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "replay", "*.txt"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no recordings: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			t.Parallel()
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			r := &replay{t: t, s: ecstest.Start(t), names: map[string]string{}, known: map[string]bool{}, count: map[string]int{}}
			for _, line := range strings.Split(strings.TrimSpace(string(b)), "\n") {
				part := strings.SplitN(line, " ", 3)
				r.until(part[0], part[1], part[2])
			}
			for _, call := range [][2]string{
				{"2014-05-26", "DescribeInstances"}, {"2014-05-26", "DescribeDisks"}, {"2014-05-26", "DescribeSecurityGroups"}, {"2014-05-26", "DescribeKeyPairs"},
				{"2014-05-26", "DescribeLaunchTemplates"}, {"2014-05-26", "DescribeNetworkInterfaces"}, {"2016-04-28", "DescribeEipAddresses"},
				{"2016-04-28", "DescribeNatGateways"}, {"2016-04-28", "DescribeVSwitches"}, {"2016-04-28", "DescribeVpcs"},
			} {
				r.gone(call[0], call[1])
			}
		})
	}
}

// patience is how long a request may be refused that the provider repeated
// until it was not: what it names is still on its way.
const patience = 20 * time.Second

// until sends a request until it is answered with success.
func (r *replay) until(version, action, params string) {
	r.t.Helper()
	params = regexp.MustCompile(`<[a-z]+\d+>`).ReplaceAllStringFunc(params, func(name string) string {
		if r.names[name] == "" {
			r.t.Fatalf("%s names %s, which no answer showed", action, name)
		}
		return r.names[name]
	})
	for end := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		status, body := r.send(version, action, params)
		if status == 200 {
			r.learn(string(body))
			return
		}
		if time.Now().After(end) {
			r.t.Fatalf("%s %s: %d %s", action, params, status, body)
		}
	}
}

// gone waits for a listing to be empty.
func (r *replay) gone(version, action string) {
	r.t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		status, body := r.send(version, action, "RegionId=cn-hangzhou")
		var out struct{ TotalCount *int }
		if err := json.Unmarshal(body, &out); err != nil || status != 200 {
			r.t.Fatalf("%s: %d %v %s", action, status, err, body)
		}
		if out.TotalCount != nil && *out.TotalCount == 0 {
			return
		}
		if time.Now().After(end) {
			r.t.Fatalf("%s: left over: %s", action, body)
		}
	}
}

// send sends system parameters in the query and all others in the body, signed V1, as the provider does.
func (r *replay) send(version, action, params string) (int, []byte) {
	r.t.Helper()
	r.sent++
	form, err := url.ParseQuery(params)
	if err != nil {
		r.t.Fatal(err)
	}
	query := url.Values{
		"Action": {action}, "Version": {version}, "Format": {"json"}, "AccessKeyId": {r.s.AccessKeyID}, "SignatureMethod": {"HMAC-SHA1"}, "SignatureVersion": {"1.0"},
		"SignatureNonce": {fmt.Sprintf("%s-%d", r.t.Name(), r.sent)}, "Timestamp": {time.Now().UTC().Format("2006-01-02T15:04:05Z")},
	}
	all := url.Values{}
	for _, values := range []url.Values{query, form} {
		for name, value := range values {
			all[name] = value
		}
	}
	if r.cli {
		query, form = all, nil
		all.Set("Format", "JSON")
		all.Set("SignatureType", "")
	}
	query.Set("Signature", signV1("POST", all, r.s.AccessKeySecret))
	req, err := http.NewRequest("POST", r.s.Endpoint+"/?"+query.Encode(), strings.NewReader(form.Encode()))
	if err != nil {
		r.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if r.cli {
		for name, value := range map[string]string{
			"User-Agent": "AlibabaCloud (linux; amd64) Golang/1.26.8 Core/1.63.22 Aliyun-CLI/3.0.999", "x-acs-action": action, "x-acs-version": version,
			"x-acs-credentials-provider": "static_ak", "x-sdk-client": "golang/1.0.0", "x-sdk-core-version": "1.63.22", "x-sdk-invoke-type": "common",
		} {
			req.Header.Set(name, value)
		}
	}
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return answer.StatusCode, body
}

// learn names what an answer shows for the first time.
func (r *replay) learn(body string) {
	for _, id := range identifier.FindAllString(body, -1) {
		if r.known[id] {
			continue
		}
		kind, _, ok := strings.Cut(id, "-")
		switch {
		case ok:
		case id[0] == '1':
			kind = "ip"
		default:
			kind = "ram"
		}
		r.known[id] = true
		r.count[kind]++
		r.names[fmt.Sprintf("<%s%d>", kind, r.count[kind])] = id
	}
}
