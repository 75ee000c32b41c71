// Package incus is an engine whose machines exist: containers, or virtual
// machines where the host can, on an Incus server or cluster.
//
// # Who owns which state
//
// The instance on the host is the record. What the contract asks to be kept is
// in its configuration under user.openecs.*: cell, id, zone, what was made,
// which generation finished and which boot. In memory there is only what is under
// way on behalf of this process (moves), so a restart of either side loses
// nothing: the caller repeats its goal and the engine goes on from what the host
// shows.
//
// # How calls behave
//
// A goal is pursued by a goroutine of its own, and each call that it makes has a
// deadline of 10 s. An operation of the host that takes longer is waited for
// in slices. Names on the host are the identifiers of the API (i-…, d-…, s-…), so
// that an id alone finds its object; an object that does not carry the mark of
// this cell is never touched.
//
// Layer 9. internal/node, internal/cli and tests may import it.
package incus
