// A body, parsed: what it is, and the way to the views of it.
'use strict'

const { native, scratch } = require('./error.js')
const { List, View } = require('./view.js')
const views = require('./views.js')

/** The names of kinds, at the places of their numbers. */
const KINDS = Object.freeze(native.kinds())

/** How much memory stands in front of a body, and what places are multiples of. */
const HEAD = native.headSize()
const STEP = 16

/** Small bodies share a slab. A body that is kept keeps its slab. */
const SLAB = 32 * 1024
const SMALL = 8 * 1024

/** From here on memory comes from the native half, which keeps it for the next body. */
const LARGE = 64 * 1024

let slab = null
let free = 0

/** Memory of its own for a body of this size. What is in it is not seen before it is written. */
function fresh(size) {
  return Buffer.allocUnsafeSlow(size).buffer
}

/** Reserves room for a body of this size in `slab`, at the place that is answered. */
function reserve(size) {
  const room = (HEAD + size + STEP) & ~(STEP - 1)
  if (slab === null || free + room > SLAB) {
    slab = fresh(SLAB)
    free = 0
  }
  const at = free
  free += room
  return at
}

/** What the payload itself finds. The numbers are those of `src/view.rs`. */
const METADATA = 0
const RESULTS = 1
const CHANNELS = 2
const UTTERANCES = 3
const SUMMARY = 4
const TOPICS = 5
const INTENTS = 6
const SENTIMENTS = 7
const ALTERNATIVE = 8
const ROOT = 9

let hold

/** The results of a transcript or an analysis; nested forms are shown flat. */
class Results {
  #payload

  constructor(payload) {
    this.#payload = payload
  }

  get channels() {
    return this.#payload.channels
  }

  get utterances() {
    return this.#payload.utterances
  }

  get summary() {
    return placeOf(this.#payload, SUMMARY, views.Summary)
  }

  get topics() {
    return listOf(this.#payload, TOPICS, views.TopicSegment)
  }

  get intents() {
    return listOf(this.#payload, INTENTS, views.IntentSegment)
  }

  get sentiments() {
    return placeOf(this.#payload, SENTIMENTS, views.Sentiments)
  }

  toJSON() {
    return placeOf(this.#payload, RESULTS, View).toJSON()
  }
}

let placeOf, listOf

/** A JSON body, parsed and checked as a whole. Made by `parse`. */
class Payload {
  #slab
  #at
  #kind
  #transcript
  #requestId

  get kind() {
    return KINDS[this.#kind - 1]
  }

  get requestId() {
    return (this.#requestId ??= native.requestId(this.#slab, this.#at))
  }

  get transcript() {
    return (this.#transcript ??= native.transcript(this.#slab, this.#at))
  }

  get metadata() {
    return placeOf(this, METADATA, views.Metadata)
  }

  get results() {
    return native.place(this.#slab, this.#at, RESULTS) && new Results(this)
  }

  get channels() {
    return listOf(this, CHANNELS, views.Channel)
  }

  get utterances() {
    return listOf(this, UTTERANCES, views.Utterance)
  }

  get alternative() {
    return placeOf(this, ALTERNATIVE, views.Alternative)
  }

  get tags() {
    return this.metadata?.tags ?? []
  }

  get extra() {
    return this.metadata?.extra ?? Object.create(null)
  }

  get failure() {
    return this.#message('failure', views.Failure)
  }

  get streamResults() {
    return this.#message('stream.results', views.StreamResults)
  }

  get utteranceEnd() {
    return this.#message('stream.utterance_end', views.UtteranceEnd)
  }

  get speechStarted() {
    return this.#message('stream.speech_started', views.SpeechStarted)
  }

  get streamError() {
    return this.#message('stream.error', views.StreamError)
  }

  #message(kind, Class) {
    return this.kind === kind ? placeOf(this, ROOT, Class) : undefined
  }

  /** The value at a JSON pointer (RFC 6901), as JavaScript has it; `undefined` when there is none. */
  at(pointer) {
    const raw = native.pointer(this.#slab, this.#at, String(pointer))
    return raw === undefined ? undefined : JSON.parse(raw)
  }

  /** The bytes of the body: a copy. */
  get body() {
    const bytes = native.body(this.#slab, this.#at)
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  toJSON() {
    return this.at('')
  }

  [Symbol.for('nodejs.util.inspect.custom')](depth, options, inspect) {
    return `Payload <${this.kind}> ${inspect(this.toJSON(), options)}`
  }

  static {
    hold = (slab, at, kind) => {
      const payload = new Payload()
      payload.#slab = slab
      payload.#at = at
      payload.#kind = kind
      return payload
    }
    placeOf = (payload, which, Class) =>
      native.place(payload.#slab, payload.#at, which) && new Class(payload.#slab, payload.#at, scratch[0], scratch[1])
    listOf = (payload, which, Class) =>
      native.place(payload.#slab, payload.#at, which)
        ? new List(payload.#slab, payload.#at, scratch[0], scratch[1], Class)
        : new List(undefined, 0, 0, 0, Class)
  }
}

/** Parses a body: checks the whole text, and finds out what it is. Nothing else is decoded before it is asked for. */
function parse(body) {
  const size = (typeof body === 'string' ? Buffer.byteLength(body) : body?.byteLength) + 1
  // NaN, where there is no length, is not greater.
  if (!(size > SMALL)) {
    const at = reserve(size | 0)
    return hold(slab, at, native.parse(body, slab, at, size | 0))
  }
  if (size > LARGE) {
    const memory = native.parseLarge(body, size)
    if (memory !== undefined) return hold(memory, 0, scratch[0])
  }
  const own = fresh(HEAD + size)
  return hold(own, 0, native.parse(body, own, 0, size))
}

/**
 * What the native half has wrapped: a payload if a kind comes with the memory, else the bytes.
 * A payload that is held in a buffer of its own begins where the buffer begins.
 */
function unwrap(memory, kind) {
  if (kind !== undefined) return { payload: hold(memory, 0, kind), body: undefined }
  return { payload: undefined, body: Buffer.from(memory.buffer, memory.byteOffset, memory.byteLength) }
}

module.exports = { parse, unwrap, Payload, Results, KINDS }
