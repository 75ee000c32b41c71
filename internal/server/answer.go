package server

import (
	"math/rand/v2"
	"net/http"
	"strconv"

	"github.com/openecs/openecs/api"
)

// Values of headers, shared by all answers: net/http reads and never changes
// them.
var (
	typeJSON = []string{"application/json;charset=utf-8"}
	typeXML  = []string{"text/xml;charset=utf-8"}
	anyone   = []string{"*"}
)

func (s *Server) answer(x *exchange, out api.Response) {
	out.SetRequestID(x.id)
	e := x.encoder()
	out.Encode(e)
	x.out = e.Bytes()
	x.status = http.StatusOK
	s.send(x)
}

func (s *Server) refuse(x *exchange, err error) {
	e := s.asError(x, err)
	product, name := "", ""
	if x.info != nil {
		product, name = x.info.Product, x.info.Name
	}
	x.code, x.status = e.Code, e.Status
	if x.status == 0 {
		x.status = api.StatusOf(product, name, e.Code)
	}
	if product == "" {
		product = "Ecs"
	}
	enc := x.encoder()
	enc.Error(e, x.id, x.r.Host, "https://api.aliyun.com/troubleshoot?q="+e.Code+"&product="+product+"&requestId="+x.id)
	x.out = enc.Bytes()
	s.send(x)
}

func (x *exchange) encoder() *api.Encoder {
	format := api.JSON
	if x.xml {
		format = api.XML
	}
	x.enc.Reset(x.out[:0], format)
	return &x.enc
}

func (s *Server) send(x *exchange) {
	s.observe(x)
	h := x.w.Header()
	if x.xml {
		h["Content-Type"] = typeXML
	} else {
		h["Content-Type"] = typeJSON
	}
	h["Access-Control-Allow-Origin"] = anyone
	values := []string{x.id, x.trace, strconv.Itoa(len(x.out))}
	h["X-Acs-Request-Id"] = values[0:1:1]
	h["X-Acs-Trace-Id"] = values[1:2:2]
	h["Content-Length"] = values[2:3:3]
	x.w.WriteHeader(x.status)
	if x.r.Method != http.MethodHead {
		x.w.Write(x.out)
	}
}

const (
	upperHex = "0123456789ABCDEF"
	lowerHex = "0123456789abcdef"
)

// newIDs draws an upper-case UUID of version 4, which names a request, and what
// names its trace. They guard nothing, so the fast generator serves.
func newIDs() (request, trace string) {
	var id [36 + 32]byte
	hi, lo := rand.Uint64(), rand.Uint64()
	hi = hi&^(0xf<<12) | 4<<12
	lo = lo&^(3<<62) | 2<<62
	at := 0
	for i := range 32 {
		switch i {
		case 8, 12, 16, 20:
			id[at] = '-'
			at++
		}
		n := hi
		if i >= 16 {
			n = lo
		}
		id[at] = upperHex[n>>(60-4*(i%16))&15]
		at++
	}
	hi, lo = rand.Uint64(), rand.Uint64()
	for i := range 16 {
		id[36+i] = lowerHex[hi>>(4*i)&15]
		id[52+i] = lowerHex[lo>>(4*i)&15]
	}
	both := string(id[:])
	return both[:36], both[36:]
}
