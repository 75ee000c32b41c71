// Checks openecs-testing.mjs against a server: check.mjs ENDPOINT ADMIN_TOKEN OPENECS. OPENECS, the command, makes the requests.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { OpenECS } from './openecs-testing.mjs'

const [endpoint, token, command] = process.argv.slice(2)
const openecs = new OpenECS(endpoint, token)
const regions = () => spawnSync(command, ['--endpoint', endpoint, 'region', 'list']).status
const refused = (status, has, call) => assert.rejects(call, (e) => e.status === status && e.message.includes(has))

await openecs.reset()
const [name] = await openecs.addFaults({ action: 'DescribeRegions', error: { code: 'InvalidAccessKeyId.NotFound' } })
assert.notEqual(regions(), 0)
const [rule] = await openecs.faults()
assert.equal(rule.name, name)
assert.ok(rule.struck >= 1)
await openecs.lift(name)
assert.deepEqual(await openecs.faults(), [])
assert.equal(regions(), 0)
const calls = await openecs.requests({ action: 'DescribeRegions' })
assert.equal(calls[0].code, 'InvalidAccessKeyId.NotFound')
assert.equal(calls.at(-1).status, 200)
await refused(400, 'no action', () => openecs.addFaults({ action: 'Nope', latency: '1s' }))
await refused(404, 'in force', () => openecs.lift('nothing'))
await refused(400, 'line 2', () => openecs.seed('version: 1\nvpcs: 3'))
await refused(401, 'administration token', () => new OpenECS(endpoint, 'wrong').reset())
await openecs.seed('version: 1\nregion: cn-hangzhou\nvpcs:\n  - {VpcName: main, CidrBlock: 192.168.0.0/16}\n')
assert.match(await openecs.save(), /VpcName: main/)
await openecs.forgetRequests()
assert.deepEqual(await openecs.requests(), [])
await openecs.addFaults({ latency: '1ms' })
await openecs.reset()
assert.deepEqual(await openecs.faults(), [])
assert.match(await openecs.save(), /VpcName: main/)
console.log('ok')
