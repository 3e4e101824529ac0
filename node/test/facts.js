// Everything that a payload says, in the form of the vectors: every getter of every view, under its name in documents.
'use strict'

const table = require('../lib/table.js')

const snake = name => name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)

/** What one getter says; `undefined` if there is nothing. */
function fact(value, type) {
  const [reader, target] = type.split(' ')
  switch (reader) {
    case 'view':
      return value && view(value, target)
    case 'list':
      return value.isPresent ? Array.from(value, item => view(item, target)) : undefined
    case 'words':
      return value.isPresent ? Array.from(value, item => view(item, 'Word')) : undefined
    case 'models':
      return value.length === 0 ? undefined : value.map(entry => ({ ...entry, model: view(entry.model, 'Model') }))
    case 'pairs':
      return value && { ...value }
    default:
      return value
  }
}

/** What a view says. */
function view(value, name) {
  const { about, ...rows } = table[name]
  const facts = {}
  for (const [getter, [type]] of Object.entries(rows)) {
    // What the modern shape calls `message` is said by `message`, as in the other languages.
    if (getter === 'plainMessage') continue
    const names = type === 'seconds' ? [getter, `${getter}Millis`] : [getter]
    for (const each of names) {
      const said = fact(value[each], type)
      if (said !== undefined) facts[snake(each)] = said
    }
  }
  return facts
}

/** What a payload says. */
function of(payload) {
  const { results } = payload
  const metadata = payload.metadata && view(payload.metadata, 'Metadata')
  const facts = {
    kind: payload.kind,
    request_id: payload.requestId,
    transcript: payload.transcript,
    tags: payload.metadata?.tags,
    extra: payload.metadata?.extra && { ...payload.metadata.extra },
    metadata,
    results: results && {
      channels: fact(results.channels, 'list Channel'),
      utterances: fact(results.utterances, 'list Utterance'),
      summary: fact(results.summary, 'view Summary'),
      topics: fact(results.topics, 'list TopicSegment'),
      intents: fact(results.intents, 'list IntentSegment'),
      sentiments: fact(results.sentiments, 'view Sentiments'),
    },
    stream_results: fact(payload.streamResults, 'view StreamResults'),
    utterance_end: fact(payload.utteranceEnd, 'view UtteranceEnd'),
    speech_started: fact(payload.speechStarted, 'view SpeechStarted'),
    stream_error: fact(payload.streamError, 'view StreamError'),
    failure: fact(payload.failure, 'view Failure'),
  }
  return JSON.parse(JSON.stringify(facts))
}

module.exports = { of }
