package state

import (
	"log/slog"
	"time"
)

// Options of Open.
type Options struct {
	// Addr is where this process can be reached; the store tells others (store.Store.Campaign).
	Addr string
	// Clock is asked once per Update, on the caller's goroutine. It must be set.
	Clock func() time.Time
	// OnWake gets the wakes of a revision, each pair once, after the revision is published and before its closures are
	// answered. It is called on the flusher's goroutine, revision after revision: it must return soon and must not call
	// Update. wakes belongs to the callee.
	OnWake func(wakes []Wake)
	// Log gets panics and failures of the store; default slog.Default.
	Log *slog.Logger
	// MaxQueue bounds the closures that wait to be run; above it Update answers 503. Default 65536.
	MaxQueue int
	// Observer sees what closures write; nil: nobody does.
	Observer *Observer
	// Workers decode and build in Open; default GOMAXPROCS.
	Workers int
	Draws   *Draws // nil: everything is new
}
