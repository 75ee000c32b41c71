package archtest

import (
	"go/ast"
	"path/filepath"
	"testing"
)

// unchecked are the packages whose tests start services and need not have their answers checked.
var unchecked = map[string]string{
	"bench":               "measures the service as it is sold",
	"examples/go":         "shows what somebody else writes",
	"internal/durability": "kills processes; what they answer is checked where it is tested",
}

// TestAnswersAreChecked: a package whose tests start services other than by internal/actiontest has a TestMain that has
// every answer checked, so that no test can let a wrong one pass.
func TestAnswersAreChecked(t *testing.T) {
	starts, checks := map[string]bool{}, map[string]bool{}
	for _, s := range sources(t) {
		if !s.isTest() {
			continue
		}
		for path := range s.imports() {
			if path == module+"/ecstest" || path == module+"/internal/node" {
				starts[s.pkg()] = true
			}
		}
		if s.pkg() == "ecstest" || s.pkg() == "internal/node" {
			starts[s.pkg()] = true
		}
		if callsShapetest(s.file) {
			checks[s.pkg()] = true
		}
	}
	if !starts["internal/cli"] || !starts["internal/server"] {
		t.Errorf("only %v start services: this test sees too little", starts)
	}
	for pkg := range starts {
		if !checks[pkg] && unchecked[pkg] == "" {
			t.Errorf("the tests of %s start services: they need func TestMain(m *testing.M) { shapetest.Main(m) }", filepath.ToSlash(pkg))
		}
	}
}

// callsShapetest tells that a file calls shapetest.Main or Watch.
func callsShapetest(f *ast.File) (found bool) {
	ast.Inspect(f, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		if sel, ok := call.Fun.(*ast.SelectorExpr); ok && (sel.Sel.Name == "Main" || sel.Sel.Name == "Watch") {
			x, ok := sel.X.(*ast.Ident)
			found = found || ok && x.Name == "shapetest"
		}
		return true
	})
	return found
}
