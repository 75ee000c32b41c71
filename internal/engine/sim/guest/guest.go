package guest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"mvdan.cc/sh/v3/syntax"

	"github.com/openecs/openecs/internal/clock"
)

// Config is what a guest is told of its machine.
type Config struct {
	Clock     clock.Clock
	Hostname  string
	Address   string // private
	VCPUs     int
	MemoryMiB int
}

// Guest is the inside of one machine. All methods are safe for concurrent use.
type Guest struct {
	clock clock.Clock
	files *files
	nproc int
	mem   int
	addr  string

	mu      sync.Mutex
	running map[*process]struct{}
	lastPID atomic.Int64
}

// New makes a machine's file system as it is after its first boot.
func New(c Config) *Guest {
	g := &Guest{clock: c.Clock, files: newFiles(c.Clock.Now), nproc: max(c.VCPUs, 1), mem: max(c.MemoryMiB, 512), addr: c.Address, running: map[*process]struct{}{}}
	g.lastPID.Store(1000)
	g.furnish(c.Hostname)
	return g
}

// Spec is a script to run.
type Spec struct {
	Script []byte
	User   string // "" is root
	Dir    string // "" is the user's home
	Env    []string
	Args   []string
	Stdin  []byte
	Out    io.Writer // of standard output and standard error, in the order written; it is not called concurrently
}

// Errors of Start and Write that concern the machine rather than the script.
var (
	ErrNoUser  = errors.New("guest: no such user")
	ErrNoGroup = errors.New("guest: no such group")
	ErrNoDir   = errors.New("guest: no such directory")
	ErrExists  = errors.New("guest: the file exists")
)

// Start runs a script. done is called once, from another goroutine, while the work still counts
// as under way on the clock: err is nil and code the script's, or err is why it was ended, the
// cause of ctx or that of Kill.
func (g *Guest) Start(ctx context.Context, s Spec, done func(code int, err error)) error {
	u, ok := g.user(or(s.User, "root"))
	if !ok {
		return fmt.Errorf("%w: %s", ErrNoUser, s.User)
	}
	dir := or(s.Dir, u.home)
	if s.Dir == "" {
		if i, err := g.files.stat(u.cred(), dir, true); err != nil || i.kind != directory {
			dir = "/"
		}
	}
	dir = path.Clean("/" + dir)
	if i, err := g.files.stat(u.cred(), dir, true); err != nil || i.kind != directory {
		return fmt.Errorf("%w: %s", ErrNoDir, s.Dir)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	p := &process{g: g, ctx: ctx, cancel: cancel, clock: g.clock, out: &shared{w: s.Out}, ended: make(chan struct{})}
	g.mu.Lock()
	g.running[p] = struct{}{}
	g.mu.Unlock()
	g.clock.Begin()
	go func() {
		defer g.clock.End()
		code, err := p.run(s, u, dir)
		g.mu.Lock()
		delete(g.running, p)
		g.mu.Unlock()
		done(code, err)
		close(p.ended)
	}()
	return nil
}

// Kill ends every script that runs, with a cause.
func (g *Guest) Kill(cause error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for p := range g.running {
		g.clock.Begin() // until it has ended, so that a driven clock stands still meanwhile
		p.cancel(cause)
		go func() {
			<-p.ended
			g.clock.End()
		}()
	}
}

// File is a file to write.
type File struct {
	Path         string
	Owner, Group string // "" is root
	Mode         uint32
	Data         []byte
	Overwrite    bool
}

// Write makes a file, and the directories above it.
func (g *Guest) Write(f File) error {
	u, ok := g.user(or(f.Owner, "root"))
	if !ok {
		return fmt.Errorf("%w: %s", ErrNoUser, f.Owner)
	}
	gid, ok := g.group(or(f.Group, "root"))
	if !ok {
		return fmt.Errorf("%w: %s", ErrNoGroup, f.Group)
	}
	p := path.Clean("/" + f.Path)
	if err := g.files.mkdirAll(cred{}, path.Dir(p), 0o755); err != nil {
		return err
	}
	if _, err := g.files.stat(cred{}, p, false); err == nil && !f.Overwrite {
		return fmt.Errorf("%w: %s", ErrExists, p)
	}
	if err := g.files.save(cred{}, p, f.Data, f.Mode); err != nil {
		return err
	}
	if err := g.files.chmod(cred{}, p, func(uint32, bool) uint32 { return f.Mode }); err != nil {
		return err
	}
	return g.files.chown(cred{}, p, true, int64(u.uid), int64(gid))
}

// process is one script that runs, with everything it started.
type process struct {
	g      *Guest
	ctx    context.Context
	cancel context.CancelCauseFunc
	clock  clock.Clock
	out    *shared

	steps atomic.Int64
	alive atomic.Int64 // goroutines
	wait  sync.WaitGroup
	ended chan struct{}
}

// Bounds of what one script does.
const (
	stepsPerRest = 1000                  // then it rests,
	rest         = 10 * time.Millisecond // for this long on the clock
	maxDepth     = 100                   // of function calls, subshells, sourced files and evaluations
	maxProcesses = 64
	maxValue     = 64 << 10 // bytes of a variable, or of what a command substitution gives
	maxVariables = 4 << 20  // bytes of all variables of a shell
	maxExpansion = 4 << 20  // bytes that variables may add to one expansion
	maxFields    = 1 << 14  // words that braces, or names a pattern looks at, in one expansion
)

// step counts a step of a script and lets it rest now and then; an error ends the script.
func (p *process) step() error {
	if p.steps.Add(1)%stepsPerRest == 0 {
		return sleep(p.ctx, p.clock, rest)
	}
	return p.ctx.Err()
}

// run runs a script to its end; cause is what ended it early.
func (p *process) run(s Spec, u user, dir string) (code int, cause error) {
	sh := &shell{p: p, user: u, dir: dir, name: "sh", args: s.Args, vars: map[string]variable{}, funcs: map[string]*function{}}
	sh.pid = int(p.g.lastPID.Add(1))
	sh.fd[0] = stream{r: bytes.NewReader(s.Stdin)}
	sh.fd[1], sh.fd[2] = stream{w: p.out}, stream{w: p.out}
	sh.login()
	for _, e := range s.Env {
		if k, v, ok := strings.Cut(e, "="); ok && syntax.ValidName(k) {
			sh.export(k, v)
		}
	}
	sh.guarded(func() { sh.status = sh.script(s.Script) })
	sh.guarded(func() { sh.status = sh.exitTrap(sh.status) })
	cause = context.Cause(p.ctx)
	p.cancel(errFinished) // what is left in the background ends with the script
	p.wait.Wait()
	if cause != nil {
		return 0, cause
	}
	return sh.status & 0xff, nil
}

var errFinished = errors.New("guest: the script has ended")

// shared is a writer that several goroutines use.
type shared struct {
	mu sync.Mutex
	w  io.Writer
}

func (s *shared) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.w.Write(b)
}

func or(s, absent string) string {
	if s == "" {
		return absent
	}
	return s
}

// furnish makes the files a Linux machine has.
func (g *Guest) furnish(hostname string) {
	root := cred{}
	for _, d := range []string{"/bin", "/boot", "/dev", "/etc", "/home", "/home/ecs-user", "/lib", "/mnt", "/opt", "/proc", "/root", "/run", "/sbin", "/srv",
		"/sys", "/tmp", "/usr", "/usr/bin", "/usr/local", "/usr/local/bin", "/usr/sbin", "/var", "/var/lib", "/var/log", "/var/tmp"} {
		g.files.mkdirAll(root, d, 0o755)
	}
	for d, mode := range map[string]uint32{"/root": 0o700, "/tmp": 0o1777, "/var/tmp": 0o1777, "/home/ecs-user": 0o700} {
		g.files.chmod(root, d, func(uint32, bool) uint32 { return mode })
	}
	g.files.chown(root, "/home/ecs-user", true, 1000, 1000)
	for name, text := range map[string]string{
		"/etc/hostname":   hostname + "\n",
		"/etc/hosts":      "127.0.0.1\tlocalhost\n" + g.addr + "\t" + hostname + "\n",
		"/etc/os-release": "NAME=\"OpenECS simulated Linux\"\nID=openecs\nVERSION_ID=\"1\"\nPRETTY_NAME=\"OpenECS simulated Linux\"\n",
		"/etc/passwd": "root:x:0:0:root:/root:/bin/bash\nbin:x:1:1:bin:/bin:/sbin/nologin\ndaemon:x:2:2:daemon:/sbin:/sbin/nologin\n" +
			"nobody:x:65534:65534:nobody:/:/sbin/nologin\necs-user:x:1000:1000::/home/ecs-user:/bin/bash\n",
		"/etc/group":    "root:x:0:\nbin:x:1:\ndaemon:x:2:\nnobody:x:65534:\necs-user:x:1000:\n",
		"/proc/version": "Linux version 5.10.0-openecs\n",
		"/proc/cpuinfo": strings.Repeat("processor\t: 0\nmodel name\t: simulated\n\n", min(g.nproc, 64)),
		"/proc/meminfo": "MemTotal: " + strconv.Itoa(g.mem*1024) + " kB\nMemFree: " + strconv.Itoa(g.mem*768) + " kB\n",
		"/proc/uptime":  "1.00 1.00\n",
	} {
		g.files.save(root, name, []byte(text), 0o644)
	}
	for _, d := range []string{"null", "zero", "full", "random", "urandom", "tty"} {
		n := g.files.make(device, 0o666, root)
		n.target = strings.TrimPrefix(d, "u")
		_, dir, name, _ := g.files.walk(root, "/dev/"+d, false)
		g.files.add(root, dir, name, n)
	}
	for l, target := range map[string]string{"/dev/stdin": "/proc/self/fd/0", "/dev/stdout": "/proc/self/fd/1", "/dev/stderr": "/proc/self/fd/2"} {
		g.files.symlink(root, target, l)
	}
}

// user is a line of the machine's own /etc/passwd.
type user struct {
	name, home, shell string
	uid, gid          uint32
}

func (u user) cred() cred { return cred{u.uid, u.gid} }

func (g *Guest) users() (all []user) {
	text, _ := g.files.load(cred{}, "/etc/passwd")
	for line := range strings.Lines(string(text)) {
		f := strings.Split(strings.TrimSpace(line), ":")
		if len(f) != 7 {
			continue
		}
		uid, err1 := strconv.ParseUint(f[2], 10, 32)
		gid, err2 := strconv.ParseUint(f[3], 10, 32)
		if err1 == nil && err2 == nil {
			all = append(all, user{f[0], f[5], f[6], uint32(uid), uint32(gid)})
		}
	}
	return all
}

// user finds a user by name.
func (g *Guest) user(name string) (user, bool) {
	for _, u := range g.users() {
		if u.name == name {
			return u, true
		}
	}
	return user{}, false
}

func (g *Guest) userName(uid uint32) string {
	for _, u := range g.users() {
		if u.uid == uid {
			return u.name
		}
	}
	return strconv.Itoa(int(uid))
}

// group finds a group by name.
func (g *Guest) group(name string) (uint32, bool) {
	for n, gid := range g.groups() {
		if n == name {
			return gid, true
		}
	}
	return 0, false
}

func (g *Guest) groupName(gid uint32) string {
	for n, id := range g.groups() {
		if id == gid {
			return n
		}
	}
	return strconv.Itoa(int(gid))
}

func (g *Guest) groups() map[string]uint32 {
	all := map[string]uint32{}
	text, _ := g.files.load(cred{}, "/etc/group")
	for line := range strings.Lines(string(text)) {
		if f := strings.Split(strings.TrimSpace(line), ":"); len(f) == 4 {
			if gid, err := strconv.ParseUint(f[2], 10, 32); err == nil {
				all[f[0]] = uint32(gid)
			}
		}
	}
	return all
}

// hostname is what the machine calls itself.
func (g *Guest) hostname() string {
	text, err := g.files.load(cred{}, "/etc/hostname")
	if err != nil {
		return "localhost"
	}
	return strings.TrimSpace(string(text))
}
