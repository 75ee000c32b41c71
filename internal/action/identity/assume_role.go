package identity

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
)

var _ = action.Handle(&actions, "AssumeRole", (*Service).AssumeRole)

// The bounds of what AssumeRole takes. A role's own maximum is an hour unless
// its owner raised it, and there is no RAM here to raise it.
const (
	minDuration = 15 * time.Minute
	maxDuration = time.Hour
	maxPolicy   = 2048 // characters
)

var (
	roleName       = regexp.MustCompile(`^[A-Za-z0-9.\-_]{1,64}$`)
	sessionName    = regexp.MustCompile(`^[A-Za-z0-9.@\-_]{2,64}$`)
	externalID     = regexp.MustCompile(`^[A-Za-z0-9_=,.@:/\-]+$`)
	sourceIdentity = regexp.MustCompile(`^[A-Za-z0-9=,.@\-_]{2,64}$`)
)

// AssumeRole issues a temporary key that acts as a role of the caller's
// account: a key id, a secret and a security token, good for DurationSeconds
// (900 to 3600, by default 3600).
//
// OpenECS has no RAM service, so that a role is a name, as it is for instances:
// any well-formed name of the own account may be assumed, by the account itself
// too, and may do what the account may. A policy can therefore not take
// anything away: one that does is refused as not built; a role of another
// account, which nobody here could have granted, is 403 NoPermission. What an
// ExternalId would be compared with and who would read a SourceIdentity is not
// there; both are only held to their form.
func (s *Service) AssumeRole(c *action.Call, in *api.AssumeRoleRequest) (*api.AssumeRoleResponse, error) {
	account, role, ok := parseRole(in.RoleArn)
	if !ok {
		return nil, api.Errorf(api.CodeInvalidParameterRoleArn, "The parameter RoleArn is wrongly formed.")
	}
	if !sessionName.MatchString(in.RoleSessionName) {
		return nil, api.Errorf(api.CodeInvalidParameterRoleSessionName, "The parameter RoleSessionName is wrongly formed.")
	}
	duration := maxDuration
	if in.DurationSeconds != nil {
		if n := *in.DurationSeconds; n < int64(minDuration/time.Second) || n > int64(maxDuration/time.Second) {
			return nil, api.Errorf(api.CodeInvalidParameterDurationSeconds, "The Min/Max value of DurationSeconds is 15min/1hr.")
		}
		duration = time.Duration(*in.DurationSeconds) * time.Second
	}
	if err := checkPolicy(in.Policy); err != nil {
		return nil, err
	}
	if c.Has("ExternalId") && (len(in.ExternalID) < 2 || len(in.ExternalID) > 1224 || !externalID.MatchString(in.ExternalID)) {
		return nil, action.Invalid("ExternalId")
	}
	if c.Has("SourceIdentity") && !sourceIdentity.MatchString(in.SourceIdentity) {
		return nil, action.Invalid("SourceIdentity")
	}
	if account != c.Caller.Account {
		return nil, api.Errorf(api.CodeNoPermission, "You are not authorized to do this action. You should be authorized by RAM.")
	}
	principal := roleID(account, role) + ":" + in.RoleSessionName
	arn := fmt.Sprintf("acs:ram::%d:assumed-role/%s/%s", account, strings.ToLower(role), in.RoleSessionName)
	key := s.Sessions.Issue(account, arn, principal, c.Now.Add(duration))
	out := &api.AssumeRoleResponse{}
	out.AssumedRoleUser = api.AssumeRoleAssumedRoleUser{Arn: arn, AssumedRoleID: principal}
	out.Credentials = api.AssumeRoleCredentials{
		AccessKeyID: key.ID, AccessKeySecret: key.Secret, SecurityToken: key.Token, Expiration: ecs.Second(key.Expires.Unix()),
	}
	return out, nil
}

// parseRole reads acs:ram::ACCOUNT:role/NAME.
func parseRole(arn string) (account uint64, role string, ok bool) {
	rest, ok := strings.CutPrefix(arn, "acs:ram::")
	number, role, found := strings.Cut(rest, ":role/")
	account, err := strconv.ParseUint(number, 10, 64)
	return account, role, ok && found && err == nil && roleName.MatchString(role)
}

// roleID is a role's number: always the same for a role, and long like the
// real service's. Names of roles are alike whatever their case.
func roleID(account uint64, role string) string {
	h := fnv.New64a()
	fmt.Fprintf(h, "%d/%s", account, strings.ToLower(role))
	return fmt.Sprintf("3%017d", h.Sum64()%1e17)
}

// checkPolicy takes a session policy that allows everything, or none.
func checkPolicy(text string) error {
	if text == "" {
		return nil
	}
	if len([]rune(text)) > maxPolicy {
		return api.Errorf(api.CodeInvalidParameterPolicySize, "The size of the Policy must be smaller than %d characters.", maxPolicy)
	}
	var policy struct {
		Version   string
		Statement []struct {
			Effect           string
			Action, Resource any
			NotAction        any
			Condition        map[string]any
		}
	}
	if err := json.Unmarshal([]byte(text), &policy); err != nil || policy.Version != "1" || len(policy.Statement) == 0 {
		return api.Errorf(api.CodeInvalidParameterPolicyGrammar, "The parameter Policy has not passed grammar check.")
	}
	everything := false
	for _, s := range policy.Statement {
		if s.Effect != "Allow" && s.Effect != "Deny" || s.Action == nil && s.NotAction == nil || s.Resource == nil {
			return api.Errorf(api.CodeInvalidParameterPolicyGrammar, "The parameter Policy has not passed grammar check.")
		}
		everything = everything || s.Effect == "Allow" && all(s.Action) && all(s.Resource) && len(s.Condition) == 0
	}
	for _, s := range policy.Statement {
		if s.Effect == "Deny" || !everything {
			return api.Errorf(api.CodeUnsupportedOperationNotImplemented, "OpenECS has no policies yet, so that a session can not be narrowed by one.")
		}
	}
	return nil
}

// all reports whether a policy's element is an asterisk, alone or in a list of one.
func all(element any) bool {
	if list, ok := element.([]any); ok && len(list) == 1 {
		element = list[0]
	}
	return element == "*"
}
