package identity

import (
	"strconv"
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
)

var _ = action.Handle(&actions, "GetCallerIdentity", (*Service).GetCallerIdentity)

// GetCallerIdentity tells whose key signed the request. An account has its own
// number as user and as principal; a user has its id as both; a role session
// has the principal ROLE-ID:SESSION and no user.
func (s *Service) GetCallerIdentity(c *action.Call, _ *api.GetCallerIdentityRequest) (*api.GetCallerIdentityResponse, error) {
	account := strconv.FormatUint(c.Caller.Account, 10)
	out := &api.GetCallerIdentityResponse{AccountID: account, Arn: c.Caller.ARN, PrincipalID: c.Caller.Principal}
	switch name := arnName(c.Caller.ARN); {
	case strings.HasPrefix(name, "user/"):
		out.IdentityType, out.UserID = "RAMUser", c.Caller.Principal
	case strings.HasPrefix(name, "assumed-role/"):
		out.IdentityType = "AssumedRoleUser"
		out.RoleID, _, _ = strings.Cut(c.Caller.Principal, ":")
	default:
		out.IdentityType, out.UserID, out.PrincipalID = "Account", account, account
		if out.Arn == "" {
			out.Arn = "acs:ram::" + account + ":root"
		}
	}
	return out, nil
}

// arnName is the last part of acs:SERVICE:REGION:ACCOUNT:NAME.
func arnName(arn string) string {
	if parts := strings.SplitN(arn, ":", 5); len(parts) == 5 {
		return parts[4]
	}
	return ""
}
