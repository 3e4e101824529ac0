// Requests of `node:http`, and of everything that stands on it.
'use strict'

const { native, failure } = require('./error.js')
const { Answer } = require('./answer.js')

/** The headers that decide something. All occurrences of them are told: a second `Authorization` is a reason to refuse. */
const TELLING = new Set(['authorization', 'content-type', 'content-encoding', 'content-length', 'transfer-encoding'])

/** Those headers of a request, as a flat list. */
function telling(rawHeaders) {
  const headers = []
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at].toLowerCase()
    if (TELLING.has(name)) headers.push(name, rawHeaders[at + 1])
  }
  return headers
}

/** The same without what says how the body is compressed. */
function decoded(headers) {
  return headers.filter((_, at) => headers[at & ~1] !== 'content-encoding')
}

/** How fast a body has to come, in milliseconds and bytes per millisecond. */
const GRACE = 5_000
const WITHIN = 60_000
const RATE = 16

/** How long a sender may go on sending after its answer. */
const LINGER = 5_000

/** A body that is too slow. */
const SLOW = new Answer([408, 'slow', 'its body came too slowly', undefined, 'request timeout\n', 'connection', 'close'])

/** A body that ended too early. */
const CUT = new Answer([400, 'incomplete', 'its body was cut off; the next attempt may be whole', 'unexpected_end', 'bad request\n', 'connection', 'close'])

/** A body that another middleware has read. */
const CONSUMED = failure('body_consumed')

/**
 * Takes in a request: the answer to give, or the array of a delivery that is to be handled; `undefined` if the sender is gone.
 * The pieces of the body go straight into the memory of the native half.
 */
function take(receiver, req) {
  const consumed = wasRead(req) ? consumedBody(req) : undefined
  const headers = telling(req.rawHeaders)
  // Who has read a body has undone its compression.
  const admitted = native.admit(receiver, req.method, req.originalUrl ?? req.url, consumed === undefined ? headers : decoded(headers))
  if (Array.isArray(admitted)) return new Answer(admitted)
  if (consumed !== undefined) return takeWhole(admitted, consumed)
  return new Promise((resolve, reject) => {
    const start = Date.now()
    let received = 0
    let timer = setTimeout(look, GRACE)

    function leave() {
      clearTimeout(timer)
      req.off('data', feed).off('end', finish).off('close', gone).off('error', gone)
    }
    function end(value) {
      leave()
      resolve(value)
    }
    function fail(error) {
      leave()
      reject(error)
    }
    function look() {
      const spent = Date.now() - start
      if (spent >= WITHIN || received < (spent - GRACE) * RATE) {
        native.abandon(admitted)
        end(SLOW)
      } else timer = setTimeout(look, 1_000)
    }
    function feed(piece) {
      received += piece.length
      const said = native.feed(admitted, piece)
      if (Array.isArray(said)) end(new Answer(said))
      else if (said !== undefined) wait(said)
    }
    /** The disk has to be waited for. Who has gone away meanwhile is not waited for any more. */
    async function wait(disk) {
      req.pause()
      try {
        const refused = await disk
        if (refused !== undefined) end(new Answer(refused))
      } catch (error) {
        fail(error)
      }
      req.resume()
    }
    function finish() {
      try {
        end(whole(native.finish(admitted)))
      } catch (error) {
        fail(error)
      }
    }
    function gone() {
      native.abandon(admitted)
      end(undefined)
    }
    req.on('data', feed).on('end', finish).on('close', gone).on('error', gone)
  })
}

/** An answer, or a delivery; or a promise of it. */
function whole(finished) {
  if (typeof finished.then === 'function') return finished.then(whole)
  return finished[0] === 'work' ? finished : new Answer(finished)
}

/** Takes in a body that is there already. */
function takeWhole(admitted, body) {
  if (body === CONSUMED) {
    native.abandon(admitted)
    throw CONSUMED
  }
  const said = native.feed(admitted, body)
  const go = refused => (refused === undefined ? whole(native.finish(admitted)) : new Answer(refused))
  return typeof said?.then === 'function' ? said.then(go) : go(said)
}

/** Takes in the body of a `Request`, piece by piece. */
async function takeStream(admitted, request) {
  if (request.bodyUsed) {
    native.abandon(admitted)
    throw CONSUMED
  }
  try {
    for await (const piece of request.body ?? []) {
      const refused = await native.feed(admitted, piece)
      if (refused !== undefined) return new Answer(refused)
    }
  } catch {
    // The connection has ended before the body has: nobody reads the answer.
    native.abandon(admitted)
    return CUT
  }
  return whole(native.finish(admitted))
}

/** Whether somebody has begun to read the body. */
function wasRead(req) {
  return req.readableDidRead || req.readableEnded || req._readableState?.encoding != null
}

/** The body that another middleware has read, if it was kept as it came. */
function consumedBody(req) {
  for (const body of [req.rawBody, req.body]) {
    if (body instanceof Uint8Array) return body
    if (typeof body === 'string') return Buffer.from(body)
  }
  return CONSUMED
}

/** Answers. With `last`, the body may not have been read to its end, and the connection ends. */
function respond(req, res, answer, last) {
  if (res.headersSent || res.destroyed) return
  res.statusCode = answer.status
  for (const [name, value] of Object.entries(answer.headers)) res.setHeader(name, value)
  res.setHeader('content-type', 'text/plain; charset=utf-8')
  res.setHeader('content-length', Buffer.byteLength(answer.body))
  if (last && !req.complete) {
    res.setHeader('connection', 'close')
    // Who is cut off while sending may never see the answer.
    req.resume()
    const timer = setTimeout(() => req.socket?.destroy(), LINGER).unref()
    req.once('close', () => clearTimeout(timer))
  }
  res.end(answer.body)
}

module.exports = { take, takeStream, takeWhole, telling, respond, whole, CONSUMED }
