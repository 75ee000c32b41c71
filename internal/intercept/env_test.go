package intercept

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

func testConfig() EnvConfig {
	return EnvConfig{
		ProxyURL: "http://127.0.0.1:7070", Endpoint: "127.0.0.1:7070", CAFile: "/d/ca.pem", BundleFile: "/d/bundle.pem", TrustStore: "/d/trust.p12",
		AccessKeyID: "our-id", Secret: "our-secret", Region: "cn-beijing", Home: "/d/home",
	}
}

// lookupEnv returns a variable's value, as a program would find it, and how often it is there.
func lookupEnv(env []string, n string) (value string, count int) {
	for _, kv := range env {
		if name(kv) == n {
			value = kv[len(n)+1:]
			count++
		}
	}
	return value, count
}

func TestApply(t *testing.T) {
	base := []string{
		"PATH=/bin", "HOME=/root", "LANG=C", "EMPTY=", "OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4317", "AWS_ACCESS_KEY_ID=aws", "REGION=eu", "=C:=C:\\x",
		"NO_PROXY=*", "no_proxy=aliyuncs.com", "No_Proxy=x", "http_proxy=http://corp:3128", "HTTP_PROXY=http://corp:3128", "HTTPS_PROXY=x", "all_proxy=socks5://x", "REQUEST_METHOD=GET",
		"SSL_CERT_FILE=/old", "REQUESTS_CA_BUNDLE=/old", "NODE_EXTRA_CA_CERTS=/old",
		"ALIBABA_CLOUD_ACCESS_KEY_ID=REAL", "ALIBABA_CLOUD_ACCESS_KEY_SECRET=REAL", "ALIBABA_CLOUD_SECURITY_TOKEN=REAL", "ALIBABACLOUD_ACCESS_KEY_ID=REAL",
		"ALICLOUD_ACCESS_KEY=REAL", "ALICLOUD_SECRET_KEY=REAL", "ALICLOUD_SECURITY_TOKEN=REAL", "ALICLOUD_ASSUME_ROLE_ARN=REAL", "ALICLOUD_ECS_ROLE_NAME=REAL",
		"ALIYUN_ACCESS_KEY_ID=REAL", "ALIYUN_ACCESS_KEY_SECRET=REAL", "ACCESS_KEY_ID=REAL", "ACCESS_KEY_SECRET=REAL", "SECURITY_TOKEN=REAL", "SECRET_KEY=REAL",
		"ALIBABA_CLOUD_PROFILE=REAL", "ALIBABA_CLOUD_CREDENTIALS_FILE=REAL", "ALIBABA_CLOUD_CREDENTIALS_URI=http://REAL", "ALIBABA_CLOUD_CONFIG_FILE=REAL",
		"ALIBABA_CLOUD_ROLE_ARN=REAL", "ALIBABA_CLOUD_OIDC_TOKEN_FILE=REAL", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN=REAL", "ALIBABA_CLOUD_ECS_METADATA=REAL",
		"ALICLOUD_PROFILE=REAL", "ALICLOUD_SHARED_CREDENTIALS_FILE=REAL", "ECCTL_PROFILE=REAL", "ECCTL_REGION=REAL", "alibaba_cloud_bearer_token=REAL",
		"ECS_ENDPOINT=REAL", "LOCATION_ENDPOINT=REAL", "STS_ENDPOINT=REAL", "ALIBABA_CLOUD_ENDPOINT_ECS=REAL", "TF_ENDPOINT_PATH=REAL",
		"JAVA_TOOL_OPTIONS=-Xmx64m -Dhttp.proxyHost=REAL -Dhttps.proxyPort=1 '-Dhttp.nonProxyHosts=a b' -Djavax.net.ssl.trustStore=REAL -Da=\"b c\"",
		"_JAVA_OPTIONS=-DsocksProxyHost=REAL -Xss1m", "JDK_JAVA_OPTIONS=-Dhttps.proxyHost=REAL",
	}
	before := slices.Clone(base)
	c := testConfig()
	env := c.Apply(base)
	if !slices.Equal(base, before) {
		t.Fatal("base was changed")
	}
	for _, kv := range env {
		if strings.Contains(kv, "REAL") || strings.Contains(kv, "corp") || strings.Contains(kv, "/old") {
			t.Errorf("left: %s", kv)
		}
		if _, n := lookupEnv(env, name(kv)); n != 1 {
			t.Errorf("%s is there %d times", name(kv), n)
		}
	}
	for n, want := range map[string]string{
		"PATH": "/bin", "HOME": "/root", "EMPTY": "", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4317", "AWS_ACCESS_KEY_ID": "aws", "REGION": "eu", "=C:": "C:\\x",
		"http_proxy": c.ProxyURL, "HTTP_PROXY": c.ProxyURL, "https_proxy": c.ProxyURL, "HTTPS_PROXY": c.ProxyURL, "all_proxy": c.ProxyURL, "ALL_PROXY": c.ProxyURL,
		"SSL_CERT_FILE": c.BundleFile, "REQUESTS_CA_BUNDLE": c.BundleFile, "CURL_CA_BUNDLE": c.BundleFile, "ALIBABA_CLOUD_CA_BUNDLE": c.BundleFile, "NODE_EXTRA_CA_CERTS": c.CAFile,
		"ALIBABA_CLOUD_ACCESS_KEY_ID": "our-id", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "our-secret", "ALICLOUD_ACCESS_KEY": "our-id", "ALICLOUD_SECRET_KEY": "our-secret",
		"ALIYUN_ACCESS_KEY_SECRET": "our-secret", "ALIBABACLOUD_ACCESS_KEY_ID": "our-id", "ACCESS_KEY_ID": "our-id", "ACCESS_KEY_SECRET": "our-secret", "SECRET_KEY": "our-secret",
		"ALICLOUD_REGION": "cn-beijing", "ALIBABA_CLOUD_REGION_ID": "cn-beijing", "ECCTL_REGION": "cn-beijing",
		"ALIBABA_CLOUD_CREDENTIALS_FILE": "/d/home/.alibabacloud/credentials", "ALIBABA_CLOUD_CONFIG_FILE": "/d/home/.aliyun/config.json",
		"_JAVA_OPTIONS": "-Xss1m",
		"JAVA_TOOL_OPTIONS": `-Xmx64m -Da="b c" -Dhttp.proxyHost=127.0.0.1 -Dhttp.proxyPort=7070 -Dhttps.proxyHost=127.0.0.1 -Dhttps.proxyPort=7070 -Dhttp.nonProxyHosts=` +
			" -Djavax.net.ssl.trustStore=/d/trust.p12 -Djavax.net.ssl.trustStoreType=PKCS12 -Djavax.net.ssl.trustStorePassword=changeit",
	} {
		if got, count := lookupEnv(env, n); got != filepath.FromSlash(want) && got != want || count != 1 {
			t.Errorf("%s = %q (%d times), want %q", n, got, count, want)
		}
	}
	gone := c.Removed(base)
	for _, n := range []string{"NO_PROXY", "no_proxy", "No_Proxy", "ALIBABA_CLOUD_SECURITY_TOKEN", "ALIBABA_CLOUD_PROFILE", "ALICLOUD_PROFILE", "SECURITY_TOKEN",
		"ECS_ENDPOINT", "ALIBABA_CLOUD_ENDPOINT_ECS", "ALIBABA_CLOUD_OIDC_TOKEN_FILE", "JDK_JAVA_OPTIONS", "alibaba_cloud_bearer_token"} {
		if _, count := lookupEnv(env, n); count != 0 || !slices.Contains(gone, n) {
			t.Errorf("%s: there %d times, named as removed: %t", n, count, slices.Contains(gone, n))
		}
	}
	if slices.Contains(gone, "PATH") || slices.Contains(gone, "http_proxy") {
		t.Errorf("removed: %v", gone)
	}
	if again := c.Apply(env); !slices.Equal(sorted(again), sorted(env)) {
		t.Errorf("a nested exec changes the environment:\n%q\n%q", again, env)
	}
}

func sorted(s []string) []string {
	s = slices.Clone(s)
	slices.Sort(s)
	return s
}

func TestEnvLeavesOutWhatIsNotKnown(t *testing.T) {
	env := Env(EnvConfig{ProxyURL: "http://[::1]:7070"})
	if !slices.IsSorted(env) {
		t.Error("not sorted")
	}
	for _, kv := range env {
		if strings.HasSuffix(kv, "=") && !strings.HasPrefix(kv, "JAVA") {
			t.Errorf("empty: %s", kv)
		}
	}
	if got, _ := lookupEnv(env, "JAVA_TOOL_OPTIONS"); got != "-Dhttp.proxyHost=::1 -Dhttp.proxyPort=7070 -Dhttps.proxyHost=::1 -Dhttps.proxyPort=7070 -Dhttp.nonProxyHosts=" {
		t.Errorf("Java: %s", got)
	}
	if _, n := lookupEnv(env, "SSL_CERT_FILE"); n != 0 {
		t.Error("SSL_CERT_FILE without a file")
	}
}

func TestJavaQuote(t *testing.T) {
	for in, want := range map[string]string{"-Da=b": "-Da=b", "-Da=/my dir": `"-Da=/my dir"`, `-Da=/my "dir`: `'-Da=/my "dir'`} {
		if got := javaQuote(in); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}

func TestWriteProfiles(t *testing.T) {
	c := testConfig()
	c.Home = t.TempDir()
	if err := c.WriteProfiles(); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{c.configPath(): `"access_key_secret": "our-secret"`, c.credentialsPath(): "access_key_id = our-id\n"} {
		data, err := os.ReadFile(path)
		if err != nil || !strings.Contains(string(data), want) {
			t.Errorf("%s: %v\n%s", path, err, data)
		}
		if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v", path, info.Mode())
		}
	}
	c.Home = ""
	if c.WriteProfiles() == nil {
		t.Error("no directory, and no error")
	}
}
