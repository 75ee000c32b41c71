package api

import (
	"fmt"
	"reflect"
	"testing"
)

func fullInstance() *DescribeInstancesResponse {
	r := new(DescribeInstancesResponse)
	n := 0
	fill(reflect.ValueOf(r).Elem(), &n)
	one(reflect.ValueOf(r).Elem())
	plainText(reflect.ValueOf(r).Elem())
	return r
}

// one cuts every list to one element; plainText gives strings of the usual kind and length.
func one(v reflect.Value) {
	switch v.Kind() {
	case reflect.Slice:
		v.SetLen(1)
		one(v.Index(0))
	case reflect.Struct:
		for i := range v.NumField() {
			one(v.Field(i))
		}
	}
}

func plainText(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString("i-bp1a2b3c4d5e6f7g8h9")
	case reflect.Slice:
		for i := range v.Len() {
			plainText(v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			plainText(v.Field(i))
		}
	}
}

func BenchmarkEncodeInstance(b *testing.B) {
	r := fullInstance()
	for _, f := range []Format{JSON, XML} {
		b.Run(fmt.Sprint([]string{"json", "xml"}[f]), func(b *testing.B) {
			var e Encoder
			buf := make([]byte, 0, 16<<10)
			b.ReportAllocs()
			for b.Loop() {
				e.Reset(buf[:0], f)
				r.Encode(&e)
			}
			b.ReportMetric(float64(len(e.Bytes())), "bytes")
			b.ReportMetric(float64(leaves(reflect.ValueOf(r).Elem())), "leaves")
		})
	}
}

const fifteen = "AccessKeyId=LTAI5tTESTTESTTEST&Action=DescribeInstances&Format=JSON&InstanceIds=%5B%22i-bp1a2b3c4d5e6f7g8h9%22%5D&PageNumber=1&PageSize=50" +
	"&RegionId=cn-hangzhou&Signature=OLeaidS1JvxuMvnyHOwuJ%2BuX5qY%3D&SignatureMethod=HMAC-SHA1&SignatureNonce=3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf" +
	"&SignatureType=&SignatureVersion=1.0&Status=Running&Timestamp=2016-02-23T12%3A46%3A24Z&Version=2014-05-26"

const shuffled = "Version=2014-05-26&Action=DescribeInstances&Format=JSON&Timestamp=2016-02-23T12%3A46%3A24Z&SignatureNonce=3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf" +
	"&SignatureMethod=HMAC-SHA1&SignatureVersion=1.0&SignatureType=&AccessKeyId=LTAI5tTESTTESTTEST&RegionId=cn-hangzhou&InstanceIds=%5B%22i-bp1a2b3c4d5e6f7g8h9%22%5D" +
	"&Status=Running&PageSize=50&PageNumber=1&Signature=OLeaidS1JvxuMvnyHOwuJ%2BuX5qY%3D"

func BenchmarkParseDecode(b *testing.B) {
	for name, q := range map[string]string{"sorted": fifteen, "shuffled": shuffled} {
		b.Run(name, func(b *testing.B) {
			var p Params
			b.ReportAllocs()
			for b.Loop() {
				if err := p.Parse(q, nil); err != nil {
					b.Fatal(err)
				}
				r := new(DescribeInstancesRequest)
				if err := r.Decode(&p); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkLookup(b *testing.B) {
	for b.Loop() {
		if _, ok := Lookup("2014-05-26", "DescribeInstances"); !ok {
			b.Fatal("not found")
		}
	}
}

// The hot path takes no memory but what it returns: one block for decoded escapes, the request, its numbers.
func TestAllocations(t *testing.T) {
	r := fullInstance()
	var e Encoder
	buf := make([]byte, 0, 16<<10)
	if n := testing.AllocsPerRun(100, func() { e.Reset(buf[:0], JSON); r.Encode(&e) }); n != 0 {
		t.Errorf("encoding takes %v allocations", n)
	}
	var p Params
	if n := testing.AllocsPerRun(100, func() {
		if p.Parse(fifteen, nil) != nil || new(DescribeInstancesRequest).Decode(&p) != nil {
			t.Fatal("refused")
		}
	}); n > 4 {
		t.Errorf("parsing and decoding takes %v allocations", n)
	}
}
