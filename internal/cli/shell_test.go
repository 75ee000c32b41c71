package cli

import (
	"strings"
	"testing"
)

func TestShells(t *testing.T) {
	const value = `C:\it's "here" $x`
	for name, want := range map[string][2]string{
		"posix":      {`export A='C:\it'\''s "here" $x'`, "unset A"},
		"fish":       {`set -gx A 'C:\\it\'s "here" $x'`, "set -e A"},
		"powershell": {`$env:A = 'C:\it''s "here" $x'`, "Remove-Item Env:A -ErrorAction SilentlyContinue"},
		"cmd":        {`set "A=C:\it's "here" $x"`, `set "A="`},
	} {
		sh := shells[name]
		if set, unset := sh.set("A", value), sh.unset("A"); set != want[0] || unset != want[1] {
			t.Errorf("%s: %s and %s, want %s", name, set, unset, want)
		}
	}
	for _, c := range []struct{ path, system, want string }{
		{"/bin/bash", "linux", "posix"}, {"/usr/bin/fish", "linux", "fish"}, {"/usr/bin/pwsh", "darwin", "powershell"}, {"", "linux", "posix"},
		{"", "windows", "powershell"}, {"/usr/bin/bash.exe", "windows", "posix"},
	} {
		if got := detectShell(c.path, c.system); got != c.want {
			t.Errorf("SHELL=%q on %s: %s, want %s", c.path, c.system, got, c.want)
		}
	}
}

// TestEnvForShells: each shell gets all variables, in its own words.
func TestEnvForShells(t *testing.T) {
	clean(t)
	dir := t.TempDir()
	at, _ := serveIn(t, dir)
	for name, sh := range shells {
		o := run(t, dir, "env", "--shell", name).want(t, 0, "")
		for _, want := range []string{sh.set("HTTPS_PROXY", at.Endpoint), sh.set("ALIBABA_CLOUD_ACCESS_KEY_ID", at.AccessKeyID), sh.unset("NO_PROXY")} {
			if !strings.Contains(o.out, want+"\n") {
				t.Errorf("%s lacks %q:\n%s", name, want, o.out)
			}
		}
	}
	t.Setenv("SHELL", "/usr/bin/fish")
	if o := run(t, dir, "env").want(t, 0, ""); !strings.Contains(o.out, "set -gx HTTPS_PROXY") {
		t.Errorf("$SHELL is fish, and this is not for it:\n%s", o.out)
	}
}
