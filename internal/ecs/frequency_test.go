package ecs

import (
	"errors"
	"testing"
	"time"
)

func TestFrequency(t *testing.T) {
	made := time.Date(2026, 8, 9, 5, 0, 0, 0, time.UTC) // a Sunday
	for _, c := range []struct {
		text  string
		after string
		want  string // "" is never
	}{
		{"rate(5m)", "2026-08-09T05:00:00Z", "2026-08-09T05:05:00Z"},
		{"rate(5 m)", "2026-08-09T05:05:00Z", "2026-08-09T05:10:00Z"},
		{"rate(60s)", "2026-08-09T05:05:30Z", "2026-08-09T05:06:00Z"},
		{"rate(7d)", "2026-08-09T05:00:00Z", "2026-08-16T05:00:00Z"},
		{"at(2026-08-09 13:15:30 Asia/Shanghai)", "2026-08-09T05:00:00Z", "2026-08-09T05:15:30Z"},
		{"at(2026-08-09 13:15:30 GMT+8:00)", "2026-08-09T05:00:00Z", "2026-08-09T05:15:30Z"},
		{"at(2026-08-09 06:00:00)", "2026-08-09T05:00:00Z", "2026-08-09T06:00:00Z"},
		{"at(2026-08-09 04:00:00 UTC)", "2026-08-09T05:00:00Z", ""},
		{"0 */20 * * * *", "2026-08-09T05:00:00Z", "2026-08-09T05:20:00Z"},
		{"0 15 10 ? * * 2026 Asia/Shanghai", "2026-08-09T05:00:00Z", "2026-08-10T02:15:00Z"},
		{"0 0/30 10-11 * * ? 2026 GMT+8:00", "2026-08-09T02:30:00Z", "2026-08-09T03:00:00Z"},
		{"0 0/5 14 * 10 ? 2022/2 UTC", "2026-08-09T05:00:00Z", "2026-10-01T14:00:00Z"},
		{"0 0 12 ? * MON-FRI", "2026-08-09T05:00:00Z", "2026-08-10T12:00:00Z"},
		{"0 0 12 ? * 7", "2026-08-09T13:00:00Z", "2026-08-16T12:00:00Z"},
		{"0 0 0 29 2 ?", "2026-08-09T05:00:00Z", "2028-02-29T00:00:00Z"},
		{"0 0 0 1 1 ? 2025", "2026-08-09T05:00:00Z", ""},
		{"0 0 0 31 2 ?", "2026-08-09T05:00:00Z", ""},
	} {
		f, err := ParseFrequency(c.text)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		after, _ := time.Parse(time.RFC3339, c.after)
		next, ok := f.Next(made, after)
		if got := next.Format(time.RFC3339); ok != (c.want != "") || ok && got != c.want {
			t.Errorf("%s after %s: %s %v, want %s", c.text, c.after, got, ok, c.want)
		}
	}
	for text, want := range map[string]error{
		"": ErrFrequency, "rate()": ErrFrequency, "rate(59s)": ErrFrequency, "rate(8d)": ErrFrequency, "rate(5x)": ErrFrequency, "rate(-5m)": ErrFrequency, "rate(5m": ErrFrequency,
		"at(now)": ErrFrequency, "at(2026-13-09 05:00:00)": ErrFrequency, "at(2026-08-09 05:00:00 Mars/Base)": ErrFrequency, "at(2026-08-09 05:00:00 GMT+08:00)": ErrFrequency,
		"* * * * *": ErrFrequency, "* * * * * *": ErrFrequency, "0/5 * * * * ?": ErrFrequency, "0 0 25 * * ?": ErrFrequency, "0 0 12 1 * MON": ErrFrequency, "x 0 12 ? * *": ErrFrequency,
		"0 0 12 L * ?": ErrFrequencyUnsupported, "0 0 12 ? * 6#3": ErrFrequencyUnsupported, "0 0 12 15W * ?": ErrFrequencyUnsupported, "0 0 12 ? * * ../../etc/passwd": ErrFrequency,
	} {
		if _, err := ParseFrequency(text); !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", text, err, want)
		}
	}
}

func TestOverallStatus(t *testing.T) {
	for _, c := range []struct {
		each []InvocationStatus
		want InvocationStatus
	}{
		{[]InvocationStatus{InvocationSuccess, InvocationPending, InvocationRunning}, InvocationPending},
		{[]InvocationStatus{InvocationSuccess, InvocationRunning, InvocationFailed}, InvocationRunning},
		{[]InvocationStatus{InvocationScheduled, InvocationStopping}, InvocationStopping},
		{[]InvocationStatus{InvocationSuccess, InvocationSuccess}, InvocationSuccess},
		{[]InvocationStatus{InvocationSuccess, InvocationCancelled}, InvocationSuccess},
		{[]InvocationStatus{InvocationSuccess, InvocationTimeout}, InvocationPartialFailed},
		{[]InvocationStatus{InvocationTerminated, InvocationAborted}, InvocationFailed},
		{[]InvocationStatus{InvocationTerminated, InvocationCancelled}, InvocationStopped},
	} {
		if got := OverallStatus(c.each); got != c.want {
			t.Errorf("%v: %v, want %v", c.each, got, c.want)
		}
	}
	for s, want := range map[InvocationStatus]string{InvocationSuccess: "Finished", InvocationFailed: "Failed", InvocationTimeout: "Failed", InvocationTerminated: "Stopped",
		InvocationPending: "Running", InvocationPartialFailed: "PartialFailed", InvocationStopping: "Stopping"} {
		if s.Old() != want {
			t.Errorf("%v is %s, want %s", s, s.Old(), want)
		}
	}
}
