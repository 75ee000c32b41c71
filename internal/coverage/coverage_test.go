package coverage

import (
	"slices"
	"strings"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/errtable"
)

func lookup(t *testing.T, version, name string) *api.ActionInfo {
	t.Helper()
	a, ok := api.Lookup(version, name)
	if !ok {
		t.Fatalf("%s %s is not known", version, name)
	}
	return a
}

func TestPage(t *testing.T) {
	start, create := lookup(t, "2014-05-26", "StartInstance"), lookup(t, "2014-05-26", "CreateVpc")
	alias := create.Alias
	if alias == nil {
		t.Fatal("the ECS name CreateVpc is no alias")
	}
	list, err := ReadExercised(strings.NewReader("# who\nEcs\tStartInstance\tpython-v1\nEcs\tStartInstance\tgo-v7\nEcs\tStartInstance\tgo-v7\nVpc\tCreateVpc\tterraform\n"))
	if err != nil {
		t.Fatal(err)
	}
	page := Page(Input{
		Head:      "# Head",
		Actions:   slices.Values([]*api.ActionInfo{start, lookup(t, "2014-05-26", "StopInstance"), create, lookup(t, "2015-06-12", "DescribeServices")}),
		Supported: func(a *api.ActionInfo) bool { return a == start || a == create },
		Exercised: list,
		Errors: errtable.Table{
			{Product: "*", Action: "*", Status: 413, Code: "EntityTooLarge", Source: "inferred"},
			{Product: "Ecs", Action: "StartInstance", Status: 403, Code: "A", Source: "docs-2021+inferred"},
			{Product: "Ecs", Action: "StartInstance", Status: 404, Code: "B", Source: "inferred"},
			{Product: "Ecs", Action: "StopInstance", Status: 404, Code: "C", Source: "inferred"},
			{Product: "Vpc", Action: "CreateVpc", Status: 400, Code: "D", Source: "docs-vpc"},
		},
	})
	for _, want := range []string{
		"# Head\n", "| Ecs 2014-05-26 | 3 | 2 | 1 |\n", "| Location 2015-06-12 | 1 | 0 | 1 |\n",
		"| StartInstance | yes | instance | T0 | docs-2021, inferred | go-v7, python-v1 |\n",
		"| StopInstance | no | instance | T0 | inferred |  |\n",
		"| CreateVpc | yes, as Vpc CreateVpc | " + create.Group + " | " + create.Tier + " | docs-vpc | terraform |\n",
		"| DescribeServices | no, known by name only |",
		"| any | any | 413 | EntityTooLarge |\n", "| Ecs | StartInstance | 404 | B |\n",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q", want)
		}
	}
	for _, no := range []string{"| 404 | C |", "| 403 | A |"} {
		if strings.Contains(page, no) {
			t.Errorf("%q is there", no)
		}
	}
}

// The repository's own page has a row for every action.
func TestLoad(t *testing.T) {
	in, err := Load(func(*api.ActionInfo) bool { return false })
	if err != nil {
		t.Fatal(err)
	}
	page, n := Page(in), 0
	for a := range api.Actions() {
		n++
		if !strings.Contains(page, "\n| "+a.Name+" | ") {
			t.Errorf("no row for %s", a.Name)
		}
	}
	if n < 366 {
		t.Errorf("%d actions", n)
	}
	if Page(in) != page {
		t.Error("the page is not the same twice")
	}
}

func TestReadExercisedRefuses(t *testing.T) {
	for _, text := range []string{"Ecs StartInstance go", "Ecs\tStartInstance", "Ecs\t\tgo"} {
		if _, err := ReadExercised(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), "line 1") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestMissing(t *testing.T) {
	none := Missing(api.Actions(), func(*api.ActionInfo) bool { return false })
	if !slices.Contains(none, "T0 Ecs CreateInstance") || !slices.IsSorted(none) {
		t.Error("CreateInstance is of T0")
	}
	if all := Missing(api.Actions(), func(*api.ActionInfo) bool { return true }); len(all) != 0 {
		t.Errorf("%v", all)
	}
}
