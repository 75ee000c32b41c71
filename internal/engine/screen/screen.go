// Package screen draws what a text console shows, for engines whose machines
// have no screen of their own.
//
// Layer 9. Engines import it.
package screen

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"
	"image"
	"regexp"

	"golang.org/x/image/font/basicfont"
)

// The screen is that of a text console: 80 columns and 25 rows, white on black.
const (
	columns = 80
	rows    = 25
)

// sequence is what sets a terminal's colours; it is not shown.
var sequence = regexp.MustCompile("\x1b\\[[0-9;]*[A-Za-z]")

// Draw shows the end of a console's text as a PNG.
func Draw(text []byte) ([]byte, error) {
	face := basicfont.Face7x13
	glyphs := face.Mask.(*image.Alpha)
	s := newScreen(columns*face.Advance, rows*face.Height)
	for row, line := range lines(sequence.ReplaceAll(text, nil)) {
		for column, c := range line {
			if c < ' ' || c > '~' {
				c = '?'
			}
			for y := range face.Height {
				for x := range face.Width {
					if glyphs.AlphaAt(x, int(c-' ')*face.Height+y).A != 0 {
						s.light(column*face.Advance+x, row*face.Height+y)
					}
				}
			}
		}
	}
	return s.png()
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

// screen is an image of black and white points, one bit each. Package image/png
// would cost the binary more than the few lines that such an image takes.
type screen struct {
	width, height, stride int
	rows                  []byte // each after a byte that says that it is not filtered
}

func newScreen(width, height int) *screen {
	stride := 1 + (width+7)/8
	return &screen{width, height, stride, make([]byte, stride*height)}
}

func (s *screen) light(x, y int) { s.rows[y*s.stride+1+x/8] |= 0x80 >> (x % 8) }

func (s *screen) png() ([]byte, error) {
	var packed bytes.Buffer
	z := zlib.NewWriter(&packed)
	z.Write(s.rows) // into memory: only Close can fail, on what came before
	if err := z.Close(); err != nil {
		return nil, err
	}
	head := binary.BigEndian.AppendUint32(nil, uint32(s.width))
	head = binary.BigEndian.AppendUint32(head, uint32(s.height))
	head = append(head, 1, 0, 0, 0, 0) // bits of a point, grey, deflate, no filter, not interlaced
	out := []byte("\x89PNG\r\n\x1a\n")
	out = chunk(out, "IHDR", head)
	out = chunk(out, "IDAT", packed.Bytes())
	return chunk(out, "IEND", nil), nil
}

// chunk appends a part of a PNG: its length, name, data and checksum.
func chunk(out []byte, name string, data []byte) []byte {
	out = binary.BigEndian.AppendUint32(out, uint32(len(data)))
	at := len(out)
	out = append(append(out, name...), data...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[at:]))
}
