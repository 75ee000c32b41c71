// Package action is what API actions are declared with. A group of actions
// (a package below this one) keeps a Set, registers each action beside its
// definition with Handle, and the service binds the sets into one Mux that
// finds a handler by (Version, Action).
//
// Groups import this package and what lies beneath; they never import each
// other, nor package server, which calls the Mux.
package action
