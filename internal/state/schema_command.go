package state

import "github.com/openecs/openecs/internal/ecs"

// The tables of Cloud Assistant.
var (
	Commands          = Define[ecs.Command](schema, byte(ecs.KindCommand), "command")
	CommandsByAccount = Commands.Index("account", func(k ecs.Key, r *ecs.Command, add func(uint64)) { add(Scope(r.Account, k.Region())) })
	CommandsByTag     = Commands.Index("tag", func(k ecs.Key, r *ecs.Command, add func(uint64)) { addTags(r.Account, k, r.Tags, add) })

	CommandsByResourceGroup = byResourceGroup(Commands, func(r *ecs.Command) ecs.Sym { return r.ResourceGroup })

	Invocations          = Define[ecs.Invocation](schema, byte(ecs.KindInvocation), "invocation")
	InvocationsByAccount = Invocations.Index("account", func(k ecs.Key, r *ecs.Invocation, add func(uint64)) { add(Scope(r.Account, k.Region())) })
	InvocationsByCommand = Invocations.Index("command", func(_ ecs.Key, r *ecs.Invocation, add func(uint64)) { add(uint64(r.Command)) })
	InvocationsByTag     = Invocations.Index("tag", func(k ecs.Key, r *ecs.Invocation, add func(uint64)) { addTags(r.Account, k, r.Tags, add) })

	InvocationsByResourceGroup = byResourceGroup(Invocations, func(r *ecs.Invocation) ecs.Sym { return r.ResourceGroup })

	FileTransfers          = Define[ecs.FileTransfer](schema, byte(ecs.KindFileTransfer), "file-transfer")
	FileTransfersByAccount = FileTransfers.Index("account", func(k ecs.Key, r *ecs.FileTransfer, add func(uint64)) { add(Scope(r.Account, k.Region())) })
	FileTransfersByTag     = FileTransfers.Index("tag", func(k ecs.Key, r *ecs.FileTransfer, add func(uint64)) { addTags(r.Account, k, r.Tags, add) })

	FileTransfersByResourceGroup = byResourceGroup(FileTransfers, func(r *ecs.FileTransfer) ecs.Sym { return r.ResourceGroup })

	Results = Define[ecs.InvocationResult](schema, byte(ecs.KindInvocationResult), "invocation-result")
	// ResultsByAccount lists the results of commands, one for each instance.
	ResultsByAccount = Results.Index("account", func(k ecs.Key, r *ecs.InvocationResult, add func(uint64)) {
		if !r.File && !r.History {
			add(Scope(r.Account, k.Region()))
		}
	})
	ResultsByInvocation = Results.Index("invocation", func(_ ecs.Key, r *ecs.InvocationResult, add func(uint64)) {
		if !r.History {
			add(uint64(r.Invocation))
		}
	})
	// ResultsByRun lists the earlier runs of an invocation.
	ResultsByRun = Results.Index("run", func(_ ecs.Key, r *ecs.InvocationResult, add func(uint64)) {
		if r.History {
			add(uint64(r.Invocation))
		}
	})
	ResultsByCommand = Results.Index("command", func(_ ecs.Key, r *ecs.InvocationResult, add func(uint64)) {
		if !r.File && !r.History {
			add(uint64(r.Command))
		}
	})
	ResultsByInstance = Results.Index("instance", func(_ ecs.Key, r *ecs.InvocationResult, add func(uint64)) {
		if !r.History {
			add(uint64(r.Instance))
		}
	})
	// ResultsOpen is what a starting reconciler must look at: key 0 has what is
	// to begin, key 1 what had begun.
	ResultsOpen = Results.Index("open", func(_ ecs.Key, r *ecs.InvocationResult, add func(uint64)) {
		switch {
		case r.History:
		case r.Status == ecs.InvocationPending:
			add(0)
		case r.Status == ecs.InvocationRunning, r.Status == ecs.InvocationStopping:
			add(1)
		}
	})
	// ResultsAtBoot is what waits for an instance to start.
	ResultsAtBoot = Results.Index("boot", func(_ ecs.Key, r *ecs.InvocationResult, add func(uint64)) {
		if r.AtBoot && r.Status == ecs.InvocationScheduled && !r.History {
			add(uint64(r.Instance))
		}
	})

	AssistantSettings        = Define[ecs.AssistantSettings](schema, 'x', "assistant-settings")
	AssistantSettingsByOwner = AssistantSettings.Index("account", func(k ecs.Key, r *ecs.AssistantSettings, add func(uint64)) { add(Scope(r.Account, k.Region())) })
)
