package bss

import (
	"iter"
	"time"

	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// pageOf reads PageNum and PageSize.
func pageOf(number, size *int) (action.Page, error) {
	page := action.Page{Number: 1, Size: defaultSize}
	if number != nil {
		page.Number = *number
	}
	if size != nil {
		page.Size = *size
	}
	if page.Number < 1 {
		return page, action.Invalid("PageNum")
	}
	if page.Size < 1 || page.Size > maxSize {
		return page, action.Invalid("PageSize")
	}
	return page, nil
}

// window is a range of rows by the instant of their making: keys of no region
// are in the order of time.
type window struct{ from, to ecs.Key } // to is not in it

// windowOf reads a range of time, both ends in it. It ends now, and begins as
// long as past before its end, where the request does not say.
func windowOf(now time.Time, start, end string, past func(time.Time) time.Time) (window, error) {
	last, ok := now, true
	if end != "" {
		if last, ok = ecs.ParseTime(end); !ok {
			return window{}, action.Invalid("CreateTimeEnd")
		}
	}
	first := past(last)
	if start != "" {
		if first, ok = ecs.ParseTime(start); !ok || first.After(last) {
			return window{}, action.Invalid("CreateTimeStart")
		}
	}
	return window{ecs.MakeKey(0, first), ecs.MakeKey(0, last.Add(time.Second).Truncate(time.Second))}, nil
}

// rows are an account's rows in the window, the newest first, and how many.
func rows[R any](v state.View, x *state.Index[R], account uint64, w window) (func(ecs.Key) iter.Seq2[ecs.Key, *R], int) {
	seq := func(ecs.Key) iter.Seq2[ecs.Key, *R] {
		return func(yield func(ecs.Key, *R) bool) {
			for k, r := range x.Descend(v, account, w.to) {
				if k < w.from || !yield(k, r) {
					return
				}
			}
		}
	}
	return seq, w.count(v, x, account)
}

// count looks at no record, and at no key where the window has all of them.
func (w window) count(v state.View, x interface {
	Count(state.View, uint64) int
	Keys(state.View, uint64, ecs.Key) iter.Seq[ecs.Key]
}, account uint64) (n int) {
	all := true
	for k := range x.Keys(v, account, 0) {
		all = k >= w.from
		break
	}
	for range x.Keys(v, account, w.to) {
		all = false
		break
	}
	if all {
		return x.Count(v, account)
	}
	for k := range x.Keys(v, account, w.from) {
		if k >= w.to {
			break
		}
		n++
	}
	return n
}
