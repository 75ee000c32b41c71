package guest

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// call is one run of a command of the machine.
type call struct {
	s    *shell
	name string
	args []string
	in   io.Reader
	out  io.Writer
	err  io.Writer
}

// commands are what a machine has in /usr/bin. What is not here is "command not found", 127.
var commands map[string]func(*call) int

func init() {
	commands = map[string]func(*call) int{
		// files
		"ls": ls, "mkdir": mkdir, "rmdir": rmdir, "rm": rm, "cp": cp, "mv": mv, "touch": touch, "chmod": chmod, "chown": chown, "chgrp": chown, "ln": ln,
		"stat": stat, "readlink": readlink, "realpath": realpath, "basename": basename, "dirname": dirname, "find": find, "du": du, "df": df, "mktemp": mktemp,
		"test": onShell(testBuiltin), "[": onShell(testBuiltin), "pwd": onShell(pwd), "echo": onShell(echo), "printf": onShell(printf),
		// text
		"cat": cat, "head": head, "tail": tail, "wc": wc, "grep": grep, "egrep": grep, "fgrep": grep, "sed": sed, "sort": sortLines, "uniq": uniq, "cut": cut,
		"tr": tr, "tee": tee, "rev": rev, "seq": seq, "tac": tac, "nl": nl, "yes": yes,
		// bytes
		"base64": base64Command, "md5sum": sum, "sha1sum": sum, "sha256sum": sum, "sha512sum": sum, "cksum": sum, "od": od, "xxd": od,
		// the machine
		"uname": uname, "hostname": hostname, "id": id, "whoami": whoami, "groups": groups, "date": date, "env": env, "printenv": printenv, "sleep": sleepCommand,
		"ps": ps, "nproc": nproc, "free": free, "uptime": uptime, "arch": arch, "sync": nothing, "true": nothing, "false": failing, "logger": nothing,
		"sh": sh, "bash": sh, "xargs": xargs, "timeout": timeout, "nohup": nohup, "which": which, "sudo": sudo, "su": sudo, "expr": expr, "clear": nothing,
	}
}

func nothing(*call) int { return 0 }
func failing(*call) int { return 1 }

// onShell makes a command of a builtin that changes nothing of its shell.
func onShell(b func(*shell, []string) int) func(*call) int {
	return func(c *call) int { return b(c.s, append([]string{c.name}, c.args...)) }
}

// fail says what went wrong, as the command, and returns 1.
func (c *call) fail(format string, args ...any) int {
	fmt.Fprintf(c.err, c.name+": "+format+"\n", args...)
	return 1
}

// failed is fail for what was said by a file system or stream; the end of the script is not said.
func (c *call) failed(what string, err error) int {
	if ended(err) {
		return 1
	}
	return c.fail("%s: %s", what, err)
}

func (c *call) files() *files { return c.s.p.g.files }
func (c *call) cred() cred    { return c.s.cred() }

// flags takes options of single letters off the front of the arguments. with are the letters that
// have a value, which is in the map; the others are there with "". ok is false after a complaint.
func (c *call) flags(plain, with string) (set map[byte]string, ok bool) {
	set = map[byte]string{}
	var rest []string
	for i := 0; i < len(c.args); i++ {
		a := c.args[i]
		if a == "--" {
			rest = append(rest, c.args[i+1:]...)
			break
		}
		if len(a) < 2 || a[0] != '-' {
			rest = append(rest, a)
			continue
		}
		if a[1] == '-' {
			c.fail("unrecognized option '%s'", a)
			return nil, false
		}
		for j := 1; j < len(a); j++ {
			switch f := a[j]; {
			case strings.IndexByte(with, f) >= 0:
				v := a[j+1:]
				if v == "" {
					if i++; i >= len(c.args) {
						c.fail("option requires an argument -- '%c'", f)
						return nil, false
					}
					v = c.args[i]
				}
				set[f] = v
				j = len(a)
			case strings.IndexByte(plain, f) >= 0:
				set[f] = ""
			default:
				c.fail("invalid option -- '%c'", f)
				return nil, false
			}
		}
	}
	c.args = rest
	return set, true
}

func has(set map[byte]string, f byte) bool { _, ok := set[f]; return ok }

// inputs runs f over the files that are named, or over standard input; "-" is that too.
func (c *call) inputs(names []string, f func(name string, r io.Reader) error) int {
	if len(names) == 0 {
		names = []string{"-"}
	}
	status := 0
	for _, name := range names {
		r := c.in
		if name != "-" {
			h, err := c.files().open(c.cred(), c.s.abs(name), openMode{read: true})
			if err != nil {
				status = c.failed(name, err)
				continue
			}
			r = &paced{c.s.p, h}
		}
		if err := f(name, r); err != nil {
			status = c.failed(name, err)
			if c.s.p.ctx.Err() != nil || ended(err) {
				return 1
			}
		}
	}
	return status
}

// lines reads lines, without their ends, until f says false. One that is too long ends it.
func lines(r io.Reader, f func(line string) bool) error {
	sc := bufio.NewScanner(r)
	sc.Buffer(make([]byte, 0, 4096), 1<<20)
	sc.Split(bufio.ScanLines)
	for sc.Scan() {
		if !f(sc.Text()) {
			return nil
		}
	}
	return sc.Err()
}

// all reads everything, up to what a file system holds.
func all(r io.Reader) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxBytes+1))
	if err == nil && len(b) > maxBytes {
		err = errNoSpace
	}
	return b, err
}

// print writes; it is nil while somebody reads.
func (c *call) print(text string) error {
	_, err := io.WriteString(c.out, text)
	return err
}
