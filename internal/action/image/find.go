package image

import (
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/image"
	"github.com/openecs/openecs/internal/state"
)

// regional refuses a request that names no region: InvalidRegionId.NotFound,
// 404 or 400 as the action has it.
func regional(c *action.Call) error {
	if c.Region == nil {
		return api.Errorf(api.CodeInvalidRegionIdNotFound, "The specified RegionId does not exist.")
	}
	return nil
}

// find finds a custom image of the caller's, or answers 404
// InvalidImageId.NotFound.
func find(c *action.Call, v state.View, id string) (ecs.Key, *ecs.Image, error) {
	if err := regional(c); err != nil {
		return 0, nil, err
	}
	k, r, ok := action.Find(c, v, state.Images, ecs.KindImage, func(r *ecs.Image) uint64 { return r.Account }, id)
	if !ok || r.Work.Doing(ecs.WorkDelete) {
		return 0, nil, notFound()
	}
	return k, r, nil
}

func notFound() error {
	return api.Errorf(api.CodeInvalidImageIdNotFound, "The specified ImageId does not exist.").WithStatus(404)
}

// incorrectStatus refuses an image whose state does not allow what is asked.
func incorrectStatus() error {
	return api.Errorf(api.CodeIncorrectImageStatus, "The current status of the image does not support this operation.").WithStatus(400)
}

// change has an image of the caller's changed in one transaction: change is
// handed a copy, checks what can race, and changes it.
func (s *Service) change(c *action.Call, id string, change func(tx *state.Tx, k ecs.Key, next *ecs.Image) error) error {
	return s.DB.Update(c.Context, func(tx *state.Tx) error {
		k, r, err := find(c, tx, id)
		if err != nil {
			return err
		}
		next := *r
		if err := change(tx, k, &next); err != nil {
			return err
		}
		state.Images.Put(tx, k, &next)
		return nil
	})
}

// texts checks names and descriptions that are given: 400
// InvalidImageName.Malformed, InvalidDescription.Malformed, and for a family,
// which has no code of its own, InvalidParameter.
func texts(name, family, description string) error {
	if name != "" && !validName(name) {
		return api.Errorf(api.CodeInvalidImageNameMalformed, "The specified Image name is wrongly formed.").WithStatus(400)
	}
	if family != "" && !validName(family) {
		return action.Invalid("ImageFamily")
	}
	if description != "" && !ecs.ValidDescription(description) {
		return api.Errorf(api.CodeInvalidDescriptionMalformed, "The specified description is wrongly formed.").WithStatus(400)
	}
	return nil
}

// validName is ecs.ValidName without the beginnings that belong to the
// service's own images.
func validName(s string) bool {
	return ecs.ValidName(s) && !strings.HasPrefix(s, "aliyun") && !strings.HasPrefix(s, "acs:")
}

// nameFree refuses a name that another image of the account in the region has:
// 400 InvalidImageName.Duplicated.
func nameFree(v state.View, account uint64, region uint8, name string, but ecs.Key) error {
	if name == "" {
		return nil
	}
	for k, r := range state.ImagesByName.Ascend(v, state.Within(account, region, state.Hash(name)), 0) {
		if k != but && r.Account == account && r.Name == name && !r.Work.Doing(ecs.WorkDelete) {
			return api.Errorf(api.CodeInvalidImageNameDuplicated, "The specified Image name has already been used.").WithStatus(400)
		}
	}
	return nil
}

// MaxImages is how many custom images an account may have in a region, by
// default of the real service.
const MaxImages = 100

// room refuses one image more than an account may have in a region: 403
// QuotaExceed.Image.
func room(v state.View, account uint64, region uint8) error {
	if state.ImagesByAccount.Count(v, state.Scope(account, region)) >= MaxImages {
		return api.Errorf(api.CodeQuotaExceedImage, "The Image Quota exceeds.").WithStatus(403)
	}
	return nil
}

// noGroup refuses a resource group: there is none.
func noGroup(id string) error {
	if id != "" {
		return api.Errorf(api.CodeInvalidResourceGroupNotFound, "The ResourceGroup provided does not exist in our records.").WithStatus(404)
	}
	return nil
}

// add makes an image's row and asks for its making. An image without a name is
// called by its identifier.
func add(tx *state.Tx, k ecs.Key, r ecs.Image) error {
	if err := room(tx, r.Account, k.Region()); err != nil {
		return err
	}
	if err := nameFree(tx, r.Account, k.Region(), r.Name, k); err != nil {
		return err
	}
	image.Work(tx, k, r, ecs.WorkCreate)
	return nil
}
