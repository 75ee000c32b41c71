package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/auth"
	"github.com/openecs/openecs/internal/node"
)

// serveIn runs serve in this process until the test ends; stop ends it before
// and returns what came of it.
func serveIn(t *testing.T, dir string, args ...string) (at node.Announcement, stop func() outcome) {
	t.Helper()
	ready := filepath.Join(t.TempDir(), "ready.json")
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan outcome, 1)
	go func() {
		done <- runIn(t, ctx, dir, append([]string{"serve", "--listen", "127.0.0.1:0", "--ready-file", ready}, args...)...)
	}()
	ended := false
	stop = func() outcome {
		cancel()
		if ended {
			return outcome{}
		}
		ended = true
		return <-done
	}
	t.Cleanup(func() { stop() })
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if b, err := os.ReadFile(ready); err == nil && json.Unmarshal(b, &at) == nil {
			return at, stop
		}
		select {
		case o := <-done:
			ended = true
			t.Fatalf("serve ended with %d: %s", o.code, o.err)
		default:
		}
	}
	t.Fatal("the server is not ready")
	return at, stop
}

// block is a block of HCL: what is set in it, and the blocks in it by type.
type block struct {
	set    map[string]any // string or bool
	blocks map[string]*block
}

// parseBlock reads the little of HCL that a provider block is made of.
func parseBlock(t *testing.T, lines *bufio.Scanner) *block {
	t.Helper()
	b := &block{map[string]any{}, map[string]*block{}}
	open := regexp.MustCompile(`^(\w+)(?: "(\w+)")* \{$`)
	set := regexp.MustCompile(`^(\w+)\s*= (?:"([^"\\$%]*)"|(true|false))$`)
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		switch {
		case line == "":
		case line == "}":
			return b
		case open.MatchString(line):
			m := open.FindStringSubmatch(line)
			b.blocks[strings.TrimSpace(m[1]+" "+m[2])] = parseBlock(t, lines)
		case set.MatchString(line):
			m := set.FindStringSubmatch(line)
			if _, twice := b.set[m[1]]; twice {
				t.Errorf("%s is set twice", m[1])
			}
			b.set[m[1]] = m[2]
			if m[3] != "" {
				b.set[m[1]] = m[3] == "true"
			}
		default:
			t.Fatalf("not HCL: %q", line)
		}
	}
	return b
}

func TestEnvTerraform(t *testing.T) {
	clean(t)
	dir := t.TempDir()
	at, _ := serveIn(t, dir)
	o := run(t, dir, "env", "--tool", "terraform").want(t, 0, "")
	provider := parseBlock(t, bufio.NewScanner(strings.NewReader(o.out))).blocks["provider alicloud"]
	if provider == nil {
		t.Fatalf("no provider block:\n%s", o.out)
	}
	host := strings.TrimPrefix(at.Endpoint, "http://")
	if p := provider.set; p["region"] != "cn-hangzhou" || p["protocol"] != "HTTP" || p["skip_region_validation"] != true || p["account_type"] != "Domestic" || p["access_key"] != at.AccessKeyID {
		t.Errorf("%v", p)
	}
	endpoints := provider.blocks["endpoints"]
	if endpoints == nil {
		t.Fatalf("no endpoints block:\n%s", o.out)
	}
	products := map[string]bool{}
	for info := range api.Actions() {
		products[strings.ToLower(info.Product)] = true
	}
	for product := range products {
		if endpoints.set[product] != host {
			t.Errorf("endpoint of %s is %v, want %s", product, endpoints.set[product], host)
		}
	}
	if len(endpoints.set) != len(products) || !products["sts"] {
		t.Errorf("endpoints of %d products, want %d: %v", len(endpoints.set), len(products), endpoints.set)
	}
	replayTerraform(t, dir, provider)
}

// replayTerraform sends the requests that the provider sends (testdata, as it
// sent them, but for ids, keys, times and signatures) to where the block leads.
func replayTerraform(t *testing.T, dir string, provider *block) {
	launched := run(t, dir, "launch", "-o", "json").want(t, 0, "")
	var x struct{ InstanceId, ImageId string }
	if err := json.Unmarshal([]byte(launched.out), &x); err != nil {
		t.Fatal(err)
	}
	find := func(query string, call ...string) string {
		return strings.Trim(run(t, dir, append([]string{"call", "--query", query}, call...)...).want(t, 0, "").out, "\"\n")
	}
	real := strings.NewReplacer("i-bp1test0000000000001", x.InstanceId, "img-1", x.ImageId, "ecs.g6.large", "ecs.g7.large", "tf test", "tf-test",
		"sg-1", find("SecurityGroups.SecurityGroup[0].SecurityGroupId", "DescribeSecurityGroups"), "vsw-1", find("VSwitches.VSwitch[0].VSwitchId", "DescribeVSwitches"))
	raw, err := os.ReadFile("testdata/terraform-requests.txt")
	if err != nil {
		t.Fatal(err)
	}
	cred := auth.Credential{ID: provider.set["access_key"].(string), Secret: provider.set["secret_key"].(string)}
	var actions []string
	for one := range strings.SplitSeq(strings.TrimSpace(string(raw)), "\n====\n") {
		head, form, _ := strings.Cut(one, "\n\n")
		r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(strings.ReplaceAll(head, "\n", "\r\n") + "\r\n\r\n")))
		if err != nil {
			t.Fatal(err)
		}
		p, inForm := new(api.Params), url.Values{}
		for name, v := range r.URL.Query() {
			if !slices.Contains([]string{"Signature", "AccessKeyId", "Timestamp", "SignatureNonce"}, name) {
				p.Set(name, real.Replace(v[0]))
			}
		}
		values, _ := url.ParseQuery(strings.TrimSpace(form))
		for name, v := range values {
			p.Set(name, real.Replace(v[0]))
			inForm.Set(name, real.Replace(v[0]))
		}
		action, _ := p.Get("Action")
		version, _ := p.Get("Version")
		info, ok := api.Lookup(version, action)
		if !ok {
			t.Fatalf("%s %s is unknown", version, action)
		}
		auth.SignV1("POST", p, cred, auth.Signing{Time: time.Now(), Nonce: auth.NewNonce()})
		query := url.Values{}
		for _, param := range p.All() {
			if !inForm.Has(param.Name) {
				query.Set(param.Name, param.Value)
			}
		}
		host := provider.blocks["endpoints"].set[strings.ToLower(info.Product)].(string)
		req, err := http.NewRequest("POST", "http://"+host+"/?"+query.Encode(), strings.NewReader(inForm.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		for name, v := range r.Header {
			if name != "Content-Length" && name != "Accept-Encoding" {
				req.Header[name] = v
			}
		}
		resp, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		var refusal struct{ Code, RequestId string }
		if err := json.Unmarshal(body, &refusal); err != nil || refusal.RequestId == "" {
			t.Errorf("%s: %v\n%s", action, err, body)
		}
		// What is not built yet says so, and nothing else is refused.
		if resp.StatusCode != 200 && !(resp.StatusCode == 400 && refusal.Code == api.CodeUnsupportedOperationNotImplemented) {
			t.Errorf("%s: %d %s", action, resp.StatusCode, body)
		}
		if resp.StatusCode == 200 {
			actions = append(actions, action)
		}
	}
	for _, a := range []string{"DescribeRegions", "DescribeAvailableResource", "DescribeInstances", "GetCallerIdentity", "RunInstances"} {
		if !slices.Contains(actions, a) {
			t.Errorf("%s did not succeed", a)
		}
	}
}

func TestEnvTools(t *testing.T) {
	clean(t)
	dir := t.TempDir()
	t.Setenv("OPENECS_ACCESS_KEY_ID", "the-id")
	t.Setenv("OPENECS_ACCESS_KEY_SECRET", "the-secret")
	at, _ := serveIn(t, dir)
	host := strings.TrimPrefix(at.Endpoint, "http://")
	for tool, wants := range map[string][]string{
		"aliyun": {"--endpoint " + host, "--insecure", "--mode AK --access-key-id the-id --access-key-secret the-secret"},
		"python": {`add_endpoint("cn-beijing", "Ecs", "` + host + `")`, `protocol="http"`},
		"go":     {`tea.String("` + host + `")`, `tea.String("http")`, `client.Domain = "` + host + `"`},
		"node":   {"endpoint: '" + host + "', protocol: 'http'", "endpoint: 'http://" + host + "'"},
		"java":   {`addEndpoint("cn-beijing", "Ecs", "` + host + `")`, `setProtocol("http")`},
		"packer": {`custom_endpoint_ecs = "` + host + `"`},
	} {
		o := run(t, dir, "env", "--tool", tool, "--region", "cn-beijing").want(t, 0, "")
		for _, want := range append(wants, "the-id", "the-secret", "cn-beijing") {
			if !strings.Contains(o.out, want) {
				t.Errorf("%s lacks %q:\n%s", tool, want, o.out)
			}
		}
	}
}

// TestEnvShell has a shell take the variables in.
func TestEnvShell(t *testing.T) {
	clean(t)
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("there is no shell")
	}
	dir := filepath.Join(t.TempDir(), "it's a directory")
	at, stop := serveIn(t, dir)
	t.Setenv("ALIBABA_CLOUD_ROLE_ARN", "acs:ram::1:role/x")
	o := run(t, dir, "env", "--shell", "posix").want(t, 0, "")
	cmd := exec.Command(sh, "-c", o.out+"\nenv")
	cmd.Env = append(os.Environ(), "NO_PROXY=*", "no_proxy=*", "ALIBABA_CLOUD_ACCESS_KEY_ID=the-real-one")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	vars := map[string]string{}
	for line := range strings.SplitSeq(string(out), "\n") {
		name, value, _ := strings.Cut(line, "=")
		vars[name] = value
	}
	for name, want := range map[string]string{
		"HTTPS_PROXY": at.Endpoint, "https_proxy": at.Endpoint, "HTTP_PROXY": at.Endpoint, "ALIBABA_CLOUD_ACCESS_KEY_ID": at.AccessKeyID,
		"OPENECS_ACCESS_KEY_ID": at.AccessKeyID, "OPENECS_REGION": "cn-hangzhou",
	} {
		if vars[name] != want {
			t.Errorf("%s is %q, want %q", name, vars[name], want)
		}
	}
	for _, name := range []string{"NO_PROXY", "no_proxy", "ALIBABA_CLOUD_ROLE_ARN"} {
		if v, ok := vars[name]; ok {
			t.Errorf("%s is still %q", name, v)
		}
	}
	if _, err := os.Stat(vars["SSL_CERT_FILE"]); err != nil || !strings.HasPrefix(vars["SSL_CERT_FILE"], dir) {
		t.Errorf("SSL_CERT_FILE is %q: %v", vars["SSL_CERT_FILE"], err)
	}
	// openecs itself, in such a shell, finds the service.
	for name, v := range vars {
		if strings.HasPrefix(name, "OPENECS_") {
			t.Setenv(name, v)
		}
	}
	if o := run(t, t.TempDir(), "call", "GetCallerIdentity", "--query", "IdentityType").want(t, 0, ""); !strings.Contains(o.out, "Account") {
		t.Errorf("%s", o.out)
	}
	clean(t)
	if o := stop(); o.code != 0 {
		t.Errorf("serve: exit %d %s", o.code, o.err)
	}
	run(t, dir, "env").want(t, 2, "no server runs")
}
