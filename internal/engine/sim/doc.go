// Package sim is an engine whose machines do not exist: they take time, run out of stock, fail
// where they are told to, and otherwise behave as instances do. It is what OpenECS runs on where
// there is no host, and what tests run on.
//
// A World holds the machines. The engine that a service gets is a Host, a connection to the world
// that can be cut as a process dies, so a test restarts the service over the same machines. After
// the process itself has ended its world is gone; a new one learns of each machine by Adopt, from
// its record.
//
// Nothing runs by itself here: no goroutine, no timer. A move (provision, start, stop, reboot,
// remove) has an end, and whoever asks after it has come finds it done; ReadyAt tells when to ask.
// A machine at rest takes one slot of 24 bytes in a map, without pointers.
//
// Layer 9. internal/service, internal/cli, ecstest and tests may import it.
package sim
