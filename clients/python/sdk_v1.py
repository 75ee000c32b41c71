"""The main job with aliyun-python-sdk-ecs: sdk_v1.py [host:port].

Without an address the SDK finds the service by itself, as it would on Alibaba
Cloud. The key is ALIBABA_CLOUD_ACCESS_KEY_ID and _SECRET of the environment.
"""
import base64
import importlib
import json
import os
import sys
import time

from aliyunsdkcore.acs_exception.exceptions import ServerException
from aliyunsdkcore.client import AcsClient

REGION = "cn-hangzhou"
TYPE = "ecs.g7.large"
IMAGE = "aliyun_3_x64_20G_alibase_20240819.vhd"


def connect(secret):
    c = AcsClient(os.environ["ALIBABA_CLOUD_ACCESS_KEY_ID"], secret, REGION)
    if len(sys.argv) > 1:
        c.add_endpoint(REGION, "Ecs", sys.argv[1])
    return c


acs = connect(os.environ["ALIBABA_CLOUD_ACCESS_KEY_SECRET"])


def call(action, by=None, **params):
    name = action + "Request"
    request = getattr(importlib.import_module("aliyunsdkecs.request.v20140526." + name), name)()
    for k, v in params.items():
        getattr(request, "set_" + k)(v)
    answer = json.loads((by or acs).do_action_with_exception(request))
    assert len(answer["RequestId"]) == 36, answer
    return answer


def refused(code, status, action, **params):
    try:
        answer = call(action, **params)
    except ServerException as e:
        assert (e.get_error_code(), e.get_http_status()) == (code, status), e
        assert len(e.get_request_id()) == 36 and e.get_error_msg(), e
        return
    raise AssertionError("%s: %s, want %s" % (action, answer, code))


def until(what, test, seconds=30):
    deadline = time.time() + seconds
    while time.time() < deadline:
        got = test()
        if got:
            return got
        time.sleep(0.02)
    raise AssertionError("waited %d s for %s" % (seconds, what))


def instances(id):
    return call("DescribeInstances", InstanceIds=json.dumps([id]))["Instances"]["Instance"]


def wait(id, status):
    return until("%s %s" % (id, status), lambda: [i for i in instances(id) if i["Status"] == status])[0]


regions = [r["RegionId"] for r in call("DescribeRegions")["Regions"]["Region"]]
assert REGION in regions and len(regions) >= 20, regions
zones = call("DescribeAvailableResource", DestinationResource="InstanceType", InstanceType=TYPE)["AvailableZones"]["AvailableZone"]
zone = zones[0]["ZoneId"]

try:
    call("DescribeRegions", by=connect("not-the-secret"))
    raise AssertionError("a wrong secret was accepted")
except ServerException as e:  # the SDK compares the string to sign with its own and rewrites the code
    assert e.get_error_code() == "InvalidAccessKeySecret", e

vpc = call("CreateVpc", CidrBlock="172.16.0.0/12")["VpcId"]
until("the VPC", lambda: call("DescribeVpcs", VpcId=vpc)["Vpcs"]["Vpc"][0]["Status"] == "Available")
vswitch = call("CreateVSwitch", VpcId=vpc, ZoneId=zone, CidrBlock="172.16.0.0/24")["VSwitchId"]
until("the vSwitch", lambda: call("DescribeVSwitches", VSwitchId=vswitch)["VSwitches"]["VSwitch"][0]["Status"] == "Available")
group = call("CreateSecurityGroup", VpcId=vpc)["SecurityGroupId"]
call("AuthorizeSecurityGroup", SecurityGroupId=group, IpProtocol="tcp", PortRange="22/22", SourceCidrIp="10.0.0.0/8")

wanted = dict(InstanceType=TYPE, ImageId=IMAGE, SecurityGroupId=group, VSwitchId=vswitch, SystemDiskCategory="cloud_essd",
              SystemDiskSize=40, InternetMaxBandwidthOut=5, InstanceName="py-v1", Description="a *~+ü b", Tags=[{"Key": "sdk", "Value": "python v1"}])
refused("InvalidImageId.NotFound", 404, "CreateInstance", **dict(wanted, ImageId="no-such-image"))
refused("DryRunOperation", 400, "CreateInstance", **dict(wanted, DryRun=True))

id = call("CreateInstance", **wanted)["InstanceId"]
wait(id, "Stopped")
refused("IncorrectInstanceStatus", 403, "StopInstance", InstanceId=id)
call("StartInstance", InstanceId=id)
wait(id, "Running")
address = call("AllocatePublicIpAddress", InstanceId=id)["IpAddress"]
seen = instances(id)[0]
assert seen["PublicIpAddress"]["IpAddress"] == [address], seen
assert seen["InstanceName"] == "py-v1" and seen["Description"] == "a *~+ü b" and seen["ZoneId"] == zone and seen["InstanceType"] == TYPE, seen
assert {"TagKey": "sdk", "TagValue": "python v1"} in seen["Tags"]["Tag"], seen
assert seen["VpcAttributes"]["VSwitchId"] == vswitch and seen["SecurityGroupIds"]["SecurityGroupId"] == [group], seen

# A key pair and a launch template, and an instance of both.
pair = call("CreateKeyPair", KeyPairName="py-v1")
assert "PRIVATE KEY" in pair["PrivateKeyBody"], pair
refused("KeyPair.AlreadyExist", 400, "CreateKeyPair", KeyPairName="py-v1")
assert call("DescribeKeyPairs", KeyPairName="py-*")["KeyPairs"]["KeyPair"][0]["KeyPairFingerPrint"] == pair["KeyPairFingerPrint"]
result = call("AttachKeyPair", KeyPairName="py-v1", InstanceIds=json.dumps([id]))["Results"]["Result"][0]
assert result["Code"] == "200" and instances(id)[0]["KeyPairName"] == "py-v1", result
refused("InvalidParameter.KeypairAlreadyAttachedInstance", 400, "DeleteKeyPairs", KeyPairNames=json.dumps(["py-v1"]))
assert call("DetachKeyPair", KeyPairName="py-v1", InstanceIds=json.dumps([id]))["FailCount"] == "0"
template = call("CreateLaunchTemplate", LaunchTemplateName="py-v1", ImageId=IMAGE, InstanceType=TYPE, SecurityGroupId=group, VSwitchId=vswitch,
                SystemDiskCategory="cloud_essd", SystemDiskSize=60, KeyPairName="py-v1")["LaunchTemplateId"]
assert call("CreateLaunchTemplateVersion", LaunchTemplateId=template, ImageId=IMAGE)["LaunchTemplateVersionNumber"] == 2
version = call("DescribeLaunchTemplateVersions", LaunchTemplateId=template, DefaultVersion=True)["LaunchTemplateVersionSets"]["LaunchTemplateVersionSet"][0]
assert version["VersionNumber"] == 1 and version["LaunchTemplateData"]["SystemDisk.Size"] == 60, version
of_template = call("RunInstances", LaunchTemplateId=template, InstanceName="of-template")["InstanceIdSets"]["InstanceIdSet"][0]
assert wait(of_template, "Running")["KeyPairName"] == "py-v1"
call("DeleteInstance", InstanceId=of_template, Force=True)
until("the end of " + of_template, lambda: not instances(of_template))
call("ModifyLaunchTemplateDefaultVersion", LaunchTemplateId=template, DefaultVersionNumber=2)
refused("InvalidOperation.DeleteDefaultVersion", 403, "DeleteLaunchTemplateVersion", LaunchTemplateId=template, DeleteVersions=["2"])
call("DeleteLaunchTemplateVersion", LaunchTemplateId=template, DeleteVersions=["1"])
assert call("DescribeLaunchTemplates", LaunchTemplateNames=["py-v1"])["LaunchTemplateSets"]["LaunchTemplateSet"][0]["LatestVersionNumber"] == 2
call("DeleteLaunchTemplate", LaunchTemplateId=template)
call("DeleteKeyPairs", KeyPairNames=json.dumps(["py-v1"]))

# A data disk, its tags and its resource group, and a command in the instance.
def disk(id, status):
    return until("%s %s" % (id, status), lambda: [
        d for d in call("DescribeDisks", DiskIds=json.dumps([id]))["Disks"]["Disk"] if d["Status"] == status])[0]


def unless(code, action, **params):
    """The answer, or None while the refusal is this one: some work is under way still."""
    try:
        return call(action, **params)
    except ServerException as e:
        assert e.get_error_code() == code, e


data = call("CreateDisk", ZoneId=zone, DiskCategory="cloud_essd", Size=20, DiskName="py-v1", Tags=[{"Key": "sdk", "Value": "python v1"}])["DiskId"]
assert disk(data, "Available")["Tags"]["Tag"] == [{"TagKey": "sdk", "TagValue": "python v1"}]
call("AttachDisk", InstanceId=id, DiskId=data)
assert disk(data, "In_use")["InstanceId"] == id
refused("DiskStillAttached", 403, "DeleteDisk", DiskId=data)
call("TagResources", ResourceType="disk", ResourceIds=[data], Tags=[{"Key": "more", "Value": "v1"}])
found = call("ListTagResources", ResourceType="disk", ResourceIds=[data])["TagResources"]["TagResource"]
assert sorted(t["TagKey"] for t in found) == ["more", "sdk"], found
call("UntagResources", ResourceType="disk", ResourceIds=[data], TagKeys=["sdk"])
assert [d["DiskId"] for d in call("DescribeDisks", Tags=[{"Key": "more", "Value": "v1"}])["Disks"]["Disk"]] == [data]
refused("InvalidResourceGroup.NotFound", 404, "JoinResourceGroup", ResourceType="disk", ResourceId=data, ResourceGroupId="rg-none")
call("ResizeDisk", DiskId=data, NewSize=30, Type="online")
until("30 GiB", lambda: disk(data, "In_use")["Size"] == 30)
until("the disk to be detached", lambda: unless("IncorrectDiskStatus", "DetachDisk", InstanceId=id, DiskId=data))
disk(data, "Available")
call("DeleteDisk", DiskId=data)
until("the end of " + data, lambda: not call("DescribeDisks", DiskIds=json.dumps([data]))["Disks"]["Disk"])

# A snapshot of the system disk, an image of it, and an instance of that.
system = call("DescribeDisks", InstanceId=id, DiskType="system")["Disks"]["Disk"][0]["DiskId"]
snapshot = call("CreateSnapshot", DiskId=system, SnapshotName="py-v1")["SnapshotId"]
taken = until("the snapshot", lambda: [s for s in call("DescribeSnapshots", SnapshotIds=json.dumps([snapshot]))["Snapshots"]["Snapshot"]
                                       if s["Status"] == "accomplished"])[0]
assert taken["SourceDiskId"] == system and taken["Progress"] == "100%" and taken["SourceDiskType"] == "system", taken
image = call("CreateImage", SnapshotId=snapshot, ImageName="py-v1")["ImageId"]
own = until("the image", lambda: call("DescribeImages", ImageId=image, ImageOwnerAlias="self")["Images"]["Image"])[0]
assert own["ImageName"] == "py-v1" and own["DiskDeviceMappings"]["DiskDeviceMapping"][0]["SnapshotId"] == snapshot, own
of_image = call("RunInstances", **dict({k: v for k, v in wanted.items() if k != "InstanceName"}, ImageId=image))["InstanceIdSets"]["InstanceIdSet"][0]
assert wait(of_image, "Running")["ImageId"] == image
call("DeleteInstance", InstanceId=of_image, Force=True)
until("the end of " + of_image, lambda: not instances(of_image))
refused("SnapshotCreatedImage", 403, "DeleteSnapshot", SnapshotId=snapshot)
call("DeleteImage", ImageId=image)
until("the end of " + image, lambda: not call("DescribeImages", ImageId=image)["Images"]["Image"])
until("the snapshot to be free", lambda: unless("SnapshotCreatedImage", "DeleteSnapshot", SnapshotId=snapshot))
until("the end of " + snapshot, lambda: not call("DescribeSnapshots", SnapshotIds=json.dumps([snapshot]))["Snapshots"]["Snapshot"])

run = call("RunCommand", Type="RunShellScript", CommandContent="printf hello > /tmp/x; cat /tmp/x", InstanceIds=[id])["InvokeId"]
result = until("the command", lambda: [r for r in call("DescribeInvocationResults", InvokeId=run)["Invocation"]["InvocationResults"]["InvocationResult"]
                                       if r["InvokeRecordStatus"] == "Finished"])[0]
assert base64.b64decode(result["Output"]) == b"hello" and result["ExitCode"] == 0 and result["InstanceId"] == id, result

call("StopInstance", InstanceId=id, ForceStop=False)
wait(id, "Stopped")
call("DeleteInstance", InstanceId=id)
until("the end of " + id, lambda: not instances(id))
refused("InvalidInstanceId.NotFound", 404, "StartInstance", InstanceId=id)
call("DeleteSecurityGroup", SecurityGroupId=group)
call("DeleteVSwitch", VSwitchId=vswitch)
call("DeleteVpc", VpcId=vpc)
