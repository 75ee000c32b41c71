package clients

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"testing"

	ecs "github.com/alibabacloud-go/ecs-20140526/v7/client"
	"github.com/alibabacloud-go/tea/tea"
)

// TestV2KeyPairAndTemplate makes a key pair, runs an instance with it from a
// launch template, and takes all of it away again.
func TestV2KeyPairAndTemplate(t *testing.T) {
	s, n := start(t)
	c := v2(t, s, s.AccessKeySecret)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	pair, err := c.CreateKeyPair(&ecs.CreateKeyPairRequest{RegionId: new(region), KeyPairName: new("mine")})
	must(err)
	block, _ := pem.Decode([]byte(*pair.Body.PrivateKeyBody))
	if block == nil {
		t.Fatal("the private key is no PEM")
	}
	private, err := x509.ParsePKCS1PrivateKey(block.Bytes)
	must(err)
	pairs, err := c.DescribeKeyPairs(&ecs.DescribeKeyPairsRequest{RegionId: new(region), KeyPairName: new("mi*"), IncludePublicKey: new(true)})
	must(err)
	if got := pairs.Body.KeyPairs.KeyPair; private.N.BitLen() != 2048 || len(got) != 1 || *got[0].KeyPairFingerPrint != *pair.Body.KeyPairFingerPrint || *got[0].PublicKey == "" {
		t.Fatalf("key pairs %v", got)
	}
	public := *pairs.Body.KeyPairs.KeyPair[0].PublicKey
	imported, err := c.ImportKeyPair(&ecs.ImportKeyPairRequest{RegionId: new(region), KeyPairName: new("imported"), PublicKeyBody: &public})
	must(err)
	if *imported.Body.KeyPairFingerPrint != *pair.Body.KeyPairFingerPrint {
		t.Errorf("fingerprints %s and %s of one key", *imported.Body.KeyPairFingerPrint, *pair.Body.KeyPairFingerPrint)
	}
	_, err = c.ImportKeyPair(&ecs.ImportKeyPairRequest{RegionId: new(region), KeyPairName: new("mine"), PublicKeyBody: &public})
	v2Refused(t, err, "KeyPair.AlreadyExist", 400)

	made, err := c.CreateLaunchTemplate(&ecs.CreateLaunchTemplateRequest{
		RegionId: new(region), LaunchTemplateName: new("web"), VersionDescription: new("first"), ImageId: new(image), InstanceType: new(instanceType),
		SecurityGroupId: &n.group, VSwitchId: &n.vswitch, KeyPairName: new("mine"), Description: new(description),
		SystemDisk: &ecs.CreateLaunchTemplateRequestSystemDisk{Category: new("cloud_essd"), Size: new(int32(60))},
		Tag:        []*ecs.CreateLaunchTemplateRequestTag{{Key: new("sdk"), Value: new("go v2")}},
	})
	must(err)
	id := made.Body.LaunchTemplateId
	version, err := c.CreateLaunchTemplateVersion(&ecs.CreateLaunchTemplateVersionRequest{RegionId: new(region), LaunchTemplateId: id, ImageId: new(image)})
	must(err)
	if *version.Body.LaunchTemplateVersionNumber != 2 {
		t.Errorf("version %d", *version.Body.LaunchTemplateVersionNumber)
	}
	versions, err := c.DescribeLaunchTemplateVersions(&ecs.DescribeLaunchTemplateVersionsRequest{RegionId: new(region), LaunchTemplateId: id, DefaultVersion: new(true)})
	must(err)
	if got := versions.Body.LaunchTemplateVersionSets.LaunchTemplateVersionSet; len(got) != 1 || *got[0].VersionDescription != "first" || *got[0].LaunchTemplateData.SystemDisk.Size != 60 ||
		*got[0].LaunchTemplateData.KeyPairName != "mine" || *got[0].LaunchTemplateData.Tags.InstanceTag[0].Value != "go v2" {
		t.Errorf("versions %v", got)
	}

	run, err := c.RunInstances(&ecs.RunInstancesRequest{RegionId: new(region), LaunchTemplateId: id, InstanceName: new("of-template")})
	must(err)
	instance := *run.Body.InstanceIdSets.InstanceIdSet[0]
	v2Wait(t, c, instance, "Running")
	seen := v2Instances(t, c, instance)[0]
	if *seen.KeyPairName != "mine" || *seen.InstanceName != "of-template" || *seen.Description != description || *seen.Tags.Tag[0].TagValue != "go v2" {
		t.Errorf("%v", seen)
	}
	_, err = c.DeleteKeyPairs(&ecs.DeleteKeyPairsRequest{RegionId: new(region), KeyPairNames: new(`["mine"]`)})
	v2Refused(t, err, "InvalidParameter.KeypairAlreadyAttachedInstance", 400)
	ids := fmt.Sprintf("[%q]", instance)
	attached, err := c.AttachKeyPair(&ecs.AttachKeyPairRequest{RegionId: new(region), KeyPairName: new("imported"), InstanceIds: &ids})
	must(err)
	if *attached.Body.FailCount != "0" || *attached.Body.Results.Result[0].Code != "200" {
		t.Errorf("%v", attached.Body)
	}
	_, err = c.RebootInstance(&ecs.RebootInstanceRequest{InstanceId: &instance})
	must(err)
	until(t, "the reboot", func() bool { return *v2Instances(t, c, instance)[0].Status == "Running" })
	detached, err := c.DetachKeyPair(&ecs.DetachKeyPairRequest{RegionId: new(region), KeyPairName: new("imported"), InstanceIds: &ids})
	must(err)
	if *detached.Body.Results.Result[0].Success != "true" || tea.StringValue(v2Instances(t, c, instance)[0].KeyPairName) != "" {
		t.Errorf("%v", detached.Body)
	}
	_, err = c.DeleteKeyPairs(&ecs.DeleteKeyPairsRequest{RegionId: new(region), KeyPairNames: new(`["mine","imported"]`)})
	must(err)

	_, err = c.ModifyLaunchTemplateDefaultVersion(&ecs.ModifyLaunchTemplateDefaultVersionRequest{RegionId: new(region), LaunchTemplateId: id, DefaultVersionNumber: new(int64(2))})
	must(err)
	_, err = c.DeleteLaunchTemplateVersion(&ecs.DeleteLaunchTemplateVersionRequest{RegionId: new(region), LaunchTemplateId: id, DeleteVersion: []*int64{new(int64(2))}})
	v2Refused(t, err, "InvalidOperation.DeleteDefaultVersion", 403)
	_, err = c.DeleteLaunchTemplateVersion(&ecs.DeleteLaunchTemplateVersionRequest{RegionId: new(region), LaunchTemplateId: id, DeleteVersion: []*int64{new(int64(1))}})
	must(err)
	templates, err := c.DescribeLaunchTemplates(&ecs.DescribeLaunchTemplatesRequest{RegionId: new(region), LaunchTemplateName: []*string{new("web")}})
	must(err)
	if got := templates.Body.LaunchTemplateSets.LaunchTemplateSet; len(got) != 1 || *got[0].DefaultVersionNumber != 2 || *got[0].LatestVersionNumber != 2 {
		t.Errorf("templates %v", got)
	}
	_, err = c.DeleteLaunchTemplate(&ecs.DeleteLaunchTemplateRequest{RegionId: new(region), LaunchTemplateName: new("web")})
	must(err)
	_, err = c.RunInstances(&ecs.RunInstancesRequest{RegionId: new(region), LaunchTemplateId: id})
	v2Refused(t, err, "InvalidLaunchTemplate.NotFound", 404)
	_, err = c.DeleteInstance(&ecs.DeleteInstanceRequest{InstanceId: &instance, Force: new(true)})
	must(err)
	until(t, "the end of "+instance, func() bool { return len(v2Instances(t, c, instance)) == 0 })
}
