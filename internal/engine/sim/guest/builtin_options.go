package guest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

func (s *shell) optionLetters() string {
	out := ""
	for _, o := range []struct {
		on bool
		c  string
	}{{s.errExit, "e"}, {s.noGlob, "f"}, {s.noUnset, "u"}, {s.trace, "x"}} {
		if o.on {
			out += o.c
		}
	}
	return out
}

// setOptions reads the options of set and of a script's first line; what is left are arguments.
func (s *shell) setOptions(args []string) (rest []string, given bool) {
	for len(args) > 0 {
		a := args[0]
		if a == "--" {
			return args[1:], true
		}
		if len(a) < 2 || a[0] != '-' && a[0] != '+' {
			return args, true
		}
		on := a[0] == '-'
		args = args[1:]
		for _, c := range a[1:] {
			switch c {
			case 'e':
				s.errExit = on
			case 'u':
				s.noUnset = on
			case 'f':
				s.noGlob = on
			case 'x':
				s.trace = on
			case 'o':
				if len(args) == 0 {
					return nil, false
				}
				switch args[0] {
				case "errexit":
					s.errExit = on
				case "nounset":
					s.noUnset = on
				case "noglob":
					s.noGlob = on
				case "xtrace":
					s.trace = on
				case "pipefail":
					s.pipeFail = on
				}
				args = args[1:]
			}
		}
	}
	return nil, false
}

func setBuiltin(s *shell, args []string) int {
	if len(args) == 1 {
		for name, v := range s.Each {
			if v.Set {
				fmt.Fprintf(s.outw(), "%s=%s\n", name, v.String())
			}
		}
		return 0
	}
	if rest, given := s.setOptions(args[1:]); given {
		s.args = rest
	}
	return 0
}

func shift(s *shell, args []string) int {
	n, ok := number(s, args, 1)
	if !ok || n < 0 || n > len(s.args) {
		return 1
	}
	s.args = s.args[n:]
	return 0
}

func unset(s *shell, args []string) int {
	what := ""
	for _, a := range args[1:] {
		if a == "-f" || a == "-v" {
			what = a
			continue
		}
		if s.vars[a].ReadOnly {
			s.errorf("unset: %s: cannot unset: readonly variable", a)
			return 1
		}
		if _, isVar := s.vars[a]; isVar && what != "-f" {
			s.put(a, variable{})
		} else if what != "-v" {
			delete(s.funcs, a)
		}
	}
	return 0
}

func getopts(s *shell, args []string) int {
	if len(args) < 3 {
		return 2
	}
	list := s.args
	if len(args) > 3 {
		list = args[3:]
	}
	at, _ := strconv.Atoi(s.lookup("OPTIND").String())
	at = max(at, 1)
	if at > len(list) || len(list[at-1]) < 2 || list[at-1][0] != '-' {
		return 1
	}
	if list[at-1] == "--" {
		s.setText("OPTIND", strconv.Itoa(at+1))
		return 1
	}
	c := list[at-1][1:2]
	i := strings.Index(args[1], c)
	if c == ":" || i < 0 {
		s.setText(args[2], "?")
		s.errorf("illegal option -- %s", c)
	} else {
		s.setText(args[2], c)
		if i+1 < len(args[1]) && args[1][i+1] == ':' {
			switch {
			case len(list[at-1]) > 2:
				s.setText("OPTARG", list[at-1][2:])
			case at < len(list):
				s.setText("OPTARG", list[at])
				at++
			default:
				s.setText(args[2], "?")
				s.errorf("option requires an argument -- %s", c)
			}
		} else if len(list[at-1]) > 2 { // -ab is -a -b
			if len(args) <= 3 {
				s.args = slices.Clone(s.args)
				s.args[at-1] = "-" + list[at-1][2:]
			}
			at--
		}
	}
	s.setText("OPTIND", strconv.Itoa(at+1))
	return 0
}
