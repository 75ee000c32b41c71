package intercept

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"testing"
)

// What the listener adds to a request on a kept connection, beside bare
// net/http with the same handler. Both ends are in this process.

var benchHandler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	w.Header()["Content-Type"] = []string{"application/json;charset=utf-8"}
	io.WriteString(w, `{"RequestId":"00000000-0000-0000-0000-000000000000"}`)
})

func BenchmarkRequest(b *testing.B) {
	b.Run("floor", func(b *testing.B) {
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			b.Fatal(err)
		}
		s := &http.Server{Handler: benchHandler}
		go s.Serve(ln)
		defer s.Close()
		benchRequests(b, ln.Addr().String())
	})
	b.Run("server", func(b *testing.B) {
		benchRequests(b, serve(b, benchHandler, Options{}).addr)
	})
}

func benchRequests(b *testing.B, addr string) {
	request := []byte("GET /?Action=DescribeRegions&Version=2014-05-26 HTTP/1.1\r\nHost: ecs.cn-hangzhou.aliyuncs.com\r\n\r\n")
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		c, err := net.Dial("tcp", addr)
		if err != nil {
			b.Error(err)
			return
		}
		defer c.Close()
		r := bufio.NewReader(c)
		for pb.Next() {
			if _, err := c.Write(request); err != nil {
				b.Error(err)
				return
			}
			length := 0
			for {
				line, err := r.ReadSlice('\n')
				if err != nil {
					b.Error(err)
					return
				}
				if len(line) == 2 {
					break
				}
				if len(line) > 18 && string(line[:16]) == "Content-Length: " {
					length = int(line[16]-'0')*10 + int(line[17]-'0')
				}
			}
			if _, err := r.Discard(length); err != nil {
				b.Error(err)
				return
			}
		}
	})
}

func BenchmarkGuardHost(b *testing.B) {
	g := &hostGuard{}
	b.ReportAllocs()
	for b.Loop() {
		if !g.permits("ecs.cn-hangzhou.aliyuncs.com") || !g.permits("127.0.0.1:7070") {
			b.Fatal("refused")
		}
	}
}

func BenchmarkMint(b *testing.B) {
	ca := testCA(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ca.mint("ecs.cn-hangzhou.aliyuncs.com", wallNow()); err != nil {
			b.Fatal(err)
		}
	}
}
