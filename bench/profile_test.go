package bench

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"runtime/pprof"
	"strconv"
	"testing"
)

// profileEnv names a directory for processor profiles of the server, one for
// each turn of the product that is measured:
//
//	OPENECS_BENCH_PROFILE=/tmp/p go test -run '^$' -bench CreateDurable -benchtime 1x ./bench
//	go tool pprof -top /tmp/p/create-*
//
// A profile costs a few per cent: ratios measured beside one do not count.
const profileEnv = "OPENECS_BENCH_PROFILE"

// profiled runs f, a turn of the product on a child, under a profile if one is
// asked for.
func (c *child) profiled(name string, round int, f func() float64) float64 {
	c.tb.Helper()
	dir := os.Getenv(profileEnv)
	if dir == "" || round == 0 {
		return f()
	}
	path := filepath.Join(dir, name+"-"+strconv.Itoa(round))
	c.post("/profile?path=" + path)
	defer c.post("/profile?allocs&path=" + path + ".allocs")
	return f()
}

func (c *child) post(path string) {
	c.tb.Helper()
	resp, err := http.Post("http://"+c.Control+path, "", nil)
	must(c.tb, err)
	resp.Body.Close()
}

// profile begins a profile in the file named by path, or ends the one under way.
func profile(w http.ResponseWriter, r *http.Request) {
	pprof.StopCPUProfile()
	q := r.URL.Query()
	f, err := os.Create(q.Get("path"))
	if err == nil && q.Has("allocs") { // of the whole process since it started
		err = errors.Join(pprof.Lookup("allocs").WriteTo(f, 0), f.Close())
	} else if err == nil {
		err = pprof.StartCPUProfile(f)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}

// profiledHere is the same for a turn in this process.
func profiledHere(tb testing.TB, name string, round int, f func()) {
	tb.Helper()
	if dir := os.Getenv(profileEnv); dir != "" && round > 0 {
		out, err := os.Create(filepath.Join(dir, name+"-"+strconv.Itoa(round)))
		must(tb, err)
		defer out.Close()
		must(tb, pprof.StartCPUProfile(out))
		defer pprof.StopCPUProfile()
	}
	f()
}
