package cli

import (
	"errors"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// noArgs wants no argument; what a command that holds others is given instead
// of one of them is an unknown command.
func noArgs(cmd *cobra.Command, args []string) error {
	switch {
	case len(args) == 0:
		return nil
	case cmd.HasSubCommands():
		return usagef("unknown command %q; %s --help lists them", args[0], cmd.CommandPath())
	}
	return usagef("%s takes no argument such as %q; see %s --help", cmd.CommandPath(), args[0], cmd.CommandPath())
}

// kinds is what values of a flag's type look like.
var kinds = map[string]string{
	"int": "a whole number", "int64": "a whole number", "float64": "a number", "duration": "a time such as 90s or 10m", "bool": "true or false",
}

// flagError makes a sentence of what pflag says of a wrong flag.
func flagError(cmd *cobra.Command, err error) error {
	if e, ok := errors.AsType[*pflag.InvalidValueError](err); ok && kinds[e.GetFlag().Value.Type()] != "" {
		return usagef("--%s %s: it is %s", e.GetFlag().Name, e.GetValue(), kinds[e.GetFlag().Value.Type()])
	}
	if errors.As(err, new(*pflag.NotExistError)) {
		return usagef("%v; %s --help lists those there are", err, cmd.CommandPath())
	}
	return usageError{err}
}

// choices has the shell complete a flag's values.
func choices(cmd *cobra.Command, flag string, values ...string) {
	if err := cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp)); err != nil {
		panic(err) // there is no such flag
	}
}

// checkChoice refuses a flag's value that is none of those there are; "" is the
// flag left out.
func checkChoice(flag, value string, values ...string) error {
	if value == "" || slices.Contains(values, value) {
		return nil
	}
	return usagef("--%s %s: it is %s", flag, value, oneOf(values))
}

// statuses are those an instance can have.
var statuses = []string{"Pending", "Starting", "Running", "Stopping", "Stopped"}
