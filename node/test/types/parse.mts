// The types of payloads, as a program uses them. `tsc` reads this; nothing runs it.
import { parse, PayloadError, type Kind, type Payload, type Words } from 'ringback'

const payload: Payload = parse(Buffer.from('{}'))
parse('{}')
parse(new ArrayBuffer(2))
// @ts-expect-error A number is no body.
parse(7)
// @ts-expect-error A payload is made by `parse`.
new Payload()

const kind: Kind = payload.kind
const id: string | undefined = payload.requestId
// @ts-expect-error There may be no transcript.
const text: string = payload.transcript
const words: Words | undefined = payload.channels[0]?.alternatives[0]?.words
for (const word of words ?? []) {
  const start: number | undefined = word.startMillis
  void start
}
const starts: Float64Array | undefined = words?.columns.starts
const names: (string | undefined)[] = payload.utterances.map(utterance => utterance.transcript)
// @ts-expect-error A view does not change.
payload.kind = 'audio'
const job: unknown = payload.at('/metadata/extra/job')

try {
  parse('')
} catch (error) {
  if (error instanceof PayloadError && error.code === 'unexpected_end') {
    const offset: number | undefined = error.offset
    void offset
  }
}
void [kind, id, text, starts, names, job]
