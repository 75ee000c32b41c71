package cli

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
)

// shell is how a shell sets and unsets a variable for the programs it starts.
type shell struct {
	set   func(name, value string) string
	unset func(name string) string
}

// shells are those that env knows.
var shells = map[string]shell{
	"posix": {
		func(name, value string) string { return "export " + name + "=" + shellQuote(value) },
		func(name string) string { return "unset " + name },
	},
	"fish": { // in single quotes a backslash quotes itself and the quote
		func(name, value string) string {
			return "set -gx " + name + " '" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(value) + "'"
		},
		func(name string) string { return "set -e " + name },
	},
	"powershell": {
		func(name, value string) string {
			return "$env:" + name + " = '" + strings.ReplaceAll(value, "'", "''") + "'"
		},
		func(name string) string { return "Remove-Item Env:" + name + " -ErrorAction SilentlyContinue" },
	},
	"cmd": { // what is between the first quote and the last is taken as it is
		func(name, value string) string { return `set "` + name + "=" + value + `"` },
		func(name string) string { return `set "` + name + `="` },
	},
}

func shellNames() []string { return slices.Sorted(maps.Keys(shells)) }

// detectShell is the shell that env writes for, by $SHELL where that is set:
// Windows sets it in shells of Unix only.
func detectShell(path, system string) string {
	switch name := strings.TrimSuffix(filepath.Base(filepath.ToSlash(path)), ".exe"); {
	case path == "" && system == "windows":
		return "powershell"
	case name == "fish":
		return "fish"
	case name == "pwsh" || name == "powershell":
		return "powershell"
	}
	return "posix"
}

// oneOf lists values as a sentence does.
func oneOf(names []string) string {
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " or " + names[last]
}
