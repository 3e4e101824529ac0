// Parsing: the vectors, the corpus, and what JavaScript may hand over.
'use strict'

const assert = require('node:assert/strict')
const { once } = require('node:events')
const { test } = require('node:test')
const { Worker } = require('node:worker_threads')
const { parse, PayloadError, RingbackError, ERROR_CODES } = require('ringback')
const facts = require('./facts.js')
const { bytes, corpus, load } = require('./vectors.js')

test('a text that is no JSON is refused with the error of the vectors, at its place', () => {
  for (const { name, body, error, code, offset } of load('json_errors')) {
    assert.throws(
      () => parse(bytes(body)),
      thrown => {
        assert.ok(thrown instanceof PayloadError && thrown instanceof RingbackError, name)
        assert.deepEqual([thrown.code, thrown.number, thrown.offset], [error, code, offset], name)
        return true
      },
    )
    assert.ok(ERROR_CODES.includes(error))
  }
})

for (const topic of ['transcripts', 'analyses', 'streams', 'failures', 'unknown']) {
  test(`payloads say what the vectors say: ${topic}`, () => {
    for (const { name, body, facts: expected } of load(topic)) {
      assert.deepEqual(facts.of(parse(bytes(body))), expected, name)
    }
  })
}

test('a value is of the type, and has as many elements, as the vectors say', () => {
  for (const { name, body, type, count } of load('json_values')) {
    const value = parse(bytes(body)).at('')
    const found = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value
    assert.equal(found === 'boolean' ? 'bool' : found, type, name)
    if (type === 'array') assert.equal(value.length, count, name)
  }
})

test('strings are decoded as the vectors say', () => {
  for (const { name, body, text } of load('strings').filter(({ error }) => error === undefined)) {
    // JavaScript keeps halves of surrogate pairs where a text of Unicode cannot: by a getter they are U+FFFD.
    assert.equal(parse(Buffer.concat([Buffer.from('{"err_msg":'), bytes(body), Buffer.from('}')])).failure.errMsg, text, name)
  }
})

test('numbers are those of the vectors, bit by bit', () => {
  const bits = new DataView(new ArrayBuffer(8))
  for (const { name, f64, millis } of load('numbers')) {
    const { speechStarted } = parse(`{"type":"SpeechStarted","timestamp":${name}}`)
    if (f64 === null) assert.equal(speechStarted.timestamp, undefined, name)
    else {
      bits.setFloat64(0, speechStarted.timestamp)
      assert.equal(bits.getBigUint64(0).toString(16).padStart(16, '0'), f64.padStart(16, '0'), name)
    }
    assert.equal(speechStarted.timestampMillis, millis === null ? undefined : Number(millis), name)
  }
})

test('pointers lead to the values of the vectors', () => {
  for (const { name, body, pointer, raw, error } of load('pointers')) {
    const payload = parse(bytes(body))
    if (error !== undefined) assert.throws(() => payload.at(pointer), { code: error }, name)
    else assert.deepEqual(payload.at(pointer), raw === null ? undefined : JSON.parse(raw), name)
  }
})

test('request ids are written as the vectors say', () => {
  for (const { name, text, canonical, error } of load('request_ids')) {
    // Of an id with escapes the raw text is taken, which is another one.
    if (JSON.stringify(text) !== `"${text}"`) continue
    const { requestId } = parse(JSON.stringify({ err_code: 'X', request_id: text }))
    assert.equal(requestId, error === undefined ? canonical : undefined, name)
  }
})

test('every payload of the corpus says what JSON.parse reads', () => {
  const words = words => Array.from(words, word => [word.word, word.start, word.end, word.confidence, word.punctuatedWord, word.speaker])
  const plain = words => words.map(word => [word.word, word.start, word.end, word.confidence, word.punctuated_word, word.speaker])
  for (const row of corpus().filter(row => row.isJson)) {
    const payload = parse(row.body)
    const expected = JSON.parse(row.body)
    assert.equal(payload.kind, row.kind, row.file)
    assert.equal(payload.requestId !== undefined, row.hasRequestId, row.file)
    assert.deepEqual(payload.toJSON(), expected, row.file)
    const channels = payload.streamResults ? [payload.streamResults.channel] : payload.channels
    const others = payload.streamResults ? [expected.channel] : (expected.results?.channels ?? [])
    let count = 0
    for (const [at, channel] of [...channels].entries()) {
      for (const [which, alternative] of [...(channel?.alternatives ?? [])].entries()) {
        const other = others[at].alternatives[which]
        assert.equal(alternative.transcript, other.transcript, row.file)
        assert.deepEqual(words(alternative.words), plain(other.words ?? []), row.file)
        const { columns } = alternative.words
        assert.deepEqual([...columns.starts], (other.words ?? []).map(word => word.start), row.file)
        assert.deepEqual([...columns.words], (other.words ?? []).map(word => word.word), row.file)
        assert.deepEqual([...columns.punctuatedWords], (other.words ?? []).map(word => word.punctuated_word ?? ''), row.file)
        assert.deepEqual([...columns.speakers], (other.words ?? []).map(word => word.speaker ?? -1), row.file)
        count += columns.length
      }
    }
    assert.equal(count, row.words, row.file)
  }
})

const DOCUMENT = JSON.stringify({
  metadata: { request_id: '019f0000-0000-7000-8000-000000000001', extra: { job: 'call-42' }, tags: ['a', 7] },
  results: {
    channels: [
      { alternatives: [{ transcript: 'déjà vu', words: [{ word: 'd\u00e9j\u00e0', start: 0.5, end: 1 }, 7, { word: '\u{1f600}', punctuated_word: 'vu.' }] }] },
    ],
  },
})

test('a Buffer, a Uint8Array, an ArrayBuffer, shared memory and a string say the same', () => {
  const buffer = Buffer.from(DOCUMENT)
  const array = new Uint8Array(buffer)
  const shared = new Uint8Array(new SharedArrayBuffer(array.length))
  shared.set(array)
  const within = Buffer.concat([Buffer.from('xx'), buffer, Buffer.from('xx')]).subarray(2, -2)
  for (const body of [buffer, array, array.buffer, shared, within, DOCUMENT]) {
    const payload = parse(body)
    assert.equal(payload.kind, 'transcript')
    assert.equal(payload.transcript, 'déjà vu')
    assert.deepEqual(payload.body, buffer)
  }
})

test('what is no body is a TypeError', () => {
  const strange = [undefined, null, 7, {}, [], true, Symbol('x'), 7n, new Float64Array(2), new DataView(new ArrayBuffer(2)), { byteLength: 2 }]
  for (const body of strange) assert.throws(() => parse(body), { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' })
})

test('nothing is an incomplete body', () => {
  for (const body of ['', Buffer.alloc(0), new ArrayBuffer(0)]) {
    assert.throws(() => parse(body), { code: 'unexpected_end', offset: 0, fault: 'sender' })
  }
})

test('a list is read like an array', () => {
  const { words } = parse(DOCUMENT).channels[0].alternatives[0]
  assert.equal(words.length, 2)
  assert.equal(words[1].word, '\u{1f600}')
  assert.equal(words[2], undefined)
  assert.equal(words[-1], undefined)
  assert.equal(words.at(-1).punctuatedWord, 'vu.')
  assert.deepEqual(words.map(word => word.word), ['déjà', '\u{1f600}'])
  assert.deepEqual([...words].map(word => word.endMillis), [1000, undefined])
  assert.deepEqual(words.toJSON()[0], { word: 'déjà', start: 0.5, end: 1 })
  assert.deepEqual(words.columns.words.toArray(), ['déjà', '\u{1f600}'])
  assert.ok(Number.isNaN(words.columns.starts[1]))
  assert.deepEqual([...words.columns.speakers], [-1, -1])
})

test('a list that is absent is empty, and says so', () => {
  const { utterances } = parse(DOCUMENT)
  assert.equal(utterances.isPresent, false)
  assert.equal(utterances.length, 0)
  assert.deepEqual([...utterances], [])
  assert.equal(parse('{"type":"Results","channel_index":[0,1],"channel":{"alternatives":[{}]}}').alternative.words.columns.length, 0)
})

test('a pair with a name of Object.prototype is a pair like any other', () => {
  const { extra } = parse('{"metadata":{"extra":{"__proto__":"x","toString":"y"}},"results":{"channels":[]}}')
  assert.deepEqual(Object.entries(extra), [['__proto__', 'x'], ['toString', 'y']])
})

test('a buffer that is changed or given away after parsing changes no view', () => {
  for (const padding of [0, 200_000]) {
    const array = new Uint8Array(Buffer.from(DOCUMENT + ' '.repeat(padding)))
    const payload = parse(array)
    array.fill(0x5b)
    assert.equal(payload.transcript, 'déjà vu')
    structuredClone(array.buffer, { transfer: [array.buffer] })
    assert.equal(array.length, 0)
    assert.equal(payload.at('/metadata/extra/job'), 'call-42')
    assert.throws(() => parse(array), { code: 'unexpected_end' })
  }
})

test('a buffer that is given away, shrunk or grown while it is being parsed harms nothing', () => {
  for (const padding of [0, 20_000, 200_000]) {
    const text = Buffer.from(DOCUMENT + ' '.repeat(padding))
    /** A body whose length is asked for, at which moment something happens to it. */
    const body = happens => {
      const buffer = new ArrayBuffer(text.length, { maxByteLength: 2 * text.length })
      const array = new Uint8Array(buffer)
      array.set(text)
      const length = array.length
      Object.defineProperty(array, 'byteLength', { get: () => (happens(buffer), length) })
      return array
    }
    assert.throws(() => parse(body(buffer => structuredClone(buffer, { transfer: [buffer] }))), { code: 'unexpected_end' })
    assert.throws(() => parse(body(buffer => buffer.resize(40))), { code: 'unexpected_end', offset: 40 })
    assert.throws(() => parse(body(buffer => buffer.resize(2 * text.length))), { name: 'TypeError' })
    assert.equal(parse(body(() => {})).transcript, 'déjà vu')
  }
})

test('shared memory that another thread writes to meanwhile is parsed as it was at one moment', async () => {
  const filler = 'x'.repeat(100_000)
  const bodies = ['good morning', 'good evening'].map(text => Buffer.from(JSON.stringify({ results: { channels: [{ alternatives: [{ transcript: text }] }] }, filler })))
  const shared = new Uint8Array(new SharedArrayBuffer(bodies[0].length))
  const stop = new Int32Array(new SharedArrayBuffer(4))
  const program = `
    const { shared, bodies, stop } = require('node:worker_threads').workerData
    require('node:worker_threads').parentPort.postMessage('begun')
    for (let at = 0; Atomics.load(stop, 0) === 0; at++) at % 3 === 2 ? shared.fill(0x22) : shared.set(bodies[at % 3])`
  const worker = new Worker(program, { eval: true, workerData: { shared, bodies, stop } })
  await once(worker, 'message')
  for (let times = 0; times < 300; times++) {
    try {
      const payload = parse(shared)
      const { transcript } = payload
      // Whatever came out of the mixture, it stays as it was when it was copied.
      assert.deepEqual(payload.toJSON(), JSON.parse(payload.body))
      assert.equal(transcript, JSON.parse(payload.body).results?.channels?.[0]?.alternatives?.[0]?.transcript)
    } catch (error) {
      if (!(error instanceof PayloadError)) throw error
    }
  }
  Atomics.store(stop, 0, 1)
  await once(worker, 'exit')
})

test('a length that lies is refused', () => {
  const array = new Uint8Array(Buffer.from(DOCUMENT))
  Object.defineProperty(array, 'byteLength', { value: 1 })
  assert.throws(() => parse(array), { name: 'TypeError' })
})

test('views of a forged place are refused, and a getter on another object too', () => {
  const { Channel } = require('ringback').views
  const forged = new Channel(new ArrayBuffer(4096), 0, 0, 10)
  assert.throws(() => forged.alternatives, TypeError)
  assert.throws(() => new Channel(undefined, 1, 2, 3).alternatives, TypeError)
  const { get } = Object.getOwnPropertyDescriptor(Channel.prototype, 'detectedLanguage')
  assert.throws(() => get.call({}), TypeError)
})

test('ES modules and CommonJS have the same names', async () => {
  const module = await import('ringback')
  const names = Object.keys(module).filter(name => name !== 'default').sort()
  assert.deepEqual(names, Object.keys(require('ringback')).sort())
})
