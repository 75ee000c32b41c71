// Package archtest holds the tests that keep the architecture: which package may import which,
// and who may read the clock. It has no product code and nothing imports it. A rule that stands in
// the way is changed here, with its reason, in the commit that needs it.
package archtest
