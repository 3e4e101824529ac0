// A submission that was announced, and the result that it was made for.
'use strict'

const { native, scratch } = require('./error.js')
const { unwrap } = require('./payload.js')

/** Submissions that no program has any more are taken off the desk of the native half. */
const left = new FinalizationRegistry(number => native.leave(number))

/** One request sent to Deepgram with `callback=`. Made by `receiver.expect`. */
class Submission {
  #receiver
  #number
  #url

  constructor(receiver, [number, id, arrived, url, ticket], job) {
    this.#receiver = receiver
    this.#number = number
    this.#url = url
    left.register(this, number)
    this.id = id
    this.job = job
    this.arrived = arrived
    // Not in a log of the whole object: it is a secret.
    Object.defineProperty(this, 'ticket', { value: ticket })
  }

  /** The callback URL with the ticket, for an official SDK, which encodes it. */
  get callbackUrl() {
    if (typeof this.#url !== 'string') throw this.#url
    return this.#url
  }

  /** Binds it to the request id of Deepgram's reply, and says what has arrived by now. */
  async accepted(requestId) {
    return (this.arrived = await native.accepted(this.#receiver, this.#number, String(requestId)))
  }

  /** Waits no longer: it will not be overdue. What arrives for it nevertheless is handled. */
  async cancel() {
    await native.cancel(this.#receiver, this.#number)
  }

  /** Waits for its result. */
  result(options) {
    return wait(this.#receiver, { submission: this.id }, options)
  }
}

/** What a submission was made for: a document, audio, or the end of a stream. */
class Reply {
  #memory
  #payloadKind
  #unwrapped
  #segments

  constructor([memory, payloadKind, id, kind, job, requestId, submission, sender, contentType, segments]) {
    this.#memory = memory
    this.#payloadKind = payloadKind
    this.#segments = segments
    Object.assign(this, { id, kind, job, requestId, submission, sender, contentType })
  }

  get #whole() {
    return (this.#unwrapped ??= unwrap(this.#memory, this.#payloadKind))
  }

  /** The payload; `undefined` for audio. */
  get payload() {
    return this.#whole.payload
  }

  /** The bytes that came, secrets masked. */
  get body() {
    return (this.#whole.body ??= this.#whole.payload.body)
  }

  /** The final pieces of a stream, in the order of their time. */
  get segments() {
    const pieces = []
    for (let at = 0; at < this.#segments.length; at += 2) {
      const { payload } = unwrap(this.#segments[at], this.#segments[at + 1])
      if (payload !== undefined) pieces.push(payload)
    }
    return pieces
  }
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const SUBMISSION = /^[0-9a-f]{24}$/

/** What is waited for: said outright, or told by its form. */
function wanted(id) {
  if (typeof id === 'object' && id !== null) {
    const [[by, name] = [], ...others] = Object.entries(id).filter(([, value]) => value !== undefined)
    if (others.length === 0 && ['submission', 'requestId', 'job'].includes(by)) return [by, String(name)]
    throw new TypeError('expected one of { submission }, { requestId } and { job }')
  }
  if (typeof id !== 'string') throw new TypeError('expected the id of a submission, a request id or a job')
  if (SUBMISSION.test(id)) return ['submission', id]
  return [UUID.test(id) ? 'requestId' : 'job', id]
}

/** Waits for a result. */
async function wait(receiver, id, { timeout, signal } = {}) {
  signal?.throwIfAborted()
  if (timeout !== undefined && !(timeout >= 0)) throw new TypeError('timeout: expected milliseconds')
  const promise = native.result(receiver, ...wanted(id), timeout === undefined || timeout === Infinity ? -1 : timeout)
  const number = scratch[0]
  const giveUp = () => native.giveUp(number, signal.reason)
  signal?.addEventListener('abort', giveUp, { once: true })
  try {
    return new Reply(await promise)
  } finally {
    signal?.removeEventListener('abort', giveUp)
  }
}

module.exports = { Submission, Reply, wait }
