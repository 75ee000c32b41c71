package guest

import (
	"bytes"
	"fmt"
	"strings"
)

func uname(c *call) int {
	set, ok := c.flags("asnrmpiov", "")
	if !ok {
		return 1
	}
	fields := []struct {
		flag byte
		text string
	}{{'s', "Linux"}, {'n', c.s.p.g.hostname()}, {'r', "5.10.0-openecs"}, {'v', "#1 SMP"}, {'m', "x86_64"}, {'o', "GNU/Linux"}}
	if len(set) == 0 {
		set['s'] = ""
	}
	var out []string
	for _, f := range fields {
		if has(set, f.flag) || has(set, 'a') || f.flag == 'm' && (has(set, 'p') || has(set, 'i')) {
			out = append(out, f.text)
		}
	}
	fmt.Fprintln(c.out, strings.Join(out, " "))
	return 0
}

func arch(c *call) int { fmt.Fprintln(c.out, "x86_64"); return 0 }

func hostname(c *call) int {
	set, ok := c.flags("sfiI", "")
	if !ok {
		return 1
	}
	if len(c.args) > 0 {
		if c.s.user.uid != 0 {
			return c.fail("you must be root to change the host name")
		}
		if err := c.files().save(c.cred(), "/etc/hostname", []byte(c.args[0]+"\n"), 0o644); err != nil {
			return c.fail("%s", err)
		}
		return 0
	}
	name := c.s.p.g.hostname()
	switch {
	case has(set, 'i') || has(set, 'I'):
		name = c.s.p.g.addr
	case has(set, 's'):
		name, _, _ = strings.Cut(name, ".")
	}
	fmt.Fprintln(c.out, name)
	return 0
}

func id(c *call) int {
	set, ok := c.flags("ugnrG", "")
	if !ok {
		return 1
	}
	u := c.s.user
	if len(c.args) > 0 {
		if u, ok = c.s.p.g.user(c.args[0]); !ok {
			return c.fail("'%s': no such user", c.args[0])
		}
	}
	g := c.s.p.g.groupName(u.gid)
	switch {
	case has(set, 'u') && has(set, 'n'):
		fmt.Fprintln(c.out, u.name)
	case has(set, 'u'):
		fmt.Fprintln(c.out, u.uid)
	case (has(set, 'g') || has(set, 'G')) && has(set, 'n'):
		fmt.Fprintln(c.out, g)
	case has(set, 'g') || has(set, 'G'):
		fmt.Fprintln(c.out, u.gid)
	default:
		fmt.Fprintf(c.out, "uid=%d(%s) gid=%d(%s) groups=%d(%s)\n", u.uid, u.name, u.gid, g, u.gid, g)
	}
	return 0
}

func whoami(c *call) int { fmt.Fprintln(c.out, c.s.user.name); return 0 }
func groups(c *call) int { fmt.Fprintln(c.out, c.s.p.g.groupName(c.s.user.gid)); return 0 }

func which(c *call) int {
	status := 0
	for _, a := range c.args {
		where := c.s.which(a)
		if !strings.Contains(where, "/") {
			status = 1
			continue
		}
		fmt.Fprintln(c.out, where)
	}
	return status
}

// ps shows the shell and nothing else: a simulated machine has no services.
func ps(c *call) int {
	var b bytes.Buffer
	fmt.Fprintf(&b, "    PID TTY          TIME CMD\n      1 ?        00:00:00 init\n%7d ?        00:00:00 sh\n%7d ?        00:00:00 ps\n", c.s.pid, c.s.p.g.lastPID.Add(1))
	c.out.Write(b.Bytes())
	return 0
}

func nproc(c *call) int { fmt.Fprintln(c.out, c.s.p.g.nproc); return 0 }

func free(c *call) int {
	set, ok := c.flags("mghkb", "")
	if !ok {
		return 1
	}
	unit := 1024
	if has(set, 'm') || has(set, 'h') {
		unit = 1
	}
	m := c.s.p.g.mem * unit
	fmt.Fprintf(c.out, "               total        used        free\nMem:    %12d%12d%12d\nSwap:   %12d%12d%12d\n", m, m/4, m-m/4, 0, 0, 0)
	return 0
}

func uptime(c *call) int {
	fmt.Fprintf(c.out, " %s up 1 min,  1 user,  load average: 0.00, 0.00, 0.00\n", c.s.p.clock.Now().UTC().Format("15:04:05"))
	return 0
}
