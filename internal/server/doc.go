// Package server is the HTTP front door: it reads a request of either signature
// family, authenticates it, finds the action by (Version, Action), and encodes
// the answer as JSON or XML. What an action does is not its business: it knows
// package action's Mux and nothing below it.
//
// The path of a request is ServeHTTP, read, authenticate, dispatch, answer, in
// that order, one file each where they are long.
package server
