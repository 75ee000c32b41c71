package intercept

import (
	"net"

	"golang.org/x/net/dns/dnsmessage"
)

// serveDNS answers names below aliyuncs.com with 127.0.0.1 until pc is closed.
// Every other name does not exist.
func serveDNS(pc net.PacketConn) {
	buf := make([]byte, 4096)
	for {
		n, addr, err := pc.ReadFrom(buf)
		if err != nil {
			return
		}
		if answer := answerDNS(buf[:n]); answer != nil {
			pc.WriteTo(answer, addr) // a lost answer is asked for again
		}
	}
}

// answerDNS returns the answer to one query, or nil when there is none to give.
func answerDNS(query []byte) []byte {
	var p dnsmessage.Parser
	h, err := p.Start(query)
	if err != nil || h.Response {
		return nil
	}
	q, err := p.Question()
	if err != nil {
		return nil
	}
	name := normalizeHost(q.Name.String())
	known := isAPIHost(name) || name == "localhost"
	header := dnsmessage.Header{
		ID: h.ID, Response: true, OpCode: h.OpCode, Authoritative: true,
		RecursionDesired: h.RecursionDesired, RecursionAvailable: true,
	}
	switch {
	case h.OpCode != 0:
		header.RCode = dnsmessage.RCodeNotImplemented
	case !known:
		header.RCode = dnsmessage.RCodeNameError
	}
	b := dnsmessage.NewBuilder(make([]byte, 0, 512), header)
	b.EnableCompression()
	if b.StartQuestions() != nil || b.Question(q) != nil || b.StartAnswers() != nil {
		return nil
	}
	if header.RCode == dnsmessage.RCodeSuccess && (q.Type == dnsmessage.TypeA || q.Type == dnsmessage.TypeALL) {
		rr := dnsmessage.ResourceHeader{Name: q.Name, Class: dnsmessage.ClassINET, TTL: 60}
		if b.AResource(rr, dnsmessage.AResource{A: [4]byte{127, 0, 0, 1}}) != nil {
			return nil
		}
	}
	answer, err := b.Finish()
	if err != nil {
		return nil
	}
	return answer
}
