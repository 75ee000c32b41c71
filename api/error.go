package api

import "fmt"

// An Error is a refusal: what the service answers instead of a result. It is the project's one error type; any other
// error that reaches the server becomes InternalError and its text only the log.
type Error struct {
	Code      string // as the real service spells it; the Code constants
	Message   string // for the caller
	Status    int    // of HTTP; 0: looked up once, in the server, with StatusOf
	RequestID string // set on the client side
	Cause     error  // reaches only the log
}

// Errorf returns a refusal with a formatted message.
func Errorf(code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

func (e *Error) Error() string {
	s := e.Code
	if e.Message != "" {
		s += ": " + e.Message
	}
	if e.RequestID != "" {
		s += " (request " + e.RequestID + ")"
	}
	if e.Cause != nil {
		s += ": " + e.Cause.Error()
	}
	return s
}

func (e *Error) Unwrap() error { return e.Cause }

// Is makes errors.Is compare refusals by their code.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

// WithStatus returns a copy with this HTTP status.
func (e *Error) WithStatus(status int) *Error {
	c := *e
	c.Status = status
	return &c
}

// WithCause returns a copy with a cause for the log.
func (e *Error) WithCause(cause error) *Error {
	c := *e
	c.Cause = cause
	return &c
}
