package engine

import "errors"

// What an engine's errors mean; they come wrapped, so ask errors.Is. An error that is none of
// these, a context's among them, is transient: look again later, within the deadline.
var (
	// ErrNotFound: the machine does not exist, and the host was there to say so.
	ErrNotFound = errors.New("engine: no such machine")

	// ErrBusy: not now, something else is under way. Nothing was done; come again.
	ErrBusy = errors.New("engine: busy")

	// ErrUnreachable: the host did not answer. Whether anything was done is not known, and nothing
	// may be concluded about the machine.
	ErrUnreachable = errors.New("engine: host unreachable")

	// ErrNoStock: no room for that size in that zone at this moment. Nothing was done.
	ErrNoStock = errors.New("engine: no stock")

	// ErrPermanent: this can never work as asked (an image no host has, a size none can hold).
	// Nothing was done, and trying again is no use.
	ErrPermanent = errors.New("engine: impossible")
)

// Retry tells whether the same call may succeed later without anything else changing.
func Retry(err error) bool {
	return err != nil && !errors.Is(err, ErrPermanent) && !errors.Is(err, ErrNotFound) && !errors.Is(err, ErrNoStock)
}
