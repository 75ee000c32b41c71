package archtest

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// layerOf is the layer of a package of this module, 0 if it has none.
func layerOf(pkg string) (layer int) {
	longest := 0
	for _, l := range layers {
		if in(pkg, l.root) && len(l.root) > longest {
			longest, layer = len(l.root), l.layer
		}
	}
	return layer
}

// in tells that pkg is root or below it; below it only, when root ends in a slash.
func in(pkg, root string) bool {
	if below, ok := strings.CutSuffix(root, "/"); ok {
		return pkg != below && within(pkg, below)
	}
	return within(pkg, root)
}

// group is the action group or model a package belongs to, such as internal/action/instance.
func group(pkg, of string) string {
	rest := strings.TrimPrefix(pkg, of)
	if i := strings.IndexByte(rest, '/'); i >= 0 {
		rest = rest[:i]
	}
	return rest
}

// forbidden says why package from may not import path; "" means it may.
func forbidden(from, path string) string {
	to, ours := strings.CutPrefix(path, module+"/")
	for _, o := range only {
		if matches(to, o.what) && !slices.ContainsFunc(o.by, func(by string) bool { return in(from, by) }) {
			return o.reason
		}
	}
	std := !strings.Contains(strings.SplitN(path, "/", 2)[0], ".")
	switch {
	case strings.HasPrefix(path, "/") || strings.HasPrefix(path, "."):
		return "imports are of modules, not of places"
	case path == "plugin" || path == "C":
		return "one static binary, CGO_ENABLED=0"
	case from == "api" && !std:
		return "api imports the standard library only: people build on it"
	case !ours:
		return ""
	case to == from || within(to, from) && layerOf(to) == layerOf(from) && !strings.HasPrefix(from, "internal/action"):
		return ""
	}
	lf, lt := layerOf(from), layerOf(to)
	switch {
	case lt == 0:
		return to + " has no layer"
	case lt > lf:
		return ""
	case lt < lf:
		return fmt.Sprintf("imports point down: layer %d may not import layer %d", lf, lt)
	}
	for _, b := range beside {
		if in(from, b.from) && in(to, b.to) {
			return ""
		}
	}
	switch {
	case in(from, "internal/action/") && in(to, "internal/action/"):
		if group(from, "internal/action/") == group(to, "internal/action/") {
			return ""
		}
		return "action groups never import each other: what two need moves down to ecs or model"
	case in(from, "internal/model/") && in(to, "internal/model/"):
		f, t := slices.Index(models, group(from, "internal/model/")), slices.Index(models, group(to, "internal/model/"))
		if t >= 0 && t <= f {
			return ""
		}
		return "models import each other only leftwards in " + strings.Join(models, ", ")
	case within(from, to): // a part may know its whole within one layer
		return ""
	}
	return fmt.Sprintf("both are of layer %d, and stay apart", lf)
}

// matches tells that an import path falls under what a rule names.
func matches(path, what string) bool {
	if strings.HasPrefix(what, "internal/") {
		return in(path, what)
	}
	return path == what || strings.HasPrefix(path, strings.TrimSuffix(what, "/")+"/")
}

func TestImportsPointDown(t *testing.T) {
	for _, s := range sources(t) {
		if s.pkg() != "." && layerOf(s.pkg()) == 0 {
			t.Errorf("%s: package %s has no layer: give it one in layers_test.go", s.path, s.pkg())
			continue
		}
		for path := range s.imports() {
			if s.isTest() {
				// Tests go through the front door, so they may import upwards; the official SDKs
				// live in a module of their own all the same.
				if matches(path, "github.com/alibabacloud-go/") || matches(path, "github.com/aliyun/alibaba-cloud-sdk-go") {
					t.Errorf("%s imports %s: the SDKs are test clients in a module of their own", s.path, path)
				}
				continue
			}
			if why := forbidden(s.pkg(), path); why != "" {
				t.Errorf("%s imports %s: %s", s.path, strings.TrimPrefix(path, module+"/"), why)
			}
		}
	}
}

func TestForbiddenEdges(t *testing.T) {
	for _, e := range []struct {
		from, to string
		ok       bool
	}{
		{"internal/service", "internal/action/instance", true},
		{"internal/action/instance", "internal/service", false},
		{"internal/action/instance", "internal/action", true},
		{"internal/action/instance", "internal/action/disk", false},
		{"internal/action/instance", "internal/action/instance/rules", true},
		{"internal/action", "internal/action/disk", false},
		{"internal/action", "internal/auth", true},
		{"internal/auth", "internal/action", false},
		{"internal/action/instance", "internal/engine", false},
		{"internal/reconcile", "internal/engine", true},
		{"internal/reconcile", "internal/state", true},
		{"internal/reconcile", "internal/engine/sim", false},
		{"internal/cli", "internal/engine/sim", true},
		{"internal/state", "internal/engine", false},
		{"internal/state", "internal/store", true},
		{"internal/state", "internal/store/pebble", false},
		{"internal/service", "internal/store/pebble", false},
		{"internal/cli", "internal/store/pebble", true},
		{"internal/model/compute", "internal/model/tag", true},
		{"internal/model/tag", "internal/model/compute", false},
		{"internal/model/tag", "internal/action", false},
		{"internal/store/pebble", "internal/store", true},
		{"internal/store", "internal/engine", false},
		{"internal/engine/sim", "internal/engine", true},
		{"internal/engine/sim", "internal/clock", true},
		{"internal/clock", "internal/ecs", false},
		{"internal/cli", "client", true},
		{"internal/cli", "internal/service", true},
		{"internal/cli", "internal/state", false},
		{"internal/cli", "internal/action/instance", false},
		{"internal/cli", "internal/console", false},
		{"internal/console", "client", true},
		{"internal/console", "internal/service", false},
		{"client", "internal/server", false},
		{"client", "api", true},
		{"ecstest", "internal/store/mem", true},
		{"api", "internal/ecs", false},
	} {
		if why := forbidden(e.from, module+"/"+e.to); (why == "") != e.ok {
			t.Errorf("%s → %s: %q", e.from, e.to, why)
		}
	}
	for _, e := range []struct {
		from, to string
		ok       bool
	}{
		{"api", "encoding/json", true},
		{"api", "golang.org/x/net/http2", false},
		{"ecstest", "testing", true},
		{"internal/action/instance", "testing", false},
		{"internal/store/pebble", "github.com/cockroachdb/pebble/v2", true},
		{"internal/service", "github.com/cockroachdb/pebble/v2/vfs", false},
		{"client", "github.com/aliyun/credentials-go/credentials", true},
		{"client", "github.com/alibabacloud-go/ecs-20140526/v7/client", false},
		{"internal/ecs", "/somewhere", false},
		{"internal/ecs", "net/netip", true},
		{"internal/ecs", "C", false},
	} {
		if why := forbidden(e.from, e.to); (why == "") != e.ok {
			t.Errorf("%s → %s: %q", e.from, e.to, why)
		}
	}
}

// What somebody's test links: no database, no cluster, no host.
func TestEcstestLinksNoBackend(t *testing.T) {
	cmd := exec.Command("go", "list", "-deps", "./ecstest")
	cmd.Dir = "../.."
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	for dep := range strings.FieldsSeq(string(out)) {
		for _, backend := range []string{"github.com/cockroachdb/", "go.etcd.io/", "github.com/lxc/", "github.com/google/nftables", module + "/internal/cli", module + "/internal/agent"} {
			if strings.HasPrefix(dep, backend) {
				t.Errorf("ecstest links %s", dep)
			}
		}
	}
}

// A replaced module would not be what people who import ours get.
func TestModuleStandsAlone(t *testing.T) {
	b, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(b)) {
		if line = strings.TrimSpace(line); strings.Contains(line, "=>") || strings.HasPrefix(line, "exclude") ||
			strings.Contains(line, "alibabacloud-go/ecs-") || strings.Contains(line, "alibaba-cloud-sdk-go") {
			t.Errorf("go.mod: %s", line)
		}
	}
}
