package intercept

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// How it works. The command is started as this program again, under the name
// isolateArg0, in new namespaces. That helper brings loopback up, mounts its own
// resolver files, opens the sockets, sends them here and becomes the command. A
// socket belongs to the namespace it was made in for good, so s and the name
// server run in this process and yet answer only in there: nothing is relayed.

const isolateArg0 = "openecs-isolated"

// hello is what the helper reports: once with the sockets, or with what failed.
type hello struct {
	Error string
	Code  int // the exit code that goes with Error
}

const setupTime = 20 * time.Second

func runIsolated(ctx context.Context, s *Server, cfg IsolateConfig, cmd, env []string, std Stdio) (int, error) {
	path, code, err := lookup(cmd[0])
	if err != nil {
		return code, err
	}
	dir, err := os.MkdirTemp("", "openecs-isolate-")
	if err != nil {
		return ExitNotExecutable, err
	}
	defer os.RemoveAll(dir)
	if err := writeResolverFiles(dir); err != nil {
		return ExitNotExecutable, err
	}
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return ExitNotExecutable, err
	}
	theirs := os.NewFile(uintptr(pair[1]), "isolate")
	defer theirs.Close()
	ours, err := unixConn(pair[0])
	if err != nil {
		return ExitNotExecutable, err
	}
	defer ours.Close()

	self := "/proc/self/exe"
	c := newCommand(ctx, self, append([]string{isolateArg0, dir, strconv.Itoa(cfg.Port), path}, cmd...), env, std)
	c.ExtraFiles = []*os.File{theirs} // descriptor 3
	c.SysProcAttr = namespaces()

	in := &inside{server: s}
	defer in.close()
	code, err = runCommand(c, func() error {
		theirs.Close()
		return in.receive(ours)
	})
	var helperErr *helperError
	switch {
	case errors.As(err, &helperErr):
		return helperErr.code, errors.New(helperErr.text)
	case c.Process == nil && err != nil:
		return code, explain(err)
	}
	return code, err
}

// namespaces asks for as few as possible: without a user namespace where this
// process may make the others. In a user namespace the user stays who they are;
// the capabilities it gives are the helper's and end with it.
func namespaces() *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWNET | unix.CLONE_NEWNS}
	if mayUnshare() {
		return attr
	}
	uid, gid := os.Geteuid(), os.Getegid()
	attr.Cloneflags |= unix.CLONE_NEWUSER
	attr.UidMappings = []syscall.SysProcIDMap{{ContainerID: uid, HostID: uid, Size: 1}}
	attr.GidMappings = []syscall.SysProcIDMap{{ContainerID: gid, HostID: gid, Size: 1}}
	attr.AmbientCaps = []uintptr{unix.CAP_SYS_ADMIN, unix.CAP_NET_ADMIN, unix.CAP_NET_BIND_SERVICE}
	return attr
}

func mayUnshare() bool {
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var data [2]unix.CapUserData
	if err := unix.Capget(&header, &data[0]); err != nil {
		return false
	}
	need := uint32(1)<<unix.CAP_SYS_ADMIN | 1<<unix.CAP_NET_ADMIN | 1<<unix.CAP_NET_BIND_SERVICE
	return data[0].Effective&need == need
}

// explain turns a refusal by the kernel into something to act on.
func explain(err error) error {
	switch {
	case errors.Is(err, unix.EPERM), errors.Is(err, unix.EACCES), errors.Is(err, unix.ENOSPC), errors.Is(err, unix.EINVAL), errors.Is(err, unix.EUSERS):
		return fmt.Errorf("%w: it needs root or user namespaces, and the kernel refuses them (%w); see the settings user.max_user_namespaces, kernel.unprivileged_userns_clone and kernel.apparmor_restrict_unprivileged_userns",
			ErrNoIsolation, err)
	}
	return err
}

// inside holds what this process serves in the namespaces.
type inside struct {
	server    *Server
	listeners []net.Listener
	packets   net.PacketConn
}

type helperError struct {
	text string
	code int
}

func (e *helperError) Error() string { return e.text }

// receive takes the sockets, starts serving them, and waits until the helper
// has become the command: the end of the connection, closed on exec, says so.
func (in *inside) receive(conn *net.UnixConn) error {
	conn.SetDeadline(wallNow().Add(setupTime))
	files, err := receiveMessage(conn)
	if err != nil {
		return fmt.Errorf("preparing the namespaces: %w", err)
	}
	if len(files) == 0 {
		return errors.New("preparing the namespaces: the program did not call intercept.IsolateMain")
	}
	for i, f := range files {
		if i == 0 {
			in.packets, err = net.FilePacketConn(f)
		} else {
			var ln net.Listener
			if ln, err = net.FileListener(f); err == nil {
				in.listeners = append(in.listeners, ln)
			}
		}
		f.Close()
		if err != nil {
			return err
		}
	}
	go serveDNS(in.packets)
	for _, ln := range in.listeners {
		go in.server.Serve(ln)
	}
	if _, err := conn.Write([]byte("go")); err != nil {
		return err
	}
	if _, err := receiveMessage(conn); err != nil {
		return err
	}
	return nil
}

func (in *inside) close() {
	for _, ln := range in.listeners {
		ln.Close()
	}
	if in.packets != nil {
		in.packets.Close()
	}
}

// receiveMessage returns the files of the helper's next message, none at the
// end of the connection, or the error that the message tells of.
func receiveMessage(conn *net.UnixConn) ([]*os.File, error) {
	buf := make([]byte, 4096)
	oob := make([]byte, unix.CmsgSpace(16*4))
	n, oobn, _, _, err := conn.ReadMsgUnix(buf, oob)
	if n == 0 { // the helper's exec has closed it
		if err != nil && errors.Is(err, os.ErrDeadlineExceeded) {
			return nil, err
		}
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var files []*os.File
	messages, err := unix.ParseSocketControlMessage(oob[:oobn])
	if err != nil {
		return nil, err
	}
	for i := range messages {
		fds, err := unix.ParseUnixRights(&messages[i])
		if err != nil {
			return nil, err
		}
		for _, fd := range fds {
			unix.CloseOnExec(fd)
			files = append(files, os.NewFile(uintptr(fd), "isolated socket"))
		}
	}
	var h hello
	if err := json.Unmarshal(buf[:n], &h); err != nil {
		return nil, err
	}
	if h.Error != "" {
		return nil, &helperError{h.Error, h.Code}
	}
	return files, nil
}

func unixConn(fd int) (*net.UnixConn, error) {
	f := os.NewFile(uintptr(fd), "isolate")
	defer f.Close()
	c, err := net.FileConn(f)
	if err != nil {
		return nil, err
	}
	return c.(*net.UnixConn), nil
}
