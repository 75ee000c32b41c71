package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/client"
)

// whatExists says after a launch failed with err what was made, and the commands that go on
// or clean up.
func (l *launcher) whatExists(all []launched, err error) {
	var ids []string
	unknown := 0
	for _, x := range all {
		switch {
		case x.result != nil && x.result.InstanceID != "":
			ids = append(ids, x.result.InstanceID)
		case unanswered(x.err):
			unknown++
		}
	}
	list := strings.Join(ids, " ")
	switch {
	case len(ids) > 0:
		fmt.Fprintf(l.Err, "Of this launch exist: %s\n", list)
	case unknown == 0:
		fmt.Fprintln(l.Err, "No instance exists.")
	}
	if unknown > 0 {
		fmt.Fprintf(l.Err, "Of %s it is not known whether it exists, for no answer came; to continue finds it or makes it.\n", plural(unknown, "instance"))
	}
	switch {
	case len(ids) == 0:
	case l.create.InstanceChargeType == "PrePaid":
		fmt.Fprintln(l.Err, "  delete:   not before it expires, for it is a subscription")
	default:
		fmt.Fprintf(l.Err, "  delete:   %s instance delete --force %s%s\n", l.name(), l.targetFlags(), list)
	}
	if len(ids) > 0 || unknown > 0 || !refusal(err) {
		fmt.Fprintf(l.Err, "  continue: %s\n", l.again())
	}
}

// refusal reports whether the service said no for good: the same command again
// would be refused again.
func refusal(err error) bool {
	_, ok := errors.AsType[*api.Error](err)
	return ok && !client.Temporary(err) && !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded)
}

// unanswered reports whether a launch ended in its CreateInstance without the
// service having said no.
func unanswered(err error) bool {
	at, ok := errors.AsType[*client.LaunchError](err)
	if !ok || at.Phase != client.PhaseCreate {
		return false
	}
	e, refused := errors.AsType[*api.Error](err)
	return !refused || e.Status >= 500
}

// again is the command that continues this launch whatever has come up since:
// what was left open at first is named, or another image, vSwitch or group
// might be chosen, and the same token with other parameters is refused.
func (l *launcher) again() string {
	words := l.targetWords()
	words = append(words, flagWord{"region", l.region})
	pinned := []string{"client-token", "region", "data-dir", "endpoint", "ca-file", "cloud", "profile"}
	if l.prepared {
		c := l.create
		for _, w := range []flagWord{
			{"zone", c.ZoneID}, {"image", c.ImageID}, {"type", c.InstanceType}, {"disk-category", c.SystemDisk.Category},
			{"vswitch", c.VSwitchID}, {"security-group", c.SecurityGroupID},
		} {
			pinned = append(pinned, w.name)
			if w.value != "" {
				words = append(words, w)
			}
		}
		pinned = append(pinned, "allow") // the group has its rules
	}
	for _, w := range l.flags.given {
		if !slices.Contains(pinned, w.name) {
			words = append(words, w)
		}
	}
	words = append(words, flagWord{"client-token", l.create.ClientToken})
	line := l.name() + " launch"
	for _, w := range words {
		line += " " + w.String()
	}
	return line
}

// flagWord is a flag on a command line.
type flagWord struct {
	name, value string
}

func (w flagWord) String() string {
	if w.value == "" { // as pflag has it, a switch
		return "--" + w.name
	}
	return "--" + w.name + "=" + shellWord(w.value)
}

// givenFlags are the flags that were set, each with each of its values.
func givenFlags(cmd *cobra.Command) []flagWord {
	var words []flagWord
	cmd.Flags().Visit(func(f *pflag.Flag) {
		values := []string{f.Value.String()}
		if list, ok := f.Value.(pflag.SliceValue); ok {
			values = list.GetSlice()
		}
		for _, v := range values {
			if f.Value.Type() == "bool" && v == "true" {
				v = ""
			} else if v == "" {
				continue // --name= is as good as nothing
			}
			words = append(words, flagWord{f.Name, v})
		}
	})
	return words
}

// targetWords are the flags that make another command talk to the same service,
// whatever the environment it is typed in. The region is not among them.
func (a *app) targetWords() []flagWord {
	var words []flagWord
	add := func(name, value, absent string) {
		if value != absent {
			words = append(words, flagWord{name, value})
		}
	}
	add("data-dir", a.dataDir, defaultDataDir())
	if len(words) == 0 && os.Getenv("OPENECS_DATA_DIR") != "" {
		add("data-dir", a.dataDir, "")
	}
	add("endpoint", a.endpoint, "")
	add("ca-file", a.caFile, "")
	add("cloud", a.cloud, "")
	add("profile", a.profile, "")
	return words
}

// targetFlags are the same and the region, unless it is the one that goes
// without saying, for a command line, with a blank after each.
func (a *app) targetFlags() string {
	words := a.targetWords()
	if a.region != defaultRegion || env("OPENECS_REGION", defaultRegion) != defaultRegion {
		words = append(words, flagWord{"region", a.region})
	}
	out := ""
	for _, w := range words {
		out += w.String() + " "
	}
	return out
}

// name is how to call this program.
func (a *app) name() string {
	if a.self == "" {
		return "openecs"
	}
	return a.self
}

// invocation is how a program that was called as argv0 is called again: by its
// name, by its path if it was called by one, or by go run.
func invocation(argv0 string) string {
	if strings.Contains(filepath.ToSlash(argv0), "/go-build") { // of go run, and gone soon
		if _, err := os.Stat(filepath.Join("cmd", "openecs", "main.go")); err == nil {
			return "go run ./cmd/openecs"
		}
		return "openecs"
	}
	if strings.ContainsAny(argv0, `/\`) {
		return shellWord(argv0)
	}
	return "openecs"
}
