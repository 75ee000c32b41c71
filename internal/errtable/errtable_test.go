package errtable_test

import (
	"strings"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/errtable"
)

func load(t *testing.T) errtable.Table {
	t.Helper()
	table, err := errtable.Load()
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// Every row must be what the running service answers, or the table is only paper.
func TestEveryRowResolves(t *testing.T) {
	for _, r := range load(t) {
		product, action := r.Product, r.Action
		if product == errtable.Any {
			product, action = "NoProduct", "NoAction"
		}
		if action == errtable.Any {
			action = "NoAction"
		}
		if got := api.StatusOf(product, action, r.Code); got != r.Status {
			t.Errorf("StatusOf(%s, %s, %s) = %d, the table has %d", product, action, r.Code, got, r.Status)
		}
		if !api.HasCode(product, action, r.Code) {
			t.Errorf("HasCode(%s, %s, %s) is false", product, action, r.Code)
		}
	}
}

// A client takes 404 as "the thing is gone" and retries every 5xx, so what we answer of our
// own accord must be neither.
func TestOwnCodesArePlain(t *testing.T) {
	found := false
	for _, r := range load(t) {
		if r.Source != "openecs" {
			continue
		}
		found = true
		if r.Status != 400 {
			t.Errorf("%s is answered with %d", r.Code, r.Status)
		}
	}
	if !found {
		t.Error("no code of our own")
	}
}

// Each source key used must be explained at the top of the table.
func TestSourcesAreExplained(t *testing.T) {
	known := make(map[string]bool)
	for _, k := range strings.Fields("docs-2021 docs-vpc docs-2026 sdk-2026 common gateway observed terraform packer ansible " +
		"bosh csi gardener karpenter ccm ecctl openecs inferred") {
		known[k] = true
	}
	for _, r := range load(t) {
		if key := strings.TrimSuffix(r.Source, "+inferred"); !known[key] || r.Source == "inferred+inferred" {
			t.Errorf("%s %s %s: unknown source %q", r.Product, r.Action, r.Code, r.Source)
		}
	}
}

func TestSourceOf(t *testing.T) {
	table := load(t)
	for _, c := range []struct{ product, action, code, want string }{
		{"Ecs", "StartInstance", "IncorrectInstanceStatus", "docs-2021"},
		{"Vpc", "DeleteVpc", "DependencyViolation.VSwitch", "docs-vpc"},
		{"Ecs", "StartInstance", "SignatureDoesNotMatch", "gateway"},
		{"Ecs", "AcceptInquiredSystemEvent", "UnsupportedOperation.NotImplemented", "openecs"},
		{"Ecs", "StartInstance", "EntityTooLarge", "inferred"},
		{"Ecs", "StartInstance", "No.SuchCode", ""},
	} {
		if got := table.SourceOf(c.product, c.action, c.code); got != c.want {
			t.Errorf("SourceOf(%s, %s, %s) = %q, want %q", c.product, c.action, c.code, got, c.want)
		}
	}
	for _, r := range table.Inferred() {
		if r.Source != errtable.Inferred {
			t.Errorf("Inferred lists %s %s %s of source %s", r.Product, r.Action, r.Code, r.Source)
		}
	}
	if len(table.Inferred()) == 0 {
		t.Error("Inferred is empty")
	}
}

func TestReadRefuses(t *testing.T) {
	head := errtable.Header + "\n"
	for name, text := range map[string]string{
		"empty":               "",
		"header only":         head,
		"no header":           "Ecs\tA\t400\tC\tinferred\n",
		"four fields":         head + "Ecs\tA\t400\tC\n",
		"empty field":         head + "Ecs\tA\t400\t\tinferred\n",
		"padded field":        head + "Ecs\tA\t400\tC \tinferred\n",
		"not a status":        head + "Ecs\tA\tbad\tC\tinferred\n",
		"a success":           head + "Ecs\tA\t200\tC\tinferred\n",
		"action of no one":    head + "*\tA\t400\tC\tinferred\n",
		"unsorted":            head + "Ecs\tB\t400\tC\tinferred\nEcs\tA\t400\tC\tinferred\n",
		"twice, two statuses": head + "Ecs\tA\t400\tC\tinferred\nEcs\tA\t403\tC\tinferred\n",
	} {
		if _, err := errtable.Read(strings.NewReader(text)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	table, err := errtable.Read(strings.NewReader("# comment\n" + head + "*\t*\t400\tC\tgateway\n\n# more\nEcs\tA\t403\tC\tdocs-2021\n"))
	if err != nil || len(table) != 2 || table[1].Status != 403 {
		t.Errorf("Read = %v, %v", table, err)
	}
}
