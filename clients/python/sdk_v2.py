"""The main job with alibabacloud_ecs20140526: sdk_v2.py [host:port].

Without an address the SDK goes to Alibaba Cloud's own, over HTTPS. The key is
ALIBABA_CLOUD_ACCESS_KEY_ID and _SECRET of the environment.
"""
import base64
import json
import os
import sys
import time

from alibabacloud_ecs20140526 import models
from alibabacloud_ecs20140526.client import Client
from alibabacloud_tea_openapi.models import Config
from Tea.exceptions import TeaException

REGION = "cn-hangzhou"
ZONE = "cn-hangzhou-k"
TYPE = "ecs.g7.large"
IMAGE = "aliyun_3_x64_20G_alibase_20240819.vhd"

config = Config(access_key_id=os.environ["ALIBABA_CLOUD_ACCESS_KEY_ID"],
                access_key_secret=os.environ["ALIBABA_CLOUD_ACCESS_KEY_SECRET"], region_id=REGION)
if len(sys.argv) > 1:
    config.endpoint, config.protocol = sys.argv[1], "http"
ecs = Client(config)


def refused(code, status, method, request):
    try:
        answer = method(request)
    except TeaException as e:
        assert (e.code, e.statusCode) == (code, status), (e.code, e.statusCode, e)
        assert len(e.data["RequestId"]) == 36, e.data
        return
    raise AssertionError("%s, want %s" % (answer, code))


def until(what, test, seconds=30):
    deadline = time.time() + seconds
    while time.time() < deadline:
        got = test()
        if got:
            return got
        time.sleep(0.02)
    raise AssertionError("waited %d s for %s" % (seconds, what))


def instances(id):
    answer = ecs.describe_instances(models.DescribeInstancesRequest(region_id=REGION, instance_ids=json.dumps([id])))
    assert answer.status_code == 200 and len(answer.body.request_id) == 36
    return answer.body.instances.instance


def wait(id, status):
    return until("%s %s" % (id, status), lambda: [i for i in instances(id) if i.status == status])[0]


regions = [r.region_id for r in ecs.describe_regions(models.DescribeRegionsRequest()).body.regions.region]
assert REGION in regions and len(regions) >= 20, regions

vpc = ecs.create_vpc(models.CreateVpcRequest(region_id=REGION, cidr_block="192.168.0.0/16")).body.vpc_id
until("the VPC", lambda: ecs.describe_vpcs(models.DescribeVpcsRequest(region_id=REGION, vpc_id=vpc)).body.vpcs.vpc[0].status == "Available")
vswitch = ecs.create_vswitch(models.CreateVSwitchRequest(
    region_id=REGION, vpc_id=vpc, zone_id=ZONE, cidr_block="192.168.1.0/24")).body.v_switch_id
group = ecs.create_security_group(models.CreateSecurityGroupRequest(region_id=REGION, vpc_id=vpc)).body.security_group_id


def wanted(**change):
    r = models.CreateInstanceRequest(
        region_id=REGION, instance_type=TYPE, image_id=IMAGE, security_group_id=group, v_switch_id=vswitch, internet_max_bandwidth_out=5,
        instance_name="py-v2", description="a *~+ü b", system_disk=models.CreateInstanceRequestSystemDisk(category="cloud_essd", size=40),
        tag=[models.CreateInstanceRequestTag(key="sdk", value="python v2")])
    for k, v in change.items():
        setattr(r, k, v)
    return r


refused("InvalidImageId.NotFound", 404, ecs.create_instance, wanted(image_id="no-such-image"))
id = ecs.create_instance(wanted()).body.instance_id
wait(id, "Stopped")
refused("IncorrectInstanceStatus", 403, ecs.stop_instance, models.StopInstanceRequest(instance_id=id))
ecs.start_instance(models.StartInstanceRequest(instance_id=id))
wait(id, "Running")
address = ecs.allocate_public_ip_address(models.AllocatePublicIpAddressRequest(instance_id=id)).body.ip_address
seen = instances(id)[0]
assert seen.public_ip_address.ip_address == [address] and address, seen
assert seen.instance_name == "py-v2" and seen.description == "a *~+ü b" and seen.zone_id == ZONE and seen.instance_type == TYPE, seen
assert seen.tags.tag[0].tag_value == "python v2" and seen.vpc_attributes.v_switch_id == vswitch, seen

# A key pair and a launch template, and an instance of both.
pair = ecs.create_key_pair(models.CreateKeyPairRequest(region_id=REGION, key_pair_name="py-v2")).body
assert "PRIVATE KEY" in pair.private_key_body, pair
public = ecs.describe_key_pairs(models.DescribeKeyPairsRequest(
    region_id=REGION, key_pair_name="py-*2", include_public_key=True)).body.key_pairs.key_pair[0].public_key
imported = ecs.import_key_pair(models.ImportKeyPairRequest(region_id=REGION, key_pair_name="py-v2-imported", public_key_body=public)).body
assert imported.key_pair_finger_print == pair.key_pair_finger_print, imported
result = ecs.attach_key_pair(models.AttachKeyPairRequest(region_id=REGION, key_pair_name="py-v2", instance_ids=json.dumps([id]))).body
assert result.fail_count == "0" and instances(id)[0].key_pair_name == "py-v2", result
both = models.DeleteKeyPairsRequest(region_id=REGION, key_pair_names=json.dumps(["py-v2-imported", "py-v2"]))
refused("InvalidParameter.KeypairAlreadyAttachedInstance", 400, ecs.delete_key_pairs, both)
ecs.detach_key_pair(models.DetachKeyPairRequest(region_id=REGION, key_pair_name="py-v2", instance_ids=json.dumps([id])))
template = ecs.create_launch_template(models.CreateLaunchTemplateRequest(
    region_id=REGION, launch_template_name="py-v2", image_id=IMAGE, instance_type=TYPE, security_group_id=group, v_switch_id=vswitch,
    key_pair_name="py-v2", system_disk=models.CreateLaunchTemplateRequestSystemDisk(category="cloud_essd", size=60))).body.launch_template_id
ecs.create_launch_template_version(models.CreateLaunchTemplateVersionRequest(region_id=REGION, launch_template_id=template, image_id=IMAGE))
versions = ecs.describe_launch_template_versions(models.DescribeLaunchTemplateVersionsRequest(
    region_id=REGION, launch_template_id=template)).body.launch_template_version_sets.launch_template_version_set
assert [v.version_number for v in versions] == [2, 1] and versions[1].launch_template_data.system_disk.size == 60, versions
of_template = ecs.run_instances(models.RunInstancesRequest(
    region_id=REGION, launch_template_name="py-v2", launch_template_version=1)).body.instance_id_sets.instance_id_set[0]
assert wait(of_template, "Running").key_pair_name == "py-v2"
ecs.delete_instance(models.DeleteInstanceRequest(instance_id=of_template, force=True))
until("the end of " + of_template, lambda: not instances(of_template))
ecs.modify_launch_template_default_version(models.ModifyLaunchTemplateDefaultVersionRequest(
    region_id=REGION, launch_template_id=template, default_version_number=2))
ecs.delete_launch_template_version(models.DeleteLaunchTemplateVersionRequest(region_id=REGION, launch_template_id=template, delete_version=[1]))
found = ecs.describe_launch_templates(models.DescribeLaunchTemplatesRequest(
    region_id=REGION, launch_template_id=[template])).body.launch_template_sets.launch_template_set[0]
assert (found.default_version_number, found.latest_version_number) == (2, 2), found
ecs.delete_launch_template(models.DeleteLaunchTemplateRequest(region_id=REGION, launch_template_id=template))
refused("InvalidLaunchTemplate.NotFound", 404, ecs.run_instances, models.RunInstancesRequest(region_id=REGION, launch_template_id=template))
ecs.delete_key_pairs(both)

# A data disk, its tags and its resource group, and a command in the instance.
def disks(**by):
    return ecs.describe_disks(models.DescribeDisksRequest(region_id=REGION, **by)).body.disks.disk


def disk(id, status):
    return until("%s %s" % (id, status), lambda: [d for d in disks(disk_ids=json.dumps([id])) if d.status == status])[0]


def unless(code, method, request):
    """The answer, or None while the refusal is this one: some work is under way still."""
    try:
        return method(request)
    except TeaException as e:
        assert e.code == code, e


data = ecs.create_disk(models.CreateDiskRequest(
    region_id=REGION, zone_id=ZONE, disk_category="cloud_essd", performance_level="PL1", size=20, disk_name="py-v2",
    tag=[models.CreateDiskRequestTag(key="sdk", value="python v2")])).body.disk_id
made = disk(data, "Available")
assert made.size == 20 and made.performance_level == "PL1" and made.tags.tag[0].tag_value == "python v2", made
ecs.attach_disk(models.AttachDiskRequest(instance_id=id, disk_id=data, delete_with_instance=False))
assert disk(data, "In_use").instance_id == id
refused("DiskStillAttached", 403, ecs.delete_disk, models.DeleteDiskRequest(disk_id=data))
ecs.tag_resources(models.TagResourcesRequest(
    region_id=REGION, resource_type="disk", resource_id=[data], tag=[models.TagResourcesRequestTag(key="more", value="v2")]))
found = ecs.list_tag_resources(models.ListTagResourcesRequest(
    region_id=REGION, resource_type="disk", resource_id=[data])).body.tag_resources.tag_resource
assert sorted(t.tag_key for t in found) == ["more", "sdk"], found
ecs.untag_resources(models.UntagResourcesRequest(region_id=REGION, resource_type="disk", resource_id=[data], tag_key=["sdk"]))
assert [d.disk_id for d in disks(tag=[models.DescribeDisksRequestTag(key="more", value="v2")])] == [data]
refused("InvalidResourceGroup.NotFound", 404, ecs.join_resource_group, models.JoinResourceGroupRequest(
    region_id=REGION, resource_type="disk", resource_id=data, resource_group_id="rg-none"))
ecs.resize_disk(models.ResizeDiskRequest(disk_id=data, new_size=30, type="online"))
until("30 GiB", lambda: disk(data, "In_use").size == 30)
until("the disk to be detached", lambda: unless(
    "IncorrectDiskStatus", ecs.detach_disk, models.DetachDiskRequest(instance_id=id, disk_id=data)))
disk(data, "Available")
ecs.delete_disk(models.DeleteDiskRequest(disk_id=data))
until("the end of " + data, lambda: not disks(disk_ids=json.dumps([data])))

# A snapshot of the system disk, an image of it, and an instance of that.
def snapshots(id):
    return ecs.describe_snapshots(models.DescribeSnapshotsRequest(
        region_id=REGION, snapshot_ids=json.dumps([id]))).body.snapshots.snapshot


system = disks(instance_id=id, disk_type="system")[0].disk_id
snapshot = ecs.create_snapshot(models.CreateSnapshotRequest(disk_id=system, snapshot_name="py-v2")).body.snapshot_id
taken = until("the snapshot", lambda: [s for s in snapshots(snapshot) if s.status == "accomplished"])[0]
assert taken.source_disk_id == system and taken.progress == "100%" and taken.source_disk_type == "system", taken
image = ecs.create_image(models.CreateImageRequest(region_id=REGION, snapshot_id=snapshot, image_name="py-v2")).body.image_id
own = until("the image", lambda: ecs.describe_images(models.DescribeImagesRequest(
    region_id=REGION, image_id=image, image_owner_alias="self")).body.images.image)[0]
assert own.image_name == "py-v2" and own.disk_device_mappings.disk_device_mapping[0].snapshot_id == snapshot, own
of_image = ecs.run_instances(models.RunInstancesRequest(
    region_id=REGION, instance_type=TYPE, image_id=image, security_group_id=group, v_switch_id=vswitch)).body.instance_id_sets.instance_id_set[0]
assert wait(of_image, "Running").image_id == image
ecs.delete_instance(models.DeleteInstanceRequest(instance_id=of_image, force=True))
until("the end of " + of_image, lambda: not instances(of_image))
refused("SnapshotCreatedImage", 403, ecs.delete_snapshot, models.DeleteSnapshotRequest(snapshot_id=snapshot))
ecs.delete_image(models.DeleteImageRequest(region_id=REGION, image_id=image))
until("the end of " + image, lambda: not ecs.describe_images(models.DescribeImagesRequest(region_id=REGION, image_id=image)).body.images.image)
until("the snapshot to be free", lambda: unless(
    "SnapshotCreatedImage", ecs.delete_snapshot, models.DeleteSnapshotRequest(snapshot_id=snapshot)))
until("the end of " + snapshot, lambda: not snapshots(snapshot))

run = ecs.run_command(models.RunCommandRequest(
    region_id=REGION, type="RunShellScript", command_content="printf hello > /tmp/x; cat /tmp/x", instance_id=[id])).body.invoke_id


def finished():
    answer = ecs.describe_invocation_results(models.DescribeInvocationResultsRequest(region_id=REGION, invoke_id=run)).body
    return [r for r in answer.invocation.invocation_results.invocation_result if r.invoke_record_status == "Finished"]


result = until("the command", finished)[0]
assert base64.b64decode(result.output) == b"hello" and result.exit_code == 0 and result.instance_id == id, result

ecs.stop_instance(models.StopInstanceRequest(instance_id=id))
wait(id, "Stopped")
ecs.delete_instance(models.DeleteInstanceRequest(instance_id=id))
until("the end of " + id, lambda: not instances(id))

batch = ecs.run_instances(models.RunInstancesRequest(
    region_id=REGION, instance_type=TYPE, image_id=IMAGE, security_group_id=group, v_switch_id=vswitch, amount=3)).body.instance_id_sets.instance_id_set
assert len(set(batch)) == 3, batch
for id in batch:
    wait(id, "Running")
ecs.delete_instances(models.DeleteInstancesRequest(region_id=REGION, instance_id=batch, force=True))
for id in batch:
    until("the end of " + id, lambda: not instances(id))
