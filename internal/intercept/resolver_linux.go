package intercept

import (
	"os"
	"path/filepath"
	"strings"
)

// writeResolverFiles writes what the isolated command finds in /etc.
func writeResolverFiles(dir string) error {
	host, _ := os.Hostname()
	hosts := "127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n"
	if host != "" && host != "localhost" {
		hosts += "127.0.0.1 " + host + "\n"
	}
	nsswitch, _ := os.ReadFile("/etc/nsswitch.conf")
	for name, text := range map[string]string{
		"resolv.conf":   "nameserver 127.0.0.1\nsearch .\noptions timeout:2 attempts:2\n",
		"hosts":         hosts,
		"nsswitch.conf": isolateNSS(string(nsswitch)),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			return err
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "empty"), 0o755); err != nil {
		return err
	}
	// Whoever the command is run as must be able to read them.
	return os.Chmod(dir, 0o755)
}

// isolateNSS keeps how users and groups are found and has hosts resolved by the
// files and the name server alone.
func isolateNSS(have string) string {
	var b strings.Builder
	for line := range strings.Lines(have) {
		if db, _, _ := strings.Cut(strings.TrimSpace(line), ":"); db != "hosts" && db != "networks" {
			b.WriteString(strings.TrimRight(line, "\n") + "\n")
		}
	}
	return b.String() + "hosts: files dns\nnetworks: files\n"
}
