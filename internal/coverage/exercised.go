package coverage

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
)

// ExercisedFile is the table of what was called by what, relative to the root
// of the repository: product, action and a test or client per line, tabs
// between. Runs of clients append to it; a line may occur twice.
const ExercisedFile = "docs/exercised.tsv"

// Exercised is, for "Product Action", who called it with success, sorted.
type Exercised map[string][]string

// ReadExercised parses the table. Lines that begin with # are comments.
func ReadExercised(r io.Reader) (Exercised, error) {
	e := Exercised{}
	sc := bufio.NewScanner(r)
	for n := 1; sc.Scan(); n++ {
		text := sc.Text()
		if text == "" || strings.HasPrefix(text, "#") {
			continue
		}
		f := strings.Split(text, "\t")
		if len(f) != 3 || f[0] == "" || f[1] == "" || f[2] == "" {
			return nil, fmt.Errorf("coverage: %s: line %d: want product, action and who, with tabs between", ExercisedFile, n)
		}
		e[f[0]+" "+f[1]] = append(e[f[0]+" "+f[1]], f[2])
	}
	for k := range e {
		slices.Sort(e[k])
		e[k] = slices.Compact(e[k])
	}
	return e, sc.Err()
}
