package price

import (
	_ "embed"

	"github.com/openecs/openecs/internal/catalog"
)

//go:embed openecs.yaml
var own []byte

// Own is OpenECS's own price list, of what the catalogue has.
func Own(cat *catalog.Catalog) *List {
	l, err := read("openecs.yaml", own, cat)
	if err != nil { // the file is embedded, and a test reads it
		panic("price: " + err.Error())
	}
	return l
}
