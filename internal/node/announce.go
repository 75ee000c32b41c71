package node

import (
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
)

// Announcement is where a running server is: the content of server.json and of
// the file that `openecs serve --ready-file` writes.
type Announcement struct {
	Endpoint    string `json:"endpoint"` // http://127.0.0.1:7070
	Proxy       string `json:"proxy"`    // the same port, as a proxy for *.aliyuncs.com
	CA          string `json:"ca"`       // path of the certificate authority's certificate
	AccessKeyID string `json:"accessKeyId"`
	PID         int    `json:"pid"`
}

const serverFile = "server.json"

// Announcement says where this node is when it listens on an address.
func (n *Node) Announcement(addr net.Addr) Announcement {
	url := "http://" + reachable(addr)
	return Announcement{Endpoint: url, Proxy: url, CA: n.CA.File(), AccessKeyID: n.Keys.AccessKeyID, PID: os.Getpid()}
}

// reachable is an address a client on this machine can dial: a listener on all
// interfaces is reached over loopback.
func reachable(addr net.Addr) string {
	host, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		return addr.String()
	}
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}

// Announce says in server.json that this node serves an address, and turns
// the readiness page to ready. Serve does so by itself; who wants to tell others
// first, and has the listener open, calls it before.
func (n *Node) Announce(addr net.Addr) (Announcement, error) {
	a := n.Announcement(addr)
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.Dir != "" && !n.announced {
		if err := WriteAnnouncement(filepath.Join(n.Dir, serverFile), a); err != nil {
			return a, err
		}
	}
	n.announced, n.ready = true, !n.drained
	return a, nil
}

// withdraw comes before the store is closed: until then no other process can
// have put its own there.
func (n *Node) withdraw() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.Dir != "" && n.announced {
		os.Remove(filepath.Join(n.Dir, serverFile))
	}
}

// WriteAnnouncement writes an announcement so that a reader sees all of it or
// none.
func WriteAnnouncement(path string, a Announcement) error {
	b, err := json.Marshal(a)
	if err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".ready-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	if _, err = tmp.Write(append(b, '\n')); err == nil {
		err = tmp.Close()
	}
	if err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}

// Running reads where the server of a data directory is; ok is false when none
// has said so.
func Running(dir string) (a Announcement, ok bool, err error) {
	b, err := os.ReadFile(filepath.Join(dir, serverFile))
	if os.IsNotExist(err) {
		return a, false, nil
	}
	if err != nil {
		return a, false, err
	}
	if err := json.Unmarshal(b, &a); err != nil {
		return a, false, fmt.Errorf("%s is damaged: %w", filepath.Join(dir, serverFile), err)
	}
	return a, true, nil
}
