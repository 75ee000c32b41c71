package coverage

import (
	_ "embed"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/errtable"
)

//go:embed head.md
var head string

// Load makes the input of the repository around the current directory. A
// missing docs/exercised.tsv is an empty one.
func Load(supported func(*api.ActionInfo) bool) (Input, error) {
	in := Input{Head: head, Actions: api.Actions(), Supported: supported}
	root, err := errtable.Root()
	if err != nil {
		return in, err
	}
	if in.Errors, err = errtable.Load(); err != nil {
		return in, err
	}
	f, err := os.Open(filepath.Join(root, filepath.FromSlash(ExercisedFile)))
	if errors.Is(err, fs.ErrNotExist) {
		return in, nil
	}
	if err != nil {
		return in, err
	}
	defer f.Close()
	in.Exercised, err = ReadExercised(f)
	return in, err
}
