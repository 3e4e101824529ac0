export * from './receiver.js'
export * from './views.js'
import type {
  Alternative, Channel, Failure, IntentSegment, Metadata, Sentiments, SpeechStarted, StreamError, StreamResults, Summary, TopicSegment,
  Utterance, UtteranceEnd, Word,
} from './views.js'

/** What a delivery is. The names are the same in every language. */
export type Kind =
  | 'transcript'
  | 'analysis'
  | 'audio'
  | 'failure'
  | 'stream.results'
  | 'stream.metadata'
  | 'stream.utterance_end'
  | 'stream.speech_started'
  | 'stream.error'
  | 'unknown'

/** The names of kinds, in the order of their numbers. */
export const KINDS: readonly Kind[]

/** Bytes that are copied before anything is done with them, or text. */
export type Body = Uint8Array | ArrayBuffer | string

/**
 * Parses a body: checks the whole text (RFC 8259), and finds out what it is. Nothing else is decoded before it is asked for.
 *
 * The body is copied once, into memory that no program can change: what becomes of the buffer afterwards changes no view.
 *
 * @throws {PayloadError} The text is not JSON. `offset` is the byte at which that shows; `code` is `unexpected_end` where the text was
 * cut off, so that a further attempt may be whole.
 * @throws {TypeError} The body is none of these types.
 */
export function parse(body: Body): Payload

/** A JSON body, parsed and checked as a whole. Made by {@link parse}. */
export class Payload {
  private constructor()
  /** What the payload is. */
  readonly kind: Kind
  /** The request that this answers, a UUID in small letters. Failures and some messages of a stream do not say. */
  readonly requestId: string | undefined
  /** The text of {@link alternative}. */
  readonly transcript: string | undefined
  /** The metadata of a document or of a piece of a stream, or the closing message of a stream itself. */
  readonly metadata: Metadata | undefined
  /** The results of a transcript or an analysis. */
  readonly results: Results | undefined
  /** The channels of a transcript. */
  readonly channels: List<Channel>
  /** The utterances of a transcript, when they were asked for. */
  readonly utterances: List<Utterance>
  /** The best reading of the first channel of a transcript, or of a piece of a stream. */
  readonly alternative: Alternative | undefined
  /** The tags that the submitter gave. */
  readonly tags: readonly string[]
  /** The extra pairs that the submitter gave. */
  readonly extra: Readonly<Record<string, string>>
  /** The failure, if this is one. */
  readonly failure: Failure | undefined
  /** The `Results` message of a stream, if this is one. */
  readonly streamResults: StreamResults | undefined
  /** The `UtteranceEnd` message of a stream, if this is one. */
  readonly utteranceEnd: UtteranceEnd | undefined
  /** The `SpeechStarted` message of a stream, if this is one. */
  readonly speechStarted: SpeechStarted | undefined
  /** The `Error` message of a stream, if this is one. */
  readonly streamError: StreamError | undefined
  /** The bytes of the body: a copy. */
  readonly body: Buffer
  /**
   * The value at a JSON pointer (RFC 6901) such as `/metadata/extra/job`, as JavaScript has it; `undefined` when there is none.
   *
   * @throws {PayloadError} `invalid_pointer`.
   */
  at(pointer: string): unknown
  /** The whole document, as `JSON.parse` reads it. */
  toJSON(): unknown
}

/** The results of a transcript or an analysis. What published schemas nest once more than real documents do is shown flat. */
export class Results {
  private constructor()
  /** The channels of a transcript. */
  readonly channels: List<Channel>
  /** The utterances of a transcript, when they were asked for. */
  readonly utterances: List<Utterance>
  /** The summary. */
  readonly summary: Summary | undefined
  /** The parts of the text with their topics. */
  readonly topics: List<TopicSegment>
  /** The parts of the text with their intents. */
  readonly intents: List<IntentSegment>
  /** The sentiments of the text. */
  readonly sentiments: Sentiments | undefined
  /** The object as JavaScript has it. */
  toJSON(): Record<string, unknown>
}

/** Which channel of how many: `{ index: 0, total: 1 }` is the only one. */
export interface ChannelIndex {
  /** The channel, counted from 0. */
  readonly index: number
  /** How many channels there are; absent when the message does not say. */
  readonly total?: number
}

/** The methods of arrays that a list has: all that change nothing. */
type Reading =
  | 'concat' | 'entries' | 'every' | 'filter' | 'find' | 'findIndex' | 'flatMap' | 'forEach' | 'includes' | 'indexOf'
  | 'join' | 'keys' | 'lastIndexOf' | 'map' | 'reduce' | 'reduceRight' | 'slice' | 'some' | 'values'

/** The objects of an array of the document, as views: read like an array, made as they are reached. */
export interface List<T> extends Pick<ReadonlyArray<T>, Reading>, Iterable<T> {
  readonly [index: number]: T
  /** How many elements there are. */
  readonly length: number
  /** Whether the document has this list, be it empty. */
  readonly isPresent: boolean
  /** The element at this place, counted from the end if it is negative. */
  at(index: number): T | undefined
  /** All elements as an array, made once. */
  toArray(): readonly T[]
  /** The elements as JavaScript has them. */
  toJSON(): Record<string, unknown>[]
}
/** The class of lists, for `instanceof`. */
export const List: abstract new () => List<unknown>

/** The words of an alternative or an utterance: a list that can be read as columns. */
export interface Words extends List<Word> {
  /** All words as columns of numbers: the quick way to read many. Made once. */
  readonly columns: Columns
}
/** The class of lists of words, for `instanceof`. */
export const Words: abstract new () => Words

/** Words as typed arrays, one row for each word. They are copies of their own, to be changed at will. */
export class Columns {
  private constructor()
  /** How many words there are. */
  readonly length: number
  /** When each begins, in seconds; NaN where it is not said. */
  readonly starts: Float64Array
  /** When each ends, in seconds; NaN where it is not said. */
  readonly ends: Float64Array
  /** How sure each is, 0 to 1; NaN where it is not said. */
  readonly confidences: Float64Array
  /** Who speaks; -1 where it is not said. */
  readonly speakers: Int32Array
  /** The words as recognised. */
  readonly words: Texts
  /** The words with capitals and punctuation; empty texts where they were not asked for. */
  readonly punctuatedWords: Texts
}

/** Texts as one string and where each of them ends in it. A text that the document lacks is empty. */
export class Texts implements Iterable<string> {
  private constructor()
  /** All texts, one after the other. */
  readonly joined: string
  /** Where each text ends in `joined`. */
  readonly ends: Uint32Array
  /** How many texts there are. */
  readonly length: number
  /** The text at this place. */
  at(index: number): string | undefined
  /** All texts. */
  toArray(): string[]
  [Symbol.iterator](): IterableIterator<string>
}

/** The codes of all errors. */
export const ERROR_CODES: readonly string[]

/** What Ringback throws. */
export class RingbackError extends Error {
  /** The name of the error: the same string in every language, such as `unexpected_end`. */
  readonly code: string
  /** The number of the error: the same in every language. */
  readonly number: number
  /** The party that can mend it: who sent the bytes, who calls Ringback, a stated limit, or who runs the machine. */
  readonly fault: 'sender' | 'caller' | 'limit' | 'operator'
  /** The byte at which it was noticed, where there is a text. */
  readonly offset?: number
}
/** A body is no JSON text, or not what it should be. */
export class PayloadError extends RingbackError {}
/** A request has the wrong method, framing or size; or another middleware has read it. */
export class RequestError extends RingbackError {}
/** Credentials: those that arrive, or those that are configured. */
export class CredentialError extends RingbackError {}
/** A callback URL that Deepgram would refuse, or that would lose transcripts. */
export class CallbackUrlError extends RingbackError {}
/** A rule that leads to a handler. */
export class RouteError extends RingbackError {}
/** A claim, a delivery or a submission that is not there. */
export class LedgerError extends RingbackError {}
/** The store of the inbox. */
export class StoreError extends RingbackError {}
/** There is no result, and why: `time_out`, `submission_overdue`, `job_failed`, `body_forgotten`. */
export class ResultError extends RingbackError {}

/** The classes of the views, for `instanceof`. */
export const views: Readonly<Record<string, abstract new () => import('./views.js').View>>
