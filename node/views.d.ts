// Written by `npm run types` from lib/table.js; a test compares.
import type { ChannelIndex, List, Words } from './index.js'

/** An object of a document. Nothing of it is decoded before it is asked for. */
export interface View {
  /** The object as JavaScript has it, members without a getter included. */
  toJSON(): Record<string, unknown>
}

/** One channel of the audio. */
export interface Channel extends View {
  /** The alternatives, the best one first; usually one. */
  readonly alternatives: List<Alternative>
  /** What was searched for (`search=`). */
  readonly search: List<Search>
  /** The language that was detected (BCP 47). */
  readonly detectedLanguage: string | undefined
  /** How sure the detection is, 0 to 1. */
  readonly languageConfidence: number | undefined
}

/** One reading of a channel. */
export interface Alternative extends View {
  /** The whole text; empty for silence. */
  readonly transcript: string | undefined
  /** How sure it is, 0 to 1; 0 for silence. */
  readonly confidence: number | undefined
  /** The words in order; empty for silence. */
  readonly words: Words
  /** The text in paragraphs (`paragraphs`, `smart_format`). */
  readonly paragraphs: Paragraphs | undefined
  /** What was recognised as a name, a date, an amount, ... (`detect_entities`). */
  readonly entities: List<Entity>
  /** Summaries of the first version (`summarize=v1`). */
  readonly summaries: List<SummaryV1>
  /** Topics of the first version. */
  readonly topics: List<TopicsV1>
  /** Translations, as old documents have them. */
  readonly translations: unknown
  /** The languages spoken (`language=multi`). */
  readonly languages: readonly string[] | undefined
}

/** One word. */
export interface Word extends View {
  /** The word as recognised. */
  readonly word: string | undefined
  /** When it begins, in seconds from the start of the audio. */
  readonly start: number | undefined
  /** The same as `start`, in whole milliseconds and without rounding errors. */
  readonly startMillis: number | undefined
  /** When it ends, in seconds from the start of the audio. */
  readonly end: number | undefined
  /** The same as `end`, in whole milliseconds and without rounding errors. */
  readonly endMillis: number | undefined
  /** How sure it is, 0 to 1. */
  readonly confidence: number | undefined
  /** The word with capitals and punctuation (`punctuate`, `smart_format`). */
  readonly punctuatedWord: string | undefined
  /** Who speaks, counted from 0 (`diarize`). */
  readonly speaker: number | undefined
  /** How sure the speaker is, 0 to 1; a stream's words lack it. */
  readonly speakerConfidence: number | undefined
  /** The language of the word (`language=multi`). */
  readonly language: string | undefined
  /** Positive, neutral or negative. */
  readonly sentiment: string | undefined
  /** From -1 (negative) to 1 (positive). */
  readonly sentimentScore: number | undefined
}

/** The text of an alternative in paragraphs. */
export interface Paragraphs extends View {
  /** The whole text, paragraphs separated by blank lines; may begin with a line feed. */
  readonly transcript: string | undefined
  /** The paragraphs in order. */
  readonly paragraphs: List<Paragraph>
}

/** One paragraph. */
export interface Paragraph extends View {
  /** The sentences in order. */
  readonly sentences: List<Sentence>
  /** How many words it has. */
  readonly numWords: number | undefined
  /** When it begins, in seconds. */
  readonly start: number | undefined
  /** The same as `start`, in whole milliseconds and without rounding errors. */
  readonly startMillis: number | undefined
  /** When it ends, in seconds. */
  readonly end: number | undefined
  /** The same as `end`, in whole milliseconds and without rounding errors. */
  readonly endMillis: number | undefined
  /** Who speaks, counted from 0 (`diarize`). */
  readonly speaker: number | undefined
}

/** One sentence. */
export interface Sentence extends View {
  /** Its text. */
  readonly text: string | undefined
  /** When it begins, in seconds. */
  readonly start: number | undefined
  /** The same as `start`, in whole milliseconds and without rounding errors. */
  readonly startMillis: number | undefined
  /** When it ends, in seconds. */
  readonly end: number | undefined
  /** The same as `end`, in whole milliseconds and without rounding errors. */
  readonly endMillis: number | undefined
  /** Positive, neutral or negative. */
  readonly sentiment: string | undefined
  /** From -1 (negative) to 1 (positive). */
  readonly sentimentScore: number | undefined
}

/** One turn of speech (`utterances`). */
export interface Utterance extends View {
  /** Its id, a UUID. */
  readonly id: string | undefined
  /** When it begins, in seconds. */
  readonly start: number | undefined
  /** The same as `start`, in whole milliseconds and without rounding errors. */
  readonly startMillis: number | undefined
  /** When it ends, in seconds. */
  readonly end: number | undefined
  /** The same as `end`, in whole milliseconds and without rounding errors. */
  readonly endMillis: number | undefined
  /** How sure it is, 0 to 1. */
  readonly confidence: number | undefined
  /** The channel, counted from 0. */
  readonly channel: number | undefined
  /** Its text. */
  readonly transcript: string | undefined
  /** Its words, which the alternatives hold too. */
  readonly words: Words
  /** Who speaks, counted from 0 (`diarize`). */
  readonly speaker: number | undefined
  /** Positive, neutral or negative. */
  readonly sentiment: string | undefined
  /** From -1 (negative) to 1 (positive). */
  readonly sentimentScore: number | undefined
}

/** What was found for one search term. */
export interface Search extends View {
  /** The term. */
  readonly query: string | undefined
  /** Where it was found. */
  readonly hits: List<Hit>
}

/** One place where a search term was found. */
export interface Hit extends View {
  /** How sure it is, 0 to 1. */
  readonly confidence: number | undefined
  /** When it begins, in seconds. */
  readonly start: number | undefined
  /** The same as `start`, in whole milliseconds and without rounding errors. */
  readonly startMillis: number | undefined
  /** When it ends, in seconds. */
  readonly end: number | undefined
  /** The same as `end`, in whole milliseconds and without rounding errors. */
  readonly endMillis: number | undefined
  /** The words there. */
  readonly snippet: string | undefined
}

/** A name, a date, an amount, ... (`detect_entities`). */
export interface Entity extends View {
  /** What it is, in capitals, such as `DATE`. */
  readonly label: string | undefined
  /** Its text; may begin with a space. */
  readonly value: string | undefined
  /** Its text with formatting. */
  readonly rawValue: string | undefined
  /** How sure it is, 0 to 1. */
  readonly confidence: number | undefined
  /** The index of its first word. */
  readonly startWord: number | undefined
  /** The index after its last word. */
  readonly endWord: number | undefined
}

/** A summary: of speech (`short`), of text (`plain`), or why there is none. */
export interface Summary extends View {
  /** `success` or `failure`. */
  readonly result: string | undefined
  /** The summary of a transcript. */
  readonly short: string | undefined
  /** The summary of an analysis. */
  readonly plain: string | undefined
  /** The summary, in whichever member it stands. */
  readonly text: string | undefined
}

/** A summary of the first version (`summarize=v1`): of a part of one alternative. */
export interface SummaryV1 extends View {
  /** Its text. */
  readonly summary: string | undefined
  /** The index of the first word that it covers. */
  readonly startWord: number | undefined
  /** The index after the last word that it covers. */
  readonly endWord: number | undefined
}

/** A part of the text and its topics. */
export interface TopicSegment extends View {
  /** The part. */
  readonly text: string | undefined
  /** The index of its first word. */
  readonly startWord: number | undefined
  /** The index after its last word. */
  readonly endWord: number | undefined
  /** Its topics. */
  readonly topics: List<Topic>
}

/** A topic. */
export interface Topic extends View {
  /** Its name. */
  readonly topic: string | undefined
  /** How sure it is, 0 to 1. */
  readonly confidenceScore: number | undefined
}

/** Topics of the first version, within one alternative. */
export interface TopicsV1 extends View {
  /** The part of the text. */
  readonly text: string | undefined
  /** The index of its first word. */
  readonly startWord: number | undefined
  /** The index after its last word. */
  readonly endWord: number | undefined
  /** Its topics. */
  readonly topics: List<TopicV1>
}

/** A topic of the first version. */
export interface TopicV1 extends View {
  /** Its name. */
  readonly topic: string | undefined
  /** How sure it is, 0 to 1. */
  readonly confidence: number | undefined
}

/** A part of the text and its intents. */
export interface IntentSegment extends View {
  /** The part. */
  readonly text: string | undefined
  /** The index of its first word. */
  readonly startWord: number | undefined
  /** The index after its last word. */
  readonly endWord: number | undefined
  /** Its intents. */
  readonly intents: List<Intent>
}

/** An intent. */
export interface Intent extends View {
  /** Its name. */
  readonly intent: string | undefined
  /** How sure it is, 0 to 1. */
  readonly confidenceScore: number | undefined
}

/** The sentiments of the text. */
export interface Sentiments extends View {
  /** The parts of the text. */
  readonly segments: List<SentimentSegment>
  /** The sentiment of the whole. */
  readonly average: Sentiment | undefined
}

/** A part of the text and its sentiment. */
export interface SentimentSegment extends View {
  /** The part. */
  readonly text: string | undefined
  /** The index of its first word. */
  readonly startWord: number | undefined
  /** The index after its last word. */
  readonly endWord: number | undefined
  /** Positive, neutral or negative. */
  readonly sentiment: string | undefined
  /** From -1 (negative) to 1 (positive). */
  readonly sentimentScore: number | undefined
}

/** A sentiment. */
export interface Sentiment extends View {
  /** Positive, neutral or negative. */
  readonly sentiment: string | undefined
  /** From -1 (negative) to 1 (positive). */
  readonly sentimentScore: number | undefined
}

/** The metadata of a document, of a piece of a stream, or the closing message of a stream itself. */
export interface Metadata extends View {
  /** The request that this answers, as it is written there. */
  readonly requestId: string | undefined
  /** When it was made (RFC 3339). */
  readonly created: string | undefined
  /** How long the audio is, in seconds. */
  readonly duration: number | undefined
  /** The same as `duration`, in whole milliseconds and without rounding errors. */
  readonly durationMillis: number | undefined
  /** How many channels the audio has. */
  readonly channels: number | undefined
  /** The hash of the audio. */
  readonly sha256: string | undefined
  /** Of no use any more. */
  readonly transactionKey: string | undefined
  /** The ids of the models. */
  readonly models: readonly string[] | undefined
  /** The models, in both forms in which documents have them; the id is absent where it is not stated. */
  readonly modelInfo: readonly { readonly id?: string; readonly model: Model }[]
  /** The id of the model of a piece of a stream. */
  readonly modelUuid: string | undefined
  /** The language of an analysis. */
  readonly language: string | undefined
  /** The tags that the submitter gave. */
  readonly tags: readonly string[] | undefined
  /** The extra pairs that the submitter gave. */
  readonly extra: Readonly<Record<string, string>> | undefined
  /** What was amiss with the request. */
  readonly warnings: List<Warning>
  /** The model that told speakers apart. */
  readonly diarizeInfo: DiarizeInfo | undefined
  /** The model of the summary. */
  readonly summaryInfo: FeatureInfo | undefined
  /** The model of the topics. */
  readonly topicsInfo: FeatureInfo | undefined
  /** The model of the intents. */
  readonly intentsInfo: FeatureInfo | undefined
  /** The model of the sentiments. */
  readonly sentimentInfo: FeatureInfo | undefined
}

/** A model. */
export interface Model extends View {
  /** Its name. */
  readonly name: string | undefined
  /** Its version. */
  readonly version: string | undefined
  /** Its architecture. */
  readonly arch: string | undefined
}

/** The model of a feature, and what it read and wrote. */
export interface FeatureInfo extends View {
  /** The id of the model. */
  readonly modelUuid: string | undefined
  /** How many tokens it read. */
  readonly inputTokens: number | undefined
  /** How many tokens it wrote. */
  readonly outputTokens: number | undefined
}

/** The model that told speakers apart. */
export interface DiarizeInfo extends View {
  /** Its id. */
  readonly modelUuid: string | undefined
  /** Its architecture. */
  readonly arch: string | undefined
}

/** What was amiss with a request. */
export interface Warning extends View {
  /** The parameter. */
  readonly parameter: string | undefined
  /** The sort of warning. */
  readonly kind: string | undefined
  /** A sentence for people. */
  readonly message: string | undefined
}

/** A `Results` message of a stream: a piece of it, interim or final. */
export interface StreamResults extends View {
  /** When the piece begins, in seconds. */
  readonly start: number | undefined
  /** The same as `start`, in whole milliseconds and without rounding errors. */
  readonly startMillis: number | undefined
  /** How long it is, in seconds. */
  readonly duration: number | undefined
  /** The same as `duration`, in whole milliseconds and without rounding errors. */
  readonly durationMillis: number | undefined
  /** Whether the piece is settled. */
  readonly isFinal: boolean | undefined
  /** Whether a turn of speech ends here. */
  readonly speechFinal: boolean | undefined
  /** Whether it answers a client's `Finalize`. */
  readonly fromFinalize: boolean | undefined
  /** Whether the piece may still change: a message that does not say is taken as final. */
  readonly isInterim: boolean
  /** Which channel of how many. */
  readonly channelIndex: ChannelIndex | undefined
  /** The readings. */
  readonly channel: Channel | undefined
  /** Whose piece it is. */
  readonly metadata: Metadata | undefined
  /** What was recognised as a name, a date, an amount, ... */
  readonly entities: List<Entity>
}

/** An `UtteranceEnd` message of a stream. */
export interface UtteranceEnd extends View {
  /** When the last word ended, in seconds; -1 when there was none. */
  readonly lastWordEnd: number | undefined
  /** The same as `lastWordEnd`, in whole milliseconds and without rounding errors. */
  readonly lastWordEndMillis: number | undefined
  /** Which channel of how many. */
  readonly channel: ChannelIndex | undefined
  /** Whether it says when the last word ended. */
  readonly hasTime: boolean
}

/** A `SpeechStarted` message of a stream. */
export interface SpeechStarted extends View {
  /** When speech began, in seconds. */
  readonly timestamp: number | undefined
  /** The same as `timestamp`, in whole milliseconds and without rounding errors. */
  readonly timestampMillis: number | undefined
  /** Which channel of how many. */
  readonly channel: ChannelIndex | undefined
}

/** An `Error` message of a stream; which members it has is not certain. */
export interface StreamError extends View {
  /** A sentence for people. */
  readonly description: string | undefined
  /** A sentence for people. */
  readonly message: string | undefined
  /** The sort of error. */
  readonly variant: string | undefined
}

/** An error document, in every shape in which Deepgram reports errors. Codes are free text. */
export interface Failure extends View {
  /** The code, in whichever member it stands. */
  readonly code: string | undefined
  /** The sentence for people, in whichever member it stands. */
  readonly message: string | undefined
  /** The code of the legacy shape. */
  readonly errCode: string | undefined
  /** The code of the variant. */
  readonly errorCode: string | undefined
  /** The sentence of the legacy shape; may quote a URL of the submitter. */
  readonly errMsg: string | undefined
  /** The sentence of the modern shape. */
  readonly plainMessage: string | undefined
  /** The code of the modern shape. */
  readonly category: string | undefined
  /** The cure, in the modern shape. */
  readonly details: string | undefined
  /** The request, when the document names it. */
  readonly requestId: string | undefined
}
