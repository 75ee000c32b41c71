package api

import "testing"

// TestRequiredNumber tells a required number that is absent or empty from one
// that is malformed.
func TestRequiredNumber(t *testing.T) {
	for query, code := range map[string]string{
		"":            CodeMissingParameter,
		"NewSize=":    CodeMissingParameter,
		"NewSize=x":   "InvalidParameter",
		"NewSize=1.5": "InvalidParameter",
	} {
		p := new(Params)
		if err := p.Parse("DiskId=d-1&"+query, nil); err != nil {
			t.Fatal(err)
		}
		err := new(ResizeDiskRequest).Decode(p)
		if e, ok := err.(*Error); !ok || e.Status != 400 || e.Code != code {
			t.Errorf("%q: %v, want %s", query, err, code)
		}
	}
}
