// Asks the core, as WebAssembly in Node, what is in a few documents, and runs the vectors there. Exits with 0 if all is well.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'

const { instance } = await WebAssembly.instantiate(readFileSync(process.argv[2]), {})
const core = instance.exports

/** Puts a body into the memory of the module; its length. */
function put(body) {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body
  new Uint8Array(core.memory.buffer, core.body(), bytes.length).set(bytes)
  return bytes.length
}

/** The text of an answer that gave this length. */
const text = (length) => new TextDecoder().decode(new Uint8Array(core.memory.buffer, core.text(), length))

const word = (at) => ({ word: `w${at}`, start: at, end: at + 0.25, confidence: 1 })
const id = '019f0000-0000-7000-8000-000000000001'
const transcript = {
  metadata: { request_id: id, channels: 1 },
  results: { channels: [{ alternatives: [{ transcript: 'gr\u00fc\u00df "dich"', words: Array.from({ length: 5000 }, (_, at) => word(at)) }] }] },
}

let length = put(JSON.stringify(transcript))
assert.equal(core.kind(length), 1)
assert.equal(text(core.request_id(length)), id)
assert.equal(text(core.transcript(length)), 'gr\u00fc\u00df "dich"')
assert.equal(core.words(length), 5000)
assert.equal(core.word_end(length, 4999), 4_999_250)
assert.equal(core.word_end(length, 5000), -1)

length = put('{"type":"UtteranceEnd","channel":[0,1],"last_word_end":2.5}')
assert.ok(core.kind(length) > 1)
assert.equal(core.request_id(length), -1)
assert.equal(core.words(length), -1)

assert.ok(core.kind(put('{"metadata":')) < 0)
assert.ok(core.kind(put(Uint8Array.of(0xff))) < 0)

const score = core.vectors()
const [right, wrong] = [Number(score & 0xffffffffn), Number(score >> 32n)]
assert.equal(wrong, 0)
assert.ok(right > 0)
console.log(`right: ${right}`)
