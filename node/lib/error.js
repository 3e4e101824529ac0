// Errors: the table of the core, with the same codes in every language.
'use strict'

const native = require('./native.js').load()

/** What Ringback throws. `code` is the name in the table: the same string in every language. */
class RingbackError extends Error {
  constructor(code, { offset, said } = {}) {
    const row = TABLE.get(code)
    if (row === undefined) throw new TypeError(`not an error of ringback: ${code}`)
    const at = offset === undefined ? '' : ` at byte ${offset}`
    super(`${row.message}${at}${said ? ` (${said})` : ''}`)
    this.code = code
    this.number = row.number
    this.fault = row.fault
    if (offset !== undefined) this.offset = offset
  }
}

/** A body is no JSON text, or not what it should be. */
class PayloadError extends RingbackError {}
/** A request has the wrong method, framing or size; or another middleware has read it. */
class RequestError extends RingbackError {}
/** Credentials: those that arrive, or those that are configured. */
class CredentialError extends RingbackError {}
/** A callback URL that Deepgram would refuse, or that would lose transcripts. */
class CallbackUrlError extends RingbackError {}
/** A rule that leads to a handler. */
class RouteError extends RingbackError {}
/** A claim, a delivery or a submission that is not there. */
class LedgerError extends RingbackError {}
/** The store of the inbox. */
class StoreError extends RingbackError {}
/** There is no result, and why. */
class ResultError extends RingbackError {}

/** Classes by the numbers of their errors: each has those below its bound, and not below the one before. */
const CLASSES = [
  [200, PayloadError],
  [300, RequestError],
  [400, CredentialError],
  [500, CallbackUrlError],
  [600, RouteError],
  [700, LedgerError],
  [720, StoreError],
  [900, ResultError],
  [942, RequestError],
  [1000, RouteError],
]

/** What cannot happen in Rust. The numbers are those that the core leaves to the bindings. */
const OWN = [
  [941, 'body_consumed', 'another middleware has read the body before ringback: put ringback in front of it, or keep req.rawBody', 'caller'],
  [943, 'handler_missing', 'no rule and no fallback takes this delivery: add one', 'caller'],
  [944, 'handler_first_only', 'a guard needs a receiver whose handlers come before the answer: use the store memory, or answer: handled', 'caller'],
  [942, 'receiver_closed', 'the receiver has been closed', 'caller'],
]

const TABLE = new Map()
const NAMES = new Map()

function learn(number, code, message, fault) {
  TABLE.set(code, { number, message, fault })
  NAMES.set(number, code)
}

const flat = native.errors()
for (let at = 0; at < flat.length; at += 4) learn(flat[at], flat[at + 1], flat[at + 2], flat[at + 3])
for (const row of OWN) learn(...row)

/** Whether a place in a text is told: that of a body always, that of an option where there is one. */
const isPlaced = (number, offset) => number < 140 || (offset > 0 && number >= 300 && number < 500)

/** The error of this code, of its class. */
function failure(code, details) {
  const { number } = TABLE.get(code)
  const [, Class] = CLASSES.find(([bound]) => number < bound)
  return new Class(code, details)
}

/** Makes the errors of the native half: number 0 is an argument that does not fit. */
function make(number, offset, said) {
  if (number === 0) return Object.assign(new TypeError(said), { code: 'ERR_INVALID_ARG_TYPE' })
  return failure(NAMES.get(number), { offset: isPlaced(number, offset) ? offset : undefined, said })
}

/** What answers of several numbers are written to. */
const scratch = new Float64Array(8)
native.init(scratch, make)

module.exports = {
  native,
  scratch,
  failure,
  ERROR_CODES: Object.freeze([...TABLE.keys()]),
  classes: {
    RingbackError, PayloadError, RequestError, CredentialError, CallbackUrlError, RouteError, LedgerError, StoreError, ResultError,
  },
}
