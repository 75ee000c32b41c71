package guest

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

func cat(c *call) int {
	set, ok := c.flags("nAeEtTvsu", "")
	if !ok {
		return 1
	}
	n := 0
	return c.inputs(c.args, func(_ string, r io.Reader) error {
		if !has(set, 'n') {
			_, err := io.Copy(c.out, r)
			return err
		}
		var err error
		return firstOf(&err, lines(r, func(line string) bool {
			n++
			err = c.print(fmt.Sprintf("%6d\t%s\n", n, line))
			return err == nil
		}))
	})
}

// firstOf is an error of a callback, or of what called it.
func firstOf(inner *error, outer error) error {
	if *inner != nil {
		return *inner
	}
	return outer
}

// count reads the number of head and tail: -n 5, -5, -n +5, -c 5.
func (c *call) count() (n int, bytes, from, ok bool) {
	if len(c.args) > 0 && len(c.args[0]) > 1 && c.args[0][0] == '-' && c.args[0][1] >= '0' && c.args[0][1] <= '9' {
		c.args = append([]string{"-n", c.args[0][1:]}, c.args[1:]...)
	}
	set, ok := c.flags("qvfF", "nc")
	if !ok {
		return 0, false, false, false
	}
	text, given := set['n']
	if !given {
		text, bytes = set['c']
	}
	if text == "" {
		text = "10"
	}
	from = strings.HasPrefix(text, "+")
	n, err := strconv.Atoi(strings.TrimPrefix(text, "+"))
	if err != nil {
		c.fail("invalid number of lines: '%s'", text)
		return 0, false, false, false
	}
	return n, bytes, from, true
}

func head(c *call) int {
	n, byBytes, _, ok := c.count()
	if !ok {
		return 1
	}
	return c.inputs(c.args, func(_ string, r io.Reader) error {
		if byBytes {
			_, err := io.Copy(c.out, io.LimitReader(r, int64(max(n, 0))))
			return err
		}
		if n < 0 {
			b, err := all(r)
			list := bytes.SplitAfter(b, []byte("\n"))
			if len(list) > 0 && len(list[len(list)-1]) == 0 {
				list = list[:len(list)-1]
			}
			c.out.Write(bytes.Join(list[:max(0, len(list)+n)], nil))
			return err
		}
		left := n
		var err error
		if left == 0 {
			return nil
		}
		return firstOf(&err, lines(r, func(line string) bool {
			err = c.print(line + "\n")
			left--
			return err == nil && left > 0
		}))
	})
}

func tail(c *call) int {
	n, byBytes, from, ok := c.count()
	if !ok {
		return 1
	}
	n = max(n, -n)
	return c.inputs(c.args, func(_ string, r io.Reader) error {
		b, err := all(r)
		if err != nil {
			return err
		}
		switch {
		case byBytes && from:
			b = b[min(max(n-1, 0), len(b)):]
		case byBytes:
			b = b[max(0, len(b)-n):]
		default:
			list := bytes.SplitAfter(b, []byte("\n"))
			if len(list[len(list)-1]) == 0 {
				list = list[:len(list)-1]
			}
			at := max(0, len(list)-n)
			if from {
				at = min(max(n-1, 0), len(list))
			}
			b = bytes.Join(list[at:], nil)
		}
		_, err = c.out.Write(b)
		return err
	})
}

func wc(c *call) int {
	set, ok := c.flags("lwcm", "")
	if !ok {
		return 1
	}
	if len(set) == 0 {
		set = map[byte]string{'l': "", 'w': "", 'c': ""}
	}
	show := func(name string, l, w, b int) {
		var f []string
		for _, o := range []struct {
			on bool
			n  int
		}{{has(set, 'l'), l}, {has(set, 'w'), w}, {has(set, 'c') || has(set, 'm'), b}} {
			if o.on {
				f = append(f, strconv.Itoa(o.n))
			}
		}
		if name != "-" {
			f = append(f, name)
		}
		fmt.Fprintln(c.out, strings.Join(f, " "))
	}
	var tl, tw, tb int
	status := c.inputs(c.args, func(name string, r io.Reader) error {
		b, err := all(r)
		if err != nil {
			return err
		}
		l, w := bytes.Count(b, []byte("\n")), len(bytes.Fields(b))
		tl, tw, tb = tl+l, tw+w, tb+len(b)
		show(name, l, w, len(b))
		return nil
	})
	if len(c.args) > 1 {
		show("total", tl, tw, tb)
	}
	return status
}

func tee(c *call) int {
	set, ok := c.flags("ai", "")
	if !ok {
		return 1
	}
	outs := []io.Writer{c.out}
	status := 0
	for _, a := range c.args {
		h, err := c.files().open(c.cred(), c.s.abs(a), openMode{write: true, create: true, truncate: !has(set, 'a'), append: has(set, 'a'), perm: 0o644})
		if err != nil {
			status = c.failed(a, err)
			continue
		}
		outs = append(outs, h)
	}
	if _, err := io.Copy(io.MultiWriter(outs...), c.in); err != nil {
		return c.failed("write error", err)
	}
	return status
}

func rev(c *call) int {
	return c.inputs(c.args, func(_ string, r io.Reader) error {
		var werr error
		return firstOf(&werr, lines(r, func(l string) bool {
			rs := []rune(l)
			slices.Reverse(rs)
			werr = c.print(string(rs) + "\n")
			return werr == nil
		}))
	})
}

func tac(c *call) int {
	return c.inputs(c.args, func(_ string, r io.Reader) error {
		b, err := all(r)
		if err != nil {
			return err
		}
		list := strings.Split(strings.TrimSuffix(string(b), "\n"), "\n")
		slices.Reverse(list)
		return c.print(strings.Join(list, "\n") + "\n")
	})
}

func nl(c *call) int {
	c.args = append([]string{"-n"}, c.args...)
	return cat(c)
}

func yes(c *call) int {
	text := or(strings.Join(c.args, " "), "y") + "\n"
	text = strings.Repeat(text, 1+1024/len(text))
	for {
		if err := c.print(text); err != nil {
			return c.failed("standard output", err)
		}
	}
}

func seq(c *call) int {
	sep := "\n"
	if len(c.args) > 1 && c.args[0] == "-s" {
		sep, c.args = c.args[1], c.args[2:]
	}
	var n []int64
	for _, a := range c.args {
		v, err := strconv.ParseInt(a, 10, 64)
		if err != nil {
			return c.fail("invalid floating point argument: '%s'", a)
		}
		n = append(n, v)
	}
	first, step, last := int64(1), int64(1), int64(0)
	switch len(n) {
	case 1:
		last = n[0]
	case 2:
		first, last = n[0], n[1]
	case 3:
		first, step, last = n[0], n[1], n[2]
	}
	if len(n) == 0 || len(n) > 3 || step == 0 {
		return c.fail("invalid operand")
	}
	for i := first; step > 0 && i <= last || step < 0 && i >= last; i += step {
		end := sep
		if step > 0 && i+step > last || step < 0 && i+step < last {
			end = "\n"
		}
		if err := c.print(strconv.FormatInt(i, 10) + end); err != nil {
			return c.failed("write error", err)
		}
		if step > 0 && i+step < i || step < 0 && i+step > i {
			break
		}
	}
	return 0
}
