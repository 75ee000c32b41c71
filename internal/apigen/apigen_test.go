package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/openecs/openecs/api/spec"
)

func TestGoName(t *testing.T) {
	for wire, want := range map[string]string{
		"InstanceId": "InstanceID", "InstanceIds": "InstanceIDs", "VSwitchId": "VSwitchID", "VpcId": "VPCID", "Vpcs": "VPCs",
		"PublicIpAddress": "PublicIPAddress", "PrivateIps": "PrivateIPs", "Ipv6Address": "IPv6Address", "Cpu": "CPU",
		"CpuOptions": "CPUOptions", "GPUSpec": "GPUSpec", "OSName": "OSName", "OSNameEn": "OSNameEn", "OsType": "OSType",
		"IoOptimized": "IOOptimized", "ProvisionedIops": "ProvisionedIops", "KMSKeyId": "KMSKeyID", "KmsKeyId": "KMSKeyID",
		"VncUrl": "VncURL", "HttpTokens": "HTTPTokens", "RamRoleName": "RAMRoleName", "EipAddress": "EIPAddress", "EniId": "ENIID",
		"autoSnapshotPolicyId": "AutoSnapshotPolicyID", "diskIds": "DiskIDs", "Idc": "Idc", "ISP": "ISP", "DnsServer": "DNSServer",
		"SerivceCode": "SerivceCode",
	} {
		if got := goName(wire); got != want {
			t.Errorf("%s: %s, want %s", wire, got, want)
		}
	}
}

// What is checked in is what the spec gives, and no generated file is left over.
func TestGeneratedFilesAreCurrent(t *testing.T) {
	products, err := spec.Load()
	if err != nil {
		t.Fatal(err)
	}
	files, err := generate(products)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join("../../api", name))
		if err != nil {
			t.Error(err)
		} else if !bytes.Equal(got, want) {
			t.Errorf("%s is not current: run go generate ./api", name)
		}
	}
	old, err := filepath.Glob("../../api/zz_*_gen.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range old {
		if _, ok := files[filepath.Base(f)]; !ok {
			t.Errorf("%s is left over: run go generate ./api", f)
		}
	}
}
