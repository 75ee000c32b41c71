package state

import (
	"errors"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/store"
)

// What Update can answer besides the closure's own error and that of the context: an *api.Error of code
// ServiceUnavailable, status 503, with one of these, or an error of the store, in its chain.
var (
	// ErrClosed: the DB is closed.
	ErrClosed = errors.New("state is closed")
	// ErrBusy: too many closures wait.
	ErrBusy = errors.New("too many transactions are waiting")
	// ErrUnknown: the store could not tell whether the batch is there. The next Open will know.
	ErrUnknown = errors.New("outcome of the transaction is unknown")
	// ErrTooLarge: the transaction alone exceeds what the store takes in one batch. Trying again does not help; the code
	// is InternalError, status 500.
	ErrTooLarge = errors.New("transaction is too large for the store")
	// ErrPanic: the closure panicked and was unwound. Code InternalError, status 500.
	ErrPanic = errors.New("transaction panicked")
)

// unavailable is the answer to whoever may try again. Its cause reaches only the log.
func unavailable(cause error) error {
	message := "The request has failed due to a temporary failure of the server."
	if errors.Is(cause, store.ErrFull) {
		message = "The service has no storage space left."
	}
	return api.Errorf(api.CodeServiceUnavailable, "%s", message).WithStatus(503).WithCause(cause)
}

// internal is the answer when it is our mistake.
func internal(cause error) error {
	return api.Errorf(api.CodeInternalError, "The request processing has failed due to some unknown error.").
		WithStatus(500).WithCause(cause)
}
