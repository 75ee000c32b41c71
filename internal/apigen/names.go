package main

import (
	"strings"
	"unicode"
)

// initialisms are the words that Go spells in capitals. Words the service itself writes in capitals stay so.
var initialisms = map[string]string{
	"Id": "ID", "Ids": "IDs", "Ip": "IP", "Ips": "IPs", "Ipv4": "IPv4", "Ipv6": "IPv6", "Ipv6s": "IPv6s", "Vpc": "VPC",
	"Vpcs": "VPCs", "Cpu": "CPU", "Gpu": "GPU", "Url": "URL", "Urls": "URLs", "Http": "HTTP", "Https": "HTTPS", "Dns": "DNS",
	"Io": "IO", "Os": "OS", "Eni": "ENI", "Enis": "ENIs", "Eip": "EIP", "Eips": "EIPs", "Ram": "RAM", "Kms": "KMS",
}

// goName is the Go name of a wire name: its first letter a capital, its initialisms spelt Go's way.
func goName(wire string) string {
	var b strings.Builder
	for _, w := range words(wire) {
		w = strings.ToUpper(w[:1]) + w[1:]
		if s, ok := initialisms[w]; ok {
			w = s
		}
		b.WriteString(w)
	}
	return b.String()
}

// words splits a camel-case name: VSwitchId is V, Switch, Id; KMSKeyId is KMS, Key, Id; Ipv6Address is Ipv6, Address.
func words(name string) []string {
	r := []rune(strings.Map(func(c rune) rune {
		if c == '_' || c == '-' || c == '.' {
			return -1
		}
		return c
	}, name))
	var out []string
	start := 0
	for i := 1; i < len(r); i++ {
		upper := unicode.IsUpper(r[i])
		switch {
		case upper && !unicode.IsUpper(r[i-1]),
			upper && i+1 < len(r) && unicode.IsLower(r[i+1]):
			out = append(out, string(r[start:i]))
			start = i
		}
	}
	return append(out, string(r[start:]))
}

// lowerFirst makes an unexported name.
func lowerFirst(s string) string { return strings.ToLower(s[:1]) + s[1:] }
