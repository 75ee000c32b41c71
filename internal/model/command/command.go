// Package command is what the actions of Cloud Assistant and the reconciler do,
// within a transaction, to the results of invocations.
package command

import (
	"time"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// Wake is the kind with which the reconciler is woken for a result, and of the
// due rows of scheduled runs.
const Wake = byte(ecs.KindInvocationResult)

// wakeDue tells the reconciler that there is a new due row.
const wakeDue = 'D'

// Bounds of what is kept.
const (
	MaxResults = 10000 // of an account in a region
	maxHistory = 50    // earlier runs of a scheduled invocation
)

// Error codes of results.
const (
	InstanceNotExists    = "InstanceNotExists"
	InstanceReleased     = "InstanceReleased"
	InstanceNotRunning   = "InstanceNotRunning"
	CommandNotApplicable = "CommandNotApplicable"
	AccountNotExists     = "AccountNotExists"
	DirectoryNotExists   = "DirectoryNotExists"
	ClientNotRunning     = "ClientNotRunning"
	DeliveryTimeout      = "DeliveryTimeout"
	ExecutionTimeout     = "ExecutionTimeout"
	ExecutionException   = "ExecutionException"
	ExecutionInterrupted = "ExecutionInterrupted"
	ExitCodeNonzero      = "ExitCodeNonzero"
	FileAlreadyExists    = "FileAlreadyExists"
	FileCreateFail       = "FileCreateFail"
	UserGroupNotExists   = "UserGroupNotExists"
)

// New makes the result of an invocation on an instance, and has its first run
// begin: now, at the next start of the instance, or at next.
func New(tx *state.Tx, r ecs.InvocationResult, region uint8, mode ecs.RepeatMode, next time.Time) {
	k := tx.NewKey(region)
	r.Created, r.Updated = tx.Now().Unix(), tx.Now().Unix()
	switch mode {
	case ecs.RepeatOnce:
		r.Status, r.Since = ecs.InvocationPending, tx.Now().UnixMilli()
		tx.Wake(Wake, k)
	case ecs.RepeatPeriod:
		r.Status = ecs.InvocationScheduled
		tx.At(next, Wake, k)
		tx.Wake(wakeDue, 0)
	default:
		r.Status, r.AtBoot = ecs.InvocationScheduled, true
	}
	state.Results.Put(tx, k, &r)
}

// pend has a run begin.
func pend(tx *state.Tx, k ecs.Key, r *ecs.InvocationResult) {
	n := *r
	n.Status, n.Since, n.Updated = ecs.InvocationPending, tx.Now().UnixMilli(), tx.Now().Unix()
	n.Started, n.Finished, n.ExitCode, n.ErrorCode, n.ErrorInfo, n.Output, n.Dropped = 0, 0, 0, 0, 0, nil, 0
	state.Results.Put(tx, k, &n)
	tx.Wake(Wake, k)
}

// Due begins a run whose time has come. One that has not ended yet is not begun
// again.
func Due(tx *state.Tx, k ecs.Key) {
	r, ok := state.Results.Get(tx, k)
	if !ok || r.Stopped != 0 || r.Status.Ended() {
		return
	}
	if next, ok := following(tx, r); ok {
		tx.At(next, Wake, k)
	}
	if r.Status == ecs.InvocationScheduled {
		pend(tx, k, r)
	}
}

// Reschedule has the runs of a result that go on by a schedule begin at next, and
// then by it as it is now. A zero next is none: no run follows.
func Reschedule(tx *state.Tx, k ecs.Key, r *ecs.InvocationResult, next time.Time) {
	if r.Stopped != 0 || r.Status.Ended() {
		return
	}
	tx.Cancel(Wake, k)
	if !next.IsZero() {
		tx.At(next, Wake, k)
		tx.Wake(wakeDue, 0)
	}
}

// following is when the run after this instant begins.
func following(tx *state.Tx, r *ecs.InvocationResult) (time.Time, bool) {
	inv, ok := state.Invocations.Get(tx, r.Invocation)
	if !ok || inv.Mode != ecs.RepeatPeriod {
		return time.Time{}, false
	}
	f, err := ecs.ParseFrequency(inv.Frequency)
	if err != nil {
		return time.Time{}, false
	}
	return f.Next(time.Unix(inv.Created, 0), tx.Now())
}

// Booted begins the runs that wait for an instance to start.
func Booted(tx *state.Tx, instance ecs.Key) {
	for k, r := range state.ResultsAtBoot.Ascend(tx, uint64(instance), 0) {
		pend(tx, k, r)
	}
}

// Released ends what an instance that is released will not run any more.
func Released(tx *state.Tx, instance ecs.Key) {
	for k, r := range state.ResultsByInstance.Ascend(tx, uint64(instance), 0) {
		if r.Status == ecs.InvocationPending || r.Status == ecs.InvocationScheduled {
			Finish(tx, k, End{Status: ecs.InvocationAborted, Error: InstanceReleased, Info: "The specified instance was released during task execution."})
		}
	}
}

// Begin marks a run begun; false: it is not to begin any more.
func Begin(tx *state.Tx, k ecs.Key) bool {
	r, ok := state.Results.Get(tx, k)
	if !ok || r.Status != ecs.InvocationPending {
		return false
	}
	n := *r
	n.Status, n.Started, n.Updated = ecs.InvocationRunning, tx.Now().Unix(), tx.Now().Unix()
	n.Repeats++
	state.Results.Put(tx, k, &n)
	return true
}

// Retry takes a begun run back that could not be delivered.
func Retry(tx *state.Tx, k ecs.Key) {
	r, ok := state.Results.Get(tx, k)
	if !ok || r.Status != ecs.InvocationRunning && r.Status != ecs.InvocationStopping {
		return
	}
	n := *r
	n.Status, n.Started, n.Updated = ecs.InvocationPending, 0, tx.Now().Unix()
	n.Repeats--
	if r.Status == ecs.InvocationStopping {
		n.Status, n.Finished = ecs.InvocationCancelled, tx.Now().Unix()
	}
	state.Results.Put(tx, k, &n)
}

// End is how a run ended.
type End struct {
	Status  ecs.InvocationStatus
	Code    int
	Error   string // an error code, "" for none
	Info    string
	Output  []byte
	Dropped int
	At      time.Time // zero: now
}

// Finish writes the end of a run. A scheduled invocation waits for its next run
// if there is one.
func Finish(tx *state.Tx, k ecs.Key, e End) {
	r, ok := state.Results.Get(tx, k)
	if !ok || r.Status.Ended() {
		return
	}
	if e.At.IsZero() {
		e.At = tx.Now()
	}
	n := *r
	n.Status, n.Finished, n.Updated = e.Status, e.At.Unix(), tx.Now().Unix()
	n.ExitCode, n.Output, n.Dropped = int32(e.Code), e.Output, int32(min(e.Dropped, 1<<30))
	n.ErrorCode, n.ErrorInfo = tx.Sym(e.Error), tx.Sym(e.Info)
	if r.Status == ecs.InvocationStopping {
		n.Status = ecs.InvocationTerminated
	}
	inv, isCommand := state.Invocations.Get(tx, r.Invocation)
	if isCommand && r.Stopped == 0 && r.Status == ecs.InvocationRunning {
		_, again := following(tx, r)
		again = again || inv.Mode == ecs.RepeatEveryReboot
		if again || r.Repeats > 1 {
			keep(tx, k, n)
		}
		if _, there := state.Instances.Get(tx, r.Instance); again && there {
			n.Status = ecs.InvocationScheduled
		}
	}
	if n.Status.Ended() {
		tx.Cancel(Wake, k)
	}
	state.Results.Put(tx, k, &n)
}

// keep adds an earlier run of an invocation to its history.
func keep(tx *state.Tx, k ecs.Key, n ecs.InvocationResult) {
	n.History = true
	state.Results.Put(tx, tx.NewKey(k.Region()), &n)
	for state.ResultsByRun.Count(tx, uint64(n.Invocation)) > maxHistory {
		first, _, _ := state.ResultsByRun.First(tx, uint64(n.Invocation))
		state.Results.Delete(tx, first)
	}
}

// Stop ends the runs of a result: what has not begun is cancelled, what runs is
// asked to end.
func Stop(tx *state.Tx, k ecs.Key, r *ecs.InvocationResult) {
	if r.Status.Ended() || r.Stopped != 0 {
		return
	}
	n := *r
	n.Stopped, n.Updated = tx.Now().Unix(), tx.Now().Unix()
	tx.Cancel(Wake, k)
	switch r.Status {
	case ecs.InvocationRunning:
		n.Status = ecs.InvocationStopping
		tx.Wake(Wake, k)
	default:
		n.Status = ecs.InvocationCancelled
		n.Finished = tx.Now().Unix()
	}
	state.Results.Put(tx, k, &n)
}

// Trim removes the oldest invocations that have ended, with their results, as
// far as an account's results are more than may be kept.
func Trim(tx *state.Tx, account uint64, region uint8, room int) {
	scope := state.Scope(account, region)
	for k := range state.InvocationsByAccount.Ascend(tx, scope, 0) {
		if state.ResultsByAccount.Count(tx, scope)+room <= MaxResults {
			return
		}
		var keys []ecs.Key
		open := false
		for rk, r := range state.ResultsByInvocation.Ascend(tx, uint64(k), 0) {
			keys, open = append(keys, rk), open || !r.Status.Ended()
		}
		if open {
			continue
		}
		for rk := range state.ResultsByRun.Keys(tx, uint64(k), 0) {
			keys = append(keys, rk)
		}
		for _, rk := range keys {
			state.Results.Delete(tx, rk)
		}
		state.Invocations.Delete(tx, k)
	}
}

// MaxFiles is how many file transfers of an account in a region are kept.
const MaxFiles = 2000

// TrimFiles removes the oldest file transfers that have ended, as far as they
// are more than may be kept, so that there is room for one more.
func TrimFiles(tx *state.Tx, account uint64, region uint8) {
	scope := state.Scope(account, region)
	for k := range state.FileTransfersByAccount.Ascend(tx, scope, 0) {
		if state.FileTransfersByAccount.Count(tx, scope) < MaxFiles {
			return
		}
		var keys []ecs.Key
		open := false
		for rk, r := range state.ResultsByInvocation.Ascend(tx, uint64(k), 0) {
			keys, open = append(keys, rk), open || !r.Status.Ended()
		}
		if open {
			continue
		}
		for _, rk := range keys {
			state.Results.Delete(tx, rk)
		}
		state.FileTransfers.Delete(tx, k)
	}
}
