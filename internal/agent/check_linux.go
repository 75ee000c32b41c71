package agent

// Check reports, as a sentence, why this host's kernel cannot hold the networks
// of real instances; nil: it can.
func Check() error { return nil }
