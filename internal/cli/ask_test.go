package cli

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"

	"github.com/openecs/openecs/internal/intercept"
)

// noWay refuses every dial: what it recorded would have left the machine.
type noWay struct{}

func (noWay) DialContext(context.Context, string, string) (net.Conn, error) {
	return nil, errors.New("no packet leaves a test")
}

// cloudKey is a key for the real cloud that is none, and no proxy on the way.
func cloudKey(t *testing.T) {
	clean(t)
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", "x")
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "y")
}

// TestCloudAsksBeforeWriting: on the real cloud nothing is changed without being
// asked for twice, whichever command does it, and no packet leaves before that.
func TestCloudAsksBeforeWriting(t *testing.T) {
	cloudKey(t)
	for _, c := range [][]string{
		{"launch"}, {"launch", "--dry-run"}, {"launch", "--count", "3"},
		{"instance", "start", "i-1"}, {"instance", "stop", "i-1", "i-2"}, {"instance", "reboot", "--force", "i-1"}, {"instance", "delete", "i-1", "-o", "json"},
		{"instance", "allocate-ip", "i-1"}, {"sg", "create", "--classic"}, {"sg", "allow", "sg-1", "tcp/22=10.0.0.0/8"},
		{"call", "RunInstances"}, {"call", "ModifyVpcAttribute"}, {"call", "StopInstance", "DryRun=false"}, {"call", "--product", "ecs", "NobodyKnowsThis"},
	} {
		d := &intercept.RecordingDialer{Next: noWay{}}
		var out strings.Builder
		a := &app{Stdio: Stdio{In: strings.NewReader("y\n"), Out: &out, Err: &out}, dialer: d}
		code := a.run(context.Background(), append([]string{"--data-dir", t.TempDir(), "--cloud", "alibaba"}, c...))
		if code != exitUsage || !strings.Contains(out.String(), "Say --yes") || strings.Count(out.String(), "\n") != 1 {
			t.Errorf("openecs --cloud alibaba %v: exit %d, %q; want 2 and one sentence", c, code, &out)
		}
		if dials := d.Dials(); len(dials) > 0 {
			t.Errorf("openecs --cloud alibaba %v dialled %v", c, dials)
		}
	}
}

// TestCloudReadsAndYes: reading is not asked about, nor is writing with --yes.
func TestCloudReadsAndYes(t *testing.T) {
	cloudKey(t)
	for _, c := range [][]string{{"instance", "list"}, {"call", "DescribeRegions"}, {"instance", "stop", "i-1", "--yes"}, {"call", "StopInstance", "DryRun=true"}} {
		ctx, cancel := context.WithCancel(context.Background())
		d := &intercept.RecordingDialer{Next: dialOnce{cancel}}
		var out strings.Builder
		a := &app{Stdio: Stdio{In: strings.NewReader(""), Out: &out, Err: &out}, dialer: d}
		a.run(ctx, append([]string{"--data-dir", t.TempDir(), "--cloud", "alibaba"}, c...))
		if strings.Contains(out.String(), "Say --yes") || len(d.Dials()) == 0 {
			t.Errorf("openecs --cloud alibaba %v: %q, dials %v", c, &out, d.Dials())
		}
	}
}

// dialOnce refuses and ends the command: a refused dial is tried again.
type dialOnce struct{ cancel context.CancelFunc }

func (d dialOnce) DialContext(context.Context, string, string) (net.Conn, error) {
	d.cancel()
	return nil, errors.New("no packet leaves a test")
}
