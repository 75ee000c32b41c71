package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"github.com/spf13/cobra"
)

func (a *app) networkCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "network", Short: "Ask what packets get through", Args: noArgs, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	cmd.AddCommand(a.networkExplain())
	return cmd
}

func (a *app) networkExplain() *cobra.Command {
	sourcePort := 0
	cmd := &cobra.Command{
		Use: "explain FROM TO PROTOCOL [PORT]", Short: "Say whether packets pass, and which rule, route or missing address decides",
		Long: `explain says whether a connection from one end to another comes about, and what
decides: an address that is missing, a route, or a rule of a security group. An
end is an instance, a network interface or an address. It exits with 0 when
packets pass and with 1 when they do not.

The protocol is tcp, udp, icmp, icmpv6 or gre; tcp and udp need a port.`,
		Example: "  openecs network explain i-... i-... tcp 443\n  openecs network explain 203.0.113.5 i-... tcp 22 -o json",
		Args:    cobra.RangeArgs(3, 4),
		RunE: func(cmd *cobra.Command, args []string) error {
			q := url.Values{"from": {args[0]}, "to": {args[1]}, "protocol": {args[2]}}
			if len(args) == 4 {
				if _, err := strconv.Atoi(args[3]); err != nil {
					return usagef("the port %s is no number", args[3])
				}
				q.Set("port", args[3])
			}
			if sourcePort != 0 {
				q.Set("sourcePort", strconv.Itoa(sourcePort))
			}
			return a.explain(cmd.Context(), q)
		},
	}
	cmd.Flags().IntVar(&sourcePort, "source-port", 0, "port that the connection comes from; without it rules for particular source ports do not match")
	return cmd
}

// explanation is the answer of the service.
type explanation struct {
	Passes   bool
	From, To struct{ Name, Address, PublicAddress string }
	Protocol string
	Port     int
	Decides  string
	Checks   []struct {
		Name   string
		Passes bool
		By     string
		Why    string
	}
	Notes []string
}

func (a *app) explain(ctx context.Context, q url.Values) error {
	if a.cloud != "" {
		return usagef("network explain is for a service of your own; --cloud is not for it")
	}
	body, err := a.administer(ctx, http.MethodGet, "explain?"+q.Encode())
	if err != nil {
		return err
	}
	var e explanation
	var all map[string]any
	if err := errors.Join(json.Unmarshal(body, &e), json.Unmarshal(body, &all)); err != nil {
		return fmt.Errorf("the service's answer is not understood: %w", err)
	}
	if err := a.print(all, e.table); err != nil {
		return err
	}
	if !e.Passes {
		return exitError(exitRefused)
	}
	return nil
}

// table is the explanation for people: the checks, and under them what follows.
func (e *explanation) table(w io.Writer) {
	row(w, "CHECK", "RESULT", "BY", "WHY")
	for _, c := range e.Checks {
		row(w, c.Name, map[bool]string{true: "passes", false: "stops"}[c.Passes], dash(c.By), c.Why)
	}
	port, result := "", "pass"
	if e.Port != 0 {
		port = fmt.Sprintf(" %d", e.Port)
	}
	if !e.Passes {
		result = "do not pass: " + e.Decides + " decides"
	}
	fmt.Fprintf(w, "%s%s from %s to %s: packets %s.\n", e.Protocol, port, e.From.Name, e.To.Name, result)
	for _, n := range e.Notes {
		fmt.Fprintln(w, n)
	}
}
