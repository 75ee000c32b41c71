package store_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openecs/openecs/internal/store"
)

func TestCheck(t *testing.T) {
	key := func(k string) store.Change { return store.Change{Key: []byte(k), Value: []byte("v")} }
	l := store.Limits{Changes: 3, Bytes: 10}
	for _, c := range []struct {
		name    string
		rev     store.Rev
		changes []store.Change
		want    string // part of the sentence, "" for a batch that may pass
	}{
		{"empty", 8, nil, ""},
		{"ascending", 8, []store.Change{key("a"), key("b"), key("c")}, ""},
		{"descending", 8, []store.Change{key("c"), key("b"), key("a")}, ""},
		{"prefix", 8, []store.Change{key("a"), key("aa")}, ""},
		{"as large as can be", 8, []store.Change{key("123456789")}, ""},
		{"a byte too large", 8, []store.Change{key("1234567890")}, "11 bytes"},
		{"one too many", 8, []store.Change{key("a"), key("b"), key("c"), key("d")}, "4 changes"},
		{"the head itself", 7, nil, "does not follow"},
		{"a gap", 9, nil, "does not follow"},
		{"twice in a row", 8, []store.Change{key("a"), key("a")}, "twice"},
		{"twice", 8, []store.Change{key("b"), key("a"), key("b")}, "twice"},
		{"no key", 8, []store.Change{key("a"), key("")}, "empty key"},
	} {
		err := store.Batch{Rev: c.rev, Changes: c.changes}.Check(7, l)
		switch {
		case c.want == "" && err == nil:
		case c.want == "" || err == nil || !strings.Contains(err.Error(), c.want):
			t.Errorf("%s: %v", c.name, err)
		case !errors.Is(err, store.ErrInvalid) || !errors.Is(err, store.ErrNotCommitted):
			t.Errorf("%s: %v is not ErrInvalid and ErrNotCommitted", c.name, err)
		}
	}
}

func TestClone(t *testing.T) {
	b := store.Batch{Rev: 3, Changes: []store.Change{
		{Key: []byte("a"), Value: []byte("one")}, {Key: []byte("b")}, {Key: []byte("c"), Value: []byte{}},
	}}
	c := b.Clone()
	if diff := cmp.Diff(b, c); diff != "" {
		t.Error(diff)
	}
	if c.Changes[1].Value != nil || c.Changes[2].Value == nil {
		t.Error("a deletion and an empty value are not kept apart")
	}
	b.Changes[0].Key[0], b.Changes[0].Value[0] = 'x', 'x'
	_ = append(c.Changes[0].Key, "yy"...) // must not reach the value behind it
	if string(c.Changes[0].Key) != "a" || string(c.Changes[0].Value) != "one" {
		t.Errorf("the clone shares memory: %q", c.Changes[0])
	}
}

func TestErrHeld(t *testing.T) {
	for want, err := range map[string]error{
		"data directory is in use by another process":                        store.ErrHeld{},
		"data directory is in use by process 7":                              store.ErrHeld{Holder: store.Holder{PID: 7}},
		"data directory is in use by process 7, which serves 127.0.0.1:7070": store.ErrHeld{Holder: store.Holder{PID: 7, Addr: "127.0.0.1:7070"}},
	} {
		if err.Error() != want {
			t.Errorf("%s", err)
		}
	}
}
