package guest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/openecs/openecs/internal/clock"
)

var start = time.Date(2026, 8, 9, 5, 0, 0, 0, time.UTC)

func newGuest(c clock.Clock) *Guest {
	return New(Config{Clock: c, Hostname: "web1", Address: "172.16.0.9", VCPUs: 2, MemoryMiB: 4096})
}

// run runs a script to its end on the real clock.
func run(t testing.TB, g *Guest, s Spec) (string, int) {
	t.Helper()
	var out bytes.Buffer
	s.Out = &out
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	type result struct {
		code int
		err  error
	}
	ch := make(chan result, 1)
	if err := g.Start(ctx, s, func(code int, err error) { ch <- result{code, err} }); err != nil {
		t.Fatal(err)
	}
	r := <-ch
	if r.err != nil {
		t.Fatalf("%q: %v after %.200q", s.Script, r.err, out.String())
	}
	return out.String(), r.code
}

func TestScripts(t *testing.T) {
	for _, c := range []struct {
		script, want string
		code         int
	}{
		{"printf hello > /tmp/x; cat /tmp/x", "hello", 0},
		{"echo a b", "a b\n", 0},
		{"exit 7", "", 7},
		{"false", "", 1},
		{"nosuch", "sh: nosuch: command not found\n", 127},
		{"x=1; y=$((x+2)); echo $y ${y}0 '$y' \"$y\"", "3 30 $y 3\n", 0},
		{"for i in 1 2 3; do echo -n $i; done", "123", 0},
		{"for ((i=0;i<3;i++)); do printf %d $i; done", "012", 0},
		{"i=0; while [ $i -lt 3 ]; do i=$((i+1)); [ $i = 2 ] && continue; echo $i; done", "1\n3\n", 0},
		{"until false; do break; done; echo done", "done\n", 0},
		{"if [ -e /nope ]; then echo yes; elif true; then echo elif; else echo no; fi", "elif\n", 0},
		{"case abc in a*) echo A;; *) echo B;; esac", "A\n", 0},
		{"f() { local v=$1; echo $v $#; return 3; }; v=out; f in x; echo $? $v", "in 2\n3 out\n", 0},
		{"echo one | tr a-z A-Z", "ONE\n", 0},
		{"yes | head -n 2", "y\ny\n", 0},
		{"seq 5 | tail -n 2", "4\n5\n", 0},
		{"printf 'b\\na\\n' | sort | tr '\\n' ,", "a,b,", 0},
		{"echo $(echo inner; exit 4) $?", "inner 4\n", 0},
		{"x=$(false); echo $?", "1\n", 0},
		{"cd /tmp && pwd && cd - >/dev/null && pwd", "/tmp\n/root\n", 0},
		{"mkdir -p /a/b && touch /a/b/c && ls /a/b && rm -r /a && ls /a", "c\nls: cannot access '/a': No such file or directory\n", 2},
		{"echo x >/tmp/a; cp /tmp/a /tmp/b; mv /tmp/b /tmp/c; cat /tmp/c; ls /tmp", "x\na\nc\n", 0},
		{"echo 1 >/tmp/a; echo 2 >>/tmp/a; wc -l </tmp/a", "2\n", 0},
		{"cat <<E\na $((1+1))\nE", "a 2\n", 0},
		{"cat <<'E'\n$x\nE", "$x\n", 0},
		{"cat <<<word", "word\n", 0},
		{"echo err >&2; echo out", "err\nout\n", 0},
		{"ls /nope >/tmp/o 2>&1; cat /tmp/o", "ls: cannot access '/nope': No such file or directory\n", 0},
		{"{ echo a; echo b; } > /tmp/g; cat /tmp/g", "a\nb\n", 0},
		{"(cd /tmp; x=1); pwd; echo ${x:-unset}", "/root\nunset\n", 0},
		{"set -e; false; echo not here", "", 1},
		{"set -e; false || true; if false; then :; fi; echo here", "here\n", 0},
		{"set -u; echo $nope", "sh: nope: unbound variable\n", 1},
		{"set -o pipefail; false | true", "", 1},
		{"false | true", "", 0},
		{"! false; echo $?", "0\n", 0},
		{"a=(x y z); echo ${a[1]} ${#a[@]} ${a[@]}", "y 3 x y z\n", 0},
		{"declare -A m; m[k]=v; echo ${m[k]}", "v\n", 0},
		{"[[ abc == a* && 3 -gt 2 ]] && echo ok", "ok\n", 0},
		{"[[ abc =~ b(c) ]] && echo ${BASH_REMATCH[1]}", "c\n", 0},
		{"test -d /tmp -a ! -f /tmp && echo ok", "ok\n", 0},
		{"x=hello; echo ${x#he} ${x%lo} ${x/l/L} ${#x} ${x^^}", "llo hel heLlo 5 HELLO\n", 0},
		{"echo {1..3} {a,b}c", "1 2 3 ac bc\n", 0},
		{"touch /tmp/{p,q}.txt; cd /tmp; echo *.txt", "p.txt q.txt\n", 0},
		{"echo a:b | while IFS=: read x y; do echo $y $x; done", "b a\n", 0},
		{"printf '1\\n2\\n' > /tmp/l; while read -r n; do echo n$n; done < /tmp/l", "n1\nn2\n", 0},
		{"eval 'echo $((2*3))'", "6\n", 0},
		{"echo 'echo sourced $1' > /tmp/s; . /tmp/s arg", "sourced arg\n", 0},
		{"printf '#!/bin/sh\\necho run $1\\n' > /tmp/r; chmod +x /tmp/r; /tmp/r me; sh /tmp/r you", "run me\nrun you\n", 0},
		{"echo x > /tmp/r; /tmp/r", "sh: /tmp/r: Permission denied\n", 126},
		{"#!/usr/bin/python3\nprint(1)", "sh: /usr/bin/python3: bad interpreter: No such file or directory\n", 126},
		{"#!/bin/bash -e\nfalse\necho no", "", 1},
		{"trap 'echo bye' EXIT; echo hi; exit 2", "hi\nbye\n", 2},
		{"sleep 0.01 & wait; echo $?", "0\n", 0},
		{"(exit 3) & wait $!; echo $?", "3\n", 0},
		{"exec > /tmp/e; echo into; exec >/dev/null; cat /tmp/e >&2", "into\n", 0},
		{"echo hi | tee /tmp/t | cat; cat /tmp/t", "hi\nhi\n", 0},
		{"echo foo bar | sed 's/\\(o*\\) b/[\\1]/; s/a/A/g'", "f[oo]Ar\n", 0},
		{"seq 5 | sed -n '2,3p;$p'", "2\n3\n5\n", 0},
		{"printf 'a=1\\n' > /tmp/c; sed -i 's/1/2/' /tmp/c; cat /tmp/c", "a=2\n", 0},
		{"printf 'x 1\\ny 2\\n' | cut -d' ' -f2 | paste", "sh: paste: command not found\n", 127},
		{"grep -c root /etc/passwd; grep -q nope /etc/passwd; echo $?", "1\n1\n", 0},
		{"echo hello | sha256sum", "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03  -\n", 0},
		{"echo hello | base64 | base64 -d", "hello\n", 0},
		{"whoami; id -u; hostname; uname -s; nproc", "root\n0\nweb1\nLinux\n2\n", 0},
		{"find /tmp -type f | wc -l", "0\n", 0},
		{"seq 3 | xargs -n1 echo n", "n 1\nn 2\nn 3\n", 0},
		{"timeout 0.01 sleep 100; echo $?", "124\n", 0},
		{"timeout 10 echo in; echo $?", "in\n0\n", 0},
		{"FOO=bar env | grep FOO; echo ${FOO:-gone}", "FOO=bar\ngone\n", 0},
		{"export A=1; sh -c 'echo $A'; B=2; sh -c 'echo [$B]'", "1\n[]\n", 0},
		{"ln -s /etc/hostname /tmp/l; cat /tmp/l; readlink /tmp/l", "web1\n/etc/hostname\n", 0},
		{"echo secret > /root/s; sudo -u ecs-user cat /root/s", "cat: /root/s: Permission denied\n", 1},
		{"touch /tmp/f; chmod 640 /tmp/f; chown ecs-user:nobody /tmp/f; stat -c '%a %U %G' /tmp/f", "640 ecs-user nobody\n", 0},
		{"while getopts ab:c o -a -b v; do echo $o$OPTARG; done", "a\nbv\n", 0},
		{"echo ~root ~ecs-user ~nosuch", "/root /home/ecs-user ~nosuch\n", 0},
		{"date -d @0 +%FT%T", "1970-01-01T00:00:00\n", 0},
		{"echo ok; if", "ok\nsh: 1:10: `if` must be followed by a statement list\n", 2},
	} {
		out, code := run(t, newGuest(clock.Real()), Spec{Script: []byte(c.script)})
		if out != c.want || code != c.code {
			t.Errorf("%s\n got %q, %d\nwant %q, %d", c.script, out, code, c.want, c.code)
		}
	}
}

// TestNothingOfTheHostIsSeen looks for the host from within in every way the shell offers.
func TestNothingOfTheHostIsSeen(t *testing.T) {
	dir := t.TempDir()
	secret := filepath.Join(dir, "secret")
	if err := os.WriteFile(secret, []byte("HOST-SECRET"), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Setenv("HOST_SECRET_VARIABLE", "HOST-SECRET")
	host, _ := os.Hostname()
	for _, script := range []string{
		"cat $S", "cat < $S", "read x < $S; echo $x", ". $S", "source $S", "sh $S", "$S", "exec $S", "cp $S /tmp/a; cat /tmp/a", "ln -s $S /tmp/l; cat /tmp/l",
		"grep . $S", "[ -e $S ] && echo HOST-SECRET", "[ -r $S ] && echo HOST-SECRET", "[[ -r $S || -w $S || -x $S ]] && echo HOST-SECRET", "test -s $S && echo HOST-SECRET",
		"echo " + dir + "/*", "ls " + dir, "cd " + dir + " && cat secret", "cat ../../../.." + secret, "cat //..//" + secret, "find / -name secret | xargs cat",
		"echo hi > $S", "echo hi >> $S", "echo hi &> $S", "exec 3<> $S; echo hi >&3", "touch $S", "rm -f $S", "mv $S /tmp", "chmod 000 $S", "rm -rf " + dir, "tee $S <<<hi", "sed -i s/HOST/X/ $S",
		"mkdir " + dir + "/made", "cat <(cat $S)", "echo hi > >(cat)", "env", "set", "export -p", "printenv", "cat /proc/self/environ", "cat /proc/1/environ", "echo $HOST_SECRET_VARIABLE",
		"cat /proc/self/cmdline", "ls /proc/self/fd", "command -v go", "type go gofmt git", "/bin/ls " + dir, "/usr/bin/env cat $S", "exec /bin/cat $S",
		"echo > /dev/tcp/127.0.0.1/80", "cat < /dev/tcp/127.0.0.1/22", "cat /etc/shadow", "cat /dev/mem", "echo ~" + os.Getenv("USER"), "read -s x; echo $x", "ulimit -a", "kill -9 1", "kill -9 $PPID",
		"timeout 1 cat $S", "eval \"cat $S\"", "trap \"cat $S\" EXIT", "f() { cat $S; }; f", "cat $S | cat", "cat $S & wait", "xargs cat <<<$S", "find " + dir, "readlink -f $S; cat $(readlink -f $S)",
	} {
		g := newGuest(clock.Real())
		out, _ := run(t, g, Spec{Script: []byte("S=" + secret + "\n" + script + "\n")})
		if strings.Contains(out, "HOST-SECRET") {
			t.Errorf("%s: shows the host: %q", script, out)
		}
		if len(host) > 3 && strings.Contains(out, host) {
			t.Errorf("%s: shows the host's name: %q", script, out)
		}
	}
	if b, err := os.ReadFile(secret); err != nil || string(b) != "HOST-SECRET" {
		t.Errorf("the host's file is %q now, %v", b, err)
	}
	if list, err := os.ReadDir(dir); err != nil || len(list) != 1 {
		t.Errorf("the host's directory holds %v now, %v", list, err)
	}
	for _, name := range names() { // what the host has and the machine has not
		if name == "go" || name == "git" || name == "curl" || name == "nc" {
			t.Errorf("there is a command %s", name)
		}
	}
}

// TestBounds runs scripts that want more than there is; each must end by itself.
func TestBounds(t *testing.T) {
	for _, c := range []struct{ script, want string }{
		{"f() { f; }; f", "too deep a recursion"},
		{"f() { f | f; }; f", ""},
		{"f() { f & f & wait; }; f", ""},
		{"f() { echo $(f); }; f", ""},
		{"eval_it() { eval eval_it; }; eval_it", "too deep a recursion"},
		{"echo '. /tmp/s' > /tmp/s; . /tmp/s", "too deep a recursion"},
		{"x=a; while :; do x=$x$x; done", "too long"},
		{"x=$(yes)", "too long"},
		{"x=$(seq 100000); y=$x; echo ${y//?/$x} | wc -c", "too long"},
		{"x=aaaaaaaaaaaaaaaa; x=$x$x$x$x$x$x$x$x$x$x$x$x$x$x$x$x$x; echo ${x//a/$x}", "too long"},
		{"echo {1..1000000000}", "too long"},
		{"echo {1..9999}{1..9999}{1..9999}", "too long"},
		{"echo {a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}", "too long"},
		{"echo /*/../*/../*/../*/../*/../*/../*/../*/../*", "too many"},
		{"printf '%999999999d' 1", "too great"},
		{"printf '%*d' 999999999 1", "too great"},
		{"a[999999999]=x", "bad array subscript"},
		{"a=([999999999]=x)", "bad array subscript"},
		{"cat /dev/zero > /tmp/z", "No space left"},
		{"yes > /tmp/y", "No space left"},
		{"i=0; while mkdir /tmp/$i; do i=$((i+1)); done", "No space left"},
		{"i=0; while mkdir d && cd d; do :; done", ""},
		{"head -c 99999999 /dev/zero | base64 | wc -c", ""},
		{"i=0; while eval v$i=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; do i=$((i+1)); done", "cannot allocate memory"},
		{"echo $((1 << -1)); echo $((1/0))", ""},
		{"x='x'; echo $((x))", ""},
		{"ln -s /tmp/a /tmp/b; ln -s /tmp/b /tmp/a; cat /tmp/a", "Too many levels"},
		{strings.Repeat("(", 10000), ""},
		{strings.Repeat("$(", 5000), ""},
		{"echo " + strings.Repeat("$((", 5000), ""},
		{strings.Repeat("if true; then ", 3000), ""},
		{"((((((((((1))))))))))", ""},
	} {
		t.Run(fmt.Sprintf("%.40s", c.script), func(t *testing.T) {
			var out bytes.Buffer
			ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
			defer cancel()
			done := make(chan error, 1)
			err := newGuest(clock.Real()).Start(ctx, Spec{Script: []byte(c.script), Out: &limited{&out}}, func(_ int, err error) { done <- err })
			if err != nil {
				t.Fatal(err)
			}
			if err := <-done; err != nil {
				t.Errorf("it did not end by itself: %v", err)
			}
			if !strings.Contains(out.String(), c.want) {
				t.Errorf("%.200q, want %q", out.String(), c.want)
			}
		})
	}
}

type limited struct{ b *bytes.Buffer }

func (l *limited) Write(p []byte) (int, error) {
	if l.b.Len() < 1<<16 {
		l.b.Write(p)
	}
	return len(p), nil
}

// TestDrivenClock has scripts wait, and loop for ever, on a clock that only the test moves.
func TestDrivenClock(t *testing.T) {
	m := clock.NewManual(start)
	g := newGuest(m)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	advance := func(d time.Duration) {
		t.Helper()
		if err := m.Advance(ctx, d); err != nil {
			t.Fatal(err)
		}
	}
	type end struct {
		at  time.Time
		err error
		out string
	}
	run := func(script string) (*end, context.CancelCauseFunc) {
		var out bytes.Buffer
		e := new(end)
		c, stop := context.WithCancelCause(ctx)
		if err := g.Start(c, Spec{Script: []byte(script), Out: &limited{&out}}, func(code int, err error) {
			e.at, e.err, e.out = m.Now(), err, fmt.Sprint(out.String(), code)
		}); err != nil {
			t.Fatal(err)
		}
		return e, stop
	}
	sleeps, _ := run("date +%T; sleep 30; date +%T")
	piped, _ := run("{ sleep 5; echo late; } | cat; sleep 5 & sleep 7 & wait; echo all")
	advance(29 * time.Second)
	if !sleeps.at.IsZero() {
		t.Error("it woke early")
	}
	advance(time.Minute)
	if sleeps.out != "05:00:00\n05:00:30\n0" || !sleeps.at.Equal(start.Add(30*time.Second)) {
		t.Errorf("%+v", sleeps)
	}
	if piped.out != "late\nall\n0" || !piped.at.Equal(start.Add(12*time.Second)) {
		t.Errorf("%+v", piped)
	}
	why := errors.New("stopped")
	for _, script := range []string{"while :; do :; done", "sleep infinity", "yes", "cat /dev/zero", "yes | sleep 100000", "sleep infinity | cat", "cat /dev/zero | cat | cat", ":(){ :|:& };:; sleep 1000"} {
		e, stop := run(script)
		advance(time.Second)
		if !e.at.IsZero() {
			t.Errorf("%s ended: %+v", script, e)
		}
		m.Begin()
		stop(why)
		for range 1000 {
			if g.idle() {
				break
			}
			time.Sleep(time.Millisecond)
		}
		m.End()
		advance(0)
		if e.err != why {
			t.Errorf("%s: %+v, want it stopped", script, e)
		}
	}
	e, _ := run("sleep 100")
	m.Begin()
	g.Kill(why)
	m.End()
	for range 1000 {
		if g.idle() {
			break
		}
		time.Sleep(time.Millisecond)
	}
	advance(0)
	if e.err != why {
		t.Errorf("killed: %+v", e)
	}
}

func (g *Guest) idle() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.running) == 0
}

func TestUsersAndPlaces(t *testing.T) {
	g := newGuest(clock.Real())
	if err := g.Start(t.Context(), Spec{User: "nosuch"}, nil); !errors.Is(err, ErrNoUser) {
		t.Error(err)
	}
	if err := g.Start(t.Context(), Spec{Dir: "/nosuch"}, nil); !errors.Is(err, ErrNoDir) {
		t.Error(err)
	}
	out, code := run(t, g, Spec{Script: []byte("whoami; pwd; echo $A $1; cat; touch /etc/x"), User: "ecs-user", Env: []string{"A=b"}, Args: []string{"arg"}, Stdin: []byte("in\n")})
	if out != "ecs-user\n/home/ecs-user\nb arg\nin\ntouch: cannot touch '/etc/x': Permission denied\n" || code != 1 {
		t.Errorf("%q %d", out, code)
	}
	out, _ = run(t, g, Spec{Script: []byte("pwd"), Dir: "/var/log"})
	if out != "/var/log\n" {
		t.Error(out)
	}
}

func TestWriteFile(t *testing.T) {
	g := newGuest(clock.Real())
	f := File{Path: "/opt/app/run.sh", Owner: "ecs-user", Group: "nobody", Mode: 0o750, Data: []byte("#!/bin/sh\necho ran\n")}
	if err := g.Write(f); err != nil {
		t.Fatal(err)
	}
	if err := g.Write(f); !errors.Is(err, ErrExists) {
		t.Error(err)
	}
	f.Overwrite, f.Data = true, []byte("#!/bin/sh\necho again\n")
	if err := g.Write(f); err != nil {
		t.Error(err)
	}
	out, _ := run(t, g, Spec{Script: []byte("stat -c '%a %U %G' /opt/app/run.sh; /opt/app/run.sh")})
	if out != "750 ecs-user nobody\nagain\n" {
		t.Error(out)
	}
	for want, f := range map[error]File{
		ErrNoUser: {Path: "/x", Owner: "nosuch"}, ErrNoGroup: {Path: "/x", Group: "nosuch"}, errNoSpace: {Path: "/x", Data: make([]byte, maxBytes+1)},
	} {
		if err := g.Write(f); !errors.Is(err, want) {
			t.Errorf("%v, want %v", err, want)
		}
	}
	if err := g.Write(File{Path: "/opt", Overwrite: true}); err == nil {
		t.Error("a directory was overwritten")
	}
}

// FuzzShell looks for panics, and for scripts that do not end, with any text as a script.
func FuzzShell(f *testing.F) {
	for _, s := range []string{"echo $((1+1))", "cat <<E\n$x\nE", "for i in *; do echo $i; done", "a=(1 2); echo ${a[@]:1}", "x=${y:-$(ls | head -1)}", "case $1 in *) ;; esac",
		"f() { local x; f; }; f", "[[ -r / && a =~ b ]]", "exec 3>&1; echo >&3", "trap 'x' EXIT; exit", "sed 's/a/b/;2,3d'", "printf '%s\\n' {1..3}", "echo ${!x} ${#x} ${x@Q}", "let x++", "tr a-z A-Z <<<x", "cat $S $D/*", ". $S; echo x >$D/y"} {
		f.Add(s)
	}
	dir := f.TempDir()
	secret := filepath.Join(dir, "secret")
	if err := os.WriteFile(secret, []byte("HOST-SECRET"), 0o644); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, script string) {
		ctx, cancel := context.WithTimeout(context.Background(), 500*time.Millisecond)
		defer cancel()
		done := make(chan struct{})
		var out bytes.Buffer
		spec := Spec{Script: []byte(script), Env: []string{"S=" + secret, "D=" + dir}, Out: &limited{&out}}
		if err := newGuest(clock.Real()).Start(ctx, spec, func(int, error) { close(done) }); err != nil {
			t.Fatal(err)
		}
		<-done
		if o := out.String(); strings.Contains(o, "HOST-SECRET") && !strings.Contains(script, "HOST-SECRET") || strings.Contains(o, "runtime error") && !strings.Contains(script, "runtime") {
			t.Errorf("%q", o)
		}
		if list, err := os.ReadDir(dir); err != nil || len(list) != 1 {
			t.Errorf("the host's directory holds %v, %v", list, err)
		}
	})
}
