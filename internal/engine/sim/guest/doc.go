// Package guest is the inside of a simulated machine: a file system in memory and a shell that
// understands the scripts people send to instances. `printf hello > /tmp/x; cat /tmp/x` answers
// hello, and nothing of the host is touched: no process is started, no file of the host is opened,
// its environment and its users are not seen, and there is no network.
//
// The shell's grammar and expansions are those of mvdan.cc/sh (packages syntax and expand); the
// interpreter, the file system and every command are here. That library's own interpreter is not
// used: several of its builtins (test -r, command -v, read -s, process substitution, ~user) ask
// the host.
//
// What a script may use is bounded: the bytes and files of its machine, the size of its variables,
// the depth of its calls, the processes it runs at once. Its loops are slowed to a fixed number of
// steps for each instant of the service's clock, so that one that never ends costs little and meets
// its deadline on a driven clock too.
//
// Layer 9, a part of the simulator: package sim alone imports it.
package guest
