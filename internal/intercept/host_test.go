package intercept

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/idna"
)

func TestIsAlibabaCloud(t *testing.T) {
	for host, want := range map[string]bool{
		"ecs.cn-hangzhou.aliyuncs.com":              true,
		"ecs.aliyuncs.com:443":                      true,
		"https://ecs.aliyuncs.com/?Action=X":        true,
		"http://u:p@ecs.aliyuncs.com:80":            true,
		"u@ecs.aliyuncs.com":                        true,
		"ECS.AliyunCS.com.":                         true,
		" ecs.aliyuncs.com ":                        true,
		"aliyuncs.com":                              true,
		"ecs.aliyuncs。com":                          true,
		"ｅcs.aliyuncs.com":                          true,
		"100.100.100.200":                           true,
		"[::ffff:100.100.100.200]:80":               true,
		"http://100.100.100.200/latest/meta-data":   true,
		"https://127.0.0.1/x@ecs.aliyuncs.com":      false,
		"https://127.0.0.1/?h=https://aliyuncs.com": false,
		"127.0.0.1:7070":                            false,
		"[::1]:7070":                                false,
		"::1":                                       false,
		"localhost":                                 false,
		"":                                          false,
		"notaliyuncs.com":                           false,
		"aliyuncs.com.example.org":                  false,
		"mirrors.aliyun.com":                        false,
	} {
		if got := IsAlibabaCloud(host); got != want {
			t.Errorf("IsAlibabaCloud(%q) = %t, want %t", host, got, want)
		}
	}
}

func TestPatterns(t *testing.T) {
	for _, tc := range []struct {
		pattern, host, port string
		want                bool
	}{
		{"example.com", "example.com", "443", true},
		{"Example.com.", "example.com", "80", true},
		{"example.com", "example.com", "22", false},
		{"example.com:22", "example.com", "22", true},
		{"example.com:22", "example.com", "443", false},
		{"example.com", "www.example.com", "443", false},
		{"*.example.com", "www.example.com", "443", true},
		{"*.example.com", "example.com", "443", false},
		{"*", "anything", "443", true},
		{"*:9", "anything", "9", true},
		{"[::1]:8080", "::1", "8080", true},
		{"::1", "::1", "80", true},
	} {
		ps := parsePatterns([]string{"", tc.pattern})
		if len(ps) != 1 || ps[0].match(tc.host, tc.port, "80", "443") != tc.want {
			t.Errorf("%q against %s:%s: want %t (%v)", tc.pattern, tc.host, tc.port, tc.want, ps)
		}
	}
}

func TestRecordingDialer(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	d := &RecordingDialer{}
	c, err := d.DialContext(context.Background(), "tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	c.Close()
	if _, err := d.DialContext(context.Background(), "tcp", "192.0.2.1:443"); err == nil {
		t.Fatal("a dial outside was let through")
	}
	if got := fmt.Sprint(len(d.Dials()), d.Outside()); got != "2 [192.0.2.1:443]" {
		t.Fatalf("recorded %s", got)
	}
}

// What a URL's host resolves to decides, so no spelling that net/url and IDNA
// understand may slip through.
func FuzzIsAlibabaCloud(f *testing.F) {
	for _, s := range []string{"https://ecs.aliyuncs.com/", "http://a@b.aliyuncs.com.:80?x", "//ECS.ALIYUNCS.COM", "ecs.aliyuncs。com:1", "[::1]:80", "["} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := IsAlibabaCloud(s)
		u, err := url.Parse(s)
		if err != nil || u.Scheme == "" || u.Hostname() == "" {
			return
		}
		host, err := idna.Lookup.ToASCII(u.Hostname())
		if err == nil && strings.HasSuffix(strings.TrimRight(host, "."), ".aliyuncs.com") && !got {
			t.Fatalf("%q leads to %s", s, host)
		}
	})
}
