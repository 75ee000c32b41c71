package state

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/openecs/openecs/internal/ecs"
)

type small uint8

type inner struct {
	_ struct{} `cbor:",toarray"`
	A ecs.Sym
	B string
}

// every has each kind that a plan knows.
type every struct {
	_  struct{} `cbor:",toarray"`
	B  bool
	I  int
	I1 int8
	I2 int16
	I4 int32
	I8 int64
	U  uint
	U1 small
	U2 uint16
	U4 uint32
	U8 uint64
	S  string
	Y  []byte
	H  [5]byte
	K  []ecs.Key
	T  []inner
	N  inner
	SS []string
	F  []bool
	D  []int16
	P  [2]int32
}

// agree decodes data in both ways: where the plan does not give up, the library says the same.
func agree[R any](t fataler, data []byte) (planned bool) {
	t.Helper()
	p := planOf(reflect.TypeFor[R]())
	if p == nil {
		t.Fatalf("%T has no plan", *new(R))
	}
	fast, slow := new(R), new(R)
	rest, ok := p.read(data, reflect.ValueOf(fast).UnsafePointer())
	if !ok || len(rest) > 0 {
		return false
	}
	err := decMode.Unmarshal(data, slow)
	if err != nil && strings.Contains(err.Error(), "different number of elements") {
		return true // the plan alone reads rows that lack the last fields: TestRowOfOlderProgram
	}
	if err != nil || !reflect.DeepEqual(fast, slow) {
		t.Fatalf("%x: plan read %+v, library %+v, %v", data, fast, slow, err)
	}
	return true
}

func roundTrip[R any](t *testing.T) {
	t.Run(reflect.TypeFor[R]().Name(), rapid.MakeCheck(func(rt *rapid.T) {
		var buf bytes.Buffer
		record := rapid.Make[R]().Draw(rt, "record")
		if err := encMode.MarshalToBuffer(record, &buf); err != nil {
			rt.Fatalf("%v", err)
		}
		data := buf.Bytes()
		if fast := planOf(reflect.TypeFor[R]()).append(nil, reflect.ValueOf(&record).UnsafePointer()); !bytes.Equal(fast, data) {
			rt.Fatalf("%+v: the plan wrote %x, the library %x", record, fast, data)
		}
		if !agree[R](rt, data) {
			rt.Fatalf("the plan gave up on %x", data)
		}
		// Damage it: cut, and change bytes.
		for range 20 {
			bad := bytes.Clone(data)[:rapid.IntRange(len(data)/2, len(data)).Draw(rt, "cut")]
			for range rapid.IntRange(0, 3).Draw(rt, "changes") {
				if len(bad) > 0 {
					bad[rapid.IntRange(0, len(bad)-1).Draw(rt, "at")] = rapid.Byte().Draw(rt, "byte")
				}
			}
			agree[R](rt, bad)
		}
	}))
}

func TestPlan(t *testing.T) {
	roundTrip[every](t)
	roundTrip[tokenRow](t)
	roundTrip[dueRow](t)
	for _, d := range Tables().tables {
		if d.plan == nil {
			t.Errorf("table %s is coded slowly", d.name)
		}
	}
}

// TestRowOfOlderProgram reads what a program wrote whose record had fewer fields, and one whose record had more.
func TestRowOfOlderProgram(t *testing.T) {
	type older struct {
		_ struct{} `cbor:",toarray"`
		A int64
	}
	type newer struct {
		_ struct{} `cbor:",toarray"`
		A int64
		B string
		C older
	}
	write := func(v any) []byte {
		var buf bytes.Buffer
		if err := encMode.MarshalToBuffer(v, &buf); err != nil {
			t.Fatal(err)
		}
		return buf.Bytes()
	}
	got := newer{B: ""}
	if rest, ok := planOf(reflect.TypeFor[newer]()).read(write(older{A: 7}), reflect.ValueOf(&got).UnsafePointer()); !ok || len(rest) > 0 || got != (newer{A: 7}) {
		t.Errorf("read %+v, %v", got, ok)
	}
	if _, ok := planOf(reflect.TypeFor[older]()).read(write(newer{A: 7}), reflect.ValueOf(new(older)).UnsafePointer()); ok {
		t.Error("a row with more fields than are known was read")
	}
}

func TestNoPlan(t *testing.T) {
	for _, typ := range []reflect.Type{
		reflect.TypeFor[struct{ A int }](),
		reflect.TypeFor[struct {
			_ struct{} `cbor:",toarray"`
			A time.Time
		}](),
		reflect.TypeFor[struct {
			_ struct{} `cbor:",toarray"`
			A *int
		}](),
		reflect.TypeFor[struct {
			_ struct{} `cbor:",toarray"`
			A int      `cbor:"a,omitempty"`
		}](),
		reflect.TypeFor[[]small](), reflect.TypeFor[map[string]int](), reflect.TypeFor[float64](), reflect.TypeFor[[4]string](),
	} {
		if planOf(typ) != nil {
			t.Errorf("%v has a plan", typ)
		}
	}
}

func FuzzPlan(f *testing.F) {
	var buf bytes.Buffer
	if err := encMode.MarshalToBuffer(&every{S: "s", T: []inner{{B: "b"}}, K: []ecs.Key{1}}, &buf); err != nil {
		f.Fatal(err)
	}
	f.Add(buf.Bytes())
	f.Fuzz(func(t *testing.T, data []byte) { agree[every](t, data) })
}
