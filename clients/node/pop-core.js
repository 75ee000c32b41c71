'use strict';
// The main job with @alicloud/pop-core: node pop-core.js [host:port]
// Without an address it goes where a program for Alibaba Cloud goes.
const { RPCClient } = require('@alicloud/pop-core');
const { key, job } = require('./common');

const client = new RPCClient({
  ...key,
  endpoint: process.argv[2] ? `http://${process.argv[2]}` : 'https://ecs.cn-hangzhou.aliyuncs.com',
  apiVersion: '2014-05-26',
});

let calls = 0;

// call sends every other request by POST, which pop-core signs and places differently.
function call(action, { SystemDisk, ...params }) {
  for (const [k, v] of Object.entries(SystemDisk || {})) params[`SystemDisk.${k}`] = v;
  return client.request(action, params, { method: calls++ % 2 ? 'POST' : 'GET' });
}

job('pop-core', call, (e) => ({ code: e.code, requestId: e.data.RequestId })).then(
  () => client.keepAliveAgent.destroy(),
  (e) => { console.error(e); process.exitCode = 1; client.keepAliveAgent.destroy(); },
);
