package bench

import (
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"
)

const (
	startID     = "LTAIbenchmarkkey"
	startSecret = "benchmarksecret"
)

// build makes a stripped binary of one of the module's programs.
func build(tb testing.TB, pkg string) (path string) {
	tb.Helper()
	path = filepath.Join(fixtures.temp(tb), "program")
	cmd := exec.Command("go", "build", "-buildvcs=false", "-ldflags", "-s -w", "-o", path, "github.com/openecs/openecs/"+pkg)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		tb.Fatalf("%v: %s", err, out)
	}
	return path
}

func freePort(tb testing.TB) string {
	tb.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	must(tb, err)
	defer ln.Close()
	return ln.Addr().String()
}

// started runs a server until it has answered a signed request, and tells how
// long that took. The caller ends it.
func started(tb testing.TB, addr string, program string, args ...string) (*exec.Cmd, time.Duration) {
	tb.Helper()
	cmd := exec.Command(program, args...)
	cmd.Env = append(os.Environ(), "OPENECS_ACCESS_KEY_ID="+startID, "OPENECS_ACCESS_KEY_SECRET="+startSecret)
	start := time.Now()
	must(tb, cmd.Start())
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	for {
		resp, err := client.Get("http://" + addr + "/?" + signed(startID, startSecret, "DescribeInstances"))
		if err == nil {
			resp.Body.Close()
			if resp.StatusCode != 200 {
				tb.Errorf("the first answer is %s", resp.Status)
			}
			return cmd, time.Since(start)
		}
		if time.Since(start) > 20*time.Second {
			cmd.Process.Kill()
			tb.Fatal(err)
		}
		time.Sleep(200 * time.Microsecond)
	}
}

func end(cmd *exec.Cmd) {
	cmd.Process.Signal(os.Interrupt)
	cmd.Wait()
}

var (
	rssAnon = regexp.MustCompile(`RssAnon:\s+(\d+) kB`)
	rssAll  = regexp.MustCompile(`VmRSS:\s+(\d+) kB`)
)

// mebibytes is a figure of /proc/PID/status in MiB, -1 when it is not there.
func mebibytes(status []byte, of *regexp.Regexp) float64 {
	m := of.FindSubmatch(status)
	if m == nil {
		return -1
	}
	kib, _ := strconv.ParseFloat(string(m[1]), 64)
	return kib / 1024
}

// BenchmarkStart is the program as people run it: the time to its first answer
// on a directory that was used before, its memory at rest and its size.
func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		program, bareProgram := build(b, "cmd/openecs"), build(b, "bench/floor/server")
		dir := fixtures.temp(b)
		addr := freePort(b)
		serve := []string{"serve", "--data-dir", dir, "--listen", addr}
		var ours, floors []float64
		for i := range 21 {
			cmd, took := started(b, addr, program, serve...)
			end(cmd)
			f, bareTook := started(b, addr, bareProgram, addr, startID, startSecret)
			end(f)
			if i > 0 { // the first makes the directory
				ours, floors = append(ours, took.Seconds()*1000), append(floors, bareTook.Seconds()*1000)
			}
		}
		b.ReportMetric(median(ours), "start-ms")
		b.ReportMetric(median(floors), "floor-start-ms")
		report(b, "first answer after the floor's, ms", "later-ms", median(ours)-median(floors), "<= 25")

		cmd, _ := started(b, addr, program, serve...)
		time.Sleep(10 * time.Second)
		text, err := os.ReadFile("/proc/" + strconv.Itoa(cmd.Process.Pid) + "/status")
		end(cmd)
		must(b, err)
		b.ReportMetric(mebibytes(text, rssAll), "idle-resident-MiB") // the program's file pages included
		report(b, "idle anonymous memory, MiB", "idle-MiB", mebibytes(text, rssAnon), "< 32")
		info, err := os.Stat(program)
		must(b, err)
		report(b, "stripped binary, MiB", "binary-MiB", float64(info.Size())/(1<<20), "< 40")
	}
}
