// Package wiretap lets this project's own tests see every answer of every service in their process, also of one that
// a command or package ecstest starts. Only package shapetest sets it; in any other program it does nothing.
package wiretap

import "net/http"

// Reporter is told what is wrong with an answer; a testing.TB is one.
type Reporter interface {
	Helper()
	Errorf(format string, args ...any)
}

var tap func(Reporter, http.Handler) http.Handler

// Set makes f stand in front of each service started from now on. It is called before any is.
func Set(f func(Reporter, http.Handler) http.Handler) { tap = f }

// Handler is h, or what watches it for r. r is nil where no test is known: a command starts the service.
func Handler(r Reporter, h http.Handler) http.Handler {
	if tap == nil {
		return h
	}
	return tap(r, h)
}
