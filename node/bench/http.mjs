// Requests a second of Express: with ringback, with `express.json` and its limit raised, with a raw body. Servers run side by side in processes
// of their own, and take turns.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ID, PAYLOADS } from './payloads.mjs'

const SERVERS = ['express.json', 'raw body', 'ringback, memory', 'ringback, SQLite']

/** Requests a second, against the first of the servers. */
const FLOORS = { 'ringback, memory': { '3 MB': 7 } }

let sent = 0

/** One connection: sends a document, each time with another request id, as soon as the last one was answered; until the end. */
function drive(port, body, until) {
  const at = body.indexOf(ID)
  const head = `POST /hook HTTP/1.1\r\nhost: x\r\nauthorization: Basic ${btoa('user:password')}\r\n` +
    `content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`
  const request = Buffer.concat([Buffer.from(head), body])
  const place = head.length + at + ID.length - 12
  return new Promise((resolve, reject) => {
    let done = 0
    const socket = net.connect(port, '127.0.0.1', next)
    socket.setNoDelay(true)
    socket.on('error', reject)
    socket.on('data', piece => {
      if (!piece.includes('HTTP/1.1 200 ')) return reject(new Error(piece.toString('latin1').slice(0, 200)))
      done += 1
      next()
    })
    function next() {
      if (performance.now() >= until) {
        socket.destroy()
        return resolve(done)
      }
      request.write((++sent).toString(16).padStart(12, '0'), place, 'latin1')
      socket.write(request)
    }
  })
}

/** How often a server answers within this time. */
async function round({ child, port }, body, span) {
  child.send('begin')
  await once(child, 'message')
  const start = performance.now()
  const connections = body.length > 1e6 ? 4 : 8
  const counts = await Promise.all(Array.from({ length: connections }, () => drive(port, body, start + span)))
  const seconds = (performance.now() - start) / 1_000
  child.send('end')
  const [{ handled, busy, p50, p99 }] = await once(child, 'message')
  const count = counts.reduce((one, other) => one + other)
  return { rate: count / seconds, cost: busy / count, handled, count, p50, p99 }
}

const median = numbers => numbers.sort((one, other) => one - other)[numbers.length >> 1]

export async function measure({ rounds = 5, span = 1_000 } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'ringback-bench-'))
  const program = fileURLToPath(new URL('server.mjs', import.meta.url))
  const servers = []
  for (const name of SERVERS) {
    const store = name.endsWith('memory') ? 'memory' : `sqlite:${join(folder, 'inbox.db')}`
    const child = fork(program, [name, store])
    const [{ port }] = await once(child, 'message')
    servers.push({ name, child, port })
  }
  const rows = []
  try {
    for (const [size, body] of Object.entries(PAYLOADS)) {
      const results = servers.map(() => [])
      for (let at = -1; at < rounds; at++) {
        for (let step = 0; step < servers.length; step++) {
          const which = (step + at + servers.length) % servers.length
          const result = await round(servers[which], body, at < 0 ? span / 4 : span)
          const { name } = servers[which]
          if (!name.endsWith('SQLite') && result.handled < result.count) throw new Error(`${name} has handled ${result.handled} of ${result.count}`)
          if (at >= 0) results[which].push(result)
        }
      }
      const rates = results.map(list => median(list.map(({ rate }) => rate)))
      for (const [which, { name }] of servers.entries()) {
        const [cost, p50, p99] = ['cost', 'p50', 'p99'].map(key => median(results[which].map(result => result[key])))
        const row = { size, bytes: body.length, name, rate: rates[which], ratio: rates[which] / rates[0], cost, p50, p99 }
        rows.push({ ...row, floor: FLOORS[name]?.[size] })
      }
    }
  } finally {
    for (const { child } of servers) child.disconnect()
    await Promise.all(servers.map(({ child }) => once(child, 'exit')))
    rmSync(folder, { recursive: true, force: true })
  }
  return rows
}
