package fault

import (
	"strings"
	"testing"
	"time"

	"github.com/openecs/openecs/api"
)

func TestParse(t *testing.T) {
	rules, err := Parse([]byte(`version: 1
seed: 9
faults:
  - {action: RunInstances, error: {code: OperationDenied.NoStock}, times: 2}
  - action: Describe*
    latency: 1.5s
    probability: 0.25
    seed: 3
  - {limit-per-minute: 0, action: CreateInstance}
  - {host: {operation: start, outcome: never}}
`))
	if err != nil {
		t.Fatal(err)
	}
	if len(rules) != 4 || rules[0].Seed != 9 || rules[1].Seed != 3 || rules[1].Latency != 1500*time.Millisecond || *rules[2].LimitPerMinute != 0 || rules[3].Host.Outcome != Never {
		t.Errorf("%+v", rules)
	}
	if _, err := Parse([]byte("{\n\t\"version\": 1,\n\t\"faults\": [{\"action\": \"RunInstances\", \"drop\": \"after\"}]\n}")); err != nil {
		t.Errorf("JSON with tabs: %v", err)
	}
}

// TestParseRefuses: a sentence with the line, and no panic.
func TestParseRefuses(t *testing.T) {
	begin := "version: 1\nfaults:\n"
	for text, says := range map[string]string{
		"":                         "empty",
		"[]":                       "cannot stand here",
		"version: 2\nfaults: []":   "version 2",
		"faults: []":               "version 0",
		"version: 1\nfaults: 3":    "line 2: a int `3` cannot stand here",
		"version: 1\nfault: []":    "line 2: there is no field fault",
		begin + "  - {}\n":         "line 3: the rule does nothing",
		begin + "  - {acton: X}\n": "line 3: there is no field acton",
		begin + "  - {latency: 1s}\n  - {latency: 1s, action: Nope}\n":     `line 4: there is no action "Nope"`,
		begin + "  - {error: {code: Nope}}\n":                              `line 3: the code "Nope" is not documented`,
		begin + "  - {error: {code: Throttling, kind: x}}\n":               "line 3: there is no field kind",
		begin + "  - {latency: soon}\n":                                    "line 3",
		begin + "  - {latency: 1s, times: many}\n":                         "line 3",
		begin + "  - {latency: 1s, name: a}\n  - {latency: 1s, name: a}\n": `line 4: the name "a"`,
		begin + "  - {latency: 1s\n":                                       "line",
		begin + "---\nversion: 1\n":                                        "second document",
		"\x00":                                                             "",
		"version: 1\nfaults: [*a]":                                         "",
		"version: 1\nfaults: &a [*a, *a]":                                  "",
	} {
		_, err := Parse([]byte(text))
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v, want %q", text, err, says)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("version: 1\nfaults: [{action: RunInstances, error: {code: Throttling}}]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		rules, err := Parse(data)
		if err != nil {
			return
		}
		var s Set
		if _, _, err := s.Add(rules...); err == nil {
			s.Meet(&Request{Product: "Ecs", Action: "RunInstances", Params: &api.Params{}})
		}
	})
}

func TestUndocumentedCode(t *testing.T) {
	var s Set
	_, lift, err := s.Add(Rule{Error: &Error{Code: "Brand.New", Status: 418}})
	if err != nil {
		t.Fatal(err)
	}
	p := s.Meet(&Request{Action: "X", Params: &api.Params{}})
	if p.Err == nil || p.Err.Status != 418 || p.Err.Code != "Brand.New" {
		t.Errorf("%+v", p)
	}
	lift()
	if s.Active() {
		t.Error("a lifted rule is in force")
	}
	if s.Remove("nothing") || s.Clear() != 0 {
		t.Error("what is not there was removed")
	}
}

// TestAllOrNone: of a list with a bad rule none is put in force.
func TestAllOrNone(t *testing.T) {
	var s Set
	if _, _, err := s.Add(Rule{Latency: time.Second}, Rule{}); err == nil || len(s.Rules()) != 0 {
		t.Errorf("%v, %d rules", err, len(s.Rules()))
	}
}

func BenchmarkNoFault(b *testing.B) {
	var s Set
	for b.Loop() {
		if s.Active() {
			b.Fatal("active")
		}
	}
}
