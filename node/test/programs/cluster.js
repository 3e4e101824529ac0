// Two workers of a cluster behind one port, over one store. Each tells what it handles.
'use strict'

const cluster = require('node:cluster')
const { createServer } = require('node:http')

if (cluster.isPrimary) {
  // Requests go to the workers in turn.
  cluster.schedulingPolicy = cluster.SCHED_RR
  let listening = 0
  for (let count = 0; count < 2; count++) cluster.fork()
  cluster.on('message', (worker, message) => process.send({ worker: worker.id, ...message }))
  cluster.on('listening', (_, { port }) => ++listening === 2 && process.send({ port }))
  process.on('message', () => cluster.disconnect(() => process.exit(0)))
} else {
  const { Receiver } = require('ringback')
  const it = new Receiver({ store: process.env.STORE, url: 'https://example.com/hook', basic: 'user:password' })
  it.onAny(({ id, requestId }) => process.send({ id, requestId }))
  const listener = it.node()
  const server = createServer((req, res) => {
    process.send({ answered: true })
    listener(req, res)
  })
  server.listen(0, '127.0.0.1')
  process.on('disconnect', async () => {
    await it.close({ grace: 2_000 })
    process.exit(0)
  })
}
