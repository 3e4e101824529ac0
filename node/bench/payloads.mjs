// Documents in the shape of Deepgram's, always the same: compact, with diarization, paragraphs and utterances where they are large.

/** Numbers that look random and are the same every time. */
function dice(seed) {
  return () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
    return seed / 2 ** 32
  }
}

const WORDS = ('the of and to in is that it was for on are with they be at one have this from or had by not but what all were when we there can ' +
  'an your which their said if do will each about how up out them then she many some so these would other into has more her two like him see ' +
  'time could no make than first been its who now people my made over did down only way find use may water long little very after words called ' +
  'just where most know transcription appointment technician').split(' ')

const seconds = value => Math.fround(value).toPrecision(8) / 1

/** A transcript of this many words. */
export function transcript(count, { rich = false, seed = 1 } = {}) {
  const roll = dice(seed)
  let time = 0.08
  const words = []
  const turns = []
  while (words.length < count) {
    const turn = []
    const speaker = Math.floor(roll() * 4)
    const certainty = seconds(0.3 + 0.7 * roll())
    for (let left = 3 + Math.floor(roll() * 20); left > 0 && words.length < count; left--) {
      const word = WORDS[Math.floor(roll() * WORDS.length)]
      const end = time + 0.08 + 0.4 * roll()
      const punctuated_word = turn.length === 0 ? word[0].toUpperCase() + word.slice(1) : left === 1 ? `${word}.` : word
      const entry = { word, start: seconds(time), end: seconds(end), confidence: seconds(0.9 + 0.1 * roll()) }
      if (rich) Object.assign(entry, { speaker, speaker_confidence: certainty })
      entry.punctuated_word = punctuated_word
      words.push(entry)
      turn.push(entry)
      time = end + 0.05 * roll()
    }
    turns.push({ speaker, words: turn })
  }
  const text = turn => turn.words.map(word => word.punctuated_word).join(' ')
  const ends = turn => ({ start: turn.words[0].start, end: turn.words.at(-1).end })
  const alternative = { transcript: turns.map(text).join(' '), confidence: 0.98, words }
  const results = { channels: [{ alternatives: [alternative] }] }
  if (rich) {
    alternative.paragraphs = {
      transcript: turns.map(turn => `\nSpeaker ${turn.speaker}: ${text(turn)}\n`).join(''),
      paragraphs: turns.map(turn => ({
        sentences: [{ text: text(turn), ...ends(turn) }],
        speaker: turn.speaker,
        num_words: turn.words.length,
        ...ends(turn),
      })),
    }
    results.utterances = turns.map((turn, at) => ({
      ...ends(turn),
      confidence: 0.97,
      channel: 0,
      transcript: text(turn),
      words: turn.words,
      speaker: turn.speaker,
      id: `0f0e0d0c-0000-4000-8000-${String(at).padStart(12, '0')}`,
    }))
  }
  const metadata = {
    transaction_key: 'deprecated',
    request_id: ID,
    sha256: '9b2f1c7e40d85a63e1b09f7c2d4a8e6035f71c9bd28e4a06f3c5b7d19e8a2046',
    created: '2026-11-03T09:41:17.208Z',
    duration: seconds(time),
    channels: 1,
    models: ['5c8f0e2a-7b1d-4f36-a0c9-3e8d2b6f4a17'],
    tags: ['night'],
    model_info: { '5c8f0e2a-7b1d-4f36-a0c9-3e8d2b6f4a17': { name: 'general-nova-3', version: '2026-05-11.30772', arch: 'nova-3' } },
  }
  return Buffer.from(JSON.stringify({ metadata, results }))
}

/** The request id of every document: to be written over where each has to be another one. */
export const ID = '019f8a3c-51d7-7e02-9c44-0d2b6a7f1e90'

/** By name: 1.5 kB, 100 kB, 3 MB. */
export const PAYLOADS = {
  small: transcript(9),
  '100 kB': transcript(305, { rich: true }),
  '3 MB': transcript(9_200, { rich: true }),
}
