// Drives the test kit of an OpenECS server: faults, requests, state and reset.
// Node.js 18 or later, or anything with fetch; copy this file into your tests.
//
//   const openecs = new OpenECS('http://127.0.0.1:7070', adminToken)
//   await openecs.addFaults({ action: 'RunInstances', error: { code: 'OperationDenied.NoStock' }, times: 1 })
//   await createServer()                       // your code, through any SDK
//   assert.equal((await openecs.requests({ action: 'RunInstances' })).length, 2)
//   await openecs.reset()
//
// The server is one started with `openecs serve --ephemeral` or `--testing`.

/** The server refused: message is its sentence, status the HTTP status. */
export class OpenECSError extends Error {
  constructor(status, message) {
    super(message)
    this.status = status
  }
}

export class OpenECS {
  constructor(endpoint, adminToken) {
    this.endpoint = endpoint.replace(/\/+$/, '')
    this.adminToken = adminToken
  }

  async #call(method, page, { body, query = {} } = {}) {
    const search = new URLSearchParams(query).toString()
    const answer = await fetch(`${this.endpoint}/_openecs/v1/${page}${search && '?' + search}`, {
      method, body, headers: { Authorization: `Bearer ${this.adminToken}` },
    })
    const text = await answer.text()
    if (!answer.ok) {
      let message = text
      try { message = JSON.parse(text).error ?? text } catch { /* it is as it is */ }
      throw new OpenECSError(answer.status, message)
    }
    return text
  }

  /** Puts rules in force, all or none; resolves to their names. */
  async addFaults(...faults) {
    return JSON.parse(await this.#call('POST', 'faults', { body: JSON.stringify({ version: 1, faults }) })).added
  }

  /** The rules in force, with how many requests each has seen and struck. */
  async faults() { return JSON.parse(await this.#call('GET', 'faults')).faults }

  /** Lifts the rule of a name, or all. */
  async lift(name) { await this.#call('DELETE', 'faults', { query: name ? { name } : {} }) }

  /** The recorded requests, the oldest first. Filters: action, product, code, accessKeyId, account, refused, after, limit. */
  async requests(filters = {}) { return JSON.parse(await this.#call('GET', 'requests', { query: filters })).requests }

  async forgetRequests() { await this.#call('DELETE', 'requests') }

  /** What the server holds, as YAML. */
  async save() { return this.#call('GET', 'state') }

  /** Makes the server what a YAML or JSON text says, in place of all that it has. */
  async seed(text) { await this.#call('PUT', 'state', { body: text }) }

  /** Goes back to what the server began with or was seeded with, without faults and recorded requests. */
  async reset() { await this.#call('POST', 'reset') }
}
