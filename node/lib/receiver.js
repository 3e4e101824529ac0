// The receiver: what stands at the callback URL, in front of a program's handlers.
'use strict'

const { native, failure } = require('./error.js')
const { Answer } = require('./answer.js')
const { Clock, numberOf } = require('./clock.js')
const { Dead, Delivery } = require('./delivery.js')
const { Submission, Reply, wait } = require('./submission.js')
const { KINDS, unwrap } = require('./payload.js')
const http = require('./http.js')

/** Outcomes. The numbers are those of `src/receiver/crew.rs`. */
const DONE = 0
const FAILED = 1
const DEAD = 2

/** The conditions of a rule, in the order in which the native half takes them. */
const CONDITIONS = ['tag', 'extra', 'jobPrefix', 'sender']

/** How long work may go on after the server has been told to stop, in milliseconds. */
const GRACE = 10_000

/** Receivers that are open. When the process ends they give back what their handlers have, so that the next one need not wait. */
const open = new Set()

process.on('exit', () => {
  for (const number of open) native.close(number)
})

class Receiver {
  #number
  #handled
  #ticketInPath
  #handlers = []
  #fallback
  #errors = []
  #overdue = []
  #attached = false
  #running = false
  #stopped = false

  constructor(options = {}) {
    const { clock, ...given } = options
    if (clock !== undefined && !(clock instanceof Clock)) throw new TypeError('clock: expected a Clock')
    if (typeof given.basic === 'string') given.basic = [given.basic]
    if (given.ticketKeys === false) {
      given.noTickets = true
      delete given.ticketKeys
    } else if (given.ticketKeys === undefined && given.ticketKeysText === undefined && process.env.RINGBACK_TICKET_KEYS) {
      given.ticketKeysText = process.env.RINGBACK_TICKET_KEYS
    }
    const facts = native.open(JSON.stringify(given), (...event) => this.#hear(...event), clock && numberOf(clock))
    const [number, path, url, handled, ticketInPath, exposed] = facts
    this.#number = number
    open.add(number)
    this.#handled = handled
    this.#ticketInPath = ticketInPath
    this.path = path
    this.url = url
    if (exposed !== undefined) process.emitWarning(`others can read the ticket keys in ${exposed}`, { code: 'RINGBACK_KEYS_EXPOSED' })
  }

  /** Whether handlers come before the answer. */
  get answersWhenHandled() {
    return this.#handled
  }

  on(kind, conditions, handler) {
    if (typeof conditions === 'function') [conditions, handler] = [{}, conditions]
    if (typeof handler !== 'function') throw new TypeError('a handler is a function')
    if (kind === 'overdue') {
      this.#overdue.push(handler)
      return this
    }
    if (!KINDS.includes(kind)) throw failure('kind_unknown')
    return this.#rule(kind, conditions, handler)
  }

  onAny(conditions, handler) {
    if (typeof conditions === 'function') [conditions, handler] = [{}, conditions]
    if (typeof handler !== 'function') throw new TypeError('a handler is a function')
    return this.#rule(undefined, conditions, handler)
  }

  #rule(kind, conditions, handler) {
    const stray = Object.keys(conditions).find(name => !CONDITIONS.includes(name))
    if (stray !== undefined) throw new TypeError(`not a condition: ${stray}; there are ${CONDITIONS.join(', ')}`)
    const { tag, extra, jobPrefix, sender } = conditions
    const [pair = [], ...others] = extra === undefined ? [] : Object.entries(extra)
    if (extra !== undefined && (pair.length === 0 || others.length > 0)) throw new TypeError('extra: expected one pair')
    const number = native.rule(this.#number, kind, tag, ...(pair.length ? pair : [undefined, undefined]), jobPrefix, sender)
    this.#handlers[number] = handler
    this.#wake()
    return this
  }

  fallback(handler) {
    if (typeof handler !== 'function') throw new TypeError('a handler is a function')
    this.#fallback = handler
    this.#wake()
    return this
  }

  onError(handler) {
    if (typeof handler !== 'function') throw new TypeError('a handler is a function')
    this.#errors.push(handler)
    return this
  }

  /** Starts handling when there is something to handle with, and something to handle. */
  #wake() {
    if (this.#running || this.#stopped || !this.#attached) return
    if (this.#handlers.length > 0 || this.#fallback !== undefined) this.#run(false)
  }

  #attach() {
    if (this.#attached) return
    this.#attached = true
    // Handlers may still be added in this turn.
    setImmediate(() => this.#wake())
  }

  #held = false

  #run(hold) {
    if (this.#running) return
    this.#running = true
    this.#held = hold
    native.start(this.#number, hold)
  }

  /** Starts handling what is kept. It keeps the process running until `stop`. */
  start() {
    if (this.#number === undefined) throw failure('receiver_closed')
    this.#stopped = false
    this.#run(true)
    return this
  }

  /** Stops handling: begins with nothing more, and waits for what was begun. */
  async stop({ grace = GRACE } = {}) {
    this.#stopped = true
    if (!this.#running) return true
    this.#running = false
    return native.stop(this.#number, grace, this.#held)
  }

  /** Stops, and lets go of the store. */
  async close(options) {
    if (this.#number === undefined) return
    await this.stop(options)
    open.delete(this.#number)
    native.close(this.#number)
    this.#number = undefined
  }

  async [Symbol.asyncDispose ?? Symbol.for('nodejs.asyncDispose')]() {
    await this.close()
  }

  /** Something happened. */
  #hear(event, ...facts) {
    // The native half gives a delivery as one array.
    if (Array.isArray(event)) return void this.#work(event)
    if (event === 'overdue') {
      const submission = readSubmission(JSON.parse(facts[0]))
      for (const handler of this.#overdue) this.#guarded(() => handler(submission))
    } else if (event === 'error') this.#report(facts[0])
  }

  async #guarded(call) {
    try {
      await call()
    } catch (error) {
      this.#report(error)
    }
  }

  /** Tells about an error. Nobody hears of it twice, and somebody always does. */
  #report(error, delivery) {
    if (this.#errors.length === 0) {
      const about = delivery === undefined ? '' : ` (delivery ${delivery.id})`
      process.emitWarning(`ringback: ${error?.message ?? error}${about}`, { code: error?.code ?? 'RINGBACK_HANDLER' })
      return
    }
    for (const handler of this.#errors) {
      try {
        const said = handler(error, delivery)
        if (typeof said?.catch === 'function') said.catch(warn)
      } catch (worse) {
        warn(worse)
      }
    }
  }

  /** Handles a delivery, and settles it; what that says to the sender. */
  async #work(parcel, handler = this.#handlerOf(parcel)) {
    const delivery = new Delivery(parcel)
    let outcome = DONE
    try {
      if (handler === undefined) throw failure('handler_missing')
      await handler(delivery)
    } catch (error) {
      outcome = error instanceof Dead ? DEAD : FAILED
      this.#report(error, delivery)
    }
    const settled = await native.settle(parcel[1], outcome)
    return settled === undefined ? undefined : new Answer(settled)
  }

  #handlerOf(parcel) {
    return parcel[2] === undefined ? this.#fallback : this.#handlers[parcel[2]]
  }

  /** From what was taken in to the answer. */
  async #conclude(taken, handler) {
    return Array.isArray(taken) ? this.#work(taken, handler) : taken
  }

  /** A whole delivery in, an answer out: for servers of another kind. `headers` is a list of pairs, an object or a `Headers`. */
  async receive({ method = 'POST', target = this.path, headers = [], body }) {
    const admitted = native.admit(this.#open(), method, target, http.telling(flat(headers)))
    if (Array.isArray(admitted)) return this.#conclude(new Answer(admitted))
    if (typeof body === 'string') body = Buffer.from(body)
    let taken
    try {
      taken = await http.takeWhole(admitted, body ?? new Uint8Array(0))
    } catch (error) {
      native.abandon(admitted)
      throw error
    }
    return this.#conclude(taken)
  }

  #open() {
    if (this.#number === undefined) throw failure('receiver_closed')
    return this.#number
  }

  /** Whether callbacks are posted to this target. */
  isHook(target) {
    const end = target.search(/[?#]/)
    const path = end < 0 ? target : target.slice(0, end)
    if (path === this.path) return true
    return this.#ticketInPath && path.slice(0, path.lastIndexOf('/')) === this.path.replace(/\/+$/, '')
  }

  /** Receives one request of `node:http` to its end. */
  async #serve(req, res) {
    let answer
    let last = true
    try {
      const taken = await http.take(this.#open(), req)
      // The sender is gone, and will come again.
      if (taken === undefined) return
      answer = await this.#conclude(taken)
      last = !req.complete
    } catch (error) {
      this.#report(error)
      answer = troubled(error)
    }
    http.respond(req, res, answer, last)
  }

  /** A listener for `createServer`: callbacks are received, all else goes to `app`. */
  node(app) {
    this.#attach()
    return (req, res) => {
      if (this.isHook(req.url)) return void this.#serve(req, res)
      if (typeof app === 'function') return app(req, res)
      res.statusCode = 404
      res.end()
    }
  }

  /** A middleware for Express, to be placed before body parsers. On a route it takes every request, with `app.use` those to its path. */
  express() {
    this.#attach()
    return (req, res, next) => {
      if (req.route !== undefined || this.isHook(req.originalUrl ?? req.url)) return void this.#serve(req, res)
      next()
    }
  }

  /** A middleware for Express in front of a handler that is there already. */
  guard() {
    if (!this.#handled) throw failure('handler_first_only')
    return async (req, res, next) => {
      let taken
      try {
        taken = await http.take(this.#open(), req)
      } catch (error) {
        this.#report(error)
        return next(error)
      }
      if (taken === undefined) return
      if (!Array.isArray(taken)) return http.respond(req, res, await this.#conclude(taken), !req.complete)
      await this.#conclude(taken, delivery => this.#lend(delivery, req, res, next))
    }
  }

  /** Lends a delivery to a handler that answers by itself; its status is the outcome. */
  #lend(delivery, req, res, next) {
    return new Promise((resolve, reject) => {
      res.once('finish', () => {
        if (res.statusCode >= 200 && res.statusCode < 300) resolve()
        else reject(new Error(`the handler answered ${res.statusCode}`))
      })
      res.once('close', () => reject(new Error('the handler did not answer')))
      req.delivery = delivery
      let body
      Object.defineProperty(req, 'body', {
        get: () => (body ??= delivery.payload?.toJSON() ?? delivery.body),
        set: value => (body = value),
        configurable: true,
        enumerable: true,
      })
      // Body parsers that come behind leave it alone.
      req._body = true
      next()
    })
  }

  /**
   * Receives a `Request` and answers with a `Response`. `waitUntil` is what a platform has that stops a program after its answer: it
   * gets a promise of the work that is left.
   */
  fetch = async (request, { waitUntil } = {}) => {
    this.#attach()
    const { pathname, search } = new URL(request.url)
    const admitted = native.admit(this.#open(), request.method, pathname + search, http.telling(flat(request.headers)))
    if (Array.isArray(admitted)) return response(await this.#conclude(new Answer(admitted)))
    const taken = await http.takeStream(admitted, request)
    const answer = await this.#conclude(taken)
    if (waitUntil !== undefined && answer.situation === 'stored') {
      this.#wake()
      if (this.#running) waitUntil(this.drain())
    }
    return response(answer)
  }

  /** Waits until nothing is left to be handled now; whether that is so. */
  drain({ timeout = 60_000 } = {}) {
    return native.drain(this.#open(), timeout)
  }

  /** Announces a submission: put `callbackUrl` into the request to Deepgram. */
  async expect({ job, deadline, use = 'document', context, ...stray } = {}) {
    const [name] = Object.keys(stray)
    if (name !== undefined) throw new TypeError(`not known of a submission: ${name}`)
    if (typeof job !== 'string') throw failure('job_invalid')
    if (typeof context === 'string') context = Buffer.from(context)
    const span = deadline === Infinity || deadline === null ? -1 : deadline
    const made = await native.expect(this.#open(), job, span, use, context)
    return new Submission(this.#number, made, job)
  }

  /** Waits for a result, by submission, request id or job. */
  async result(id, options) {
    return wait(this.#open(), id, options)
  }

  /** Submissions that are waited for, the newest first. */
  async pending({ limit = 100 } = {}) {
    return JSON.parse(await native.pending(this.#open(), limit)).map(readSubmission)
  }

  /** Submissions whose deadline has passed, the newest first. */
  async overdue({ limit = 100 } = {}) {
    return JSON.parse(await native.overdue(this.#open(), limit)).map(readSubmission)
  }

  /** Deliveries that will not be handled by themselves any more, in the order of arrival, after this sequence number. */
  async deadLetters({ after = 0, limit = 100 } = {}) {
    const letters = JSON.parse(await native.deadLetters(this.#open(), after, limit))
    return letters.map(letter => ({ ...letter, first: new Date(letter.first) }))
  }

  /** The body of a delivery that is kept, and its payload if it is JSON. */
  async letter(id) {
    const { payload, body } = unwrap(...(await native.letter(this.#open(), String(id))))
    return { payload, body: body ?? payload.body }
  }

  /** Makes a delivery that is dead or done ready to be handled again; whether it was. */
  async replay(id) {
    return JSON.parse(await native.replay(this.#open(), String(id)))
  }

  /** Erases everything of a job, a request or a tag. */
  async forget(subject) {
    const [[by, name] = [], ...others] = Object.entries(subject ?? {})
    if (others.length > 0 || !['job', 'requestId', 'tag'].includes(by) || typeof name !== 'string') {
      throw new TypeError('expected one of { job }, { requestId } and { tag }')
    }
    return JSON.parse(await native.forget(this.#open(), by, name))
  }

  /** Forgets what is due, and leaves no trace of it in the files of the store. */
  async purge() {
    return JSON.parse(await native.purge(this.#open()))
  }

  /** What has happened, in the text that Prometheus reads. */
  async metrics() {
    return native.metrics(this.#open())
  }
}

/** The answer where something is wrong on this side: send it again. */
function troubled(error) {
  if (error.code === 'receiver_closed') {
    return new Answer([503, 'unavailable', error.message, error.code, 'service unavailable\n', 'retry-after', '30'])
  }
  const body = error === http.CONSUMED ? `${error.message}\n` : 'error\n'
  return new Answer([500, 'failed', error.message, error.code, body])
}

function warn(error) {
  process.emitWarning(`ringback: an error handler failed: ${error?.message ?? error}`)
}

function readSubmission({ since, due, context, ...submission }) {
  return { ...submission, since: new Date(since), due: new Date(due), context: context === null ? null : Buffer.from(context) }
}

/** Headers as a flat list of names and values, in whichever form they come. */
function flat(headers) {
  if (headers !== null && typeof headers[Symbol.iterator] !== 'function') headers = Object.entries(headers)
  const list = []
  for (const [name, value] of headers) for (const each of [value].flat()) list.push(String(name), String(each))
  return list
}

function response({ status, headers, body }) {
  return new Response(body, { status, headers: { ...headers, 'content-type': 'text/plain; charset=utf-8' } })
}

module.exports = { Receiver, Delivery, Dead, Submission, Reply, Answer }
