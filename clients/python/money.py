"""Prices, the balance and a spot instance's life: money.py host:port openecs.

Prices and instances with alibabacloud_ecs20140526; the balance, and prices once
more, with requests as the aliyun CLI signs them. openecs is the program, which
interrupts the instance and drives the clock of the service of OPENECS_DATA_DIR. The
key is ALIBABA_CLOUD_ACCESS_KEY_ID and _SECRET of the environment.
"""
import base64
import datetime
import hashlib
import hmac
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid

from alibabacloud_ecs20140526 import models
from alibabacloud_ecs20140526.client import Client
from alibabacloud_tea_openapi.models import Config
from Tea.exceptions import TeaException

REGION = "cn-hangzhou"
ZONE = "cn-hangzhou-k"
TYPE = "ecs.g7.large"
IMAGE = "aliyun_3_x64_20G_alibase_20240819.vhd"
address, program = sys.argv[1:]
key, secret = os.environ["ALIBABA_CLOUD_ACCESS_KEY_ID"], os.environ["ALIBABA_CLOUD_ACCESS_KEY_SECRET"]
ecs = Client(Config(access_key_id=key, access_key_secret=secret, region_id=REGION, endpoint=address, protocol="http"))


def quote(s):
    return urllib.parse.quote(str(s), safe="~")


def rpc(version, action, **params):
    """A request in the RPC style of the aliyun CLI, signed with HMAC-SHA1."""
    params.update(Format="JSON", Version=version, Action=action, AccessKeyId=key, SignatureMethod="HMAC-SHA1", SignatureVersion="1.0",
                  SignatureNonce=str(uuid.uuid4()), Timestamp=datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"))
    query = "&".join(quote(k) + "=" + quote(v) for k, v in sorted(params.items()))
    digest = hmac.new((secret + "&").encode(), ("POST&%2F&" + quote(query)).encode(), hashlib.sha1).digest()
    body = query + "&Signature=" + quote(base64.b64encode(digest).decode())
    with urllib.request.urlopen(urllib.request.Request("http://%s/" % address, data=body.encode())) as answer:
        return json.load(answer)


def openecs(*args):
    return subprocess.run([program, *args], check=True, capture_output=True, text=True).stdout


def until(what, test, seconds=30):
    deadline = time.time() + seconds
    while time.time() < deadline:
        got = test()
        if got:
            return got
        time.sleep(0.02)
    raise AssertionError("waited %d s for %s" % (seconds, what))


def instances(id):
    return ecs.describe_instances(models.DescribeInstancesRequest(region_id=REGION, instance_ids=json.dumps([id]))).body.instances.instance


def balance():
    data = rpc("2017-12-14", "QueryAccountBalance")["Data"]
    assert data["Currency"] == "CNY", data
    return float(data["AvailableAmount"].replace(",", ""))


# Prices: by the SDK and as the CLI asks, the same.
price = ecs.describe_price(models.DescribePriceRequest(
    region_id=REGION, instance_type=TYPE, price_unit="Month", period=1,
    system_disk=models.DescribePriceRequestSystemDisk(category="cloud_essd", size=40))).body.price_info.price
assert price.currency == "CNY" and 0 < price.trade_price <= price.original_price, price
again = rpc("2014-05-26", "DescribePrice", RegionId=REGION, InstanceType=TYPE, PriceUnit="Month", Period=1,
            **{"SystemDisk.Category": "cloud_essd", "SystemDisk.Size": 40})["PriceInfo"]["Price"]
assert abs(again["TradePrice"] - price.trade_price) < 0.00001, (again, price)
history = ecs.describe_spot_price_history(models.DescribeSpotPriceHistoryRequest(
    region_id=REGION, zone_id=ZONE, instance_type=TYPE, network_type="vpc")).body.spot_prices.spot_price_type
assert history and all(0 < p.spot_price <= p.origin_price for p in history), history
market = history[-1].spot_price

vpc = ecs.create_vpc(models.CreateVpcRequest(region_id=REGION, cidr_block="192.168.0.0/16")).body.vpc_id
until("the VPC", lambda: ecs.describe_vpcs(models.DescribeVpcsRequest(region_id=REGION, vpc_id=vpc)).body.vpcs.vpc[0].status == "Available")
vswitch = ecs.create_vswitch(models.CreateVSwitchRequest(region_id=REGION, vpc_id=vpc, zone_id=ZONE, cidr_block="192.168.1.0/24")).body.v_switch_id
group = ecs.create_security_group(models.CreateSecurityGroupRequest(region_id=REGION, vpc_id=vpc)).body.security_group_id


def run(**more):
    return ecs.run_instances(models.RunInstancesRequest(
        region_id=REGION, instance_type=TYPE, image_id=IMAGE, security_group_id=group, v_switch_id=vswitch,
        system_disk=models.RunInstancesRequestSystemDisk(category="cloud_essd", size="40"), **more)).body


# A subscription is paid at once.
had = balance()
paid = run(instance_charge_type="PrePaid", period=1, period_unit="Month")
assert paid.order_id and abs(paid.trade_price - price.trade_price) < 0.00001, (paid, price)
assert abs(had - balance() - paid.trade_price) < 0.02, (had, balance(), paid.trade_price)

# A spot instance, from its bid to its end.
try:
    run(spot_strategy="SpotWithPriceLimit", spot_price_limit=0.001)
    raise AssertionError("a bid below the market was taken")
except TeaException as e:
    assert (e.code, e.statusCode) == ("InvalidSpotPriceLimit.LowerThanPublicPrice", 400), (e.code, e.statusCode)
id = run(spot_strategy="SpotAsPriceGo", spot_duration=1).instance_id_sets.instance_id_set[0]
shown = until("Running", lambda: [i for i in instances(id) if i.status == "Running"])[0]
assert (shown.spot_strategy, shown.spot_duration, shown.instance_charge_type) == ("SpotAsPriceGo", 1, "PostPaid"), shown
openecs("spot", "interrupt", id)
openecs("clock", "advance", "59m")
assert not instances(id)[0].operation_locks.lock_reason, "locked within its hour"
openecs("clock", "advance", "1m")
assert [lock.lock_reason for lock in instances(id)[0].operation_locks.lock_reason] == ["Recycling"], instances(id)
openecs("clock", "advance", "5m")
until("its end", lambda: not instances(id))
print("ok: the market asks %s an hour, a month costs %s" % (market, price.trade_price))
