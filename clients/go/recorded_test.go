package clients

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestRecorded sends what the aliyun CLI (signature V1) and ecctl (V3) sent
// once, signed anew, to a service that has none of the resources they name. The
// signatures that they made themselves are this test's as well.
func TestRecorded(t *testing.T) {
	address := regexp.MustCompile(`(?m)^ +ecs += "(.*)"$`).FindStringSubmatch(terraformBlock(t))[1]
	for _, tool := range []struct {
		file string
		want []string // per request: action, status, code
	}{
		{"aliyun-cli.txt", []string{
			"DescribeInstances 200",
			"CreateInstance 400 MissingParameter", // the recorded call named no security group
			"DescribeInstances 200",
			"DescribeInstances 200", // in XML
			"FooBar 404 InvalidAction.NotFound",
			"DescribeVpcs 200",
			"GetCallerIdentity 200",
			"DescribeRegions 404 InvalidRegionId.NotFound", // the recorded calls named regions that there are not
			"DescribeRegions 404 InvalidRegionId.NotFound",
		}},
		{"ecctl.txt", []string{
			"DescribeInstances 200",
			"DescribeRegions 200",
			"DescribeVpcs 200",
			"DescribeImages 200",
			"CreateInstance 400 MissingParameter",
			"StopInstance 404 InvalidInstanceId.NotFound",
			"DescribeInstances 200",
			"ListTagResources 200",
			"DescribeInstances 404 InvalidRegionId.NotFound",
		}},
	} {
		t.Run(tool.file, func(t *testing.T) {
			requests := recorded(t, tool.file)
			if len(requests) != len(tool.want) {
				t.Errorf("%d requests were recorded, want %d", len(requests), len(tool.want))
			}
			for i, r := range requests {
				signed := r.Header.Get("Authorization")
				if signed == "" {
					signed = r.URL.Query().Get("Signature")
				}
				if got := r.sign(t); got != signed {
					t.Errorf("%d: this test signs %s, the tool signed %s", i, got, signed)
				}
				if got := r.resend(t, address, i); i < len(tool.want) && got != tool.want[i] {
					t.Errorf("%d: %s, want %s", i, got, tool.want[i])
				}
			}
		})
	}
}

// sign is the signature as the request is: the Authorization of V3, the
// parameter Signature of V1.
func (r record) sign(t *testing.T) string {
	t.Helper()
	if r.Header.Get("Authorization") == "" {
		return signV1(r.Method, r.params(t), recordedSecret)
	}
	names := []string{"host"}
	for name := range r.Header {
		if name = strings.ToLower(name); strings.HasPrefix(name, "x-acs-") || name == "content-type" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	var headers strings.Builder
	for _, name := range names {
		value := r.Header.Get(name)
		if name == "host" {
			value = r.Host
		}
		fmt.Fprintf(&headers, "%s:%s\n", name, value)
	}
	signed := strings.Join(names, ";")
	query := strings.ReplaceAll(r.URL.Query().Encode(), "+", "%20")
	sum := func(s string) string { h := sha256.Sum256([]byte(s)); return hex.EncodeToString(h[:]) }
	canonical := strings.Join([]string{r.Method, r.URL.Path, query, headers.String(), signed, sum(r.form)}, "\n")
	mac := hmac.New(sha256.New, []byte(recordedSecret))
	mac.Write([]byte("ACS3-HMAC-SHA256\n" + sum(canonical)))
	return fmt.Sprintf("ACS3-HMAC-SHA256 Credential=%s,SignedHeaders=%s,Signature=%x", recordedKey, signed, mac.Sum(nil))
}

// resend sends the request with the time of now, a nonce of its own and its
// signature, and returns action, status and code.
func (r record) resend(t *testing.T, hostPort string, n int) string {
	t.Helper()
	now, header := time.Now().UTC().Format("2006-01-02T15:04:05Z"), r.Header
	if query := r.URL.Query(); header.Get("Authorization") == "" {
		query.Set("Timestamp", now)
		query.Set("SignatureNonce", fmt.Sprintf("%s-%d", query.Get("SignatureNonce"), n))
		r.URL.RawQuery = query.Encode()
		query.Set("Signature", r.sign(t))
		r.URL.RawQuery = query.Encode()
	} else {
		header.Set("X-Acs-Date", now)
		header.Set("X-Acs-Signature-Nonce", fmt.Sprintf("%s-%d", header.Get("X-Acs-Signature-Nonce"), n))
		header.Set("Authorization", r.sign(t))
	}
	req, err := http.NewRequestWithContext(t.Context(), r.Method, "http://"+hostPort+r.URL.RequestURI(), strings.NewReader(r.form))
	if err != nil {
		t.Fatal(err)
	}
	req.Host, req.Header = r.Host, header
	req.Header.Del("Accept-Encoding")
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`RequestId(":"|>)[0-9A-F-]{36}["<]`).Match(body) {
		t.Errorf("no request id in %s", body)
	}
	code := ""
	if m := regexp.MustCompile(`(?:"Code":"|<Code>)([\w.]+)`).FindSubmatch(body); answer.StatusCode >= 400 && m != nil {
		code = " " + string(m[1])
	}
	return fmt.Sprintf("%s %d%s", header.Get("X-Acs-Action"), answer.StatusCode, code)
}
