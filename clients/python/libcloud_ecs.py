"""The main job with Apache Libcloud's driver ALIYUN_ECS: libcloud_ecs.py [host:port].

Without an address the driver goes to Alibaba Cloud's own, over HTTPS. The key is
ALIBABA_CLOUD_ACCESS_KEY_ID and _SECRET of the environment. The driver reads XML
only and knows no VPC: its security groups are in the classic network.
"""
import os
import sys
import time

from libcloud.compute.base import NodeAuthPassword, NodeSize
from libcloud.compute.providers import get_driver
from libcloud.compute.types import NodeState, Provider, StorageVolumeState, VolumeSnapshotState

REGION = "cn-beijing"
TYPE = "ecs.n1.small"  # of a family that the classic network takes
IMAGE = "aliyun_3_x64_20G_alibase_20240819.vhd"

where = {}
if len(sys.argv) > 1:
    host, port = sys.argv[1].split(":")
    where = dict(secure=False, host=host, port=int(port))


def connect(secret):
    return get_driver(Provider.ALIYUN_ECS)(os.environ["ALIBABA_CLOUD_ACCESS_KEY_ID"], secret, region=REGION, **where)


ecs = connect(os.environ["ALIBABA_CLOUD_ACCESS_KEY_SECRET"])


def refused(code, method, *args, **params):
    try:
        answer = method(*args, **params)
    except Exception as e:  # the driver knows no narrower one
        assert code in str(e), e
        return
    raise AssertionError("%s: %s, want %s" % (method.__name__, answer, code))


def until(what, test, seconds=30):
    deadline = time.time() + seconds
    while time.time() < deadline:
        got = test()
        if got:
            return got
        time.sleep(0.02)
    raise AssertionError("waited %d s for %s" % (seconds, what))


def node(id):
    return next(iter(ecs.list_nodes(ex_node_ids=[id])), None)


def volume(id, state):
    return until("%s %s" % (id, state), lambda: [v for v in ecs.list_volumes(ex_volume_ids=[id]) if v.state == state])[0]


refused("SignatureDoesNotMatch", connect("not-the-secret").list_locations)

locations = [l.id for l in ecs.list_locations()]
assert REGION in locations and len(locations) >= 20, locations
sizes = {s.id: s for s in ecs.list_sizes()}  # the first page: the driver asks for no other
size = sizes["ecs.g7.large"]
assert (size.ram, size.extra["cpu_core_count"], size.extra["instance_type_family"]) == (8, 2, "ecs.g7") and len(sizes) == 100, size
size = NodeSize(TYPE, TYPE, ram=2, disk=None, bandwidth=None, price=None, driver=ecs)
images = ecs.list_images()
image = [i for i in images if i.id == IMAGE][0]
assert len(images) > 1 and image.extra["os_type"] == "linux" and image.extra["architecture"] == "x86_64" and image.extra["size"] == 20, image.extra
assert ecs.get_image(IMAGE).name == image.name
zone = [z for z in ecs.ex_list_zones() if TYPE in z.available_instance_types and "cloud_essd" in z.available_disk_categories][0]
assert "Instance" in zone.available_resource_types and "Disk" in zone.available_resource_types, zone.available_resource_types

group = ecs.ex_create_security_group(description="libcloud *~+ü b")
other = ecs.ex_create_security_group()
assert ecs.ex_modify_security_group_by_id(group_id=group, name="libcloud")
found = ecs.ex_list_security_groups(ex_filters={"SecurityGroupId": group})
assert [(g.id, g.name, g.description) for g in found] == [(group, "libcloud", "libcloud *~+ü b")], found
assert ecs.ex_list_security_group_attributes(group_id=group) == []

wanted = dict(name="libcloud", size=size, image=image, ex_security_group_id=group, auth=NodeAuthPassword("Secret-123"),
              ex_description="a *~+ü b", ex_internet_charge_type=ecs.internet_charge_types.BY_TRAFFIC, ex_internet_max_bandwidth_out=5,
              ex_hostname="libcloud", ex_io_optimized=True, ex_system_disk={"category": "cloud_efficiency", "disk_name": "system"},
              ex_data_disks={"size": 20, "category": "cloud_efficiency", "disk_name": "data", "delete_with_instance": True})
refused("InvalidSecurityGroupId", ecs.create_node, **dict(wanted, ex_security_group_id="sg-none"))
try:
    id = ecs.create_node(**wanted).id
except Exception as e:  # the driver starts it at once, and may find it Pending: its user waits and starts it then
    assert "IncorrectInstanceStatus" in str(e), e
    id = ecs.list_nodes(ex_filters={"InstanceName": "libcloud"})[0].id
    until(id + " to be made", lambda: node(id).state == NodeState.STOPPED)
    assert ecs.start_node(node(id))
ip = ecs.create_public_ip(id)
seen = node(id)
assert seen.state == NodeState.RUNNING and seen.name == "libcloud" and seen.public_ips == [ip] and len(seen.private_ips) == 1, seen
want = dict(description="a *~+ü b", image_id=IMAGE, instance_type=TYPE, instance_type_family="ecs.n1", hostname="libcloud", device_available="true",
            internet_charge_type="PayByTraffic", instance_network_type="classic", instance_charge_type="PostPaid", io_optimized="true")
assert {k: seen.extra[k] for k in want} == want, seen.extra
refused("IncorrectInstanceStatus", ecs.start_node, seen)

ecs.ex_join_security_group(seen, group_id=other)
ecs.ex_leave_security_group(seen, group_id=other)
assert ecs.reboot_node(seen)
assert ecs.stop_node(seen) and node(id).state == NodeState.STOPPED
assert ecs.start_node(seen) and node(id).state == NodeState.RUNNING

disks = {v.name: v for v in ecs.list_volumes(ex_filters={"InstanceId": id})}
assert sorted(disks) == ["data", "system"] and disks["data"].size == 20 and disks["data"].state == StorageVolumeState.INUSE, disks
assert disks["system"].extra["type"] == "system" and disks["data"].extra["delete_with_instance"], disks["system"].extra
spare = ecs.create_volume(size=20, name="spare", ex_zone_id=seen.extra["zone_id"], ex_disk_category="cloud_efficiency", ex_description="to spare")
spare = volume(spare.id, StorageVolumeState.AVAILABLE)
assert (spare.size, spare.name, spare.extra["zone_id"], spare.extra["description"]) == (20, "spare", seen.extra["zone_id"], "to spare"), spare.extra
assert ecs.attach_volume(seen, spare, ex_delete_with_instance=False)
spare = volume(spare.id, StorageVolumeState.INUSE)
assert spare.extra["instance_id"] == id and spare.extra["device"].startswith("/dev/"), spare.extra
refused("only volume in AVAILABLE", ecs.destroy_volume, spare)  # says the driver itself
snapshot = ecs.create_volume_snapshot(spare, name="of-spare", ex_description="to restore")
taken = until("the snapshot", lambda: [s for s in ecs.list_volume_snapshots(spare) if s.state == VolumeSnapshotState.AVAILABLE])[0]
want = dict(snapshot_name="of-spare", description="to restore", progress="100%", source_disk_id=spare.id, source_disk_size=20, source_disk_type="data")
assert taken.id == snapshot.id and {k: taken.extra[k] for k in want} == want, taken.extra
assert ecs.destroy_volume_snapshot(taken)
until("the end of " + taken.id, lambda: not ecs.list_volume_snapshots(spare))
assert ecs.detach_volume(spare)
assert ecs.destroy_volume(volume(spare.id, StorageVolumeState.AVAILABLE))
until("the end of " + spare.id, lambda: not ecs.list_volumes(ex_volume_ids=[spare.id]))

assert ecs.destroy_node(seen)  # stops it first
until("the end of " + id, lambda: not node(id))
refused("InvalidInstanceId.NotFound", ecs.start_node, seen)
for g in group, other:
    assert ecs.ex_delete_security_group_by_id(group_id=g)
