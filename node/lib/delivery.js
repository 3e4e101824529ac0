// A delivery, as a handler gets it.
'use strict'

const { unwrap } = require('./payload.js')

/** Thrown by a handler: the delivery can never be handled. It is not tried again, and kept as a dead letter. */
class Dead extends Error {
  constructor(reason = 'the handler said that it can never be handled', options) {
    super(reason, options)
    this.name = 'Dead'
  }
}

/** What arrived at the callback URL, and everything that a handler should know. Made by a receiver. */
class Delivery {
  #memory
  #payloadKind
  #unwrapped

  constructor([, , , memory, payloadKind, ...facts]) {
    this.#memory = memory
    this.#payloadKind = payloadKind
    const [id, kind, job, requestId, submission, sender, context, contentType, attemptsSeen, again, late, revises] = facts
    this.id = id
    this.kind = kind
    this.job = job
    this.requestId = requestId
    this.submission = submission
    this.sender = sender
    this.context = context && Buffer.from(context.buffer, context.byteOffset, context.byteLength)
    this.contentType = contentType
    this.attemptsSeen = attemptsSeen
    this.again = again
    this.late = late
    this.revises = revises
  }

  get #whole() {
    return (this.#unwrapped ??= unwrap(this.#memory, this.#payloadKind))
  }

  /** The payload; `undefined` if the body is no JSON. */
  get payload() {
    return this.#whole.payload
  }

  /** The bytes that came, secrets masked. */
  get body() {
    return (this.#whole.body ??= this.#whole.payload.body)
  }
}

module.exports = { Dead, Delivery }
