package sim

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"regexp"

	"golang.org/x/image/font"
	"golang.org/x/image/font/basicfont"
	"golang.org/x/image/math/fixed"
)

// The screen is that of a text console: 80 columns and 25 rows, light on black.
const (
	columns = 80
	rows    = 25
)

// sequence is what sets a terminal's colours; it is not shown.
var sequence = regexp.MustCompile("\x1b\\[[0-9;]*[A-Za-z]")

// draw shows the end of a console's text as a PNG.
func draw(text []byte) ([]byte, error) {
	face := basicfont.Face7x13
	screen := image.NewPaletted(image.Rect(0, 0, columns*face.Advance, rows*face.Height), color.Palette{color.Black, color.Gray{0xc0}})
	d := font.Drawer{Dst: screen, Src: image.NewUniform(screen.Palette[1]), Face: face}
	for i, line := range lines(sequence.ReplaceAll(text, nil)) {
		d.Dot = fixed.P(0, i*face.Height+face.Ascent)
		d.DrawBytes(line)
	}
	var out bytes.Buffer
	err := png.Encode(&out, screen)
	return out.Bytes(), err
}

// lines are the last lines of a text as a screen breaks them.
func lines(text []byte) [][]byte {
	var all [][]byte
	for _, line := range bytes.Split(text, []byte("\n")) {
		for len(line) > columns {
			all, line = append(all, line[:columns]), line[columns:]
		}
		all = append(all, line)
	}
	return all[max(0, len(all)-rows):]
}
