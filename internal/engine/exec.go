package engine

import (
	"context"
	"errors"
	"io"
)

// Executor is implemented by an engine that can run commands inside its machines and put files
// there, as an agent in the guest does. It is optional: without it commands end as not delivered.
//
// m describes the machine as Provision got it; an engine whose machines are real needs m.ID alone.
// Both methods: a machine that does not exist is ErrNotFound, one that does not run ErrNotRunning, a
// host that cannot be asked ErrUnreachable; nothing was done then.
type Executor interface {
	// Exec starts a command and returns when it is under way. done is then called exactly once, from
	// another goroutine, when the command has ended or was ended: by ctx, with its cause, or by the
	// machine's end or stop, with ErrStopped. It is not called after an error. What a command and
	// done do counts as work on the clock, if the engine lives by one.
	//
	// ErrNoUser, ErrNoDirectory and ErrNotApplicable say that this command cannot run there.
	Exec(ctx context.Context, m *Machine, c *Command, done func(Exit)) error

	// WriteFile puts a file into a machine, and makes the directories above it. It is whole when
	// WriteFile returns. ErrFileExists, ErrNoUser, ErrNoGroup and ErrBadPath are the ways it can be
	// impossible.
	WriteFile(ctx context.Context, m *Machine, f *File) error
}

// Language is what a command is written in.
type Language uint8

// The languages.
const (
	Shell Language = iota
	PowerShell
	Batch
)

// Command is a script to run in a machine.
type Command struct {
	Language Language
	Script   []byte
	User     string   // "" is the administrator
	Dir      string   // "" is the user's home; it must exist
	Env      []string // NAME=value, on top of what a login gives
	Stdin    []byte

	// Output takes standard output and standard error as they come, in one order, from one
	// goroutine at a time, and not after done. It keeps up and does not fail.
	Output io.Writer
}

// Exit is how a command ended: by itself with a code, or by Err.
type Exit struct {
	Code int
	Err  error
}

// File is a file to put into a machine.
type File struct {
	Path         string // absolute
	Owner, Group string // "" is the administrator
	Mode         uint32 // permission bits
	Data         []byte
	Overwrite    bool // else ErrFileExists where there is one
}

// Errors of an Executor; see there.
var (
	ErrNotRunning    = errors.New("engine: the machine does not run")
	ErrStopped       = errors.New("engine: the machine was stopped")
	ErrNoUser        = errors.New("engine: no such user in the machine")
	ErrNoGroup       = errors.New("engine: no such group in the machine")
	ErrNoDirectory   = errors.New("engine: no such directory in the machine")
	ErrNotApplicable = errors.New("engine: the machine cannot run that kind of command")
	ErrFileExists    = errors.New("engine: the file exists")
	ErrBadPath       = errors.New("engine: a file of that name cannot be made")
)
