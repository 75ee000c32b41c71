package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/openecs/openecs/internal/clock"
	"github.com/openecs/openecs/internal/node"
)

func (a *app) clockCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "clock", Short: "Show the service's clock, and drive it",
		Long: `clock shows what time it is for the service, and drives it where instances are
simulated: what is to happen at an instant happens when the clock comes there.
The clock never goes back. Requests are signed by the machine's time all the
same, and stay good whatever the service's clock shows; temporary keys of
AssumeRole end by the service's clock.

While the clock is frozen nothing that takes time ends: an instance that starts
is Starting until the clock is advanced.

Where the clock stands is kept in the data directory. A clock that runs goes on
while no service does; one that is frozen or scaled does not.`,
		Args: noArgs, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(
		a.clockVerb("show", "Show the time, how fast it runs and what is next", "", nil, "  openecs clock show\n  openecs clock show -o json"),
		a.clockVerb("freeze", "Stop the clock", "", func(string) (any, error) { return map[string]any{"freeze": true}, nil }, "  openecs clock freeze"),
		a.clockVerb("advance", "Move on by a time, and do all that falls due on the way, in order", "TIME", func(s string) (any, error) {
			_, err := clock.ParseDuration(s)
			return map[string]any{"advance": s}, err
		}, "  openecs clock advance 30d\n  openecs clock advance 1w2d12h30m"),
		a.clockVerb("set", "Move on to an instant, as advance does", "INSTANT", func(s string) (any, error) {
			if _, err := time.Parse(time.RFC3339, s); err != nil {
				return nil, fmt.Errorf("%q is no instant such as 2026-12-31T23:59:59Z", s)
			}
			return map[string]any{"set": s}, nil
		}, "  openecs clock set 2026-12-31T23:59:59Z"),
		a.clockVerb("scale", "Let the clock run faster or slower", "FACTOR", func(s string) (any, error) {
			f, err := strconv.ParseFloat(s, 64)
			if err != nil || !(f >= clock.MinRate && f <= clock.MaxRate) {
				return nil, fmt.Errorf("%q is no factor from %v to %v", s, clock.MinRate, int(clock.MaxRate))
			}
			return map[string]any{"scale": f}, nil
		}, "  openecs clock scale 3600   # an hour a second\n  openecs clock scale 0.5"),
		a.clockVerb("resume", "Let the clock run as fast as the machine's, from where it stands", "", func(string) (any, error) { return map[string]any{"resume": true}, nil }, "  openecs clock resume"),
	)
	return cmd
}

// clockVerb is a subcommand with one argument, or none where argument is "".
// order makes the request's body of it; nil only asks.
func (a *app) clockVerb(name, short, argument string, order func(string) (any, error), example string) *cobra.Command {
	cmd := &cobra.Command{Use: name, Short: short, Example: example, Args: noArgs}
	if argument != "" {
		cmd.Use += " " + argument
		cmd.Args = cobra.ExactArgs(1)
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if a.cloud != "" {
			return usagef("clock is for a service of your own; --cloud is not for it")
		}
		var body []byte
		if order != nil {
			v, err := order(append(args, "")[0])
			if err == nil {
				body, err = json.Marshal(v)
			}
			if err != nil {
				return usagef("clock %s: %v", name, err)
			}
		}
		return a.driveClock(cmd.Context(), body)
	}
	return cmd
}

// driveClock sends an order, nil for none, and prints how the clock then stands.
func (a *app) driveClock(ctx context.Context, order []byte) error {
	m, err := a.administration(ctx)
	if err != nil {
		return err
	}
	defer m.close()
	method := http.MethodGet
	if order != nil {
		method = http.MethodPost
		defer a.watchClock(ctx, m)()
	}
	body, err := m.ask(ctx, method, "clock", order)
	if err != nil {
		return err
	}
	var p node.ClockPage
	if err := json.Unmarshal(body, &p); err != nil {
		return fmt.Errorf("the service's answer is not understood: %w", err)
	}
	return a.print(p, func(w io.Writer) { clockTable(w, &p) })
}

func clockTable(w io.Writer, p *node.ClockPage) {
	mode, next := p.Mode, "nothing waits for an instant"
	switch {
	case p.Mode == "scaled":
		mode = fmt.Sprintf("scaled, %v times as fast as the machine's", p.Scale)
	case p.Mode == "real":
		mode = "real, and cannot be driven"
	}
	if p.Advancing {
		mode += "; being advanced at the moment"
	}
	if p.Next != nil {
		next = p.Next.Format(time.RFC3339)
	}
	row(w, "now", p.Now.Format(time.RFC3339))
	row(w, "mode", mode)
	row(w, "machine's clock", apart(time.Duration(p.AheadSeconds*float64(time.Second))))
	row(w, "next", next)
	row(w, "due", p.Due)
}

// apart says how far the machine's clock is from the service's, which is ahead
// of it by d.
func apart(d time.Duration) string {
	if d.Abs() < time.Second {
		return "the same"
	}
	side := "behind"
	if d < 0 {
		side = "ahead"
	}
	const day = 24 * time.Hour
	d = d.Abs().Round(time.Second)
	if days := d / day; days > 0 {
		return fmt.Sprintf("%dd%v %s", days, d%day, side)
	}
	return fmt.Sprintf("%v %s", d, side)
}

// Of the display of how far a move is.
const (
	clockGlance = 500 * time.Millisecond // between two looks, on a terminal
	clockLine   = 2 * time.Second        // between two lines elsewhere
)

// watchClock shows how far the clock has come, until done is called.
func (a *app) watchClock(ctx context.Context, m *administration) (done func()) {
	p := newProgress(a.Err, 1, a.verbose)
	every := clockLine
	if p.live {
		every = clockGlance
	}
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		t := time.NewTicker(every)
		defer t.Stop()
		drawn := false
		for {
			select {
			case <-ctx.Done():
				if drawn {
					fmt.Fprint(a.Err, "\r\x1b[K")
				}
				return
			case <-t.C:
			}
			var at node.ClockPage
			body, err := m.ask(ctx, http.MethodGet, "clock", nil)
			if err != nil || json.Unmarshal(body, &at) != nil {
				continue
			}
			text := fmt.Sprintf("the clock has come to %s", at.Now.Format(time.RFC3339))
			if p.live {
				fmt.Fprint(a.Err, "\r\x1b[K"+text)
				drawn = true
				continue
			}
			p.line("%s", text)
		}
	}()
	return func() {
		cancel()
		<-ended
	}
}
