// Package durability is the tests that nothing acknowledged is ever lost: hard
// kills of a server under load, and a file system that forgets what was not
// synced. It holds tests only; nobody imports it.
package durability
