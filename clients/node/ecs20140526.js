'use strict';
// The main job with @alicloud/ecs20140526: node ecs20140526.js [host:port]
// Without an address the SDK goes to Alibaba Cloud's own, over HTTPS.
const ecs = require('@alicloud/ecs20140526');
const { $OpenApiUtil } = require('@alicloud/openapi-core');
const { region, key, job } = require('./common');

const config = new $OpenApiUtil.Config({ ...key, regionId: region });
if (process.argv[2]) Object.assign(config, { endpoint: process.argv[2], protocol: 'http' });
const client = new ecs.default(config);

// The SDK's models have their own spelling of a name: instanceId, KMSKeyId as
// KMSKeyId. names() knows both, so the job is written with the service's.
const toModel = (Model, params) => {
  const out = new Model({});
  for (const [field, wire] of Object.entries(Model.names())) {
    if (params[wire] === undefined) continue;
    const type = Model.types()[field];
    if (typeof type === 'function') out[field] = toModel(type, params[wire]);
    else if (type && type.itemType && typeof type.itemType === 'function') out[field] = params[wire].map((v) => toModel(type.itemType, v));
    else out[field] = params[wire];
  }
  return out;
};

async function call(action, params) {
  const method = action[0].toLowerCase() + action.slice(1);
  const answer = await client[method](toModel(ecs[`${action}Request`], params));
  if (answer.statusCode !== 200) throw new Error(`${action}: status ${answer.statusCode}`);
  return answer.body.toMap();
}

job('ecs20140526', call, (e) => ({ code: e.code, status: e.statusCode, requestId: e.data.RequestId })).catch((e) => {
  console.error(e);
  process.exitCode = 1;
});
