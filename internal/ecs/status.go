package ecs

// Status is the state that the API shows for an instance. There are these five
// and no other.
type Status uint8

// The statuses.
const (
	Pending Status = iota
	Starting
	Running
	Stopping
	Stopped
)

var statusNames = [...]string{"Pending", "Starting", "Running", "Stopping", "Stopped"}

func (s Status) String() string { return statusNames[s] }

// ParseStatus finds a status by the name the API gives it.
func ParseStatus(name string) (Status, bool) {
	for i, n := range statusNames {
		if n == name {
			return Status(i), true
		}
	}
	return 0, false
}

// Status computes the state to show from what is wanted and what was seen. It
// reads no clock, so it can be indexed.
func (i *Instance) Status() Status {
	w, s := &i.Want, &i.Seen
	switch {
	case w.Deleted && s.Power == PowerOn:
		return Stopping
	case w.Deleted:
		return Stopped
	case !s.Provisioned:
		return Pending
	case s.Gen != w.Gen && w.Op == OpStop:
		return Stopping
	case s.Gen != w.Gen:
		return Starting
	case s.Power == PowerOn:
		return Running
	}
	return Stopped
}
