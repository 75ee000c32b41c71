package clients

import (
	"fmt"
	"slices"
	"testing"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/ecs"
)

// TestV1KeyPairAndTemplate makes a key pair, runs an instance with it from a
// launch template, and takes all of it away again.
func TestV1KeyPairAndTemplate(t *testing.T) {
	s, n := start(t)
	c := v1(t, s, s.AccessKeySecret)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	pair := ecs.CreateCreateKeyPairRequest()
	pair.KeyPairName = "mine"
	key, err := c.CreateKeyPair(pair)
	must(err)
	describe := ecs.CreateDescribeKeyPairsRequest()
	describe.KeyPairFingerPrint = key.KeyPairFingerPrint
	pairs, err := c.DescribeKeyPairs(describe)
	must(err)
	if got := pairs.KeyPairs.KeyPair; len(got) != 1 || got[0].KeyPairName != "mine" || key.PrivateKeyBody == "" {
		t.Errorf("key pairs %v", got)
	}

	template := ecs.CreateCreateLaunchTemplateRequest()
	template.LaunchTemplateName, template.ImageId, template.InstanceType = "web", image, instanceType
	template.SecurityGroupId, template.VSwitchId, template.KeyPairName = n.group, n.vswitch, "mine"
	template.SystemDiskCategory, template.SystemDiskSize = "cloud_essd", requests.NewInteger(60)
	made, err := c.CreateLaunchTemplate(template)
	must(err)
	version := ecs.CreateCreateLaunchTemplateVersionRequest()
	version.LaunchTemplateName, version.ImageId = "web", image
	_, err = c.CreateLaunchTemplateVersion(version)
	must(err)
	show := ecs.CreateDescribeLaunchTemplateVersionsRequest()
	show.LaunchTemplateId = made.LaunchTemplateId
	versions, err := c.DescribeLaunchTemplateVersions(show)
	must(err)
	if got := versions.LaunchTemplateVersionSets.LaunchTemplateVersionSet; len(got) != 2 || got[1].LaunchTemplateData.SystemDiskSize != 60 ||
		got[1].LaunchTemplateData.KeyPairName != "mine" || !got[1].DefaultVersion {
		t.Errorf("versions %+v", got)
	}

	run := ecs.CreateRunInstancesRequest()
	run.LaunchTemplateName = "web"
	ran, err := c.RunInstances(run)
	must(err)
	id := ran.InstanceIdSets.InstanceIdSet[0]
	v1Wait(t, c, id, "Running")
	if got := v1Instances(t, c, id)[0].KeyPairName; got != "mine" {
		t.Errorf("it has the key pair %q", got)
	}
	remove := ecs.CreateDeleteKeyPairsRequest()
	remove.KeyPairNames = `["mine"]`
	_, err = c.DeleteKeyPairs(remove)
	v1Refused(t, err, "InvalidParameter.KeypairAlreadyAttachedInstance", 400)
	detach := ecs.CreateDetachKeyPairRequest()
	detach.KeyPairName, detach.InstanceIds = "mine", fmt.Sprintf("[%q]", id)
	detached, err := c.DetachKeyPair(detach)
	must(err)
	if detached.FailCount != "0" || detached.Results.Result[0].Code != "200" {
		t.Errorf("%+v", detached)
	}
	_, err = c.DeleteKeyPairs(remove)
	must(err)

	drop := ecs.CreateDeleteLaunchTemplateVersionRequest()
	drop.LaunchTemplateName, drop.DeleteVersion = "web", &[]string{"1"}
	_, err = c.DeleteLaunchTemplateVersion(drop)
	v1Refused(t, err, "InvalidOperation.DeleteDefaultVersion", 403)
	list := ecs.CreateDescribeLaunchTemplatesRequest()
	list.LaunchTemplateId = &[]string{made.LaunchTemplateId}
	templates, err := c.DescribeLaunchTemplates(list)
	must(err)
	if got := templates.LaunchTemplateSets.LaunchTemplateSet; len(got) != 1 || got[0].LatestVersionNumber != 2 || got[0].DefaultVersionNumber != 1 {
		t.Errorf("templates %+v", got)
	}
	end := ecs.CreateDeleteLaunchTemplateRequest()
	end.LaunchTemplateName = "web"
	gone, err := c.DeleteLaunchTemplate(end)
	must(err)
	if !slices.Equal(gone.LaunchTemplateVersionNumbers.VersionNumbers, []int64{1, 2}) {
		t.Errorf("deleted versions %v", gone.LaunchTemplateVersionNumbers.VersionNumbers)
	}
	_, err = c.RunInstances(run)
	v1Refused(t, err, "InvalidLaunchTemplate.NotFound", 404)
	release := ecs.CreateDeleteInstanceRequest()
	release.InstanceId, release.Force = id, requests.NewBoolean(true)
	_, err = c.DeleteInstance(release)
	must(err)
	until(t, "the end of "+id, func() bool { return len(v1Instances(t, c, id)) == 0 })
}
