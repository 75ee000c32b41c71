package fault

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"gopkg.in/yaml.v3"
)

// File is a file of rules, in YAML or JSON.
//
//	version: 1
//	seed: 42        # of the rules that have none of their own
//	faults:
//	  - {action: RunInstances, error: {code: OperationDenied.NoStock}, times: 2}
//	  - {action: "Describe*", latency: 200ms, probability: 0.5}
type File struct {
	Version int    `yaml:"version"`
	Seed    uint64 `yaml:"seed,omitempty"`
	Faults  []Rule `yaml:"faults"`
}

// Parse reads and checks a file of rules. A field that is not known, an action
// or a code that does not exist, a value of the wrong kind: the error is a
// sentence with its line.
func Parse(data []byte) ([]Rule, error) {
	var f File
	lines, err := Strict(data, &f, "faults")
	if err != nil {
		return nil, err
	}
	if f.Version != 1 {
		return nil, fmt.Errorf("version %d is not known: this is version 1", f.Version)
	}
	if len(f.Faults) > MaxRules {
		return nil, fmt.Errorf("there are %d rules, at most %d are taken", len(f.Faults), MaxRules)
	}
	names := map[string]bool{}
	for i := range f.Faults {
		r := &f.Faults[i]
		if r.Seed == 0 && r.Host == nil {
			r.Seed = f.Seed
		}
		err := r.Check()
		if err == nil && r.Name != "" && names[r.Name] {
			err = fmt.Errorf("the name %q is there twice", r.Name)
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", lines[i], err)
		}
		names[r.Name] = true
	}
	return f.Faults, nil
}

var (
	unknownField = regexp.MustCompile(`field (\S+) not found in type \S+`)
	wrongKind    = regexp.MustCompile("cannot unmarshal !!(\\w+)( `[^`]*`)? into [^\n]*")
)

// Strict decodes one YAML or JSON document, refusing what the type does not know, and
// returns the lines of the elements of a list at its top level. Errors are
// sentences with lines.
func Strict(data []byte, into any, list string) (lines []int, err error) {
	if json.Valid(data) { // a tab is white space there, and in YAML none
		data = bytes.ReplaceAll(data, []byte("\t"), []byte(" "))
	}
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	if err := d.Decode(into); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, errors.New("it is empty")
		}
		text := strings.TrimPrefix(strings.TrimPrefix(err.Error(), "yaml: "), "unmarshal errors:\n  ")
		text = unknownField.ReplaceAllString(text, "there is no field $1")
		text = wrongKind.ReplaceAllString(text, "a $1$2 cannot stand here")
		return nil, errors.New(strings.ReplaceAll(text, "\n  ", "; "))
	}
	if err := d.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, errors.New("it has a second document, or something after the first")
	}
	var root yaml.Node
	if err := yaml.Unmarshal(data, &root); err != nil || len(root.Content) == 0 {
		return nil, err
	}
	top := root.Content[0]
	for i := 0; i+1 < len(top.Content); i += 2 {
		if top.Content[i].Value == list {
			for _, item := range top.Content[i+1].Content {
				lines = append(lines, item.Line)
			}
		}
	}
	return lines, nil
}
