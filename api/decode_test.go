package api

import (
	"errors"
	"reflect"
	"strings"
	"testing"
)

func decode[T any, R interface {
	*T
	Request
}](t *testing.T, query string) (R, error) {
	t.Helper()
	var p Params
	if err := p.Parse(query, nil); err != nil {
		t.Fatal(err)
	}
	r := R(new(T))
	return r, r.Decode(&p)
}

const createBase = "RegionId=cn-hangzhou&InstanceType=ecs.g7.large&"

func TestDecodeLists(t *testing.T) {
	r, err := decode[CreateInstanceRequest](t, createBase+
		"DataDisk.10.Size=10&DataDisk.2.Size=2&DataDisk.2.Category=cloud_ssd&DataDisk.0.Size=1&DataDisk.2x.Size=9&DataDisk.02.Size=9"+
		"&DataDisk.3=9&DataDisk=9&Tag.1.Key=a&Tag.1.Value=b&Tag.3.key=c&Tag.3.value=&SystemDisk.Size=40&SystemDisk=x"+
		"&PrivatePoolOptions.MatchCriteria=Open&Unknown=1&unknown.1.x=2")
	if err != nil {
		t.Fatal(err)
	}
	want := []CreateInstanceRequestDataDisk{{Size: new(1)}, {Size: new(2), Category: "cloud_ssd"}, {Size: new(10)}}
	if !reflect.DeepEqual(r.DataDisk, want) {
		t.Errorf("disks %+v", r.DataDisk)
	}
	if !reflect.DeepEqual(r.Tag, []Tag{{"a", "b"}, {"c", ""}}) {
		t.Errorf("tags %+v", r.Tag)
	}
	if r.SystemDisk.Size == nil || *r.SystemDisk.Size != 40 || r.PrivatePoolOptions.MatchCriteria != "Open" {
		t.Errorf("structs %+v %+v", r.SystemDisk, r.PrivatePoolOptions)
	}
}

func TestDecodeNestedLists(t *testing.T) {
	r, err := decode[RunInstancesRequest](t, "RegionId=cn-hangzhou&SecurityGroupIds.2=sg-2&SecurityGroupIds.1=sg-1"+
		"&NetworkInterface.2.SecurityGroupIds.1=sg-b&NetworkInterface.1.SecurityGroupIds.11=sg-z&NetworkInterface.1.SecurityGroupIds.2=sg-a&HostNames.1=")
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(r.SecurityGroupIDs, []string{"sg-1", "sg-2"}) || !reflect.DeepEqual(r.HostNames, []string{""}) {
		t.Errorf("lists %q %q", r.SecurityGroupIDs, r.HostNames)
	}
	if n := r.NetworkInterface; len(n) != 2 || !reflect.DeepEqual(n[0].SecurityGroupIDs, []string{"sg-a", "sg-z"}) || !reflect.DeepEqual(n[1].SecurityGroupIDs, []string{"sg-b"}) {
		t.Errorf("interfaces %+v", n)
	}
}

func TestDecodeScalars(t *testing.T) {
	for _, v := range []string{"true", "True", "TRUE", "tRuE"} {
		if r, err := decode[StopInstanceRequest](t, "InstanceId=i-1&ForceStop="+v); err != nil || r.ForceStop == nil || !*r.ForceStop {
			t.Errorf("%s: %v", v, err)
		}
	}
	if r, err := decode[StopInstanceRequest](t, "InstanceId=i-1&ForceStop=False&DryRun="); err != nil || r.ForceStop == nil || *r.ForceStop || r.DryRun != nil {
		t.Errorf("False and empty: %+v %v", r, err)
	}
	if r, err := decode[CreateInstanceRequest](t, createBase+"SpotPriceLimit=0.125&Period=-3"); err != nil || *r.SpotPriceLimit != 0.125 || *r.Period != -3 {
		t.Errorf("numbers: %+v %v", r, err)
	}
}

func TestDecodeRefuses(t *testing.T) {
	for _, c := range []struct{ query, code, names string }{
		{"InstanceType=x", "MissingParameter", "RegionId"},
		{"RegionId=&InstanceType=x", "MissingParameter", "RegionId"},
		{"RegionId=x", "MissingParameter", "InstanceType"},
		{"RegionId=x&Period=abc", "MissingParameter", "InstanceType"}, // missing comes first
		{createBase + "Period=1.5", "InvalidParameter", "Period"},
		{createBase + "Period=%2B1", "InvalidParameter", "Period"},
		{createBase + "Period=+1", "InvalidParameter", "Period"},
		{createBase + "Period=0x10", "InvalidParameter", "Period"},
		{createBase + "Period=2147483648", "InvalidParameter", "Period"},
		{createBase + "DryRun=1", "InvalidParameter", "DryRun"},
		{createBase + "DryRun=yes", "InvalidParameter", "DryRun"},
		{createBase + "SpotPriceLimit=NaN", "InvalidParameter", "SpotPriceLimit"},
		{createBase + "SpotPriceLimit=0x1p2", "InvalidParameter", "SpotPriceLimit"},
		{createBase + "DataDisk.1.Size=big", "DataDiskSize", "DataDisk.1.Size"},
		{createBase + "DataDisk.1001.Size=20", "InvalidParameter", "DataDisk"},
		{createBase + "DataDisk.99999999999999999999.Size=20", "InvalidParameter", "DataDisk"},
	} {
		_, err := decode[CreateInstanceRequest](t, c.query)
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("%s: %v", c.query, err)
			continue
		}
		if e.Status != 400 || !strings.Contains(e.Message, `"`+c.names+`"`) {
			t.Errorf("%s: %d %s: %s", c.query, e.Status, e.Code, e.Message)
		}
		// The code is the general one unless the table of codes has a closer one, which names the parameter.
		last := c.names[strings.LastIndexByte(c.names, '.')+1:]
		if e.Code != c.code && !(HasCode("Ecs", "CreateInstance", e.Code) && (strings.Contains(e.Code, last) || strings.Contains(e.Code, c.code))) {
			t.Errorf("%s: code %s, want %s", c.query, e.Code, c.code)
		}
	}
}

func TestEmptyRequiredString(t *testing.T) {
	_, err := decode[CreateInstanceRequest](t, "RegionId=x&InstanceType=")
	if e, ok := err.(*Error); !ok || e.Code != CodeMissingParameter {
		t.Errorf("present but empty: %v", err)
	}
	if _, err := decode[CopySnapshotRequest](t, "RegionId=x&SnapshotId=s&DestinationRegionId=y&DestinationSnapshotName=&DestinationSnapshotDescription="); err != nil {
		t.Errorf("one that may be empty: %v", err)
	}
}

func TestListOf1001IsRefused(t *testing.T) {
	var b strings.Builder
	b.WriteString("RegionId=x")
	for i := range 1001 {
		b.WriteString("&SecurityGroupIds." + string(appendFloat(nil, float64(i))) + "=sg")
	}
	if _, err := decode[RunInstancesRequest](t, b.String()); err == nil {
		t.Error("accepted")
	}
	if _, err := decode[RunInstancesRequest](t, strings.TrimSuffix(b.String(), "&SecurityGroupIds.1000=sg")); err != nil {
		t.Errorf("1000 refused: %v", err)
	}
}

func TestDecodeJSONParameters(t *testing.T) {
	const base = "RegionId=x&CommandContent=echo&Type=RunShellScript&"
	for query, want := range map[string]RawJSON{
		`Parameters={"a":"b"}`:          `{"a":"b"}`,
		"Parameters.b=2&Parameters.a=1": `{"a":"1","b":"2"}`,
		"Parameters=":                   "",
	} {
		if r, err := decode[RunCommandRequest](t, base+"InstanceId.1=i-1&"+query); err != nil || r.Parameters != want {
			t.Errorf("%s: %+v %v", query, r, err)
		}
	}
	if _, err := decode[RunCommandRequest](t, base+"InstanceId.1=i-1&Parameters={"); err == nil {
		t.Error("half an object accepted")
	}
	for _, query := range []string{
		`AgentUpgradeConfig={"Enabled":true,"TimeZone":"UTC","AllowedUpgradeWindow":["a","b"]}`,
		`AgentUpgradeConfig={"Enabled":"True","TimeZone":"UTC","AllowedUpgradeWindow":["a","b"]}`,
		"AgentUpgradeConfig.Enabled=true&AgentUpgradeConfig.TimeZone=UTC&AgentUpgradeConfig.AllowedUpgradeWindow.1=a&AgentUpgradeConfig.AllowedUpgradeWindow.2=b",
	} {
		r, err := decode[ModifyCloudAssistantSettingsRequest](t, "RegionId=x&SettingType=AgentUpgradeConfig&"+query)
		if err != nil {
			t.Errorf("%s: %v", query, err)
			continue
		}
		if c := r.AgentUpgradeConfig; c.Enabled == nil || !*c.Enabled || c.TimeZone != "UTC" || len(c.AllowedUpgradeWindow) != 2 {
			t.Errorf("%s: %+v", query, c)
		}
	}
	for _, bad := range []string{"x", "[", `"s"`, "1", "{}{}", strings.Repeat("[", 100) + strings.Repeat("]", 100)} {
		if _, err := decode[ModifyCloudAssistantSettingsRequest](t, "RegionId=x&SettingType=x&AgentUpgradeConfig="+bad); err == nil {
			t.Errorf("%s accepted", bad)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add("CreateInstance", createBase+"DataDisk.1.Size=20&Tag.1.Key=a")
	f.Add("RunCommand", `Parameters={"a":[1]}&Parameters.x=1`)
	f.Add("ModifyCloudAssistantSettings", `AgentUpgradeConfig={"Enabled":true}`)
	f.Add("AuthorizeSecurityGroup", "Permissions.1.Policy=accept&Permissions.1000.Policy=x&Permissions.0=")
	f.Fuzz(func(t *testing.T, action, query string) {
		a, ok := Lookup("2014-05-26", action)
		if !ok || !a.Typed() {
			return
		}
		var p Params
		if p.Parse(query, nil) != nil {
			return
		}
		r := a.New()
		if err := r.Decode(&p); err != nil {
			var e *Error
			if !errors.As(err, &e) || e.Code == "" || e.Status != 400 {
				t.Fatalf("%T %v", err, err)
			}
			return
		}
		// What was understood is understood again.
		var q Params
		r.AppendParams(&q)
		s := a.New()
		if err := s.Decode(&q); err != nil {
			for _, n := range a.Required {
				if v, ok := p.Get(n); ok && v == "" { // a required string may be empty but is not sent when it is
					return
				}
			}
			t.Fatalf("%v from %v", err, q.All())
		}
	})
}
