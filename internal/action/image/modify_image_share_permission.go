package image

import (
	"slices"
	"strconv"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ModifyImageSharePermission", (*Service).ModifyImageSharePermission)

const (
	maxShareAtOnce = 10 // accounts that a request may add or remove
	maxShared      = 50 // accounts that an image may be shared with
)

// ModifyImageSharePermission shares a custom image with other accounts, or
// takes it back. They may launch instances of it; those that run go on after it
// was taken back.
func (s *Service) ModifyImageSharePermission(c *action.Call, in *api.ModifyImageSharePermissionRequest) (*api.ModifyImageSharePermissionResponse, error) {
	if err := regional(c); err != nil {
		return nil, err
	}
	switch {
	case len(in.AddAccount) == 0 && len(in.RemoveAccount) == 0 && in.IsPublic == nil && in.LaunchPermission == "":
		return nil, api.Errorf(api.CodeMissingParameter, "AddAccount.N or RemoveAccount.N is needed.").WithStatus(400)
	case in.LaunchPermission != "":
		return nil, api.Errorf(api.CodeInvalidGroupMalformed, "The specified LaunchPermission is not valid.").WithStatus(400)
	case action.Flag(in.IsPublic):
		return nil, api.Errorf(api.CodeUnsupportedOperationNotImplemented, "OpenECS has no community images: IsPublic cannot be true.")
	case len(in.AddAccount) > maxShareAtOnce:
		return nil, action.Invalid("AddAccount.N")
	case len(in.RemoveAccount) > maxShareAtOnce:
		return nil, action.Invalid("RemoveAccount.N")
	}
	more, err := accounts(c, in.AddAccount)
	if err != nil {
		return nil, err
	}
	less, err := accounts(c, in.RemoveAccount)
	if err != nil {
		return nil, err
	}
	return &api.ModifyImageSharePermissionResponse{}, s.change(c, in.ImageID, func(_ *state.Tx, _ ecs.Key, next *ecs.Image) error {
		if err := share(next, more, less, c.Now.Unix()); err != nil {
			return err
		}
		if action.Flag(in.DryRun) {
			return action.DryRun() // what was changed is undone
		}
		return nil
	})
}

// accounts reads account numbers: 404 InvalidAccount.NotFound for what is none,
// 404 InvalidAccount.Forbbiden for the caller's own.
func accounts(c *action.Call, ids []string) ([]uint64, error) {
	out := make([]uint64, 0, len(ids))
	for _, id := range ids {
		n, err := strconv.ParseUint(id, 10, 56) // accounts have 56 bits: state.Scope
		if err != nil || n == 0 {
			return nil, api.Errorf(api.CodeInvalidAccountNotFound, "The specified Account does not exist.").WithStatus(404)
		}
		if n == c.Caller.Account {
			return nil, api.Errorf(api.CodeInvalidAccountForbbiden, "The specified Account is yourself.").WithStatus(404)
		}
		out = append(out, n)
	}
	return out, nil
}

// share changes whom an image is shared with.
func share(next *ecs.Image, more, less []uint64, now int64) error {
	if len(more) > 0 {
		switch {
		case next.Status() != ecs.ImageAvailable:
			return incorrectStatus()
		case next.Flags.Has(ecs.ImageEncrypted):
			return api.Errorf(api.CodeOperationDeinedEncryptedSnapshot, "The specified image holds encrypted snapshots and cannot be shared.").WithStatus(403)
		}
	}
	next.Shared, next.SharedAt = slices.Clone(next.Shared), slices.Clone(next.SharedAt)
	for _, a := range less {
		if i := slices.Index(next.Shared, a); i >= 0 {
			next.Shared, next.SharedAt = slices.Delete(next.Shared, i, i+1), slices.Delete(next.SharedAt, i, i+1)
		}
	}
	for _, a := range more {
		if !slices.Contains(next.Shared, a) {
			next.Shared, next.SharedAt = append(next.Shared, a), append(next.SharedAt, now)
		}
	}
	if len(more) > 0 && len(next.Shared) > maxShared {
		return api.Errorf(api.CodeQuotaExceedShareImageUser, "The image is shared with more than %d accounts.", maxShared).WithStatus(403)
	}
	return nil
}
