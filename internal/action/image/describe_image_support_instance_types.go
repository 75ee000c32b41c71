package image

import (
	"slices"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/model/image"
)

var _ = action.Handle(&actions, "DescribeImageSupportInstanceTypes", (*Service).DescribeImageSupportInstanceTypes)

// DescribeImageSupportInstanceTypes lists the instance types of the region that
// instances can be made of an image with. An image that does not exist has
// none. Filter.N has no documented keys and is refused.
func (s *Service) DescribeImageSupportInstanceTypes(c *action.Call, in *api.DescribeImageSupportInstanceTypesRequest) (*api.DescribeImageSupportInstanceTypesResponse, error) {
	if err := regional(c); err != nil {
		return nil, err
	}
	if in.ImageID == "" {
		return nil, invalidParamter()
	}
	if !action.OneOf(in.ActionType, "CreateEcs", "ChangeOS") {
		return nil, invalidParamter()
	}
	if slices.ContainsFunc(in.Filter, func(f api.DescribeImageSupportInstanceTypesRequestFilter) bool { return f.Key != "" || f.Value != "" }) {
		return nil, invalidParamter()
	}
	out := &api.DescribeImageSupportInstanceTypesResponse{ImageID: in.ImageID, RegionID: c.Region.ID}
	src, ok := image.Find(s.DB.Snapshot(), s.Catalog, c.Region, c.Caller.Account, in.ImageID)
	if !ok || !src.Usable() {
		return out, nil
	}
	sold := map[*catalog.Type]bool{}
	for _, z := range s.Catalog.Zones(c.Region.ID) {
		for _, t := range s.Catalog.TypesIn(z.ID) {
			sold[t] = true
		}
	}
	for _, t := range s.Catalog.Types() {
		if sold[t] && src.Fit(t) == catalog.Fits {
			out.InstanceTypes.InstanceType = append(out.InstanceTypes.InstanceType, showType(t))
		}
	}
	return out, nil
}

// showType shows a type as this action does: in few words.
func showType(t *catalog.Type) api.DescribeImageSupportInstanceTypesInstanceType {
	return api.DescribeImageSupportInstanceTypesInstanceType{
		InstanceTypeID: t.ID, InstanceTypeFamily: t.Family.ID, CPUCoreCount: t.VCPU, MemorySize: t.MemoryGiB,
	}
}
