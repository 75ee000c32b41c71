package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/jmespath/go-jmespath"
	"gopkg.in/yaml.v3"
)

// checkOutput refuses output flags that mean nothing, before anything is done.
func (a *app) checkOutput() error {
	if a.output != "table" && a.output != "json" && a.output != "yaml" {
		return usagef("-o %s: it is table, json or yaml", a.output)
	}
	if a.query == "" {
		return nil
	}
	if _, err := jmespath.Compile(a.query); err != nil {
		return usagef("--query is not a JMESPath expression: %v", err)
	}
	if a.output == "table" {
		a.output = "json"
	}
	return nil
}

// print writes a result: for people as the table says, for programs as JSON or
// YAML of v, through --query if there is one.
func (a *app) print(v any, table func(w io.Writer)) error {
	if a.output == "table" {
		w := tabwriter.NewWriter(a.Out, 0, 0, 2, ' ', 0)
		table(w)
		return w.Flush()
	}
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return a.printJSON(b)
}

func (a *app) printJSON(b []byte) error {
	var v any
	if err := json.Unmarshal(b, &v); err != nil {
		return err
	}
	if a.query != "" {
		var err error
		if v, err = jmespath.Search(a.query, v); err != nil {
			return usagef("--query: %v", err)
		}
	}
	if a.output == "yaml" {
		e := yaml.NewEncoder(a.Out)
		e.SetIndent(2)
		return e.Encode(v)
	}
	e := json.NewEncoder(a.Out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// row writes the cells of a table's row.
func row(w io.Writer, cells ...any) {
	for i, c := range cells {
		if i > 0 {
			fmt.Fprint(w, "\t")
		}
		fmt.Fprint(w, c)
	}
	fmt.Fprintln(w)
}

// dash stands for an empty cell.
func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// first is the first of a list, "" when it is empty.
func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}
