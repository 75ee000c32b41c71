package guest

import (
	"fmt"
	"strconv"
	"strings"
)

func env(c *call) int {
	args := c.args
	clear := false
	for len(args) > 0 && (args[0] == "-i" || args[0] == "-") {
		clear, args = true, args[1:]
	}
	var set []string
	for len(args) > 0 && strings.Contains(args[0], "=") {
		set, args = append(set, args[0]), args[1:]
	}
	c.s.subshell(func(sub *shell) {
		if clear {
			for name := range sub.vars {
				if name != "IFS" {
					delete(sub.vars, name)
				}
			}
		}
		for _, e := range set {
			k, v, _ := strings.Cut(e, "=")
			sub.export(k, v)
		}
		if len(args) > 0 {
			sub.exec(args, false)
			return
		}
		for _, e := range sub.environ() {
			fmt.Fprintln(c.out, e)
		}
		sub.status = 0
	})
	return c.s.status
}

func printenv(c *call) int {
	if len(c.args) == 0 {
		return env(c)
	}
	v := c.s.lookup(c.args[0])
	if !v.Set || !v.Exported {
		return 1
	}
	fmt.Fprintln(c.out, v.String())
	return 0
}

func nohup(c *call) int {
	if len(c.args) == 0 {
		return c.fail("missing operand")
	}
	c.s.exec(c.args, false)
	return c.s.status
}

func sh(c *call) int {
	args := c.args
	var options []string
	text, isText := "", false
	for len(args) > 0 && len(args[0]) > 1 && (args[0][0] == '-' || args[0][0] == '+') {
		a := args[0]
		args = args[1:]
		if a == "--" {
			break
		}
		if strings.HasPrefix(a, "--") {
			continue
		}
		if strings.Contains(a, "c") {
			isText = true
			a = strings.ReplaceAll(a, "c", "")
		}
		if len(a) > 1 {
			options = append(options, a)
			if strings.HasSuffix(a, "o") && len(args) > 0 {
				options, args = append(options, args[0]), args[1:]
			}
		}
	}
	name := c.name
	switch {
	case isText && len(args) == 0:
		return c.fail("-c: option requires an argument") + 1
	case isText:
		text, args = args[0], args[1:]
		if len(args) > 0 {
			name, args = args[0], args[1:]
		}
	case len(args) > 0:
		b, err := c.files().load(c.cred(), c.s.abs(args[0]))
		if err != nil {
			return c.fail("%s: %s", args[0], err) + 126
		}
		text, name, args = string(b), args[0], args[1:]
	default:
		b, err := all(c.in)
		if err != nil {
			return c.failed("standard input", err)
		}
		text = string(b)
	}
	c.s.child(name, args, func(k *shell) {
		k.setOptions(options)
		k.source(text)
	})
	return c.s.status
}

func xargs(c *call) int {
	set, ok := map[byte]string{}, true
	for len(c.args) > 0 && len(c.args[0]) > 1 && c.args[0][0] == '-' {
		f := c.args[0][1]
		switch {
		case (f == 'n' || f == 'I' || f == 'P' || f == 'd') && len(c.args[0]) > 2:
			set[f], c.args = c.args[0][2:], c.args[1:]
		case (f == 'n' || f == 'I' || f == 'P' || f == 'd') && len(c.args) > 1:
			set[f], c.args = c.args[1], c.args[2:]
		default:
			set[f], c.args = "", c.args[1:]
		}
	}
	b, err := all(c.in)
	if err != nil || !ok {
		return c.failed("standard input", err)
	}
	items := strings.Fields(string(b))
	if has(set, '0') {
		items = strings.Split(strings.TrimSuffix(string(b), "\x00"), "\x00")
	} else if has(set, 'I') {
		items = strings.Split(strings.TrimSuffix(string(b), "\n"), "\n")
	}
	cmd := c.args
	if len(cmd) == 0 {
		cmd = []string{"echo"}
	}
	if len(items) == 0 && has(set, 'r') {
		return 0
	}
	batch := max(len(items), 1)
	if n, err := strconv.Atoi(set['n']); err == nil && n > 0 {
		batch = n
	}
	if has(set, 'I') {
		batch = 1
	}
	status := 0
	for {
		n := min(batch, len(items))
		var words []string
		if mark := set['I']; mark != "" {
			for _, w := range cmd {
				words = append(words, strings.ReplaceAll(w, mark, strings.Join(items[:n], " ")))
			}
		} else {
			words = append(append(words, cmd...), items[:n]...)
		}
		items = items[n:]
		c.s.exec(words, false)
		if c.s.status != 0 {
			status = 123
		}
		if len(items) == 0 || c.s.leave == exiting {
			return status
		}
	}
}

// sudo and su run a command as another user of the machine; only root may without a password.
func sudo(c *call) int {
	who := "root"
	args := c.args
	var words []string
	for len(args) > 0 {
		a := args[0]
		args = args[1:]
		switch {
		case a == "-u" && len(args) > 0:
			who, args = args[0], args[1:]
		case a == "-c" && len(args) > 0:
			words, args = []string{"sh", "-c", args[0]}, args[1:]
		case a == "-n" || a == "-E" || a == "-H" || a == "-" || a == "-i" || a == "-s":
		case c.name == "su" && words == nil:
			who = a
		default:
			words, args = append([]string{a}, args...), nil
		}
	}
	u, ok := c.s.p.g.user(who)
	if !ok {
		return c.fail("user %s does not exist", who)
	}
	if c.s.user.uid != 0 && u.uid != c.s.user.uid {
		return c.fail("a password is required")
	}
	if len(words) == 0 {
		return 0
	}
	c.s.subshell(func(k *shell) {
		k.user = u
		k.export("HOME", u.home)
		k.export("USER", u.name)
		k.export("LOGNAME", u.name)
		k.exec(words, false)
	})
	return c.s.status
}
