"""Checks openecs_testing.py against a server: check.py ENDPOINT ADMIN_TOKEN OPENECS. OPENECS, the command, makes the requests."""

import subprocess
import sys

from openecs_testing import OpenECS, OpenECSError

endpoint, token, command = sys.argv[1:]
openecs = OpenECS(endpoint, token)


def regions():
    return subprocess.run([command, "--endpoint", endpoint, "region", "list"], capture_output=True).returncode


def refused(status, has, call, *args, **kwargs):
    try:
        call(*args, **kwargs)
    except OpenECSError as error:
        assert error.status == status and has in str(error), (error.status, error)
    else:
        raise AssertionError("not refused")


openecs.reset()
with openecs.fault(action="DescribeRegions", error={"code": "InvalidAccessKeyId.NotFound"}) as name:
    assert regions() != 0
    (rule,) = openecs.faults()
    assert rule["name"] == name and rule["struck"] >= 1, rule
assert openecs.faults() == []
assert regions() == 0
calls = openecs.requests(action="DescribeRegions")
assert calls[0]["code"] == "InvalidAccessKeyId.NotFound" and calls[-1]["status"] == 200, calls
assert openecs.requests(action="DescribeRegions", refused="true", limit=1)[0]["code"] == "InvalidAccessKeyId.NotFound"
refused(400, "no action", openecs.add_faults, {"action": "Nope", "latency": "1s"})
refused(404, "in force", openecs.lift, "nothing")
refused(400, "line 2", openecs.seed, "version: 1\nvpcs: 3")
refused(401, "administration token", OpenECS(endpoint, "wrong").reset)
openecs.seed("version: 1\nregion: cn-hangzhou\nvpcs:\n  - {VpcName: main, CidrBlock: 192.168.0.0/16}\n")
assert "VpcName: main" in openecs.save()
openecs.forget_requests()
assert openecs.requests() == []
openecs.add_faults({"latency": "1ms"})
openecs.reset()
assert openecs.faults() == [] and "VpcName: main" in openecs.save()
print("ok")
