// Parsing, beside JSON.parse of the same Buffer: an envelope (request id, kind, transcript), and all words as columns. All candidates of a
// task give the same answer, or nothing is measured.
import { setImmediate as turn } from 'node:timers/promises'
import { parse } from 'ringback'
import { PAYLOADS } from './payloads.mjs'

const TASKS = {
  envelope: {
    'JSON.parse(buffer)': body => {
      const { metadata, results, type } = JSON.parse(body)
      return metadata.request_id.length + results.channels[0].alternatives[0].transcript.length + (type ?? 'transcript').length
    },
    ringback: body => {
      const payload = parse(body)
      return payload.requestId.length + payload.transcript.length + payload.kind.length
    },
  },
  words: {
    'JSON.parse(buffer) and a loop': body => {
      let sum = 0
      for (const channel of JSON.parse(body).results.channels) {
        for (const alternative of channel.alternatives) {
          for (const word of alternative.words) sum += word.start + word.end + word.confidence + word.punctuated_word.length
        }
      }
      return sum
    },
    'ringback columns': body => {
      let sum = 0
      for (const channel of parse(body).channels) {
        for (const alternative of channel.alternatives) {
          const { starts, ends, confidences, punctuatedWords: texts } = alternative.words.columns
          for (let at = 0, before = 0; at < starts.length; before = texts.ends[at++]) {
            sum += starts[at] + ends[at] + confidences[at] + texts.ends[at] - before
          }
        }
      }
      return sum
    },
  },
}

/** The goals of speed: the floor, by task and payload. */
const FLOORS = { envelope: { small: 3.5, '100 kB': 9, '3 MB': 10 }, words: { '3 MB': 7 } }

/** Microseconds: on the clock of the wall, and of this process, all of its threads together. */
const wall = () => performance.now() * 1_000
export const busy = () => {
  const { user, system } = process.cpuUsage()
  return user + system
}

const median = numbers => numbers.sort((one, other) => one - other)[numbers.length >> 1]

/** Measures: rounds in which every candidate has its turn, in an order that changes. Microseconds each. */
export async function measure({ rounds = 15, span = 20, clock = wall } = {}) {
  const rows = []
  for (const [size, body] of Object.entries(PAYLOADS)) {
    for (const [task, candidates] of Object.entries(TASKS)) {
      const names = Object.keys(candidates)
      const answers = names.map(name => candidates[name](body))
      if (answers.some(answer => Math.abs(answer - answers[0]) > 1e-6)) throw new Error(`${task}, ${size}: ${answers}`)
      // As it is in a server that has been running for a while: code is compiled, and memory goes round.
      const warm = performance.now() + 20 * span
      while (performance.now() < warm) {
        for (const name of names) candidates[name](body)
        await turn()
      }
      const times = names.map(() => [])
      const counts = names.map(name => {
        const start = performance.now()
        let count = 0
        while (performance.now() - start < span) for (let left = 16; left > 0; left--, count++) candidates[name](body)
        return Math.max(1, Math.round(count / 2))
      })
      for (let round = 0; round < rounds; round++) {
        for (let step = 0; step < names.length; step++) {
          const at = (step + round) % names.length
          const candidate = candidates[names[at]]
          const start = clock()
          for (let left = counts[at]; left > 0; left--) {
            candidate(body)
            // A server takes in one large body in a turn, and what was let go of is finalized between two turns. It counts.
            if (body.length > 1e6) await turn()
          }
          times[at].push((clock() - start) / counts[at])
          await turn()
        }
      }
      const [theirs, ours] = times.map(median)
      rows.push({ size, bytes: body.length, task, theirs, ours, ratio: theirs / ours, floor: FLOORS[task][size] })
    }
  }
  return rows
}
