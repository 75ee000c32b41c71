package disk

import (
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/state"
)

// login is how one logs in to a guest whose system disk is made anew.
type login struct {
	password string
	keyPair  string
	inherit  bool   // the image's password stays
	security string // SecurityEnhancementStrategy
}

// check refuses what no guest can have. Windows ignores a key pair.
func (l *login) check(v state.View, account uint64, region uint8, windows bool) error {
	_, _, known := compute.KeyPair(v, account, region, l.keyPair)
	if windows {
		l.keyPair = ""
	}
	return action.FirstOf([]action.Check{
		{l.password != "" && l.inherit, api.CodeInvalidPasswordParamMismatch, "The input password should be null when passwdInherit is true."},
		{l.password != "" && !ecs.ValidPassword(l.password, windows), api.CodeInvalidPasswordMalformed, `The specified parameter "Password" is not valid.`},
		{l.security != "" && !strings.EqualFold(l.security, "Active") && !strings.EqualFold(l.security, "Deactive"), api.CodeInvalidParameter,
			`The specified parameter "SecurityEnhancementStrategy" is not valid.`},
		{l.keyPair != "" && !known, api.CodeInvalidKeyPairNameNotFound, "The specified KeyPairName does not exist."},
	})
}

// store gives an instance the login, from its next boot.
func (l *login) store(tx *state.Tx, k ecs.Key, r *ecs.Instance) {
	switch {
	case strings.EqualFold(l.security, "Active"):
		r.Flags &^= ecs.SecurityOff
	case strings.EqualFold(l.security, "Deactive"):
		r.Flags |= ecs.SecurityOff
	}
	r.Want.SpecGen++
	if l.keyPair != "" {
		r.KeyPair = tx.Sym(strings.Clone(l.keyPair))
	}
	if l.password == "" && !l.inherit {
		return
	}
	var secret ecs.Secret
	if s, ok := state.Secrets.Get(tx, k); ok {
		secret = *s
	}
	secret.Password = strings.Clone(l.password)
	r.Flags &^= ecs.HasPassword | ecs.PasswordInherit
	if l.inherit {
		r.Flags |= ecs.PasswordInherit
	} else {
		r.Flags |= ecs.HasPassword
	}
	state.Secrets.Put(tx, k, &secret)
}
