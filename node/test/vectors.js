// The vectors that every language runs, and the payloads of the corpus where there are any.
'use strict'

const fs = require('node:fs')
const path = require('node:path')

const folder = path.join(__dirname, '..', '..', 'tests', 'vectors')

/** The cases of a topic. */
function load(topic) {
  const file = JSON.parse(fs.readFileSync(path.join(folder, `${topic}.json`), 'utf8'))
  if (file.topic !== topic || file.cases.length === 0) throw new Error(topic)
  return file.cases
}

/** The bytes that a vector describes. */
function bytes(described) {
  if (described.utf8 !== undefined) return Buffer.from(described.utf8)
  if (described.hex !== undefined) return Buffer.from(described.hex, 'hex')
  return Buffer.concat(described.repeat.map(([text, times]) => Buffer.from(text.repeat(times))))
}

/** The rows of the table of the corpus, with the bytes of each; none where there is no corpus. */
function corpus() {
  const place = process.env.RINGBACK_CORPUS
  if (!place) {
    console.log('skipped: RINGBACK_CORPUS is not set')
    return []
  }
  const table = fs.readFileSync(path.join(folder, '..', 'corpus.tsv'), 'utf8').trim().split('\n').slice(1)
  return table.map(line => {
    const [file, kind, content, requestId, words, utterances] = line.split('\t')
    const body = fs.readFileSync(path.join(place, file))
    return { file, kind, isJson: content === 'json', hasRequestId: requestId === 'yes', words: Number(words) || 0, utterances, body }
  })
}

module.exports = { load, bytes, corpus }
