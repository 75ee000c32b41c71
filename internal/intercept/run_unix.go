//go:build unix

package intercept

import (
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// passedOn are the signals that mean something to the command. SIGCHLD and
// SIGURG are ours, SIGTSTP and SIGCONT the shell gives to the whole job.
var passedOn = []os.Signal{
	unix.SIGINT, unix.SIGTERM, unix.SIGHUP, unix.SIGQUIT, unix.SIGUSR1, unix.SIGUSR2, unix.SIGALRM, unix.SIGWINCH,
}

// fromTerminal reports whether sig is one that the terminal sends to the whole
// foreground job, the command included, while we are that job. Passed on, a
// single Ctrl-C would arrive twice.
func fromTerminal(sig os.Signal) bool {
	if sig != unix.SIGINT && sig != unix.SIGQUIT && sig != unix.SIGWINCH {
		return false
	}
	fd, err := unix.Open("/dev/tty", unix.O_RDONLY|unix.O_NOCTTY|unix.O_CLOEXEC, 0)
	if err != nil {
		return false
	}
	defer unix.Close(fd)
	job, err := unix.IoctlGetInt(fd, unix.TIOCGPGRP)
	return err == nil && job == unix.Getpgrp()
}

func terminate(p *os.Process) error { return p.Signal(unix.SIGTERM) }

func exitStatus(s *os.ProcessState) int {
	if ws, ok := s.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
		return 128 + int(ws.Signal())
	}
	return s.ExitCode()
}
