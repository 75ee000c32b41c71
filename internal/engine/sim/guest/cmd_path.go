package guest

import (
	"fmt"
	"path"
	"strconv"
	"strings"
)

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
