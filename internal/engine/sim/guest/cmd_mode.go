package guest

import (
	"strconv"
	"strings"
)

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
