// Package ecs holds what the service knows as plain values: the records of
// every resource, their identifiers, the status computed from a record, and
// the pure rules (names, passwords, periods, address ranges) that actions
// check. It does no I/O, reads no clock and imports only package api, so every
// layer above the catalogue may use it.
package ecs
