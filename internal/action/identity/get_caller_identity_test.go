package identity

import (
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/auth"
	"github.com/openecs/openecs/internal/shapetest"
)

// identify calls the action through its binding and checks the answer's shape.
func identify(t *testing.T, who auth.Identity) *api.GetCallerIdentityResponse {
	t.Helper()
	info, ok := api.Lookup("2015-04-01", "GetCallerIdentity")
	if !ok {
		t.Fatal("the action is not known")
	}
	out, err := action.NewMux(new(Service).Actions()).Do(&action.Call{Info: info, Params: new(api.Params), Caller: who})
	if err != nil {
		t.Fatal(err)
	}
	out.SetRequestID("R")
	var e api.Encoder
	e.Reset(nil, api.JSON)
	out.Encode(&e)
	if err := shapetest.Check("Sts", "GetCallerIdentity", e.Bytes()); err != nil {
		t.Error(err)
	}
	return out.(*api.GetCallerIdentityResponse)
}

func TestGetCallerIdentity(t *testing.T) {
	for _, c := range []struct {
		name string
		who  auth.Identity
		want api.GetCallerIdentityResponse
	}{
		{"account", auth.Identity{Account: 1234567890123456, ARN: "acs:ram::1234567890123456:root"}, api.GetCallerIdentityResponse{
			AccountID: "1234567890123456", Arn: "acs:ram::1234567890123456:root", IdentityType: "Account",
			PrincipalID: "1234567890123456", UserID: "1234567890123456"}},
		{"account whose key has no ARN", auth.Identity{Account: 7}, api.GetCallerIdentityResponse{
			AccountID: "7", Arn: "acs:ram::7:root", IdentityType: "Account", PrincipalID: "7", UserID: "7"}},
		{"user", auth.Identity{Account: 7, ARN: "acs:ram::7:user/ci", Principal: "216959339000"}, api.GetCallerIdentityResponse{
			AccountID: "7", Arn: "acs:ram::7:user/ci", IdentityType: "RAMUser", PrincipalID: "216959339000", UserID: "216959339000"}},
		{"role session", auth.Identity{Account: 7, ARN: "acs:ram::7:assumed-role/deploy/run-1", Principal: "33537:run-1"}, api.GetCallerIdentityResponse{
			AccountID: "7", Arn: "acs:ram::7:assumed-role/deploy/run-1", IdentityType: "AssumedRoleUser", PrincipalID: "33537:run-1", RoleID: "33537"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.want.RequestID = "R"
			if got := identify(t, c.who); *got != c.want {
				t.Errorf("got  %+v\nwant %+v", *got, c.want)
			}
		})
	}
}
