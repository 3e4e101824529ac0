// One of the servers that are compared, in a process of its own. It says its port, and on demand how late its event loop was.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import express from 'express'
import { Receiver } from 'ringback'

const [kind, store] = process.argv.slice(2)
const app = express()
let handled = 0

/** What all of them do with what they have: read who and what, and count. */
function work(requestId, transcript) {
  if (requestId.length !== 36 || transcript.length === 0) throw new Error('not what was sent')
  handled += 1
}

if (kind === 'express.json') {
  app.post('/hook', express.json({ limit: '32mb' }), ({ body }, res) => {
    work(body.metadata.request_id, body.results.channels[0].alternatives[0].transcript)
    res.sendStatus(200)
  })
} else if (kind === 'raw body') {
  app.post('/hook', express.raw({ type: '*/*', limit: '32mb' }), (req, res) => {
    work('x'.repeat(36), `${req.body.length}`)
    res.sendStatus(200)
  })
} else {
  const receiver = new Receiver({ store, basic: 'user:password', ...(store !== 'memory' && { bodyLife: 0 }) })
  receiver.on('transcript', ({ payload }) => work(payload.requestId, payload.transcript))
  app.post('/hook', receiver.express())
}

let spent
const delay = monitorEventLoopDelay({ resolution: 1 })
const server = app.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }))

process.on('message', message => {
  if (message === 'begin') {
    handled = 0
    spent = process.cpuUsage()
    delay.reset()
    delay.enable()
    process.send({})
  } else {
    delay.disable()
    const { user, system } = process.cpuUsage(spent)
    process.send({ handled, busy: (user + system) / 1e3, p50: delay.percentile(50) / 1e6, p99: delay.percentile(99) / 1e6 })
  }
})
process.on('disconnect', () => process.exit(0))
