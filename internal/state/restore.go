package state

import (
	"context"
	"reflect"

	"github.com/openecs/openecs/internal/ecs"
)

// Restore makes every row what it is in a snapshot, of this DB or of another with the same schema, in one transaction: rows
// that differ are written, others not touched. Keys and time go on from where they are, never back. Who works on rows
// must rest meanwhile and look at everything afterwards.
func (db *DB) Restore(ctx context.Context, to *Snapshot) error {
	return db.Update(ctx, func(tx *Tx) error {
		c := tx.c
		translate := func(_ *table, r row) row { return r }
		if to.symbols != c.symbols { // another DB: its symbols are other strings
			c.lastKey = max(c.lastKey, to.lastKey)
			translate = func(t *table, r row) row { return resymbol(t, r, func(s ecs.Sym) ecs.Sym { return tx.Sym(to.Str(s)) }) }
		}
		for _, w := range c.work {
			type change struct {
				k ecs.Key
				r row
			}
			var changes []change
			from := to.data[w.t.ord].rows
			w.d.rows.Scan(func(k ecs.Key, _ boxed) bool {
				if _, ok := from.Get(k); !ok {
					changes = append(changes, change{k, nil})
				}
				return true
			})
			from.Scan(func(k ecs.Key, b boxed) bool {
				if w.get(k) != b.p {
					changes = append(changes, change{k, translate(w.t, b.p)})
				}
				return true
			})
			for _, ch := range changes {
				w.write(ch.k, w.get(ch.k), ch.r)
			}
		}
		for owner := range c.bitmaps {
			tx.DropBitmap(owner)
		}
		return nil
	})
}

// keyBits is what follows the region in a key.
func keyBits(k ecs.Key) uint64 { return uint64(k) & (1<<56 - 1) }

var symType = reflect.TypeFor[ecs.Sym]()

// resymbol is a copy of a record with other symbols.
func resymbol(t *table, r row, f func(ecs.Sym) ecs.Sym) row {
	from := reflect.ValueOf(t.typed(r))
	to := reflect.New(from.Type().Elem())
	to.Elem().Set(resymboled(from.Elem(), f))
	return to.UnsafePointer()
}

func resymboled(v reflect.Value, f func(ecs.Sym) ecs.Sym) reflect.Value {
	if !holdsSymbols(v.Type()) {
		return v
	}
	out := reflect.New(v.Type()).Elem()
	out.Set(v)
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if out.Field(i).CanSet() {
				out.Field(i).Set(resymboled(v.Field(i), f))
			}
		}
	case reflect.Pointer:
		if !v.IsNil() {
			out.Set(reflect.New(v.Type().Elem()))
			out.Elem().Set(resymboled(v.Elem(), f))
		}
	case reflect.Slice:
		if !v.IsNil() {
			out.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
		}
		fallthrough
	case reflect.Array:
		for i := range v.Len() {
			out.Index(i).Set(resymboled(v.Index(i), f))
		}
	default:
		out.SetUint(uint64(f(ecs.Sym(v.Uint()))))
	}
	return out
}

// holdsSymbols tells that a symbol is somewhere in a value of a type.
func holdsSymbols(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Struct:
		for i := range t.NumField() {
			if holdsSymbols(t.Field(i).Type) {
				return true
			}
		}
		return false
	case reflect.Pointer, reflect.Slice, reflect.Array:
		return holdsSymbols(t.Elem())
	}
	return t == symType
}
