// Ends in the middle of everything: a handler at work, a result awaited, a parse on another thread, a server open.
'use strict'

const { createServer } = require('node:http')
const { Receiver, parse } = require('ringback')

const [store, how] = process.argv.slice(2)
const it = new Receiver({ store, url: 'https://example.com/hook', basic: 'user:password', lease: how === 'kill' ? 1_000 : 600_000 })
const kept = parse(`[${'1,'.repeat(100_000)}1]`)
const headers = { authorization: `Basic ${btoa('user:password')}` }
const body = size => `{"metadata":{"request_id":"019f0000-0000-7000-8000-0000000000${size % 90 + 10}"},"results":{"channels":[]}}`.padEnd(size)

it.onError(() => {})
it.onAny(() => {
  for (let size = 0; size < 4; size++) it.receive({ headers, body: body(2_000_000 + size) })
  it.result('nobody').catch(() => {})
  createServer(it.node()).listen(0, '127.0.0.1')
  process.stdout.write(`handling ${kept.kind}\n`, () => {
    if (how === 'exit') process.exit(7)
    if (how === 'throw') throw new Error('thrown')
    if (how === 'kill') process.kill(process.pid, 'SIGTERM')
  })
  return new Promise(() => {})
})
it.start()
it.receive({ headers, body: body(300) })
