// Package bench holds the benchmarks that the project answers for, each beside
// its floor: the least that anybody would have to do for the same work. What
// counts is the ratio of the two, measured in turns on the same machine, since
// absolute figures say as much about the machine as about the program.
//
//	go test -run '^$' -bench . -benchtime 1x ./bench/...
//
// runs all of them in a few minutes and prints a line for each figure:
// what was asked, and what was measured. docs/design/performance.md has the
// results and how to read them. Nothing imports this package.
package bench
