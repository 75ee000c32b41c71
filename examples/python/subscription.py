#!/usr/bin/env python3
"""Buys an instance for a month, waits until it runs, gives it a public address,
renews it, has it renewed automatically from then on, makes it pay-as-you-go after
all, and deletes it.

This is a program for Alibaba Cloud: it names no endpoint and knows nothing of
OpenECS. Fill in the four settings below and run it unchanged:

    pip install aliyun-python-sdk-core aliyun-python-sdk-ecs
    openecs exec -- python3 subscription.py
"""
import json
import sys
import time

from aliyunsdkcore.client import AcsClient
from aliyunsdkcore.acs_exception.exceptions import ServerException
from aliyunsdkecs.request.v20140526.AllocatePublicIpAddressRequest import AllocatePublicIpAddressRequest
from aliyunsdkecs.request.v20140526.CreateInstanceRequest import CreateInstanceRequest
from aliyunsdkecs.request.v20140526.DeleteInstanceRequest import DeleteInstanceRequest
from aliyunsdkecs.request.v20140526.DescribeInstanceAutoRenewAttributeRequest import DescribeInstanceAutoRenewAttributeRequest
from aliyunsdkecs.request.v20140526.DescribeInstancesRequest import DescribeInstancesRequest
from aliyunsdkecs.request.v20140526.ModifyInstanceAutoRenewAttributeRequest import ModifyInstanceAutoRenewAttributeRequest
from aliyunsdkecs.request.v20140526.ModifyInstanceChargeTypeRequest import ModifyInstanceChargeTypeRequest
from aliyunsdkecs.request.v20140526.RenewInstanceRequest import RenewInstanceRequest
from aliyunsdkecs.request.v20140526.StartInstanceRequest import StartInstanceRequest

ACCESS_KEY_ID = "your-access-key-id"
ACCESS_KEY_SECRET = "your-access-key-secret"
SECURITY_GROUP_ID = "your-security-group-id"

REGION = "cn-beijing"
IMAGE = "ubuntu1404_64_40G_cloudinit_20160727.raw"
TYPE = "ecs.n1.small"

acs = AcsClient(ACCESS_KEY_ID, ACCESS_KEY_SECRET, REGION)


def call(request, **values):
    """Sends a request with these parameters and returns the answer."""
    for name, value in values.items():
        getattr(request, "set_" + name)(value)
    request.set_accept_format("json")
    return json.loads(acs.do_action_with_exception(request))


def describe(instance_id):
    found = call(DescribeInstancesRequest(), InstanceIds=json.dumps([instance_id]))["Instances"]["Instance"]
    return found[0] if found else None


def wait(instance_id, good, seconds=60):
    deadline = time.time() + seconds
    while time.time() < deadline:
        instance = describe(instance_id)
        if good(instance):
            return instance
        time.sleep(0.1)
    sys.exit("%s did not come to what was waited for in %d s" % (instance_id, seconds))


def expect(what, got, want):
    if got != want:
        sys.exit("%s is %r and should be %r" % (what, got, want))


def refused(code, request, **values):
    """Sends a request that must be refused."""
    try:
        call(request, **values)
    except ServerException as e:
        expect("the refusal", e.get_error_code(), code)
        return
    sys.exit("%s was not refused" % request.get_action_name())


def main():
    bought = call(CreateInstanceRequest(), ImageId=IMAGE, InstanceType=TYPE, IoOptimized="optimized", SystemDiskCategory="cloud_ssd",
                  SecurityGroupId=SECURITY_GROUP_ID, InternetMaxBandwidthOut=1, InstanceName="subscription",
                  InstanceChargeType="PrePaid", Period=1, PeriodUnit="Month")
    instance_id = bought["InstanceId"]
    print("order %s: %s for %s" % (bought["OrderId"], instance_id, bought["TradePrice"]))
    wait(instance_id, lambda i: i and i["Status"] == "Stopped")
    call(StartInstanceRequest(), InstanceId=instance_id)
    first = wait(instance_id, lambda i: i and i["Status"] == "Running")
    address = call(AllocatePublicIpAddressRequest(), InstanceId=instance_id)["IpAddress"]
    print("%s is Running at %s until %s" % (instance_id, address, first["ExpiredTime"]))

    call(RenewInstanceRequest(), InstanceId=instance_id, Period=1, PeriodUnit="Month", ClientToken="renew-" + instance_id)
    call(RenewInstanceRequest(), InstanceId=instance_id, Period=1, PeriodUnit="Month", ClientToken="renew-" + instance_id)  # once only
    renewed = describe(instance_id)
    if not first["ExpiredTime"] < renewed["ExpiredTime"] < first["ExpiredTime"][:4] + "-99":
        expect("the year", int(renewed["ExpiredTime"][:4]), int(first["ExpiredTime"][:4]) + 1)
    print("renewed until %s" % renewed["ExpiredTime"])

    call(ModifyInstanceAutoRenewAttributeRequest(), InstanceId=instance_id, RenewalStatus="AutoRenewal", Duration=1, PeriodUnit="Month")
    renewal = call(DescribeInstanceAutoRenewAttributeRequest(), InstanceId=instance_id)["InstanceRenewAttributes"]["InstanceRenewAttribute"]
    expect("the renewal", [(r["RenewalStatus"], r["Duration"], r["PeriodUnit"]) for r in renewal], [("AutoRenewal", 1, "Month")])

    refused("ChargeTypeViolation", DeleteInstanceRequest(), InstanceId=instance_id, Force=True)
    back = call(ModifyInstanceChargeTypeRequest(), InstanceIds=json.dumps([instance_id]), InstanceChargeType="PostPaid", IsDetailFee=True)
    fees = back["FeeOfInstances"]["FeeOfInstance"]
    wait(instance_id, lambda i: i and i["InstanceChargeType"] == "PostPaid")
    print("pay-as-you-go, %s %s given back" % (fees[0]["Fee"], fees[0]["Currency"]))

    call(DeleteInstanceRequest(), InstanceId=instance_id, Force=True)
    wait(instance_id, lambda i: i is None)
    print("done")


if __name__ == "__main__":
    main()
