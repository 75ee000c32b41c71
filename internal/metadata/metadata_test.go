package metadata_test

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/metadata"
	"github.com/openecs/openecs/internal/state"
)

type asker struct {
	*actiontest.Service
	meta *metadata.Service
}

func start(t *testing.T) *asker {
	s := actiontest.Start(t)
	return &asker{s, metadata.New(s.DB(), s.Catalog, s.Clock)}
}

func (a *asker) ask(instance, method, path string, headers ...string) (int, string) {
	a.T.Helper()
	r := httptest.NewRequest(method, "http://100.100.100.200"+path, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	a.meta.For(actiontest.Record(a.Service, state.Instances, instance).Interface).ServeHTTP(w, r)
	b, err := io.ReadAll(w.Body)
	if err != nil {
		a.T.Fatal(err)
	}
	return w.Code, string(b)
}

func (a *asker) want(instance, path, want string) {
	a.T.Helper()
	if code, got := a.ask(instance, "GET", path); code != 200 || got != want {
		a.T.Errorf("%s: %d %q, want %q", path, code, got, want)
	}
}

func (a *asker) status(instance, method, path string, want int, headers ...string) {
	a.T.Helper()
	if code, body := a.ask(instance, method, path, headers...); code != want {
		a.T.Errorf("%s %s %v: %d %q, want %d", method, path, headers, code, body, want)
	}
}

const publicKey = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC2hhEoegtfugwSGD3LdemtTc9YzSXlQr9jwNgP2OW5J1WcHq3jhLkIGW3hp0khY2Vy+/zU52TGo1wQ3AA9GXNYFOoUHxqCiQNl4KNSOhtjJC9V3Q95uecwHfKLmcOC8tbT2HDR2Bko6vWiHpcTQ3tDSK5U7y8KowiXiBESltvSbthRaPCk10dV3KJ3Sj8Wg5qIcFhVaQvHYg6HB9rpNsy2u2BZWw2mUcRDoWxtdhgvo4+vMDrp1/8L8pinT2pm3NQte8WR9VztFYTquwNVsJ5E2zydkf9RXLSHf9mS3UNO4zk7oJJXntNYE0CE7Qg857mn1TLWYX2BIQkQH8saSFpn me@host"

func TestTree(t *testing.T) {
	a := start(t)
	n := a.Network()
	a.Do("ImportKeyPair", "KeyPairName", "mine", "PublicKeyBody", publicKey)
	id := a.Running("HostName", "web-1", "KeyPairName", "mine", "UserData", base64.StdEncoding.EncodeToString([]byte("#!/bin/sh\necho hello\n")))
	other := a.Running()
	see := a.See(id)
	ip := see.VPCAttributes.PrivateIPAddress.IPAddress[0]
	for path, want := range map[string]string{
		"instance-id": id, "hostname": "web-1", "image-id": actiontest.Image, "instance/instance-type": actiontest.InstanceType, "region-id": "cn-hangzhou",
		"zone-id": actiontest.Zone, "private-ipv4": ip, "mac": see.NetworkInterfaces.NetworkInterface[0].MacAddress, "network-type": "vpc",
		"vpc-id": n.VPC, "vswitch-id": n.VSwitch, "vpc-cidr-block": "192.168.0.0/16", "vswitch-cidr-block": "192.168.0.0/24",
		"owner-account-id": "1234567890123456", "serial-number": see.SerialNumber, "public-keys/": "0/", "public-keys": "0/",
		"public-keys/0/openssh-key": publicKey,
	} {
		a.want(id, "/latest/meta-data/"+path, want)
		a.want(id, "/2016-01-01/meta-data/"+path, want)
	}
	nic := "/latest/meta-data/network/interfaces/macs/" + see.NetworkInterfaces.NetworkInterface[0].MacAddress + "/"
	for path, want := range map[string]string{
		"network-interface-id": see.NetworkInterfaces.NetworkInterface[0].NetworkInterfaceID, "netmask": "255.255.255.0", "gateway": "192.168.0.253",
		"primary-ip-address": ip, "private-ipv4s": `["` + ip + `"]`, "vswitch-id": n.VSwitch,
	} {
		a.want(id, nic+path, want)
	}
	a.want(id, "/", "2016-01-01\nlatest")
	a.want(id, "/latest/", "dynamic/\nmeta-data/\nuser-data")
	a.want(id, "/latest/user-data", "#!/bin/sh\necho hello\n")
	a.status(other, "GET", "/latest/user-data", 404)
	a.status(other, "GET", "/latest/meta-data/public-keys/", 404)
	a.status(id, "GET", "/latest/meta-data/eipv4", 404)
	a.status(id, "GET", "/latest/meta-data/nothing", 404)
	a.status(id, "GET", "/earlier/meta-data/", 404)
	a.status(id, "POST", "/latest/meta-data/", 405)
	_, list := a.ask(id, "GET", "/latest/meta-data/")
	for _, name := range []string{"instance-id", "instance/", "network/", "public-keys/"} {
		if !slices.Contains(strings.Split(list, "\n"), name) {
			t.Errorf("no %s in %q", name, list)
		}
	}
	eip := actiontest.Call[api.AllocateEipAddressResponse](a.Service, "AllocateEipAddress", "RegionId", "cn-hangzhou")
	a.Do("AssociateEipAddress", "RegionId", "cn-hangzhou", "AllocationId", eip.AllocationID, "InstanceId", id)
	a.Settle()
	a.want(id, "/latest/meta-data/eipv4", eip.EIPAddress)
	a.status(other, "GET", "/latest/meta-data/eipv4", 404)
	var document map[string]string
	_, body := a.ask(id, "GET", "/latest/dynamic/instance-identity/document")
	if err := json.Unmarshal([]byte(body), &document); err != nil || document["instance-id"] != id || document["private-ipv4"] != ip || len(document) != 9 {
		t.Errorf("%s %v", body, err)
	}
}

func TestHardenedMode(t *testing.T) {
	a := start(t)
	id, other := a.Running(), a.Running()
	const ttl, header = "X-aliyun-ecs-metadata-token-ttl-seconds", "X-aliyun-ecs-metadata-token"
	const path, tokens = "/latest/meta-data/instance-id", "/latest/api/token"
	for _, bad := range []string{"", "0", "-1", "21601", "x"} {
		a.status(id, "PUT", tokens, 400, ttl, bad)
	}
	a.status(id, "PUT", tokens, 403, ttl, "60", "X-Forwarded-For", "192.0.2.1")
	a.status(id, "PUT", path, 404, ttl, "60")
	code, token := a.ask(id, "PUT", tokens, ttl, "60")
	if code != 200 || token == "" {
		t.Fatalf("%d %q", code, token)
	}
	a.status(id, "GET", path, 200, header, token)
	a.status(id, "GET", path, 200)
	a.status(id, "GET", path, 401, header, "aaa")
	a.status(other, "GET", path, 401, header, token) // another's
	a.Do("ModifyInstanceMetadataOptions", "InstanceId", id, "HttpEndpoint", "enabled", "HttpTokens", "required")
	a.status(id, "GET", path, 403)
	a.status(id, "GET", path, 200, header, token)
	a.status(other, "GET", path, 200)
	a.Advance(61 * time.Second)
	a.status(id, "GET", path, 401, header, token)
	a.Do("ModifyInstanceMetadataOptions", "InstanceId", id, "HttpEndpoint", "disabled")
	a.status(id, "GET", path, 403)
	a.status(id, "PUT", tokens, 403, ttl, "60")
	w := httptest.NewRecorder()
	a.meta.For(ecs.Key(1)).ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	if w.Code != 404 {
		t.Errorf("an interface that is none gets %d", w.Code)
	}
}
