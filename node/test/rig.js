// What tests of receivers need: a folder, a receiver, a server, a sender.
'use strict'

const fs = require('node:fs')
const http = require('node:http')
const net = require('node:net')
const os = require('node:os')
const path = require('node:path')
const { Receiver } = require('ringback')

const ID = '019f0000-0000-7000-8000-0000000000'

/** A transcript with this request id and text, as large as is asked. */
function transcript({ id = 1, text = 'hello there', size = 0 } = {}) {
  const document = {
    metadata: { request_id: ID + String(id).padStart(2, '0'), tags: ['night'], extra: { desk: '7' } },
    results: { channels: [{ alternatives: [{ transcript: text, words: [] }] }] },
  }
  return Buffer.from(JSON.stringify(document).padEnd(size))
}

const folders = []
process.on('exit', () => folders.forEach(made => fs.rmSync(made, { recursive: true, force: true })))

/** A folder that goes when all tests have ended. */
function folder() {
  const made = fs.mkdtempSync(path.join(os.tmpdir(), 'ringback-node-'))
  folders.push(made)
  return made
}

/** A receiver that is closed when the test ends. `store` is `memory`, or a file in a folder of its own. */
function receiver(t, { store = 'sqlite', ...options } = {}) {
  const place = store === 'sqlite' ? `sqlite:${path.join(folder(), 'inbox.db')}` : store
  const tickets = store === 'memory' ? { ticketKeysText: `test:${Buffer.alloc(32, 7).toString('base64')}` } : {}
  const made = new Receiver({ store: place, url: 'https://example.com/hook', ...tickets, ...options })
  t.after(() => made.close({ grace: 2_000 }))
  return made
}

/** A server on a port of its own; the port. */
async function listen(t, server) {
  await new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve))
  t.after(() => new Promise(resolve => {
    server.closeAllConnections?.()
    server.close(resolve)
  }))
  return server.address().port
}

/** The credential of a callback URL, as the sender writes it into a header. */
function authorization(url) {
  const { username, password } = new URL(url)
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
}

/** Sends one request; status, headers and body of the answer. */
function send(port, { method = 'POST', path = '/hook', headers = {}, body = '', auth, type = 'application/json' } = {}) {
  return new Promise((resolve, reject) => {
    const given = { 'content-type': type, ...(auth === undefined ? {} : { authorization: auth }), ...headers }
    const request = http.request({ host: '127.0.0.1', port, method, path, headers: given, agent: false }, response => {
      const pieces = []
      response.on('data', piece => pieces.push(piece))
      response.on('end', () => {
        resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(pieces).toString() })
      })
      response.on('error', reject)
    })
    request.on('error', reject)
    request.end(body)
  })
}

/** Sends these bytes as they are; all that comes back until the other side ends. */
function raw(port, bytes, { half = false } = {}) {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1', () => (half ? socket.end(bytes) : socket.write(bytes)))
    const pieces = []
    socket.on('data', piece => pieces.push(piece))
    socket.on('close', () => resolve(Buffer.concat(pieces).toString()))
    socket.on('error', reject)
  })
}

/** Deliveries as they come to a handler, to be awaited one by one. */
function collector() {
  const there = []
  const waiting = []
  const handle = delivery => {
    there.push(delivery)
    waiting.splice(0).forEach(wake => wake())
  }
  handle.all = there
  handle.count = async count => {
    while (there.length < count) await new Promise(resolve => waiting.push(resolve))
    return there
  }
  return handle
}

module.exports = { transcript, folder, receiver, listen, authorization, send, raw, collector, ID }
