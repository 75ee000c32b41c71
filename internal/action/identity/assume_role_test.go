package identity_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/client"
	"github.com/openecs/openecs/ecstest"
	"github.com/openecs/openecs/internal/actiontest"
)

var arn = fmt.Sprintf("acs:ram::%d:role/Deploy", actiontest.Account)

func assume(s *actiontest.Service, params ...string) *api.AssumeRoleResponse {
	s.T.Helper()
	return actiontest.Call[api.AssumeRoleResponse](s, "AssumeRole", append([]string{"RoleArn", arn, "RoleSessionName", "run-1"}, params...)...)
}

func TestAssumeRole(t *testing.T) {
	s := actiontest.Start(t)
	out := assume(s, "DurationSeconds", "900", "ExternalId", "ab:1", "SourceIdentity", "alice")
	if want := "2026-08-09T05:15:00Z"; out.Credentials.Expiration != want {
		t.Errorf("ends at %s, want %s", out.Credentials.Expiration, want)
	}
	if want := fmt.Sprintf("acs:ram::%d:assumed-role/deploy/run-1", actiontest.Account); out.AssumedRoleUser.Arn != want {
		t.Errorf("%+v, want %s", out.AssumedRoleUser, want)
	}
	if out := assume(s); out.Credentials.Expiration != "2026-08-09T06:00:00Z" {
		t.Errorf("by default it ends at %s", out.Credentials.Expiration)
	}
	assume(s, "Policy", `{"Version":"1","Statement":[{"Effect":"Allow","Action":["*"],"Resource":"*"}]}`)
}

// A temporary key is taken for the role's session until it ends, by both signatures that our client speaks.
func TestAssumeRoleKey(t *testing.T) {
	s := ecstest.Start(t, ecstest.At(time.Date(2026, 8, 9, 5, 0, 0, 0, time.UTC)))
	ctx := context.Background()
	out, err := s.Client.AssumeRole(ctx, &api.AssumeRoleRequest{RoleArn: fmt.Sprintf("acs:ram::%d:role/deploy", ecstest.Account), RoleSessionName: "run-1"})
	if err != nil {
		t.Fatal(err)
	}
	k := out.Credentials
	session, err := client.New(client.Config{
		Endpoint: s.Endpoint, Region: "cn-hangzhou", AccessKeyID: k.AccessKeyID, AccessKeySecret: k.AccessKeySecret, SecurityToken: k.SecurityToken,
	})
	if err != nil {
		t.Fatal(err)
	}
	who, err := session.GetCallerIdentity(ctx, &api.GetCallerIdentityRequest{})
	if err != nil || who.IdentityType != "AssumedRoleUser" || who.Arn != out.AssumedRoleUser.Arn || who.PrincipalID != out.AssumedRoleUser.AssumedRoleID ||
		who.RoleID+":run-1" != who.PrincipalID {
		t.Errorf("%+v %v", who, err)
	}
	vpc, err := session.CreateVpc(ctx, &api.CreateVpcRequest{RegionID: "cn-hangzhou"})
	if err != nil {
		t.Fatal(err)
	}
	if all, err := s.Client.DescribeVpcs(ctx, &api.DescribeVpcsRequest{RegionID: "cn-hangzhou", VPCID: vpc.VPCID}); err != nil || all.TotalCount != 1 {
		t.Errorf("the account does not see what its role made: %+v %v", all, err)
	}
	s.Advance(t, time.Hour)
	_, err = session.GetCallerIdentity(ctx, &api.GetCallerIdentityRequest{})
	actiontest.Refused(t, err, api.CodeInvalidSecurityTokenExpired, 400)
}

func TestAssumeRoleRefusals(t *testing.T) {
	s := actiontest.Start(t)
	narrow := `{"Version":"1","Statement":[{"Effect":"Allow","Action":"ecs:Describe*","Resource":"*"}]}`
	denied := `{"Version":"1","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"ecs:*","Resource":"*"}]}`
	for _, c := range []struct {
		status            int
		code, name, value string
	}{
		{400, api.CodeInvalidParameterRoleArn, "RoleArn", "deploy"},
		{400, api.CodeInvalidParameterRoleArn, "RoleArn", "acs:ram::me:role/deploy"},
		{400, api.CodeInvalidParameterRoleArn, "RoleArn", "acs:ram::1:user/deploy"},
		{400, api.CodeInvalidParameterRoleArn, "RoleArn", "acs:ram::1:role/"},
		{400, api.CodeInvalidParameterRoleArn, "RoleArn", "acs:ram::1:role/a b"},
		{400, api.CodeInvalidParameterRoleSessionName, "RoleSessionName", "x"},
		{400, api.CodeInvalidParameterRoleSessionName, "RoleSessionName", "a/b"},
		{400, api.CodeInvalidParameterRoleSessionName, "RoleSessionName", strings.Repeat("x", 65)},
		{400, api.CodeInvalidParameterDurationSeconds, "DurationSeconds", "899"},
		{400, api.CodeInvalidParameterDurationSeconds, "DurationSeconds", "3601"},
		{400, api.CodeInvalidParameterPolicySize, "Policy", strings.Repeat(" ", 2049)},
		{400, api.CodeInvalidParameterPolicyGrammar, "Policy", "{"},
		{400, api.CodeInvalidParameterPolicyGrammar, "Policy", `{"Version":"1","Statement":[]}`},
		{400, api.CodeInvalidParameterPolicyGrammar, "Policy", `{"Version":"1","Statement":[{"Effect":"Maybe","Action":"*","Resource":"*"}]}`},
		{400, api.CodeUnsupportedOperationNotImplemented, "Policy", narrow},
		{400, api.CodeUnsupportedOperationNotImplemented, "Policy", denied},
		{400, api.CodeInvalidParameter, "ExternalId", "x"},
		{400, api.CodeInvalidParameter, "SourceIdentity", "a b"},
		{403, api.CodeNoPermission, "RoleArn", fmt.Sprintf("acs:ram::%d:role/deploy", actiontest.OtherAccount)},
	} {
		params := []string{"RoleArn", arn, "RoleSessionName", "run-1"}
		for i := 0; i < len(params); i += 2 {
			if params[i] == c.name {
				params = append(params[:i], params[i+2:]...)
			}
		}
		s.Refuse(c.status, c.code, "", "AssumeRole", append(params, c.name, c.value)...)
	}
	s.Refuse(400, api.CodeMissingParameter, "", "AssumeRole", "RoleSessionName", "run-1")
	s.Refuse(400, api.CodeMissingParameter, "", "AssumeRole", "RoleArn", arn)
}
