package guest

import (
	"bytes"
	"context"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"math"
	"strconv"
	"strings"
	"time"
)

func base64Command(c *call) int {
	set, ok := c.flags("di", "w")
	if !ok {
		return 1
	}
	wrap := 76
	if w, given := set['w']; given {
		wrap, _ = strconv.Atoi(w)
	}
	return c.inputs(c.args, func(_ string, r io.Reader) error {
		b, err := all(r)
		if err != nil {
			return err
		}
		if has(set, 'd') {
			out, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(string(b)), ""))
			c.out.Write(out)
			if err != nil {
				return fault("invalid input")
			}
			return nil
		}
		text := base64.StdEncoding.EncodeToString(b)
		for wrap > 0 && len(text) > wrap {
			if err := c.print(text[:wrap] + "\n"); err != nil {
				return err
			}
			text = text[wrap:]
		}
		if wrap > 0 && text != "" {
			text += "\n"
		}
		return c.print(text)
	})
}

func sum(c *call) int {
	return c.inputs(c.args, func(name string, r io.Reader) error {
		h := map[string]func() hash.Hash{"md5sum": md5.New, "sha1sum": sha1.New, "sha256sum": sha256.New, "sha512sum": sha512.New,
			"cksum": func() hash.Hash { return crc32.NewIEEE() }}[c.name]()
		if _, err := io.Copy(h, r); err != nil {
			return err
		}
		return c.print(hex.EncodeToString(h.Sum(nil)) + "  " + name + "\n")
	})
}

// od shows bytes in hexadecimal, sixteen a line, whatever format is asked for.
func od(c *call) int {
	if _, ok := c.flags("cxbvp", "tANl"); !ok {
		return 1
	}
	return c.inputs(c.args, func(_ string, r io.Reader) error {
		b, err := all(r)
		if err == nil {
			err = c.print(hex.Dump(b))
		}
		return err
	})
}

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

// date shows the time of the service's clock, in UTC.
func date(c *call) int {
	now := c.s.p.clock.Now().UTC()
	format := "%a %b %e %H:%M:%S UTC %Y"
	for i := 0; i < len(c.args); i++ {
		switch a := c.args[i]; {
		case strings.HasPrefix(a, "+"):
			format = a[1:]
		case a == "-u" || a == "--utc":
		case a == "-Iseconds" || a == "--iso-8601=seconds":
			format = "%Y-%m-%dT%H:%M:%S+00:00"
		case a == "-I":
			format = "%Y-%m-%d"
		case a == "-d" && i+1 < len(c.args):
			i++
			if n, err := strconv.ParseInt(strings.TrimPrefix(c.args[i], "@"), 10, 64); err == nil {
				now = time.Unix(n, 0).UTC()
			} else if t, err := time.Parse(time.RFC3339, c.args[i]); err == nil {
				now = t.UTC()
			} else if c.args[i] != "now" {
				return c.fail("invalid date '%s'", c.args[i])
			}
		default:
			return c.fail("invalid argument '%s'", a)
		}
	}
	r := strings.NewReplacer("%Y", now.Format("2006"), "%m", now.Format("01"), "%d", now.Format("02"), "%H", now.Format("15"), "%M", now.Format("04"),
		"%S", now.Format("05"), "%s", strconv.FormatInt(now.Unix(), 10), "%N", fmt.Sprintf("%09d", now.Nanosecond()), "%F", now.Format("2006-01-02"),
		"%T", now.Format("15:04:05"), "%Z", "UTC", "%z", "+0000", "%a", now.Format("Mon"), "%A", now.Format("Monday"), "%b", now.Format("Jan"),
		"%B", now.Format("January"), "%e", now.Format("_2"), "%j", fmt.Sprintf("%03d", now.YearDay()), "%y", now.Format("06"), "%u", strconv.Itoa((int(now.Weekday())+6)%7+1),
		"%D", now.Format("01/02/06"), "%I", now.Format("03"), "%p", now.Format("PM"), "%n", "\n", "%t", "\t", "%%", "%")
	fmt.Fprintln(c.out, r.Replace(format))
	return 0
}

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

// duration reads what sleep and timeout take: 5, 0.5, 2m, infinity.
func duration(text string) (time.Duration, bool) {
	if text == "infinity" || text == "inf" {
		return math.MaxInt64, true
	}
	unit := time.Second
	if text != "" {
		if u, ok := map[byte]time.Duration{'s': time.Second, 'm': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour}[text[len(text)-1]]; ok {
			unit, text = u, text[:len(text)-1]
		}
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || f < 0 || math.IsNaN(f) {
		return 0, false
	}
	if f *= float64(unit); f >= math.MaxInt64 {
		return math.MaxInt64, true
	}
	return time.Duration(f), true
}

func sleepCommand(c *call) int {
	if len(c.args) == 0 {
		return c.fail("missing operand")
	}
	var total time.Duration
	for _, a := range c.args {
		d, ok := duration(a)
		if !ok {
			return c.fail("invalid time interval '%s'", a)
		}
		if total += d; total < 0 {
			total = math.MaxInt64
		}
	}
	if sleep(c.s.p.ctx, c.s.p.clock, total) != nil {
		return 137
	}
	return 0
}

// timeout runs a command with a deadline. The command is in the shell's own goroutine, so it ends
// at its next step.
func timeout(c *call) int {
	for len(c.args) > 0 && strings.HasPrefix(c.args[0], "-") {
		c.args = c.args[1:]
	}
	if len(c.args) < 2 {
		return c.fail("missing operand") + 124
	}
	d, ok := duration(c.args[0])
	if !ok {
		return c.fail("invalid time interval '%s'", c.args[0]) + 124
	}
	parent := c.s.p
	ctx, cancel := context.WithCancelCause(parent.ctx)
	inner := &process{g: parent.g, ctx: ctx, cancel: cancel, clock: parent.clock, out: parent.out}
	inner.alive.Store(parent.alive.Load())
	parent.clock.Begin()
	inner.wait.Go(func() {
		defer parent.clock.End()
		if sleep(ctx, parent.clock, d) == nil {
			cancel(errTimeout)
		}
	})
	sub := c.s.sub()
	sub.p = inner
	sub.guarded(func() { sub.exec(c.args[1:], false) })
	late := context.Cause(ctx) == errTimeout
	cancel(errFinished)
	inner.wait.Wait()
	if late {
		return 124
	}
	return sub.status
}

const errTimeout fault = "timed out"

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

func expr(c *call) int {
	if len(c.args) != 3 {
		if len(c.args) == 1 {
			fmt.Fprintln(c.out, c.args[0])
			return 0
		}
		return c.fail("syntax error") + 1
	}
	a, err1 := strconv.ParseInt(c.args[0], 10, 64)
	b, err2 := strconv.ParseInt(c.args[2], 10, 64)
	is := func(ok bool) int64 {
		if ok {
			return 1
		}
		return 0
	}
	var n int64
	numbers := err1 == nil && err2 == nil
	switch op := c.args[1]; {
	case op == "=":
		n = is(c.args[0] == c.args[2])
	case op == "!=":
		n = is(c.args[0] != c.args[2])
	case !numbers:
		return c.fail("non-integer argument") + 1
	case op == "+":
		n = a + b
	case op == "-":
		n = a - b
	case op == "*":
		n = a * b
	case (op == "/" || op == "%") && b == 0:
		return c.fail("division by zero") + 1
	case op == "/":
		n = a / b
	case op == "%":
		n = a % b
	case op == "<":
		n = is(a < b)
	case op == "<=":
		n = is(a <= b)
	case op == ">":
		n = is(a > b)
	case op == ">=":
		n = is(a >= b)
	default:
		return c.fail("syntax error") + 1
	}
	fmt.Fprintln(c.out, n)
	if n == 0 {
		return 1
	}
	return 0
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
