package guest

import (
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

func modeText(i info) string {
	out := []byte{map[kind]byte{regular: '-', directory: 'd', symlink: 'l', device: 'c'}[i.kind]}
	for shift := 6; shift >= 0; shift -= 3 {
		bits := i.mode >> shift
		for j, c := range []byte("rwx") {
			if bits&(4>>j) == 0 {
				c = '-'
			}
			out = append(out, c)
		}
	}
	if i.mode&0o1000 != 0 {
		out[9] = 't'
	}
	if i.mode&0o4000 != 0 {
		out[3] = 's'
	}
	return string(out)
}

func ls(c *call) int {
	set, ok := c.flags("aAlhd1rtRF", "")
	if !ok {
		return 2
	}
	names := c.args
	if len(names) == 0 {
		names = []string{"."}
	}
	status := 0
	var plain []info
	type dir struct {
		name string
		list []info
	}
	var dirs []dir
	for _, n := range names {
		i, err := c.files().stat(c.cred(), c.s.abs(n), !has(set, 'd') && !has(set, 'l'))
		if err == nil && i.kind == symlink && has(set, 'l') && !has(set, 'd') {
			if t, err := c.files().stat(c.cred(), c.s.abs(n), true); err == nil && t.kind == directory {
				i = t
			}
		}
		if err != nil {
			c.fail("cannot access '%s': %s", n, err)
			status = 2
			continue
		}
		if i.kind != directory || has(set, 'd') {
			i.name = n
			plain = append(plain, i)
			continue
		}
		list, err := c.files().list(c.cred(), c.s.abs(n))
		if err != nil {
			c.fail("cannot open directory '%s': %s", n, err)
			status = 2
			continue
		}
		if !has(set, 'a') && !has(set, 'A') {
			list = slices.DeleteFunc(list, func(i info) bool { return strings.HasPrefix(i.name, ".") })
		} else if has(set, 'a') {
			dot, up := i, i
			dot.name, up.name = ".", ".."
			list = append([]info{dot, up}, list...)
		}
		dirs = append(dirs, dir{n, list})
	}
	show := func(list []info) {
		if has(set, 't') {
			slices.SortStableFunc(list, func(a, b info) int { return b.modified.Compare(a.modified) })
		}
		if has(set, 'r') {
			slices.Reverse(list)
		}
		for _, i := range list {
			name := i.name
			if has(set, 'F') && i.kind == directory {
				name += "/"
			}
			if !has(set, 'l') {
				fmt.Fprintln(c.out, name)
				continue
			}
			if i.kind == symlink {
				name += " -> " + i.target
			}
			fmt.Fprintf(c.out, "%s 1 %s %s %6d %s %s\n", modeText(i), c.s.p.g.userName(i.uid), c.s.p.g.groupName(i.gid), i.size, i.modified.UTC().Format("Jan _2 15:04"), name)
		}
	}
	show(plain)
	for n, d := range dirs {
		if len(names) > 1 {
			if n > 0 || len(plain) > 0 {
				fmt.Fprintln(c.out)
			}
			fmt.Fprintf(c.out, "%s:\n", d.name)
		}
		if has(set, 'l') {
			fmt.Fprintf(c.out, "total %d\n", 4*len(d.list))
		}
		show(d.list)
	}
	return status
}

func mkdir(c *call) int {
	set, ok := c.flags("pv", "m")
	if !ok {
		return 1
	}
	if len(c.args) == 0 {
		return c.fail("missing operand")
	}
	mode := uint32(0o755)
	if m, given := set['m']; given {
		n, err := strconv.ParseUint(m, 8, 32)
		if err != nil {
			return c.fail("invalid mode '%s'", m)
		}
		mode = uint32(n)
	}
	status := 0
	for _, a := range c.args {
		do := c.files().mkdir
		if has(set, 'p') {
			do = c.files().mkdirAll
		}
		if err := do(c.cred(), path.Clean(c.s.abs(a)), mode); err != nil {
			status = c.fail("cannot create directory '%s': %s", a, err)
		}
	}
	return status
}

func rmdir(c *call) int {
	status := 0
	for _, a := range c.args {
		if err := c.files().remove(c.cred(), c.s.abs(a), true); err != nil {
			status = c.fail("failed to remove '%s': %s", a, err)
		}
	}
	return status
}

func rm(c *call) int {
	set, ok := c.flags("rRfiv", "")
	if !ok {
		return 1
	}
	deep := has(set, 'r') || has(set, 'R')
	if len(c.args) == 0 && !has(set, 'f') {
		return c.fail("missing operand")
	}
	status := 0
	for _, a := range c.args {
		p := path.Clean(c.s.abs(a))
		i, err := c.files().stat(c.cred(), p, false)
		switch {
		case err == errNoEntry && has(set, 'f'):
			continue
		case err == nil && p == "/":
			status = c.fail("it is dangerous to operate recursively on '/'")
			continue
		case err == nil && i.kind == directory && deep:
			err = c.removeAll(p)
		case err == nil:
			err = c.files().remove(c.cred(), p, false)
		}
		if err != nil {
			status = c.fail("cannot remove '%s': %s", a, err)
		}
	}
	return status
}

func (c *call) removeAll(p string) error {
	if err := c.s.p.step(); err != nil {
		return err
	}
	list, err := c.files().list(c.cred(), p)
	if err != nil {
		return err
	}
	for _, i := range list {
		if i.kind == directory {
			err = c.removeAll(p + "/" + i.name)
		} else {
			err = c.files().remove(c.cred(), p+"/"+i.name, false)
		}
		if err != nil {
			return err
		}
	}
	return c.files().remove(c.cred(), p, true)
}

func touch(c *call) int {
	if _, ok := c.flags("acmf", "dtr"); !ok {
		return 1
	}
	status := 0
	for _, a := range c.args {
		p := c.s.abs(a)
		_, err := c.files().open(c.cred(), p, openMode{write: true, create: true, perm: 0o644})
		if err == nil || err == errIsDir {
			err = c.files().change(c.cred(), p, true, func(n *node) error { n.modified = c.files().now(); return nil })
		}
		if err != nil {
			status = c.fail("cannot touch '%s': %s", a, err)
		}
	}
	return status
}

func mktemp(c *call) int {
	set, ok := c.flags("dq", "p")
	if !ok {
		return 1
	}
	for n := range 1000 {
		p := fmt.Sprintf("%s/tmp.%010d", or(set['p'], "/tmp"), (c.s.p.clock.Now().UnixNano()/int64(time.Microsecond)+int64(n)*7919)%1e10)
		var err error
		if has(set, 'd') {
			err = c.files().mkdir(c.cred(), c.s.abs(p), 0o700)
		} else {
			_, err = c.files().open(c.cred(), c.s.abs(p), openMode{write: true, create: true, exclusive: true, perm: 0o600})
		}
		if err == nil {
			io.WriteString(c.out, p+"\n")
			return 0
		}
		if err != errExist {
			return c.fail("failed to create file: %s", err)
		}
	}
	return 1
}
