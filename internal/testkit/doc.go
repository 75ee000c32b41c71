// Package testkit is what package ecstest and the pages under /_openecs/ have in
// common: faults in force, requests recorded, and a service that goes back to
// where it began. Both only put a form of their own on it.
package testkit
