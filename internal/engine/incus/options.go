package incus

import (
	"log/slog"
	"os"
)

// Kind is what instances are made as.
type Kind string

// The kinds. Auto makes what the image is for.
const (
	Container Kind = "container"
	VM        Kind = "vm"
	Auto      Kind = "auto"
)

// Mapped says which image of the host stands for images of the catalogue.
type Mapped struct {
	Pattern string // of the catalogue's image id, as of path.Match
	Alias   string // of the host's image
}

// Options say which host to use and how.
type Options struct {
	Socket string // of a server on this machine; DefaultSocket if URL is empty too

	// A server elsewhere, as https://host:8443, with the client's certificate and key
	// (PEM files) that it trusts, and its own certificate ("" where a public
	// authority signed it).
	URL                         string
	Certificate, Key, ServerPEM string

	Pool string // storage pool; default "openecs"
	Kind Kind   // default Container
	Cell string // whose machines these are; objects of others are left alone

	// Zones are those whose machines this host runs; nil is all.
	Zones []string

	// Images maps image ids to aliases of the host. An alias that equals the id
	// comes first, then these in order.
	Images []Mapped

	// How much of what the host has may be promised: 1 is what there is. 0 is the
	// default, 4 for processors and 1 for memory.
	CPUOvercommit, MemoryOvercommit float64

	// NICs makes the network devices; nil is Bridges.
	NICs Plugger

	Log *slog.Logger
}

// DefaultSocket is where Incus listens unless INCUS_DIR or INCUS_SOCKET say
// otherwise.
func DefaultSocket() string {
	if s := os.Getenv("INCUS_SOCKET"); s != "" {
		return s
	}
	if d := os.Getenv("INCUS_DIR"); d != "" {
		return d + "/unix.socket"
	}
	return "/var/lib/incus/unix.socket"
}

func (o Options) withDefaults() Options {
	if o.Socket == "" && o.URL == "" {
		o.Socket = DefaultSocket()
	}
	if o.Pool == "" {
		o.Pool = "openecs"
	}
	if o.Kind == "" {
		o.Kind = Container
	}
	if o.CPUOvercommit == 0 {
		o.CPUOvercommit = 4
	}
	if o.MemoryOvercommit == 0 {
		o.MemoryOvercommit = 1
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}
