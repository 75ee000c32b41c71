// Package clients holds the tests that call OpenECS with the official Go SDKs,
// in process and over HTTP. It is a module of its own, so that nobody who
// imports OpenECS inherits them.
package clients
