package guest

import (
	"fmt"
	"strconv"
	"strings"
)

func find(c *call) int {
	var roots []string
	args := c.args
	for len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		roots, args = append(roots, args[0]), args[1:]
	}
	if len(roots) == 0 {
		roots = []string{"."}
	}
	var tests []func(p string, i info) bool
	depth, remove := 1<<30, false
	for len(args) > 0 {
		op := args[0]
		if op == "-print" || op == "-delete" {
			remove, args = remove || op == "-delete", args[1:]
			continue
		}
		if len(args) < 2 {
			return c.fail("missing argument to `%s'", op)
		}
		v := args[1]
		args = args[2:]
		switch op {
		case "-name":
			tests = append(tests, func(_ string, i info) bool { return matches(v, i.name) })
		case "-path":
			tests = append(tests, func(p string, _ info) bool { return matches(v, p) })
		case "-type":
			want, ok := map[string]kind{"f": regular, "d": directory, "l": symlink, "c": device}[v]
			if !ok {
				return c.fail("Unknown argument to -type: %s", v)
			}
			tests = append(tests, func(_ string, i info) bool { return i.kind == want })
		case "-maxdepth":
			n, err := strconv.Atoi(v)
			if err != nil {
				return c.fail("invalid argument to -maxdepth: %s", v)
			}
			depth = n
		default:
			return c.fail("unknown predicate `%s'", op)
		}
	}
	status := 0
	var walk func(p string, level int)
	walk = func(p string, level int) {
		i, err := c.files().stat(c.cred(), c.s.abs(p), false)
		if err != nil {
			status = c.fail("'%s': %s", p, err)
			return
		}
		if c.s.p.step() != nil {
			status = 1
			return
		}
		if i.kind == directory && level < depth {
			list, err := c.files().list(c.cred(), c.s.abs(p))
			if err != nil {
				status = c.fail("'%s': %s", p, err)
			}
			defer func() {
				for _, k := range list {
					walk(strings.TrimSuffix(p, "/")+"/"+k.name, level+1)
				}
			}()
		}
		for _, t := range tests {
			if !t(p, i) {
				return
			}
		}
		if remove {
			c.files().remove(c.cred(), c.s.abs(p), i.kind == directory)
			return
		}
		fmt.Fprintln(c.out, p)
	}
	for _, r := range roots {
		walk(r, 0)
	}
	return status
}

func du(c *call) int {
	if _, ok := c.flags("shk", ""); !ok {
		return 1
	}
	args := c.args
	if len(args) == 0 {
		args = []string{"."}
	}
	status := 0
	for _, a := range args {
		total := int64(0)
		if n := c.each([]string{a}, true, func(p string) error {
			i, err := c.files().stat(c.cred(), p, false)
			total += (i.size + 1023) / 1024
			return err
		}); n != 0 {
			status = n
			continue
		}
		fmt.Fprintf(c.out, "%d\t%s\n", total, a)
	}
	return status
}

func df(c *call) int {
	used, _ := c.files().used()
	fmt.Fprintf(c.out, "Filesystem     1K-blocks  Used Available Use%% Mounted on\n/dev/vda1      %9d %5d %9d %3d%% /\n",
		maxBytes/1024, used/1024, (maxBytes-used)/1024, 100*used/maxBytes)
	return 0
}
