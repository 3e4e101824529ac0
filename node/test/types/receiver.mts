// The types of receivers, as a program uses them.
import { createServer } from 'node:http'
import express from 'express'
import { Clock, Dead, Receiver, ResultError, type Delivery } from 'ringback'

const receiver = new Receiver({ store: 'sqlite:inbox.db', url: 'https://example.com/hook', basic: ['acme=user:password'] })
const clock = new Clock(new Date())
clock.advance(clock.now.getTime())
new Receiver({ store: 'memory', oversizeLimit: 0, clock })
// @ts-expect-error An option that does not exist.
new Receiver({ stroe: 'memory' })

receiver
  .on('transcript', { tag: 'night', extra: { desk: '7' } }, async (delivery: Delivery) => {
    const text: string | undefined = delivery.payload?.transcript
    if (text === undefined) throw new Dead('no text')
  })
  .on('overdue', submission => console.log(submission.job, submission.since.toISOString()))
  .onAny({ jobPrefix: 'call-' }, () => {})
  .fallback(() => {})
  .onError((error, delivery) => console.error(error, delivery?.id))
// @ts-expect-error There is no such kind.
receiver.on('transcripts', () => {})

const app = express()
app.post('/hook', receiver.express())
app.post('/old', receiver.guard(), (_req, res) => void res.send('ok'))
createServer(receiver.node(app))

const submission = await receiver.expect({ job: 'call-42', deadline: 60_000 })
const url: string = submission.callbackUrl
await submission.accepted('019f0000-0000-7000-8000-000000000001')
try {
  const reply = await receiver.result(submission.id, { timeout: 1000, signal: AbortSignal.timeout(1000) })
  const words: number | undefined = reply.payload?.alternative?.words.columns.length
  void words
} catch (error) {
  if (error instanceof ResultError) console.log(error.code)
}
const answer: Response = await receiver.fetch(new Request('https://example.com/hook'), { waitUntil: () => {} })
for (const letter of await receiver.deadLetters({ limit: 10 })) await receiver.replay(letter.id)
const text: string = await receiver.metrics()
void [url, answer, text]
