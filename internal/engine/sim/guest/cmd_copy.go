package guest

import (
	"path"
	"strings"
)

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
