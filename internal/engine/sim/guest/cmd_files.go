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

// into is where something goes that is copied or moved to to.
func (c *call) into(from, to string) string {
	p := c.s.abs(to)
	if i, err := c.files().stat(c.cred(), p, true); err == nil && i.kind == directory {
		return path.Clean(p) + "/" + path.Base(path.Clean(c.s.abs(from)))
	}
	return p
}

func (c *call) pairs(set map[byte]string, do func(from, to string) error) int {
	if len(c.args) < 2 {
		return c.fail("missing destination file operand")
	}
	last := c.args[len(c.args)-1]
	if len(c.args) > 2 {
		if i, err := c.files().stat(c.cred(), c.s.abs(last), true); err != nil || i.kind != directory {
			return c.fail("target '%s' is not a directory", last)
		}
	}
	status := 0
	for _, from := range c.args[:len(c.args)-1] {
		if err := do(from, c.into(from, last)); err != nil {
			status = c.fail("cannot %s '%s': %s", map[string]string{"mv": "move", "cp": "copy"}[c.name], from, err)
		}
	}
	return status
}

func cp(c *call) int {
	set, ok := c.flags("rRafpdvi", "")
	if !ok {
		return 1
	}
	deep := has(set, 'r') || has(set, 'R') || has(set, 'a')
	return c.pairs(set, func(from, to string) error {
		p := path.Clean(c.s.abs(from))
		if strings.HasPrefix(path.Clean(to)+"/", p+"/") {
			return errInvalid
		}
		return c.copy(p, to, deep)
	})
}

func (c *call) copy(from, to string, deep bool) error {
	if err := c.s.p.step(); err != nil {
		return err
	}
	f := c.files()
	i, err := f.stat(c.cred(), from, !deep)
	switch {
	case err != nil:
		return err
	case i.kind == directory && !deep:
		return fault("omitting directory")
	case i.kind == symlink:
		return f.symlink(c.cred(), i.target, to)
	case i.kind == directory:
		if err := f.mkdir(c.cred(), to, i.mode); err != nil && err != errExist {
			return err
		}
		list, err := f.list(c.cred(), from)
		for _, k := range list {
			if err := c.copy(from+"/"+k.name, to+"/"+k.name, deep); err != nil {
				return err
			}
		}
		return err
	}
	data, err := f.load(c.cred(), from)
	if err != nil {
		return err
	}
	return f.save(c.cred(), to, data, i.mode)
}

func mv(c *call) int {
	set, ok := c.flags("fivn", "")
	if !ok {
		return 1
	}
	return c.pairs(set, func(from, to string) error {
		return c.files().rename(c.cred(), path.Clean(c.s.abs(from)), path.Clean(to))
	})
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

// parseMode reads a mode as chmod has it: 0644, u+x, go-w, a=r.
func parseMode(text string) (func(old uint32, dir bool) uint32, bool) {
	if n, err := strconv.ParseUint(text, 8, 32); err == nil && n <= 0o7777 {
		return func(uint32, bool) uint32 { return uint32(n) }, true
	}
	type change struct {
		who, bits uint32
		op        byte
		x         bool
	}
	var list []change
	for part := range strings.SplitSeq(text, ",") {
		at := strings.IndexAny(part, "+-=")
		if at < 0 {
			return nil, false
		}
		ch := change{op: part[at]}
		for _, w := range part[:at] {
			switch w {
			case 'u':
				ch.who |= 0o4700
			case 'g':
				ch.who |= 0o2070
			case 'o':
				ch.who |= 0o1007
			case 'a':
				ch.who |= 0o7777
			default:
				return nil, false
			}
		}
		if ch.who == 0 {
			ch.who = 0o7777
		}
		for _, p := range part[at+1:] {
			switch p {
			case 'r':
				ch.bits |= 0o444
			case 'w':
				ch.bits |= 0o222
			case 'x':
				ch.bits |= 0o111
			case 'X':
				ch.x = true
			case 's':
				ch.bits |= 0o6000
			case 't':
				ch.bits |= 0o1000
			default:
				return nil, false
			}
		}
		list = append(list, ch)
	}
	return func(m uint32, dir bool) uint32 {
		for _, ch := range list {
			bits := ch.bits
			if ch.x && (dir || m&0o111 != 0) {
				bits |= 0o111
			}
			switch ch.op {
			case '+':
				m |= bits & ch.who
			case '-':
				m &^= bits & ch.who
			case '=':
				m = m&^(ch.who&0o777) | bits&ch.who
			}
		}
		return m
	}, true
}

// each runs do over arguments, and with deep over all below them.
func (c *call) each(args []string, deep bool, do func(p string) error) int {
	status := 0
	var walk func(p string) error
	walk = func(p string) error {
		if err := c.s.p.step(); err != nil {
			return err
		}
		if err := do(p); err != nil {
			return err
		}
		if i, err := c.files().stat(c.cred(), p, false); deep && err == nil && i.kind == directory {
			list, err := c.files().list(c.cred(), p)
			if err != nil {
				return err
			}
			for _, k := range list {
				if err := walk(strings.TrimSuffix(p, "/") + "/" + k.name); err != nil {
					return err
				}
			}
		}
		return nil
	}
	for _, a := range args {
		if err := walk(c.s.abs(a)); err != nil {
			status = c.fail("cannot access '%s': %s", a, err)
		}
	}
	return status
}

func chmod(c *call) int {
	deep := false
	for len(c.args) > 0 && (c.args[0] == "-R" || c.args[0] == "-f" || c.args[0] == "-v") {
		deep = deep || c.args[0] == "-R"
		c.args = c.args[1:]
	}
	if len(c.args) < 2 {
		return c.fail("missing operand")
	}
	mode, ok := parseMode(c.args[0])
	if !ok {
		return c.fail("invalid mode: '%s'", c.args[0])
	}
	return c.each(c.args[1:], deep, func(p string) error { return c.files().chmod(c.cred(), p, mode) })
}

func chown(c *call) int {
	set, ok := c.flags("Rhfv", "")
	if !ok {
		return 1
	}
	if len(c.args) < 2 {
		return c.fail("missing operand")
	}
	owner, group, withGroup := strings.Cut(strings.Replace(c.args[0], ".", ":", 1), ":")
	if c.name == "chgrp" {
		owner, group, withGroup = "", c.args[0], true
	}
	uid, gid := int64(-1), int64(-1)
	if owner != "" {
		if u, ok := c.s.p.g.user(owner); ok {
			uid = int64(u.uid)
		} else if n, err := strconv.ParseUint(owner, 10, 32); err == nil {
			uid = int64(n)
		} else {
			return c.fail("invalid user: '%s'", c.args[0])
		}
	}
	if withGroup && group != "" {
		if g, ok := c.s.p.g.group(group); ok {
			gid = int64(g)
		} else if n, err := strconv.ParseUint(group, 10, 32); err == nil {
			gid = int64(n)
		} else {
			return c.fail("invalid group: '%s'", c.args[0])
		}
	}
	return c.each(c.args[1:], has(set, 'R'), func(p string) error { return c.files().chown(c.cred(), p, !has(set, 'h'), uid, gid) })
}

func ln(c *call) int {
	set, ok := c.flags("sfnv", "")
	if !ok {
		return 1
	}
	if !has(set, 's') {
		return c.fail("only symbolic links are supported: use -s")
	}
	if len(c.args) != 2 {
		return c.fail("missing file operand")
	}
	to := c.into(c.args[0], c.args[1])
	if has(set, 'f') {
		c.files().remove(c.cred(), to, false)
	}
	if err := c.files().symlink(c.cred(), c.args[0], to); err != nil {
		return c.fail("failed to create symbolic link '%s': %s", c.args[1], err)
	}
	return 0
}

func stat(c *call) int {
	set, ok := c.flags("L", "c")
	if !ok {
		return 1
	}
	status := 0
	for _, a := range c.args {
		i, err := c.files().stat(c.cred(), c.s.abs(a), has(set, 'L'))
		if err != nil {
			status = c.fail("cannot stat '%s': %s", a, err)
			continue
		}
		format, given := set['c']
		if !given {
			format = "  File: %n\n  Size: %s\t%F\nAccess: (%a/%A)  Uid: %u/%U   Gid: %g/%G\nModify: %y"
		}
		fmt.Fprintln(c.out, strings.NewReplacer("%n", a, "%s", strconv.FormatInt(i.size, 10), "%a", strconv.FormatUint(uint64(i.mode), 8), "%A", modeText(i),
			"%u", strconv.Itoa(int(i.uid)), "%U", c.s.p.g.userName(i.uid), "%g", strconv.Itoa(int(i.gid)), "%G", c.s.p.g.groupName(i.gid),
			"%Y", strconv.FormatInt(i.modified.Unix(), 10), "%y", i.modified.UTC().Format("2006-01-02 15:04:05.000000000 -0700"),
			"%F", map[kind]string{regular: "regular file", directory: "directory", symlink: "symbolic link", device: "character special file"}[i.kind], "%%", "%").Replace(format))
	}
	return status
}

func readlink(c *call) int {
	set, ok := c.flags("fen", "")
	if !ok {
		return 1
	}
	if has(set, 'f') || has(set, 'e') {
		return realpath(c)
	}
	status := 0
	for _, a := range c.args {
		i, err := c.files().stat(c.cred(), c.s.abs(a), false)
		if err != nil || i.kind != symlink {
			status = 1
			continue
		}
		fmt.Fprintln(c.out, i.target)
	}
	return status
}

func realpath(c *call) int {
	status := 0
	for _, a := range c.args {
		p := path.Clean(c.s.abs(a))
		for n := 0; n < maxLinks; n++ {
			i, err := c.files().stat(c.cred(), p, false)
			if err != nil || i.kind != symlink {
				break
			}
			if strings.HasPrefix(i.target, "/") {
				p = path.Clean(i.target)
			} else {
				p = path.Join(path.Dir(p), i.target)
			}
		}
		fmt.Fprintln(c.out, p)
	}
	return status
}

func basename(c *call) int {
	if len(c.args) == 0 {
		return c.fail("missing operand")
	}
	b := path.Base(c.args[0])
	if len(c.args) > 1 && b != c.args[1] {
		b = strings.TrimSuffix(b, c.args[1])
	}
	fmt.Fprintln(c.out, b)
	return 0
}

func dirname(c *call) int {
	if len(c.args) == 0 {
		return c.fail("missing operand")
	}
	fmt.Fprintln(c.out, path.Dir(strings.TrimRight(c.args[0], "/")))
	return 0
}

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
