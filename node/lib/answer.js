// What the sender is answered, and why.
'use strict'

/** An answer. `reason` is for people on this side; the sender gets `body`. */
class Answer {
  constructor([status, situation, reason, code, body, ...headers]) {
    this.status = status
    this.situation = situation
    this.reason = reason
    if (code !== undefined) this.code = code
    this.headers = {}
    for (let at = 0; at < headers.length; at += 2) this.headers[headers[at]] = headers[at + 1]
    this.body = body
  }
}

module.exports = { Answer }
