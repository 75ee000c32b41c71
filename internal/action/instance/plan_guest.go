package instance

import (
	"encoding/base64"
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
)

// secrets checks the password and the user data, as far as the image has no
// part in it.
func (p *planner) secrets() error {
	in, r := p.in, &p.plan.record
	data, notBase64 := base64.StdEncoding.DecodeString(in.UserData)
	err := action.FirstOf([]action.Check{
		{in.Password != "" && action.Flag(in.PasswordInherit), api.CodeInvalidPasswordParamMismatch, "The input password should be null when passwdInherit is true."},
		{in.Password != "" && !ecs.ValidPassword(in.Password, false), api.CodeInvalidPasswordMalformed, `The specified parameter "Password" is not valid.`},
		{notBase64 != nil, api.CodeInvalidUserDataBase64FormatInvalid, "The specified UserData is not valid."},
		{len(data) > ecs.MaxUserData, api.CodeInvalidUserDataSizeExceeded, `The specified parameter "UserData" exceeds the size.`},
	})
	if err != nil {
		return err
	}
	if in.Password != "" {
		r.Flags |= ecs.HasPassword
	}
	if action.Flag(in.PasswordInherit) {
		r.Flags |= ecs.PasswordInherit
	}
	if in.Password != "" || in.UserData != "" {
		p.plan.secret = &ecs.Secret{Password: strings.Clone(in.Password)}
	}
	if in.UserData != "" {
		p.plan.secret.UserData = data
	}
	return nil
}

// guest checks what the image has a say in of what the guest is given.
func (p *planner) guest() error {
	in, windows := p.in, p.plan.windows
	if err := p.hostNames(windows); err != nil {
		return err
	}
	return action.FirstOf([]action.Check{
		{in.Password != "" && !ecs.ValidPassword(in.Password, windows), api.CodeInvalidPasswordMalformed, `The specified parameter "Password" is not valid.`},
		{in.UserData != "" && (p.plan.network == ecs.NetworkClassic || !p.plan.record.Flags.Has(ecs.IOOptimized)), api.CodeInvalidUserDataNotSupported,
			`The specified parameter "UserData" only support the vpc and IoOptimized Instance.`},
		{in.UserData != "" && !p.plan.image.CloudInit, api.CodeImageNotSupportCloudInit, "The specified image does not support cloud-init."},
	})
}
