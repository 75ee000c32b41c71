package ecs

// Command is a Cloud Assistant command that was kept. Records are immutable:
// copy before a change.
type Command struct {
	_ struct{} `cbor:",toarray"`

	Account         uint64
	Name            string
	Description     string
	Type            CommandType
	Content         string
	Dir             string
	Timeout         int32 // seconds
	EnableParameter bool
	Launcher        string
	Created         int64
	Tags            []Tag
	ResourceGroup   Sym
	Invocations     uint32 // how often it was invoked
}

// CommandType is what a command is written in.
type CommandType uint8

// The command types.
const (
	RunShellScript CommandType = iota
	RunPowerShellScript
	RunBatScript
)

var commandTypes = [...]string{"RunShellScript", "RunPowerShellScript", "RunBatScript"}

func (t CommandType) String() string { return commandTypes[t] }

// Windows reports whether only instances of Windows can run the type.
func (t CommandType) Windows() bool { return t != RunShellScript }

// ParseCommandType finds a command type by its API name.
func ParseCommandType(s string) (CommandType, bool) {
	return parseEnum[CommandType](commandTypes[:], s)
}

// RepeatMode is when the runs of an invocation begin.
type RepeatMode uint8

// The repeat modes.
const (
	RepeatOnce RepeatMode = iota
	RepeatPeriod
	RepeatNextReboot
	RepeatEveryReboot
)

var repeatModes = [...]string{"Once", "Period", "NextRebootOnly", "EveryReboot"}

func (m RepeatMode) String() string { return repeatModes[m] }

// AtBoot reports whether runs begin when the instance starts.
func (m RepeatMode) AtBoot() bool { return m == RepeatNextReboot || m == RepeatEveryReboot }

// ParseRepeatMode finds a repeat mode by its API name.
func ParseRepeatMode(s string) (RepeatMode, bool) { return parseEnum[RepeatMode](repeatModes[:], s) }

func parseEnum[T ~uint8](names []string, s string) (T, bool) {
	for i, n := range names {
		if n == s {
			return T(i), true
		}
	}
	return 0, false
}

// Invocation is a command asked to run on instances. It holds what runs, so
// that the command may change or go; Command is a key even when no row of it is
// kept. What becomes of it on each instance is an InvocationResult.
type Invocation struct {
	_ struct{} `cbor:",toarray"`

	Account         uint64
	Command         Key
	Kept            bool
	Name            string
	Description     string
	Type            CommandType
	Content         string
	EnableParameter bool
	Parameters      []Parameter
	Dir             string
	User            string
	Timeout         int32 // seconds
	Mode            RepeatMode
	Frequency       string // of RepeatPeriod
	Process         bool   // TerminationMode is Process, not ProcessTree
	Created         int64
	Tags            []Tag
	ResourceGroup   Sym
}

// Parameter is the value of a custom parameter of a command.
type Parameter struct {
	_     struct{} `cbor:",toarray"`
	Name  string
	Value string
}

// FileTransfer is a file asked to be put on instances.
type FileTransfer struct {
	_ struct{} `cbor:",toarray"`

	Account       uint64
	Name          string
	Description   string
	Dir           string
	Data          []byte
	Base64        bool // how it was given, and is shown
	Owner, Group  string
	Mode          string // as given
	Overwrite     bool
	Timeout       int32 // seconds
	Created       int64
	Tags          []Tag
	ResourceGroup Sym
}

// InvocationResult is what became, or will become, of an invocation or a file
// transfer on one instance. Times are Unix seconds, 0 for none. Only the
// reconciler begins and ends a run.
type InvocationResult struct {
	_ struct{} `cbor:",toarray"`

	Account    uint64
	Invocation Key // or the file transfer
	File       bool
	Command    Key
	Instance   Key
	Status     InvocationStatus
	Since      int64 // Unix milliseconds: when it came to be Pending
	Created    int64
	Started    int64
	Finished   int64
	Stopped    int64 // when its end was asked for
	Updated    int64
	ExitCode   int32
	ErrorCode  Sym
	ErrorInfo  Sym
	Output     []byte
	Dropped    int32 // bytes of output that are not kept
	Repeats    int32 // runs begun
	AtBoot     bool  // a run begins when the instance starts
	History    bool  // a copy of an earlier run, for IncludeHistory
}

// InvocationStatus is how far an invocation is on one instance, or as a whole.
type InvocationStatus uint8

// The statuses. Those from InvocationSuccess on are ends.
const (
	InvocationPending InvocationStatus = iota
	InvocationScheduled
	InvocationRunning
	InvocationStopping
	InvocationSuccess
	InvocationFailed    // ended with another code than 0
	InvocationError     // could not go on
	InvocationTimeout   // was ended by its deadline
	InvocationAborted   // could not be delivered
	InvocationInvalid   // cannot run there at all
	InvocationCancelled // was stopped before it began
	InvocationTerminated
	InvocationStopped       // of the whole only
	InvocationPartialFailed // of the whole only
)

var invocationStatuses = [...]string{"Pending", "Scheduled", "Running", "Stopping", "Success", "Failed", "Error", "Timeout", "Aborted", "Invalid", "Cancelled",
	"Terminated", "Stopped", "PartialFailed"}

func (s InvocationStatus) String() string { return invocationStatuses[s] }

// Ended reports whether nothing follows.
func (s InvocationStatus) Ended() bool { return s >= InvocationSuccess }

// Old is the status in the words of InvokeStatus and InvokeRecordStatus, which
// came first.
func (s InvocationStatus) Old() string {
	switch s {
	case InvocationStopping, InvocationStopped, InvocationPartialFailed:
		return s.String()
	case InvocationSuccess:
		return "Finished"
	case InvocationCancelled, InvocationTerminated:
		return "Stopped"
	case InvocationPending, InvocationScheduled, InvocationRunning:
		return "Running"
	}
	return "Failed"
}

// OverallStatus is the status of an invocation on several instances.
func OverallStatus(each []InvocationStatus) InvocationStatus {
	var n [len(invocationStatuses)]int
	for _, s := range each {
		n[s]++
	}
	for _, s := range [...]InvocationStatus{InvocationPending, InvocationRunning, InvocationStopping, InvocationScheduled} {
		if n[s] > 0 {
			return s
		}
	}
	stopped := n[InvocationCancelled] + n[InvocationTerminated]
	failed := len(each) - n[InvocationSuccess] - stopped
	switch {
	case failed > 0 && n[InvocationSuccess] > 0:
		return InvocationPartialFailed
	case failed > 0:
		return InvocationFailed
	case n[InvocationSuccess] > 0:
		return InvocationSuccess
	}
	return InvocationStopped
}

// AssistantSettings are an account's settings of Cloud Assistant in a region.
type AssistantSettings struct {
	_ struct{} `cbor:",toarray"`

	Account        uint64
	UpgradeOn      bool
	Windows        []string
	TimeZone       string
	SessionManager bool
}
