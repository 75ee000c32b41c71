package intercept

import (
	"net/url"
	"path/filepath"
	"slices"
	"strings"
)

// An EnvConfig is what a program must find in its environment to end up at
// OpenECS. Every client reads other variables, so all of them are set.
type EnvConfig struct {
	ProxyURL   string // "http://127.0.0.1:7070"
	Endpoint   string // host:port of the service, for programs that ask for one; may be empty
	CAFile     string // our certificate alone
	BundleFile string // the system's roots and ours
	TrustStore string // the same as PKCS#12, for Java

	AccessKeyID string
	Secret      string
	Region      string // "cn-hangzhou"

	// Home is a directory of ours that holds .aliyun/config.json and
	// .alibabacloud/credentials (WriteProfiles), in place of the user's.
	// HOME itself stays: programs need it for other things.
	Home string
}

// vendorPrefixes begin the variables that belong to Alibaba Cloud's clients.
// All of them are taken away, known or not: a role, a token file or a profile
// would otherwise outrank the key that is set.
var vendorPrefixes = []string{"ALIBABA_CLOUD_", "ALIBABACLOUD_", "ALICLOUD_", "ALIYUN_", "ECCTL_"}

// dropped are the other variables that would lead around OpenECS.
var dropped = []string{
	"NO_PROXY", "FTP_PROXY", "RSYNC_PROXY",
	"REQUEST_METHOD", // with it Go ignores HTTP_PROXY
	"TF_ENDPOINT_PATH", "SECURITY_TOKEN", "STS_TOKEN",
	"HOSTALIASES", "LOCALDOMAIN", "RES_OPTIONS",
}

// products are those whose <PRODUCT>_ENDPOINT Terraform's provider reads and
// OpenECS answers, and the one that names all others.
var products = []string{"ECS", "VPC", "STS", "RAM", "TAG", "LOCATION", "RESOURCEMANAGER", "BSSOPENAPI", "OSS", "SLB"}

// generic are names that scripts use for a key without any prefix. They are
// replaced where they are set and not introduced.
var generic = map[string]func(EnvConfig) string{
	"ACCESS_KEY_ID":     func(c EnvConfig) string { return c.AccessKeyID },
	"ACCESS_KEY":        func(c EnvConfig) string { return c.AccessKeyID },
	"ACCESSKEYID":       func(c EnvConfig) string { return c.AccessKeyID },
	"ACCESS_KEY_SECRET": func(c EnvConfig) string { return c.Secret },
	"ACCESSKEYSECRET":   func(c EnvConfig) string { return c.Secret },
	"SECRET_KEY":        func(c EnvConfig) string { return c.Secret },
	"SECRET_ACCESS_KEY": func(c EnvConfig) string { return c.Secret },
	"REGION_ID":         func(c EnvConfig) string { return c.Region },
}

// Env returns the variables to set, as NAME=value, ascending by name.
func Env(c EnvConfig) []string {
	vars := map[string]string{
		"HTTP_PROXY": c.ProxyURL, "http_proxy": c.ProxyURL,
		"HTTPS_PROXY": c.ProxyURL, "https_proxy": c.ProxyURL,
		"ALL_PROXY": c.ProxyURL, "all_proxy": c.ProxyURL,
		"NODE_USE_ENV_PROXY": "1", // Node 22.21 and 24 on; older ones ignore it

		"SSL_CERT_FILE":           c.BundleFile,
		"REQUESTS_CA_BUNDLE":      c.BundleFile,
		"CURL_CA_BUNDLE":          c.BundleFile,
		"ALIBABA_CLOUD_CA_BUNDLE": c.BundleFile,
		"NODE_EXTRA_CA_CERTS":     c.CAFile,
		"JAVA_TOOL_OPTIONS":       c.javaOptions(),

		"ALIBABA_CLOUD_ACCOUNT_TYPE":          "Domestic", // or Terraform asks billing to guess it
		"ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true",
		"DO_NOT_TRACK":                        "1",
		"ECCTL_DISABLE_TELEMETRY":             "1",
		"ECCTL_DISABLE_UPDATE_CHECK":          "1",
		"CHECKPOINT_DISABLE":                  "1",
		"OPENECS_ENDPOINT":                    c.ProxyURL, // a URL: what openecs itself reads
	}
	for _, n := range []string{"ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABACLOUD_ACCESS_KEY_ID", "ALICLOUD_ACCESS_KEY_ID",
		"ALICLOUD_ACCESS_KEY", "ALIYUN_ACCESS_KEY_ID", "ECCTL_ACCESS_KEY_ID"} {
		vars[n] = c.AccessKeyID
	}
	for _, n := range []string{"ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALIBABACLOUD_ACCESS_KEY_SECRET", "ALICLOUD_ACCESS_KEY_SECRET",
		"ALICLOUD_SECRET_KEY", "ALIYUN_ACCESS_KEY_SECRET", "ECCTL_ACCESS_KEY_SECRET"} {
		vars[n] = c.Secret
	}
	for _, n := range []string{"ALIBABA_CLOUD_REGION_ID", "ALIBABACLOUD_REGION_ID", "ALICLOUD_REGION_ID",
		"ALIBABA_CLOUD_REGION", "ALICLOUD_REGION", "ALIYUN_REGION_ID", "ECCTL_REGION"} {
		vars[n] = c.Region
	}
	if c.Home != "" {
		// One name has two readers: for the SDKs it is the ini file, for
		// Terraform the JSON file, but there the ALICLOUD_ name comes first.
		vars["ALIBABA_CLOUD_CREDENTIALS_FILE"] = c.credentialsPath()
		vars["ALICLOUD_SHARED_CREDENTIALS_FILE"] = c.configPath()
		vars["ALIBABA_CLOUD_CONFIG_FILE"] = c.configPath()
	}
	// For the CLI and for the SDKs whose config path cannot be set.
	vars["ALIBABA_CLOUD_IGNORE_PROFILE"] = "TRUE"
	vars["ALIBABA_CLOUD_CLI_PROFILE_DISABLED"] = "true"

	env := make([]string, 0, len(vars))
	for n, v := range vars {
		if v != "" {
			env = append(env, n+"="+v)
		}
	}
	slices.Sort(env)
	return env
}

// Apply returns base as the program should get it: without what leads around
// OpenECS, with every credential replaced, and with Env. base is not modified.
// Java options that base holds are kept unless they set a proxy or a trust store.
func (c EnvConfig) Apply(base []string) []string {
	set := Env(c)
	index := make(map[string]int, len(set)) // by exact name: http_proxy and HTTP_PROXY are two
	for i, kv := range set {
		index[name(kv)] = i
	}
	out := make([]string, 0, len(base)+len(set))
	for _, kv := range base {
		n := name(kv)
		upper := strings.ToUpper(n)
		_, value, _ := strings.Cut(kv, "=")
		switch i, ours := index[n]; {
		case upper == "JAVA_TOOL_OPTIONS":
			if kept := stripJavaOptions(value); kept != "" && ours {
				set[i] = n + "=" + kept + " " + c.javaOptions()
			}
		case upper == "_JAVA_OPTIONS" || upper == "JDK_JAVA_OPTIONS":
			if kept := stripJavaOptions(value); kept != "" {
				out = append(out, n+"="+kept)
			}
		case ours || isProxyVar(upper) || isDropped(upper):
		case generic[upper] != nil:
			out = append(out, n+"="+generic[upper](c))
		default:
			out = append(out, kv)
		}
	}
	return append(out, set...)
}

// Removed returns the names in base that Apply takes away and does not set
// again, for a shell to unset, in base's order.
func (c EnvConfig) Removed(base []string) []string {
	have := make(map[string]bool)
	for _, kv := range c.Apply(base) {
		have[name(kv)] = true
	}
	var gone []string
	for _, kv := range base {
		if n := name(kv); n != "" && !have[n] && !slices.Contains(gone, n) {
			gone = append(gone, n)
		}
	}
	return gone
}

func isDropped(upper string) bool {
	for _, p := range vendorPrefixes {
		if strings.HasPrefix(upper, p) {
			return true
		}
	}
	if p, ok := strings.CutSuffix(upper, "_ENDPOINT"); ok && slices.Contains(products, p) {
		return true
	}
	return slices.Contains(dropped, upper)
}

func isProxyVar(upper string) bool {
	return upper == "HTTP_PROXY" || upper == "HTTPS_PROXY" || upper == "ALL_PROXY"
}

func name(kv string) string {
	// Windows keeps variables such as "=C:=C:\dir", whose name begins with '='.
	if i := strings.IndexByte(kv[min(1, len(kv)):], '='); i >= 0 {
		return kv[:i+1]
	}
	return kv
}

// javaOptions are system properties: Java reads no proxy variable. An empty
// nonProxyHosts is needed because the default leaves loopback out.
func (c EnvConfig) javaOptions() string {
	var opts []string
	if u, err := url.Parse(c.ProxyURL); err == nil && u.Hostname() != "" {
		for _, scheme := range []string{"http", "https"} {
			opts = append(opts, "-D"+scheme+".proxyHost="+u.Hostname(), "-D"+scheme+".proxyPort="+u.Port())
		}
		opts = append(opts, "-Dhttp.nonProxyHosts=")
	}
	if c.TrustStore != "" {
		opts = append(opts, javaQuote("-Djavax.net.ssl.trustStore="+c.TrustStore),
			"-Djavax.net.ssl.trustStoreType=PKCS12", "-Djavax.net.ssl.trustStorePassword=changeit")
	}
	return strings.Join(opts, " ")
}

// javaQuote keeps an option with blanks whole; the launcher knows both quotes
// and no escapes.
func javaQuote(s string) string {
	switch {
	case !strings.ContainsAny(s, " \t"):
		return s
	case !strings.Contains(s, `"`):
		return `"` + s + `"`
	default:
		return "'" + s + "'"
	}
}

// stripJavaOptions takes the options about proxies and trust stores out.
func stripJavaOptions(s string) string {
	var kept []string
	for _, opt := range splitJavaOptions(s) {
		key, _, _ := strings.Cut(strings.Trim(opt, `"'`), "=")
		switch {
		case strings.HasPrefix(key, "-Djavax.net.ssl.trustStore"),
			strings.HasPrefix(key, "-Dhttp.") && strings.Contains(key, "roxy"),
			strings.HasPrefix(key, "-Dhttps.") && strings.Contains(key, "roxy"),
			strings.HasPrefix(key, "-DsocksProxy"),
			key == "-Djava.net.useSystemProxies":
		default:
			kept = append(kept, opt)
		}
	}
	return strings.Join(kept, " ")
}

// splitJavaOptions splits at blanks outside quotes and leaves the quotes on.
func splitJavaOptions(s string) []string {
	var opts []string
	var quote rune
	start := -1
	for i, r := range s {
		blank := quote == 0 && (r == ' ' || r == '\t' || r == '\n')
		if blank && start >= 0 {
			opts = append(opts, s[start:i])
			start = -1
		}
		if !blank && start < 0 {
			start = i
		}
		switch {
		case quote == r:
			quote = 0
		case quote == 0 && (r == '"' || r == '\''):
			quote = r
		}
	}
	if start >= 0 {
		opts = append(opts, s[start:])
	}
	return opts
}

func (c EnvConfig) configPath() string {
	return filepath.Join(c.Home, ".aliyun", "config.json")
}

func (c EnvConfig) credentialsPath() string {
	return filepath.Join(c.Home, ".alibabacloud", "credentials")
}
