// A million parses: what they leave behind, in bytes for each.
'use strict'

const { parse } = require('ringback')

const ROUNDS = 1_000_000
const small = Buffer.from(
  JSON.stringify({ metadata: { request_id: 'x' }, results: { channels: [{ alternatives: [{ transcript: 'hello', words: [{ word: 'hello', start: 1, end: 2 }] }] }] } }),
)
const large = Buffer.from(small.toString().padEnd(20_000))
const huge = Buffer.from(small.toString().padEnd(200_000))
const broken = small.subarray(0, 40)

function round(count) {
  for (let at = 0; at < count; at++) {
    // One in a hundred has memory of its own, and one in a thousand memory of the native half.
    const payload = parse(at % 1_000 === 1 ? huge : at % 100 === 0 ? large : small)
    if (payload.transcript !== 'hello') throw new Error('wrong')
    if (at % 10 === 5 && payload.channels[0].alternatives[0].words.columns.length !== 1) throw new Error('wrong')
    if (at % 10 === 0) {
      try {
        parse(broken)
        throw new Error('wrong')
      } catch (error) {
        if (error.code !== 'unexpected_end') throw error
      }
    }
  }
}

function used() {
  for (let times = 0; times < 4; times++) global.gc()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

round(ROUNDS / 10)
const before = used()
round(ROUNDS)
const after = used()
console.log(JSON.stringify({ growth: (after - before) / ROUNDS, rss: process.memoryUsage().rss }))
