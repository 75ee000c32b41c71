package client

import (
	"net/http"
	"testing"

	"github.com/openecs/openecs/api"
)

// BenchmarkCall is the client's own cost of a call: sign, send in process, decode.
func BenchmarkCall(b *testing.B) {
	answer := []byte(`{"RequestId":"R","Instances":{"Instance":[]},"PageNumber":1,"PageSize":10,"TotalCount":0}`)
	c, err := New(Config{AccessKeyID: "ak", AccessKeySecret: "s", Region: "cn-hangzhou", Transport: HandlerTransport(http.HandlerFunc(
		func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Acs-Request-Id", "R")
			w.Write(answer)
		}))})
	if err != nil {
		b.Fatal(err)
	}
	in := &api.DescribeInstancesRequest{InstanceIDs: `["i-1"]`}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.DescribeInstances(b.Context(), in); err != nil {
			b.Fatal(err)
		}
	}
}
