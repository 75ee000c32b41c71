package intercept

import (
	"errors"
	"net"
	"sync/atomic"
	"time"
)

// conn is an accepted or hijacked connection whose first bytes were read ahead
// of time. Once they are gone Read is the connection's own, so telling HTTP and
// TLS apart costs one object per connection and nothing per request.
type conn struct {
	net.Conn
	pending []byte      // read ahead, to be read first
	first   [1]byte     // pending's room after a sniff
	nested  bool        // came through CONNECT
	closed  atomic.Bool // release runs once
	release func()      // gives back what accepting took; may be nil

	writeBy atomic.Int64 // the write deadline that is set, in Unix seconds; 0 is none
}

func (c *conn) Read(p []byte) (int, error) {
	if len(c.pending) > 0 {
		n := copy(p, c.pending)
		c.pending = c.pending[n:]
		return n, nil
	}
	return c.Conn.Read(p)
}

func (c *conn) Close() error {
	err := c.Conn.Close()
	if c.closed.CompareAndSwap(false, true) && c.release != nil {
		c.release()
	}
	return err
}

// SetWriteDeadline rounds a deadline to come up to a whole second and skips one
// that is set already: net/http moves it with every request, and moving a timer
// costs more than all else this package does for one.
func (c *conn) SetWriteDeadline(t time.Time) error {
	var by int64
	if !t.IsZero() {
		by = t.Unix() + 1
	}
	if c.writeBy.Load() == by {
		return nil // one that is past already, or will be within the second
	}
	if by != 0 {
		if t.After(wallNow()) {
			t = time.Unix(by, 0)
		} else {
			by = -1 // at once, and never skipped
		}
	}
	c.writeBy.Store(by)
	return c.Conn.SetWriteDeadline(t)
}

// SetDeadline sets both, and so must not leave writeBy behind.
func (c *conn) SetDeadline(t time.Time) error {
	return errors.Join(c.Conn.SetReadDeadline(t), c.SetWriteDeadline(t))
}

// CloseWrite lets net/http end an answer before it ends the connection, and a
// tunnel pass on one side's end.
func (c *conn) CloseWrite() error {
	if cw, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return cw.CloseWrite()
	}
	return errors.ErrUnsupported
}

// sniff waits for the first byte and reports whether it opens a TLS record.
func (c *conn) sniff() (isTLS bool, err error) {
	if len(c.pending) == 0 {
		n, err := c.Conn.Read(c.first[:])
		if n == 0 {
			return false, err
		}
		c.pending = c.first[:]
	}
	const handshake = 0x16 // ContentType of RFC 8446 5.1; no HTTP method starts with it
	return c.pending[0] == handshake, nil
}

// feed is the listener of the http.Server: connections come in from the side.
type feed struct {
	conns chan net.Conn
	done  chan struct{}
	ended atomic.Bool
}

func newFeed() *feed {
	return &feed{conns: make(chan net.Conn), done: make(chan struct{})}
}

// give hands a connection over, or closes it when the server has ended.
func (f *feed) give(c net.Conn) {
	select {
	case f.conns <- c:
	case <-f.done:
		c.Close()
	}
}

func (f *feed) Accept() (net.Conn, error) {
	select {
	case c := <-f.conns:
		return c, nil
	case <-f.done:
		return nil, net.ErrClosed
	}
}

func (f *feed) Close() error {
	if f.ended.CompareAndSwap(false, true) {
		close(f.done)
	}
	return nil
}

func (f *feed) Addr() net.Addr { return feedAddr{} }

type feedAddr struct{}

func (feedAddr) Network() string { return "intercept" }
func (feedAddr) String() string  { return "intercept" }
