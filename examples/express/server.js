// Deepgram's page has an Express server that takes transcripts at POST /hook. This is that server with Ringback in place, and with the
// other half: it submits audio, and knows which transcript belongs to which submission.
import { DeepgramClient } from '@deepgram/sdk'
import express from 'express'
import { Receiver } from 'ringback'

const { PORT = '3000', PUBLIC_URL, STORE = 'sqlite:ringback.db', DEEPGRAM_URL } = process.env

const receiver = new Receiver({ store: STORE, url: PUBLIC_URL })
receiver.on('transcript', async ({ id, job, payload }) => {
  // The work: keep it, mail it, index it. `id` is the same whenever the same delivery comes again.
  console.log(`${job}: ${payload.transcript} (${id})`)
})
receiver.on('failure', ({ job, payload }) => console.log(`${job} failed: ${payload?.failure?.message}`))
receiver.on('overdue', ({ job }) => console.log(`${job}: no answer in time`))

const app = express()
app.post('/hook', receiver.express()) // before body parsers
app.use(express.json())

app.post('/submissions', async (req, res) => {
  const submission = await receiver.expect({ job: req.body.job })
  const deepgram = new DeepgramClient({ apiKey: process.env.DEEPGRAM_API_KEY ?? 'none', baseUrl: DEEPGRAM_URL })
  const reply = await deepgram.listen.v1.media.transcribeUrl({ url: req.body.url, callback: submission.callbackUrl })
  await submission.accepted(reply.request_id)
  res.status(202).json({ submission: submission.id, requestId: reply.request_id })
})

app.get('/submissions/:id', async (req, res) => {
  const { payload } = await receiver.result(req.params.id, { timeout: 20_000 })
  res.json({ transcript: payload.transcript })
})

app.use((error, req, res, next) => {
  if (res.headersSent) return next(error)
  res.status(error.code === 'time_out' ? 504 : 502).json({ error: error.code ?? 'error', message: error.message })
})

const server = app.listen(Number(PORT), '127.0.0.1', () => console.log(`listening on port ${server.address().port}`))

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    server.close()
    server.closeIdleConnections()
    // What is in a handler's hands may end; the rest waits in the store.
    receiver.close({ grace: 5_000 }).then(() => process.exit(0))
  })
}
