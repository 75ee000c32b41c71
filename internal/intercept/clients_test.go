package intercept

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Real clients, as the environment alone steers them. Each calls the service
// by http and https and then a host that must be refused. Those that are not
// installed are skipped.

const (
	viaHTTP  = "http://ecs.cn-hangzhou.aliyuncs.com/?A=1"
	viaHTTPS = "https://ecs.cn-hangzhou.aliyuncs.com/?A=1"
	refused  = "https://example.com/"
)

func wantAnswers(t *testing.T, out string) {
	t.Helper()
	for _, want := range []string{"http://ecs.cn-hangzhou.aliyuncs.com A=1", "https://ecs.cn-hangzhou.aliyuncs.com A=1"} {
		if !strings.Contains(out, want) {
			t.Errorf("no answer %q in:\n%s", want, out)
		}
	}
}

func TestCurl(t *testing.T) {
	t.Parallel()
	curl := tool(t, "curl")
	f := serve(t, echo, Options{})
	c := f.environment(t)
	code, out, errs := output(t, c, nil, curl, "-sS", "-w", "\n", viaHTTP, viaHTTPS)
	if code != 0 {
		t.Fatalf("%d %s", code, errs)
	}
	wantAnswers(t, out)
	if code, _, errs := output(t, c, nil, curl, "-sS", refused); code != 56 || !strings.Contains(errs, "403") {
		t.Errorf("another host: %d %s", code, errs)
	}
	// By its name, without a proxy, and the certificate of loopback.
	_, port, _ := strings.Cut(f.addr, ":")
	code, out, errs = output(t, c, nil, curl, "-sS", "--noproxy", "*", "https://localhost:"+port+"/?A=1", "https://127.0.0.1:"+port+"/?A=2")
	if code != 0 || !strings.Contains(out, "A=1") || !strings.Contains(out, "A=2") {
		t.Errorf("loopback: %d %s %s", code, out, errs)
	}
	// OpenSSL, too, must reject what the CA may not sign.
	forged, err := f.ca.mint("example.com", wallNow())
	if err != nil {
		t.Fatal(err)
	}
	g := serve(t, echo, Options{Hosts: []string{"example.com"}, GetCertificate: certOf(forged)})
	code, _, errs = output(t, c, nil, curl, "-sS", "--noproxy", "*", "--connect-to", "::"+g.addr, "https://example.com/")
	if code != 60 || !strings.Contains(errs, "permitted subtree") && !strings.Contains(errs, "certificate") {
		t.Errorf("a forged certificate: %d %s", code, errs)
	}
}

func TestPython(t *testing.T) {
	t.Parallel()
	python := tool(t, "python3")
	f := serve(t, echo, Options{})
	c := f.environment(t)
	code, out, errs := output(t, c, nil, python, "-c", `
import sys, os, ssl, urllib.request
for u in sys.argv[1:3]:
    print(urllib.request.urlopen(u).read().decode())
try:
    urllib.request.urlopen(sys.argv[3])
    print("reached")
except OSError as e:
    print("refused", e)
strict = ssl.create_default_context(cafile=os.environ["NODE_EXTRA_CA_CERTS"])
strict.verify_flags |= getattr(ssl, "VERIFY_X509_STRICT", 0)
print("strict", urllib.request.urlopen(sys.argv[2], context=strict).status)
`, viaHTTP, viaHTTPS, refused)
	if code != 0 || !strings.Contains(out, "refused") || !strings.Contains(out, "403") || !strings.Contains(out, "strict 200") {
		t.Fatalf("%d\n%s%s", code, out, errs)
	}
	wantAnswers(t, out)
	if code, _, _ := output(t, c, nil, python, "-c", "import requests"); code != 0 {
		t.Skip("requests is not installed")
	}
	code, out, errs = output(t, c, nil, python, "-c", "import sys, requests\nfor u in sys.argv[1:]: print(requests.get(u).text)", viaHTTP, viaHTTPS)
	if code != 0 {
		t.Fatalf("requests: %d %s", code, errs)
	}
	wantAnswers(t, out)
}

func TestGoClient(t *testing.T) {
	t.Parallel()
	f := serve(t, echo, Options{})
	code, out, errs := output(t, f.environment(t), []string{"INTERCEPT_CHILD=1"}, os.Args[0], viaHTTP, viaHTTPS, refused)
	if code != 0 || !strings.Contains(out, "error: ") || !strings.Contains(out, "Forbidden") {
		t.Fatalf("%d\n%s%s", code, out, errs)
	}
	wantAnswers(t, out)
}

func TestJava(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes seconds")
	}
	java := tool(t, "java")
	tool(t, "javac") // a JRE cannot run source
	f := serve(t, echo, Options{})
	src := filepath.Join(t.TempDir(), "Get.java")
	if err := os.WriteFile(src, []byte(`
import java.net.*; import java.io.*;
public class Get {
  public static void main(String[] a) throws Exception {
    for (String u : a) try {
      System.out.println(new String(new URL(u).openStream().readAllBytes()));
    } catch (IOException e) { System.out.println("failed " + e); }
  }
}`), 0o644); err != nil {
		t.Fatal(err)
	}
	_, port, _ := strings.Cut(f.addr, ":")
	code, out, errs := output(t, f.environment(t), nil, java, src, viaHTTP, viaHTTPS, "http://127.0.0.1:"+port+"/?B=2", refused)
	if code != 0 || !strings.Contains(out, "403 Forbidden") || !strings.Contains(out, "B=2") {
		t.Fatalf("%d\n%s%s", code, out, errs)
	}
	wantAnswers(t, out)
}

func TestKeytoolReadsTheTrustStore(t *testing.T) {
	t.Parallel()
	keytool := tool(t, "keytool")
	c := serve(t, echo, Options{}).environment(t)
	for _, password := range []string{"changeit", "anything-else"} {
		code, out, errs := output(t, EnvConfig{}, nil, keytool, "-J-Xshare:auto", "-list", "-keystore", c.TrustStore, "-storepass", password)
		if code != 0 || !strings.Contains(out, "openecs") || !strings.Contains(out, "trustedCertEntry") {
			t.Errorf("password %s: %d\n%.500s%s", password, code, out, errs)
		}
	}
}

func TestOpenSSLReadsTheTrustStore(t *testing.T) {
	t.Parallel()
	openssl := tool(t, "openssl")
	c := serve(t, echo, Options{}).environment(t)
	code, out, errs := output(t, EnvConfig{}, nil, openssl, "pkcs12", "-in", c.TrustStore, "-nokeys", "-nomacver", "-passin", "pass:")
	if code != 0 || !strings.Contains(out, "friendlyName: openecs") {
		t.Fatalf("%d\n%.500s%s", code, out, errs)
	}
}
