package durability

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/auth"
)

// captured is a signed request as somebody on the way would have it.
type captured struct {
	query  string
	header http.Header
}

// sign makes a request of each signature family, signed at a time.
func sign(t *testing.T, at time.Time) (requests []captured) {
	t.Helper()
	var p api.Params
	p.Set("Action", "DescribeRegions")
	p.Set("Version", "2014-05-26")
	p.Set("Format", "JSON")
	key := auth.Credential{ID: "kill", Secret: "kill-secret"}
	auth.SignV1(http.MethodGet, &p, key, auth.Signing{Time: at, Nonce: auth.NewNonce()})
	requests = append(requests, captured{query: auth.EncodeQuery(&p), header: http.Header{}})

	r, err := http.NewRequest(http.MethodGet, "http://ecs.cn-hangzhou.aliyuncs.com/", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("x-acs-action", "DescribeRegions")
	r.Header.Set("x-acs-version", "2014-05-26")
	if err := auth.SignV3(r, nil, key, auth.Signing{Time: at, Nonce: auth.NewNonce()}); err != nil {
		t.Fatal(err)
	}
	return append(requests, captured{header: r.Header})
}

// send sends a captured request and returns the code it is refused with, "" if
// it is not.
func (s *server) send(t *testing.T, c captured) string {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, s.endpoint+"/?"+c.query, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Host, r.Header = "ecs.cn-hangzhou.aliyuncs.com", c.header.Clone()
	r.Header.Set("Accept", "application/json")
	out, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Body.Close()
	body, err := io.ReadAll(out.Body)
	if err != nil {
		t.Fatal(err)
	}
	if out.StatusCode == http.StatusOK {
		return ""
	}
	var refusal struct{ Code string }
	if err := json.Unmarshal(body, &refusal); err != nil || refusal.Code == "" {
		return string(body)
	}
	return refusal.Code
}

// TestReplayAfterKill: a request that was answered before the server was killed
// is refused after each later start, whether its timestamp is now or at either
// end of what passes, and whatever is at the end of the journal.
func TestReplayAfterKill(t *testing.T) {
	dir := t.TempDir()
	now := time.Now()
	var spent []captured
	for round := range 4 {
		s := startServer(t, dir)
		for i, c := range spent {
			if code := s.send(t, c); code != api.CodeSignatureNonceUsed {
				t.Errorf("start %d: request %d replayed: %q", round+1, i, code)
			}
		}
		for _, d := range []time.Duration{0, 14 * time.Minute, -12 * time.Minute} {
			for _, c := range sign(t, now.Add(d)) {
				if code := s.send(t, c); code != "" {
					t.Fatalf("start %d: %q", round+1, code)
				}
				spent = append(spent, c)
			}
		}
		s.kill() // at once after the last answer
		if round == 1 {
			tear(t, filepath.Join(dir, "nonces"))
		}
	}
}

// tear leaves half a record where the next was to be written.
func tear(t *testing.T, dir string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.nonces"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%v %v", files, err)
	}
	b, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	const record = 16
	for at := 0; at < len(b); at += record {
		if [record]byte(b[at:at+record]) == [record]byte{} {
			copy(b[at:], "half a r")
			break
		}
	}
	if err := os.WriteFile(files[0], b, 0o600); err != nil {
		t.Fatal(err)
	}
}
