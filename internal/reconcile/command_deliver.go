package reconcile

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/engine"
	"github.com/openecs/openecs/internal/model/command"
	"github.com/openecs/openecs/internal/state"
)

// deliver asks the engine.
func (c *commands) deliver(o *order) {
	handedOver := false
	defer func() {
		if p := recover(); p != nil && !handedOver {
			c.r.Log.Error("delivering a command panicked", "cause", p)
			c.finish(o, command.End{Status: ecs.InvocationError, Error: command.ExecutionException, Info: "The command execution got an exception."})
		}
	}()
	if o.at == nil || o.at.rec.Want.Deleted {
		c.finish(o, undelivered(engine.ErrNotFound))
		return
	}
	o.at.eng = c.r.Engine(o.at.snap.Str(o.at.rec.Zone))
	x, ok := o.at.eng.(engine.Executor)
	if !ok {
		c.finish(o, command.End{Status: ecs.InvocationAborted, Error: command.ClientNotRunning, Info: "The host of the instance cannot run commands in it."})
		return
	}
	m, err := c.r.machine(o.at)
	if err == nil && o.out != nil {
		err = x.WriteFile(o.ctx, m, fileOf(o.out))
		if err == nil {
			c.finish(o, command.End{Status: ecs.InvocationSuccess})
			return
		}
	} else if err == nil && o.inv != nil {
		out := &kept{}
		handedOver = true
		err = x.Exec(o.ctx, m, c.commandOf(o, out), func(e engine.Exit) { c.exited(o, out, e) })
		if err == nil {
			return
		}
		handedOver = false
	}
	// A machine that ended with the engine's process is adopted when its instance is looked at.
	lost := errors.Is(err, engine.ErrNotFound) && o.at.rec.Seen.Provisioned
	if lost {
		c.r.Wake([]state.Wake{{Kind: wakeInstance, Key: o.at.k}})
	}
	switch cause := context.Cause(o.ctx); {
	case errors.Is(cause, errRunClosing):
		c.leave(o) // stays as it is: the next start marks it
	case cause != nil:
		c.exited(o, &kept{}, engine.Exit{Err: cause})
	case (engine.Retry(err) && !final(err) || lost) && c.r.Clock.Now().UnixMilli() < o.rec.Since+deliverTime.Milliseconds():
		c.save(o.ctx, o.k, func(tx *state.Tx) { command.Retry(tx, o.k) })
		c.leave(o)
		waited := c.r.Clock.Now().Sub(time.UnixMilli(o.rec.Since))
		c.again(c.r.Clock.Now().Add(min(max(waited/2, 20*time.Millisecond), 5*time.Second)), o.k)
	default:
		c.finish(o, undelivered(err))
	}
}

// final tells that another try is no use.
func final(err error) bool {
	for _, e := range []error{engine.ErrNotRunning, engine.ErrNoUser, engine.ErrNoGroup, engine.ErrNoDirectory, engine.ErrNotApplicable, engine.ErrFileExists, engine.ErrBadPath} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// undelivered is the end of what could not begin.
func undelivered(err error) command.End {
	for _, e := range []struct {
		err    error
		status ecs.InvocationStatus
		code   string
		info   string
	}{
		{engine.ErrNotFound, ecs.InvocationAborted, command.InstanceNotExists, "The specified instance does not exist."},
		{engine.ErrNotRunning, ecs.InvocationAborted, command.InstanceNotRunning, "The specified instance was not running during task execution."},
		{engine.ErrNoUser, ecs.InvocationInvalid, command.AccountNotExists, "The specified account does not exist."},
		{engine.ErrNoGroup, ecs.InvocationInvalid, command.UserGroupNotExists, "Group not exists"},
		{engine.ErrNoDirectory, ecs.InvocationInvalid, command.DirectoryNotExists, "The specified directory does not exist."},
		{engine.ErrNotApplicable, ecs.InvocationInvalid, command.CommandNotApplicable, "The instance cannot run this type of command."},
		{engine.ErrFileExists, ecs.InvocationFailed, command.FileAlreadyExists, "File already exists"},
		{engine.ErrBadPath, ecs.InvocationFailed, command.FileCreateFail, "the file creation is failed due to unknown error"},
		{engine.ErrPermanent, ecs.InvocationError, command.ExecutionException, "The command execution got an exception."},
	} {
		if errors.Is(err, e.err) {
			return command.End{Status: e.status, Error: e.code, Info: e.info}
		}
	}
	return command.End{Status: ecs.InvocationAborted, Error: command.DeliveryTimeout, Info: "The command delivery has been timeout."}
}

// exited is told by the engine how a command ended.
func (c *commands) exited(o *order, out *kept, e engine.Exit) {
	end := command.End{Status: ecs.InvocationSuccess, Code: e.Code}
	end.Output, end.Dropped = out.take()
	switch {
	case errors.Is(e.Err, errRunClosing):
		c.leave(o)
		return
	case errors.Is(e.Err, errRunTimeout):
		end.Status, end.Error, end.Info, end.At = ecs.InvocationTimeout, command.ExecutionTimeout, "The command execution has been timeout.", o.run.deadline
	case errors.Is(e.Err, errRunStopped):
		end.Status = ecs.InvocationTerminated
	case errors.Is(e.Err, engine.ErrStopped):
		end.Status, end.Error, end.Info = ecs.InvocationError, command.InstanceNotRunning, "The specified instance was not running during task execution."
		if i, ok := state.Instances.Get(c.r.DB.Snapshot(), o.rec.Instance); !ok || i.Want.Deleted {
			end.Error, end.Info = command.InstanceReleased, "The specified instance was released during task execution."
		}
	case e.Err != nil:
		c.r.Log.Warn("a command ended short", "instance", ecs.ID(ecs.KindInstance, o.rec.Instance), "cause", e.Err)
		end.Status, end.Error, end.Info = ecs.InvocationError, command.ExecutionException, "The command execution got an exception."
	case e.Code != 0:
		end.Status, end.Error, end.Info = ecs.InvocationFailed, command.ExitCodeNonzero, "The command execution exit code is not zero."
	}
	c.finish(o, end)
}

// finish writes the end of a run and gives its place back.
func (c *commands) finish(o *order, e command.End) {
	c.save(c.ctx, o.k, func(tx *state.Tx) { command.Finish(tx, o.k, e) })
	c.leave(o)
}

// save writes what must not be lost, and tries again when it cannot be.
func (c *commands) save(ctx context.Context, k ecs.Key, f func(tx *state.Tx)) {
	err := c.r.DB.UpdateBehind(context.WithoutCancel(ctx), func(tx *state.Tx) error { f(tx); return nil })
	c.mu.Lock()
	delete(c.unsaved, k)
	if err != nil {
		c.unsaved[k] = f
	}
	c.mu.Unlock()
	if err != nil && c.ctx.Err() == nil {
		c.r.Log.Warn("the end of a command could not be written; trying again", "cause", err)
		c.again(c.r.Clock.Now().Add(time.Second), k)
	}
}

// commandOf is a run as its engine needs to know it, with its parameters filled in.
func (c *commands) commandOf(o *order, out *kept) *engine.Command {
	text := o.inv.Content
	if o.inv.EnableParameter {
		text = ecs.FillParameters(text, func(name string) (string, bool) {
			switch name {
			case "ACS::RegionId":
				region, ok := c.r.Catalog.RegionByCode(o.k.Region())
				if !ok {
					return "", false
				}
				return region.ID, true
			case "ACS::AccountId":
				return strconv.FormatUint(o.rec.Account, 10), true
			case "ACS::InstanceId":
				return ecs.ID(ecs.KindInstance, o.rec.Instance), true
			case "ACS::InstanceName":
				if o.at.rec.Name == "" {
					return ecs.ID(ecs.KindInstance, o.rec.Instance), true
				}
				return o.at.rec.Name, true
			case "ACS::InvokeId":
				return ecs.ID(ecs.KindInvocation, o.rec.Invocation), true
			case "ACS::CommandId":
				return ecs.ID(ecs.KindCommand, o.rec.Command), true
			}
			for _, p := range o.inv.Parameters {
				if strings.EqualFold(p.Name, name) {
					return p.Value, true
				}
			}
			return "", true
		})
	}
	return &engine.Command{Language: engine.Language(o.inv.Type), Script: []byte(text), User: o.inv.User, Dir: o.inv.Dir, Output: out}
}

func fileOf(f *ecs.FileTransfer) *engine.File {
	mode, _ := strconv.ParseUint(f.Mode, 8, 32)
	return &engine.File{
		Path: fmt.Sprintf("%s/%s", strings.TrimSuffix(f.Dir, "/"), f.Name), Owner: f.Owner, Group: f.Group, Mode: uint32(mode), Data: f.Data, Overwrite: f.Overwrite,
	}
}
