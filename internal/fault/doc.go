// Package fault makes API requests fail on purpose: with an error code, late,
// without an answer, throttled, out of stock, or with an answer that is old. A
// Rule says which requests and what happens to them; a file of rules is read by
// Parse; a Set is the rules in force, which the server asks before each request.
//
// Without a rule in force a request costs one atomic load.
//
// It knows requests, not instances: what a rule does to the hosts is handed to
// whoever runs them (Hosts).
package fault
