package main

import (
	"bytes"
	"fmt"
	"go/format"
	"sort"

	"github.com/openecs/openecs/internal/errtable"
)

// statusFile writes the arrays that StatusOf and HasCode search. They are sorted and
// laid out by the compiler, so they cost nothing when the program starts.
func statusFile(t errtable.Table) ([]byte, error) {
	codes, _ := usages(t)
	at := make(map[string]uint32, len(codes))
	for i, code := range codes {
		at[code] = uint32(i)
	}
	if len(codes) > 1<<16 {
		return nil, fmt.Errorf("%d codes do not fit 16 bits", len(codes))
	}
	lists := make(map[string][]uint32)
	for _, r := range t {
		name := r.Product + "." + r.Action
		lists[name] = append(lists[name], at[r.Code]<<16|uint32(r.Status))
	}
	names := make([]string, 0, len(lists))
	for name := range lists {
		names = append(names, name)
	}
	sort.Strings(names)

	var b bytes.Buffer
	b.WriteString(heading)
	b.WriteString("// statusCodes are all codes, sorted; a code is known below by its place here.\n")
	fmt.Fprintf(&b, "var statusCodes = [...]string{\n")
	for _, code := range codes {
		fmt.Fprintf(&b, "\t%q,\n", code)
	}
	b.WriteString("}\n\n// statusDefault is the status of each code where an action has none of its own.\n")
	writeNumbers(&b, "statusDefault", "uint16", defaults(t, codes))
	b.WriteString("// statusActions are the actions that have rows, sorted, as product.action.\n")
	b.WriteString("var statusActions = [...]string{\n")
	starts, rows := []uint32{0}, []uint32(nil)
	for _, name := range names {
		list := lists[name]
		sort.Slice(list, func(i, j int) bool { return list[i] < list[j] })
		rows = append(rows, list...)
		starts = append(starts, uint32(len(rows)))
		fmt.Fprintf(&b, "\t%q,\n", name)
	}
	b.WriteString("}\n\n// statusStart is where the rows of each action begin in statusRows; one more closes the last.\n")
	writeNumbers(&b, "statusStart", "uint32", starts)
	b.WriteString("// statusRows are the rows action by action, code<<16 | status, ascending.\n")
	writeNumbers(&b, "statusRows", "uint32", rows)
	return format.Source(b.Bytes())
}

// defaults is the status of each code where an action has no row: the gateway's, else
// the one most rows have, the lower of two with as many.
func defaults(t errtable.Table, codes []string) []uint32 {
	count := make(map[string]map[int]int)
	gateway := make(map[string]int)
	for _, r := range t {
		if r.Product == errtable.Any {
			gateway[r.Code] = r.Status
		}
		if count[r.Code] == nil {
			count[r.Code] = make(map[int]int)
		}
		count[r.Code][r.Status]++
	}
	out := make([]uint32, len(codes))
	for i, code := range codes {
		best := gateway[code]
		if best == 0 {
			for status, n := range count[code] {
				if most := count[code][best]; n > most || n == most && status < best {
					best = status
				}
			}
		}
		out[i] = uint32(best)
	}
	return out
}

// writeNumbers declares an array, several numbers a line.
func writeNumbers(b *bytes.Buffer, name, kind string, list []uint32) {
	const perLine = 16
	fmt.Fprintf(b, "var %s = [...]%s{", name, kind)
	for i, v := range list {
		if i%perLine == 0 {
			b.WriteString("\n\t")
		} else {
			b.WriteByte(' ')
		}
		fmt.Fprintf(b, "%d,", v)
	}
	b.WriteString("\n}\n\n")
}
