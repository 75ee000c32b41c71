'use strict';
// What both programs do alike: the job, written against call(action, params),
// which answers with the service's own names.
const assert = require('assert');

const region = 'cn-hangzhou';
const image = 'aliyun_3_x64_20G_alibase_20240819.vhd';
const type = 'ecs.g7.large';
const zone = 'cn-hangzhou-k';

const key = {
  accessKeyId: process.env.ALIBABA_CLOUD_ACCESS_KEY_ID,
  accessKeySecret: process.env.ALIBABA_CLOUD_ACCESS_KEY_SECRET,
};

async function until(what, test) {
  for (const end = Date.now() + 30000; Date.now() < end;) {
    const got = await test();
    if (got) return got;
    await new Promise((done) => setTimeout(done, 20));
  }
  throw new Error(`waited 30 s for ${what}`);
}

// job runs the main job. refusal(error) gives {code, status, requestId}; a
// status of undefined is not checked, where the SDK does not tell it.
async function job(name, call, refusal) {
  async function refused(code, status, action, params) {
    let answer;
    try {
      answer = await call(action, params);
    } catch (e) {
      const r = refusal(e);
      assert.strictEqual(r.code, code, String(e));
      assert.match(r.requestId, /^[0-9A-F-]{36}$/);
      if (r.status !== undefined) assert.strictEqual(r.status, status);
      return;
    }
    assert.fail(`${action} answered ${JSON.stringify(answer)}, want ${code}`);
  }
  const instances = async (id) =>
    (await call('DescribeInstances', { RegionId: region, InstanceIds: JSON.stringify([id]) })).Instances.Instance;
  const wait = (id, status) => until(`${id} ${status}`, async () => {
    const [i] = await instances(id);
    return i && i.Status === status && i;
  });

  const regions = (await call('DescribeRegions', {})).Regions.Region.map((r) => r.RegionId);
  assert(regions.includes(region) && regions.length >= 20, regions.join());

  const { VpcId } = await call('CreateVpc', { RegionId: region, CidrBlock: '10.0.0.0/8' });
  await until('the VPC', async () => (await call('DescribeVpcs', { RegionId: region, VpcId })).Vpcs.Vpc[0].Status === 'Available');
  const { VSwitchId } = await call('CreateVSwitch', { RegionId: region, VpcId, ZoneId: zone, CidrBlock: '10.1.0.0/24' });
  const { SecurityGroupId } = await call('CreateSecurityGroup', { RegionId: region, VpcId });

  const wanted = {
    RegionId: region, InstanceType: type, ImageId: image, SecurityGroupId, VSwitchId, InternetMaxBandwidthOut: 5,
    InstanceName: name, Description: 'a *~+ü b', SystemDisk: { Category: 'cloud_essd', Size: 40 }, Tag: [{ Key: 'sdk', Value: name }],
  };
  await refused('InvalidImageId.NotFound', 404, 'CreateInstance', { ...wanted, ImageId: 'no-such-image' });
  const { InstanceId } = await call('CreateInstance', wanted);
  await wait(InstanceId, 'Stopped');
  await refused('IncorrectInstanceStatus', 403, 'StopInstance', { InstanceId });
  await call('StartInstance', { InstanceId });
  await wait(InstanceId, 'Running');
  const { IpAddress } = await call('AllocatePublicIpAddress', { InstanceId });
  const [seen] = await instances(InstanceId);
  assert.deepStrictEqual(seen.PublicIpAddress.IpAddress, [IpAddress]);
  assert.strictEqual(seen.Description, wanted.Description);
  assert.strictEqual(seen.InstanceType, type);
  assert.strictEqual(seen.ZoneId, zone);
  assert.deepStrictEqual(seen.SecurityGroupIds.SecurityGroupId, [SecurityGroupId]);
  assert.strictEqual(seen.Tags.Tag[0].TagValue, name);
  await call('StopInstance', { InstanceId });
  await wait(InstanceId, 'Stopped');
  await call('DeleteInstance', { InstanceId });
  await until(`the end of ${InstanceId}`, async () => (await instances(InstanceId)).length === 0);
}

module.exports = { region, key, job };
