// A worker thread: parses, receives, and ends, perhaps in the middle.
'use strict'

const { parentPort, workerData } = require('node:worker_threads')
const { Receiver, parse } = require('ringback')

const { store, round, how } = workerData
const payload = parse(JSON.stringify({ metadata: { request_id: `r-${round}` }, results: { channels: [] } }).padEnd(200_000))
const it = new Receiver({ store, url: 'https://example.com/hook', basic: 'user:password' })
it.onAny(delivery => {
  parentPort.postMessage([payload.requestId, delivery.requestId])
  if (how === 'hang') return new Promise(() => {})
  if (how === 'exit') process.exit(0)
  it.close()
})
it.start()
it.receive({ headers: { authorization: `Basic ${btoa('user:password')}` }, body: payload.body })
