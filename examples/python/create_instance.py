#!/usr/bin/env python3
"""Makes an instance in the classic network, starts it, gives it a public
address and stops it again; then the same for a one-month subscription.

This is a program for Alibaba Cloud: it names no endpoint and knows nothing of
OpenECS. Fill in the three settings below and run it unchanged:

    pip install aliyun-python-sdk-core aliyun-python-sdk-ecs
    openecs credentials                                   # the key and its secret
    openecs sg create --classic --region cn-beijing       # the group
    openecs exec -- python3 create_instance.py
"""
import json
import sys
import time
import warnings

from aliyunsdkcore import client
from aliyunsdkecs.request.v20140526.AllocatePublicIpAddressRequest import AllocatePublicIpAddressRequest
from aliyunsdkecs.request.v20140526.CreateInstanceRequest import CreateInstanceRequest
from aliyunsdkecs.request.v20140526.DescribeInstancesRequest import DescribeInstancesRequest
from aliyunsdkecs.request.v20140526.StartInstanceRequest import StartInstanceRequest
from aliyunsdkecs.request.v20140526.StopInstanceRequest import StopInstanceRequest

ACCESS_KEY_ID = "your-access-key-id"
ACCESS_KEY_SECRET = "your-access-key-secret"
SECURITY_GROUP_ID = "your-security-group-id"

REGION = "cn-beijing"
IMAGE = "ubuntu1404_64_40G_cloudinit_20160727.raw"
TYPE = "ecs.n1.small"  # 1 vCPU, 2 GiB; ecs.s2.large has 2 and 4

warnings.simplefilter("ignore", DeprecationWarning)  # do_action is the old way, and the way of many programs
acs = client.AcsClient(ACCESS_KEY_ID, ACCESS_KEY_SECRET, REGION)


def call(request):
    """Sends a request and returns the answer's body, which is an error's when
    it has a Code: do_action raises nothing."""
    request.set_accept_format("json")
    answer = json.loads(acs.do_action(request))
    if "Code" in answer:
        print("%s: %s: %s (request %s)" % (request.get_action_name(), answer["Code"], answer["Message"], answer["RequestId"]))
    return answer


def create_instance(image=IMAGE, subscription=False):
    """Returns the new instance's id, None when it was refused."""
    request = CreateInstanceRequest()
    request.set_ImageId(image)
    request.set_InstanceType(TYPE)
    request.set_IoOptimized("optimized")
    request.set_SystemDiskCategory("cloud_ssd")
    request.set_SecurityGroupId(SECURITY_GROUP_ID)
    request.set_InternetMaxBandwidthOut(1)
    request.set_InstanceName("first-steps")
    if subscription:
        request.set_InstanceChargeType("PrePaid")
        request.set_Period(1)
    answer = call(request)
    if subscription and answer.get("InstanceId"):
        print("order %s" % answer["OrderId"])
    return answer.get("InstanceId")


def describe(instance_id):
    """Returns the instances with this id: a list of one or none."""
    request = DescribeInstancesRequest()
    request.set_InstanceIds(json.dumps([instance_id]))
    return call(request)["Instances"]["Instance"]


def wait(instance_id, status, seconds=60):
    """Asks, as fast as it can, until the instance has the status."""
    deadline = time.time() + seconds
    while time.time() < deadline:
        found = describe(instance_id)
        if found and found[0]["Status"] == status:
            print("%s is %s" % (instance_id, status))
            return found[0]
    sys.exit("%s did not become %s in %d s" % (instance_id, status, seconds))


def start(instance_id):
    request = StartInstanceRequest()
    request.set_InstanceId(instance_id)
    call(request)


def stop(instance_id):
    request = StopInstanceRequest()
    request.set_InstanceId(instance_id)
    call(request)


def allocate_address(instance_id):
    request = AllocatePublicIpAddressRequest()
    request.set_InstanceId(instance_id)
    return call(request)["IpAddress"]


def expect(what, got, want):
    if got != want:
        sys.exit("%s is %r and should be %r" % (what, got, want))


def run(subscription):
    instance_id = create_instance(subscription=subscription)
    if not instance_id:
        sys.exit("no instance was made")
    wait(instance_id, "Stopped")
    start(instance_id)
    wait(instance_id, "Running")
    address = allocate_address(instance_id)
    made = describe(instance_id)[0]
    expect("the public address", made["PublicIpAddress"]["IpAddress"], [address])
    expect("the network", made["InstanceNetworkType"], "classic")
    expect("the number of inner addresses", len(made["InnerIpAddress"]["IpAddress"]), 1)
    expect("the image", made["ImageId"], IMAGE)
    expect("the type", made["InstanceType"], TYPE)
    expect("the charge type", made["InstanceChargeType"], "PrePaid" if subscription else "PostPaid")
    print("%s in %s: %s, inside %s, until %s" % (
        instance_id, made["ZoneId"], address, made["InnerIpAddress"]["IpAddress"][0], made["ExpiredTime"]))
    stop(instance_id)
    wait(instance_id, "Stopped")


if __name__ == "__main__":
    run(subscription=False)
    run(subscription=True)
    # A create that fails gives no id; who asks for that id all the same sends [null] and finds nothing.
    nothing = create_instance(image="no-such-image")
    expect("the id of what was refused", nothing, None)
    expect("what is found for no id", describe(nothing), [])
    print("done")
