package intercept

import "os"

// passedOn on Windows: the console gives Ctrl-C to every process attached to
// it, so it only has to be kept from ending us before the command.
var passedOn = []os.Signal{os.Interrupt}

func fromTerminal(os.Signal) bool { return true }

// terminate ends p at once: Windows has no request to end.
func terminate(p *os.Process) error { return p.Kill() }

func exitStatus(s *os.ProcessState) int { return s.ExitCode() }
