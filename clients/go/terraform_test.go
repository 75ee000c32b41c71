package clients

import (
	"bufio"
	"bytes"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/openecs/openecs/api"
)

// What the recorded requests were signed with.
const recordedKey, recordedSecret = "testak", "testsecret"

// altered are the requests in which a name was changed after they were
// recorded: their signatures and lengths are no longer theirs.
var altered = []int{0, 5}

// TestTerraform reads the provider block that `openecs env --tool terraform`
// prints, and sends what the Terraform provider sent once to the endpoints
// that the block names.
func TestTerraform(t *testing.T) {
	block := terraformBlock(t)
	attributes := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^ +(\w+) += (?:"([^"]*)"|(true|false))$`).FindAllStringSubmatch(block, -1) {
		attributes[m[1]] = m[2] + m[3]
	}
	for name, want := range map[string]string{
		"access_key": recordedKey, "secret_key": recordedSecret, "region": region,
		"protocol": "HTTP", "skip_region_validation": "true", "account_type": "Domestic",
	} {
		if attributes[name] != want {
			t.Errorf("%s = %q, want %q", name, attributes[name], want)
		}
	}
	_, endpoints, ok := strings.Cut(block, "endpoints {")
	if !ok || strings.Count(block, "{") != strings.Count(block, "}") {
		t.Fatalf("not a provider block with endpoints:\n%s", block)
	}
	for a := range api.Actions() {
		name := strings.ToLower(a.Product)
		if !regexp.MustCompile(`(?m)^ +` + name + ` += "127\.0\.0\.1:\d+"$`).MatchString(endpoints) {
			t.Errorf("no endpoint host:port for %s, which has %s", name, a.Name)
		}
	}

	// What a service without the recorded instances answers: 200 and no code,
	// or these. An action that is not built yet refuses with its own code.
	want := map[string]string{"RunInstances": "400 InvalidInstanceName.Malformed"} // "tf test": a name has no space
	notYet := []string{"DescribeKeyPairs", "DescribeDisks", "DescribeUserData"}
	requests := recorded(t, "terraform.txt")
	if len(requests) != 11 {
		t.Fatalf("%d requests were recorded, want 11", len(requests))
	}
	for i, r := range requests {
		params := r.params(t)
		action := params.Get("Action")
		if got := signV1("POST", params, recordedSecret); got != params.Get("Signature") && !slices.Contains(altered, i) {
			t.Errorf("%s: this test signs %s, the provider signed %s", action, got, params.Get("Signature"))
		}
		product := "ecs"
		if params.Get("Version") == "2015-04-01" {
			product = "sts"
		}
		status, code := r.send(t, attributes[product], i)
		switch got := fmt.Sprintf("%d %s", status, code); {
		case slices.Contains(notYet, action) && (status == 400 && code == api.CodeUnsupportedOperationNotImplemented || status == 200 || status == 404):
		case want[action] != "" && got == want[action], want[action] == "" && got == "200 ":
		default:
			t.Errorf("%s answers %s, want %s", action, got, want[action])
		}
	}
}

// terraformBlock starts the command on a data directory of its own and asks
// it for Terraform's configuration.
func terraformBlock(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	bin := filepath.Join(dir, "openecs")
	build := exec.Command("go", "build", "-o", bin, "./cmd/openecs")
	build.Dir = filepath.Join("..", "..")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	data, ready := filepath.Join(dir, "data"), filepath.Join(dir, "ready.json")
	serve := exec.Command(bin, "serve", "--data-dir", data, "--listen", "127.0.0.1:0", "--ready-file", ready)
	serve.Env = append(os.Environ(), "OPENECS_ACCESS_KEY_ID="+recordedKey, "OPENECS_ACCESS_KEY_SECRET="+recordedSecret)
	var log bytes.Buffer
	serve.Stdout, serve.Stderr = &log, &log
	if err := serve.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		serve.Process.Signal(syscall.SIGTERM)
		if err := serve.Wait(); err != nil {
			t.Errorf("serve: %v\n%s", err, log.Bytes())
		}
	})
	until(t, "the server", func() bool { _, err := os.Stat(ready); return err == nil })
	out, err := exec.Command(bin, "env", "--data-dir", data, "--tool", "terraform").Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// record is one recorded request.
type record struct {
	*http.Request
	form string
}

// recorded reads a file of testdata: per exchange a line of === about it,
// the raw request, and a line of --- with an answer that is of no interest.
func recorded(t *testing.T, file string) (all []record) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range regexp.MustCompile(`(?m)^=== .*\n`).Split(string(b), -1)[1:] {
		raw, _, _ := strings.Cut(part, "\n--- response")
		head, form, _ := strings.Cut(raw, "\n\n")
		r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(strings.ReplaceAll(head, "\n", "\r\n") + "\r\n\r\n")))
		if err != nil {
			t.Fatalf("%v in %q", err, raw)
		}
		all = append(all, record{r, strings.TrimSpace(form)})
	}
	return all
}

// params are the parameters of query and body.
func (r record) params(t *testing.T) url.Values {
	t.Helper()
	params, err := url.ParseQuery(r.URL.RawQuery + "&" + r.form)
	if err != nil {
		t.Fatal(err)
	}
	return params
}

// send sends the request as it was but for the time, the nonce and, after
// them, the signature, and returns the status and the code of the answer.
func (r record) send(t *testing.T, hostPort string, n int) (status int, code string) {
	t.Helper()
	query, all := r.URL.Query(), r.params(t)
	for name, value := range map[string]string{
		"Timestamp": time.Now().UTC().Format("2006-01-02T15:04:05Z"), "SignatureNonce": fmt.Sprintf("%s-%d", query.Get("SignatureNonce"), n),
	} {
		query.Set(name, value)
		all.Set(name, value)
	}
	query.Set("Signature", signV1("POST", all, recordedSecret))
	req, err := http.NewRequestWithContext(t.Context(), "POST", "http://"+hostPort+"/?"+query.Encode(), strings.NewReader(r.form))
	if err != nil {
		t.Fatal(err)
	}
	req.Header = r.Header.Clone()
	req.Header.Del("Content-Length")
	req.Header.Del("Accept-Encoding")
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var body struct{ Code, RequestId string }
	if err := json.NewDecoder(answer.Body).Decode(&body); err != nil {
		t.Errorf("%s: %v", query.Get("Action"), err)
	}
	if !requestID.MatchString(body.RequestId) {
		t.Errorf("%s: request id %q", query.Get("Action"), body.RequestId)
	}
	return answer.StatusCode, body.Code
}

// signV1 is the signature of an RPC request, written anew from its public
// description so that it does not share a mistake with the server.
func signV1(method string, params url.Values, secret string) string {
	escape := func(s string) string {
		return strings.NewReplacer("+", "%20", "*", "%2A", "%7E", "~").Replace(url.QueryEscape(s))
	}
	var pairs []string
	for name, values := range params {
		if name != "Signature" && name != "" {
			pairs = append(pairs, escape(name)+"="+escape(values[0]))
		}
	}
	slices.Sort(pairs)
	mac := hmac.New(sha1.New, []byte(secret+"&"))
	mac.Write([]byte(method + "&%2F&" + escape(strings.Join(pairs, "&"))))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}
