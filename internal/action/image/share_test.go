package image_test

import (
	"strconv"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

const other = "42"

// shares is whom an image is shared with.
func shares(s *actiontest.Service, id string, params ...string) *api.DescribeImageSharePermissionResponse {
	s.T.Helper()
	return actiontest.Call[api.DescribeImageSharePermissionResponse](s, "DescribeImageSharePermission", append([]string{"ImageId", id}, params...)...)
}

// TestShare: the other account sees the image as one of others and launches an
// instance of it, until it is taken back.
func TestShare(t *testing.T) {
	s := start(t)
	id, _ := made(s, "ImageName", "mine", "Tag.1.Key", "k")
	o := s.As(s.Other)
	if see(o, id) != nil {
		t.Error("an image that is not shared is seen")
	}
	s.Do("ModifyImageSharePermission", "ImageId", id, "AddAccount.1", other)
	s.Do("ModifyImageSharePermission", "ImageId", id, "AddAccount.1", other) // once more is nothing
	if m := see(s, id); m.IsSelfShared != "True" {
		t.Errorf("%+v", m)
	}
	for _, params := range [][]string{{"ImageId", id}, {"ImageOwnerAlias", "others"}, {"ImageName", "mine"}, {"ImageOwnerId", strconv.Itoa(actiontest.Account)}} {
		got := images(o, append([]string{"ImageOwnerAlias", ""}, params...)...)
		if len(got) != 1 || got[0].ImageID != id || got[0].ImageOwnerAlias != "others" || got[0].ImageOwnerID != actiontest.Account || len(got[0].Tags.Tag) != 0 || got[0].IsSelfShared != "" {
			t.Errorf("%v: %+v", params, got)
		}
	}
	if got := images(o); len(got) != 0 {
		t.Errorf("another's image is one's own: %+v", got)
	}
	if got := images(o, "ImageOwnerAlias", "", "Tag.1.Key", "k"); len(got) != 0 {
		t.Errorf("another's tags are seen: %+v", got)
	}
	// What only the owner may do.
	o.Refuse(404, api.CodeInvalidImageIdNotFound, "", "ModifyImageAttribute", "ImageId", id, "Description", "not mine")
	o.Refuse(404, api.CodeInvalidImageIdNotFound, "", "ModifyImageSharePermission", "ImageId", id, "AddAccount.1", "43")
	o.Refuse(404, api.CodeInvalidImageIdNotFound, "", "CopyImage", "ImageId", id)
	o.Do("DeleteImage", "ImageId", id)
	want(s, id, "Available")

	vpc := o.VPC()
	sw, group := o.VSwitch(vpc, "172.16.0.0/24"), o.Group("VpcId", vpc)
	s.Settle()
	run := []string{"InstanceType", actiontest.InstanceType, "ImageId", id, "SecurityGroupId", group, "VSwitchId", sw, "SystemDisk.Category", "cloud_essd"}
	instance := actiontest.Call[api.CreateInstanceResponse](o, "CreateInstance", run...).InstanceID
	s.Settle()
	o.Want(instance, "Stopped")
	if m := see(s, id); m.Usage != "instance" {
		t.Errorf("%+v", m)
	}
	s.Refuse(403, api.CodeImageUseShared, "", "DeleteImage", "ImageId", id, "Force", "true")
	s.Refuse(400, api.CodeIncorrectImageStatus, "", "ModifyImageAttribute", "ImageId", id, "Status", "Deprecated")
	s.Do("ModifyImageSharePermission", "ImageId", id, "RemoveAccount.1", other)
	if see(o, id) != nil {
		t.Error("it is still seen")
	}
	o.Refuse(404, api.CodeInvalidImageIdNotFound, "", "CreateInstance", run...)
	o.Want(instance, "Stopped") // what was launched stays
	s.Do("DeleteImage", "ImageId", id)
}

func TestSharePermissions(t *testing.T) {
	s := start(t)
	id, _ := made(s)
	add := func(from, to int) (params []string) {
		for i := from; i < to; i++ {
			params = append(params, "AddAccount."+strconv.Itoa(i-from+1), strconv.Itoa(1000+i))
		}
		return append(params, "ImageId", id)
	}
	for from := 0; from < 50; from += 10 {
		s.Do("ModifyImageSharePermission", add(from, from+10)...)
	}
	s.Refuse(403, api.CodeQuotaExceedShareImageUser, "", "ModifyImageSharePermission", add(50, 51)...)
	s.Refuse(400, api.CodeInvalidParameter, "", "ModifyImageSharePermission", add(0, 11)...)
	out := shares(s, id, "PageSize", "20", "PageNumber", "3")
	if out.TotalCount != 50 || len(out.Accounts.Account) != 10 || out.Accounts.Account[0].AliyunID != "1040" || out.Accounts.Account[0].SharedTime == "" || out.ImageID != id {
		t.Errorf("%+v", out)
	}
	if out := shares(s, id, "PageNumber", "2000000000"); len(out.Accounts.Account) != 0 || out.TotalCount != 50 {
		t.Errorf("%+v", out)
	}
	s.Do("ModifyImageSharePermission", "ImageId", id, "RemoveAccount.1", "1000", "RemoveAccount.2", "7", "AddAccount.1", "1050")
	if out := shares(s, id, "PageSize", "100"); out.TotalCount != 50 || out.Accounts.Account[0].AliyunID != "1001" || out.Accounts.Account[49].AliyunID != "1050" {
		t.Errorf("%+v", out)
	}
	s.Refusals(t, "ModifyImageSharePermission", []string{"ImageId", id, "RemoveAccount.1", "1001"}, []actiontest.Refusal{
		{"nothing", []string{"RemoveAccount.1", ""}, 404, api.CodeInvalidAccountNotFound, ""},
		{"no account", []string{"RemoveAccount.1", "somebody"}, 404, api.CodeInvalidAccountNotFound, ""},
		{"oneself", []string{"AddAccount.1", strconv.Itoa(actiontest.Account)}, 404, api.CodeInvalidAccountForbbiden, ""},
		{"launch permission", []string{"LaunchPermission", "all"}, 400, api.CodeInvalidGroupMalformed, ""},
		{"public", []string{"IsPublic", "true"}, 400, api.CodeUnsupportedOperationNotImplemented, ""},
		{"no such image", []string{"ImageId", "m-none"}, 404, api.CodeInvalidImageIdNotFound, ""},
		{"dry run", []string{"DryRun", "true"}, 400, api.CodeDryRunOperation, ""},
	})
	s.Refuse(400, api.CodeMissingParameter, "", "ModifyImageSharePermission", "ImageId", id)
	s.Refuse(404, api.CodeInvalidImageIdNotFound, "", "DescribeImageSharePermission", "ImageId", "m-none")
	s.Refuse(400, api.CodeInvalidParameter, "", "DescribeImageSharePermission", "ImageId", id, "PageSize", "101")
	if n := shares(s, id).TotalCount; n != 50 {
		t.Errorf("%d", n)
	}
	encrypted, _ := made(s)
	actiontest.Edit(s, state.Images, encrypted, func(r *ecs.Image) { r.Flags |= ecs.ImageEncrypted })
	s.Refuse(403, api.CodeOperationDeinedEncryptedSnapshot, "", "ModifyImageSharePermission", "ImageId", encrypted, "AddAccount.1", other)
	actiontest.Edit(s, state.Images, encrypted, func(r *ecs.Image) { r.Flags = ecs.ImageDeprecated })
	s.Refuse(400, api.CodeIncorrectImageStatus, "", "ModifyImageSharePermission", "ImageId", encrypted, "AddAccount.1", other)
}

func TestModifyImageShareGroupPermission(t *testing.T) {
	s := start(t)
	id, _ := made(s)
	s.Do("ModifyImageShareGroupPermission", "ImageId", id, "RemoveGroup.1", "all")
	s.Refuse(400, api.CodeUnsupportedOperationNotImplemented, "", "ModifyImageShareGroupPermission", "ImageId", id, "AddGroup.1", "all")
	s.Refuse(400, api.CodeInvalidGroupMalformed, "", "ModifyImageShareGroupPermission", "ImageId", id, "AddGroup.1", "some")
	s.Refuse(400, api.CodeMissingParameter, "", "ModifyImageShareGroupPermission", "ImageId", id)
	s.Refuse(404, api.CodeInvalidImageIdNotFound, "", "ModifyImageShareGroupPermission", "ImageId", "m-none", "AddGroup.1", "all")
}
