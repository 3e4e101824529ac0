import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Kind, Payload } from './index.js'

/** How a receiver is configured. Times are in milliseconds. */
export interface ReceiverOptions {
  /** Where deliveries are kept: `sqlite:PATH` (as long as nothing is said, `sqlite:ringback.db`), `postgres://...`, or `memory`. */
  store?: string
  /** The public URL of the callbacks, such as `https://example.com/hook`, for the URLs that are minted. */
  url?: string
  /** The path of the callbacks, if it is not that of `url`, or `/hook`. */
  path?: string
  /** Take a `url` with a port that Deepgram does not call: behind a tunnel, or where Deepgram runs on one's own machines. */
  anyPort?: boolean
  /** Basic pairs, each `USER:PASSWORD` or `NAME=USER:PASSWORD`; the name is the sender. */
  basic?: string | string[]
  /**
   * The file of ticket keys; `false`: no tickets. Else the keys come from `RINGBACK_TICKET_KEYS`, or from a file beside the store,
   * which is made if nothing else lets a delivery in.
   */
  ticketKeys?: string | false
  /** The ticket keys themselves, a `name:base64` a line, or separated by commas. */
  ticketKeysText?: string
  /** For whom tickets are minted, so that those of staging do not open production. */
  audience?: string
  /** A secret within the document, `VALUE` or `KEY:VALUE`. */
  extraSecret?: string
  /** Take a ticket as the last segment of the path too, where a proxy takes `Authorization` away. */
  ticketInPath?: boolean
  /** Take a ticket as the value of this extra key too. */
  ticketInExtra?: string
  /** Let everybody in. Anybody who finds the URL can then post transcripts. */
  letAnybodyPost?: boolean
  /** Hold deliveries whose submission was not announced, until it is. */
  requireExpected?: boolean
  /** Remember interim results, so that a repeated one is dropped. */
  rememberInterim?: boolean
  /** When the sender is answered: when the delivery is durable, or when it has been handled too. */
  answer?: 'stored' | 'handled'
  /** The most bytes of a body in memory, decoded: 32 MiB. */
  bodyLimit?: number
  /** The most bytes of a body that goes to the disk, and becomes a dead letter, because it is too large for memory: 256 MiB; 0: none does. */
  oversizeLimit?: number
  /** The same where the body itself has to prove its sender: 8 MiB. */
  unprovenBodyLimit?: number
  /** How long an expired ticket is let in: 1,260,000. */
  grace?: number
  /** How long a handler has a delivery before another may have it; it is renewed while the process lives: 60,000. */
  lease?: number
  /** The wait before the second try: 1,000, doubled with each. */
  backoff?: number
  /** The longest wait between two tries: 3,600,000. */
  backoffLimit?: number
  /** How often a delivery is tried before it is dead: 20. */
  tries?: number
  /** How long the body of a delivery is kept once it is done: a day. */
  bodyLife?: number
  /** A folder on another disk, for what the store cannot take while it fails. */
  spool?: string
  /** How many deliveries are handled at once: 8. */
  atOnce?: number
  /** For tests: what decides what has expired and what is due, in place of the clock of the machine. */
  clock?: Clock
}

/** A clock that goes when it is told to: for tests. */
export class Clock {
  /** Shows this moment, in milliseconds since 1970; else one in November 2026. */
  constructor(now?: number | Date)
  /** The present moment. */
  readonly now: Date
  /** Goes on by so many milliseconds. */
  advance(milliseconds: number): void
}

/** The conditions of a rule: all of them must hold. */
export interface Conditions {
  /** Only payloads with this tag. */
  tag?: string
  /** Only payloads with this extra key and value. */
  extra?: Record<string, string>
  /** Only deliveries for jobs whose names begin so. */
  jobPrefix?: string
  /** Only deliveries that this credential let in. */
  sender?: string
}

/**
 * Handles a delivery. When it returns, or its promise is kept, the delivery is done; when it throws, it is tried again later; when it throws
 * a {@link Dead}, it never is.
 */
export type Handler = (delivery: Delivery) => unknown

/** A request listener of `node:http`. */
export type Listener = (req: IncomingMessage, res: ServerResponse) => void

/** A middleware for Express 4 and 5, and whatever takes the same. */
export type Middleware = (req: any, res: any, next: (error?: unknown) => void) => void

/** What stands at the callback URL, in front of handlers. Making one runs nothing. */
export class Receiver {
  /**
   * @throws {RingbackError} What is wrong with a credential, a key, the URL or the store.
   * @throws {TypeError} An option is misspelt, or of the wrong type.
   */
  constructor(options?: ReceiverOptions)
  /** The path of the callbacks. */
  readonly path: string
  /** The public URL of the callbacks, without a credential. */
  readonly url: string | undefined
  /** Whether handlers come before the answer: with the store `memory`, and with `answer: 'handled'`. */
  readonly answersWhenHandled: boolean

  /** Adds a rule: deliveries of this kind, under these conditions, go to this handler. The first rule that holds counts. */
  on(kind: Kind, handler: Handler): this
  on(kind: Kind, conditions: Conditions, handler: Handler): this
  /** Hears of submissions whose deadline has passed without an answer; of each once. */
  on(event: 'overdue', handler: (submission: Announced) => unknown): this
  /** Adds a rule for every kind. */
  onAny(handler: Handler): this
  onAny(conditions: Conditions, handler: Handler): this
  /** The handler of deliveries that no rule takes. */
  fallback(handler: Handler): this
  /** Hears of what handlers throw, and of a store that fails. Without it, they are warnings of the process. */
  onError(handler: (error: any, delivery?: Delivery) => unknown): this

  /** Starts handling what is kept; it keeps the process running until {@link stop}. A listener or a middleware starts it too. */
  start(): this
  /** Stops handling: begins with nothing more, and waits so long for what was begun. Whether all of it was finished. */
  stop(options?: { grace?: number }): Promise<boolean>
  /** Stops, and lets go of the store. */
  close(options?: { grace?: number }): Promise<void>

  /** A listener for `createServer`: callbacks are received, all else goes to `app`, before which no body parser can come. */
  node(app?: (req: IncomingMessage, res: ServerResponse) => unknown): Listener
  /** A middleware, to be placed before body parsers. On a route it takes every request; with `app.use`, those to its path. */
  express(): Middleware
  /** A middleware in front of a handler that is there already. It has the delivery as `req.delivery`; its status is the outcome. */
  guard(): Middleware
  /** Receives a `Request` and answers with a `Response`, whatever its path. */
  fetch(request: Request, options?: { waitUntil?: (work: Promise<unknown>) => void }): Promise<Response>
  /** Receives a whole delivery: for servers of another kind. */
  receive(delivery: {
    method?: string
    target?: string
    headers?: Iterable<readonly [string, string]> | Record<string, string | string[]>
    body?: Uint8Array | string
  }): Promise<Answer>
  /** Whether callbacks are posted to this target. */
  isHook(target: string): boolean
  /** Waits until nothing is left to be handled now. Whether that is so. */
  drain(options?: { timeout?: number }): Promise<boolean>

  /**
   * Announces a submission.
   *
   * @throws {RingbackError} `job_invalid`, or the store is not available.
   */
  expect(submission: {
    /** Your own name for the work: 1 to 64 of `A-Z a-z 0-9 . _ -`. */
    job: string
    /** When it is overdue: 46 minutes; `Infinity`: never. */
    deadline?: number
    /** What it is for. */
    use?: 'document' | 'stream' | 'test'
    /** What its handlers should know. It is kept with it. */
    context?: string | Uint8Array
  }): Promise<Submission>
  /**
   * Waits for a result: of the submission with this id, the request with this id, or the newest submission of this job.
   *
   * @throws {ResultError} `time_out`, `submission_overdue`, `job_failed`, `body_forgotten`.
   * @throws {LedgerError} `submission_unknown`.
   */
  result(id: string | { submission: string } | { requestId: string } | { job: string }, options?: Waiting): Promise<Reply>
  /** Submissions that are waited for, the newest first. */
  pending(options?: { limit?: number }): Promise<Announced[]>
  /** Submissions whose deadline has passed, the newest first. */
  overdue(options?: { limit?: number }): Promise<Announced[]>
  /** Deliveries that will not be handled by themselves any more, in the order of arrival, after this sequence number. */
  deadLetters(options?: { after?: number; limit?: number }): Promise<DeadLetter[]>
  /** The body of a delivery that is kept. */
  letter(id: string): Promise<{ payload: Payload | undefined; body: Buffer }>
  /** Makes a delivery that is dead or done ready to be handled again. Whether it was. */
  replay(id: string): Promise<boolean>
  /** Erases everything of a job, a request or a tag. */
  forget(
    subject: { job: string } | { requestId: string } | { tag: string },
  ): Promise<{ deliveries: number; unhandled: number; submissions: number }>
  /** Forgets what is due, and leaves no trace of it in the files of the store. */
  purge(): Promise<{ forgotten: number; bodies: number }>
  /** What has happened, in the text that Prometheus reads. */
  metrics(): Promise<string>
}

/** How long to wait. */
export interface Waiting {
  /** In milliseconds; it is noticed within half a second. */
  timeout?: number
  /** Gives up, and throws its reason. */
  signal?: AbortSignal
}

/** What arrived at the callback URL, and everything that a handler should know. */
export class Delivery {
  private constructor()
  /** The delivery id, the same at every attempt and at every try: an idempotency key. */
  readonly id: string
  /** What it is. */
  readonly kind: Kind
  /** Your own name for the work. */
  readonly job: string | undefined
  /** The request that it answers, where it says. */
  readonly requestId: string | undefined
  /** The id of its submission, where one can be told. */
  readonly submission: string | undefined
  /** Which credential let it in. */
  readonly sender: string
  /** What the submitter wanted its handlers to know. */
  readonly context: Buffer | undefined
  /** The content type as it was sent. */
  readonly contentType: string | undefined
  /** How many attempts were seen, at least. */
  readonly attemptsSeen: number
  /** Whether a handler may have done some of the work before. */
  readonly again: boolean
  /** Whether it came late: within the grace of its ticket, or after its submission was overdue. */
  readonly late: boolean
  /** Whether the same document came before with other bytes. */
  readonly revises: boolean
  /** The payload; `undefined` if the body is no JSON. */
  readonly payload: Payload | undefined
  /** The bytes that came, secrets masked. */
  readonly body: Buffer
}

/** Thrown by a handler: the delivery can never be handled. It is not tried again, and kept as a dead letter. */
export class Dead extends Error {
  constructor(reason?: string, options?: { cause?: unknown })
}

/** One request sent to Deepgram with `callback=`. Made by {@link Receiver.expect}. */
export class Submission {
  private constructor()
  /** Its name: to be kept, and given to {@link Receiver.result} in another process. */
  readonly id: string
  /** Your own name for the work. */
  readonly job: string
  /** What had arrived when it was announced, or bound. */
  readonly arrived: 'no' | 'partly' | 'whole'
  /** The ticket that its deliveries carry. It is a secret. */
  readonly ticket: string | undefined
  /**
   * The callback URL with the ticket, for an official SDK, which encodes it.
   *
   * @throws {CallbackUrlError} No `url` was configured.
   */
  readonly callbackUrl: string
  /** Binds it to the request id of Deepgram's reply: deliveries with another one become dead letters. What has arrived by now. */
  accepted(requestId: string): Promise<'no' | 'partly' | 'whole'>
  /** Waits no longer: it will not be overdue. What arrives for it nevertheless is handled. */
  cancel(): Promise<void>
  /** Waits for its result. */
  result(options?: Waiting): Promise<Reply>
}

/** What a submission was made for: a document, audio, or the end of a stream. */
export class Reply {
  private constructor()
  /** The delivery id. */
  readonly id: string
  /** What it is. */
  readonly kind: Kind
  /** Your own name for the work. */
  readonly job: string | undefined
  /** The request that it answers, where it says. */
  readonly requestId: string | undefined
  /** The id of its submission. */
  readonly submission: string | undefined
  /** Which credential let it in. */
  readonly sender: string
  /** The content type as it was sent. */
  readonly contentType: string | undefined
  /** The payload; `undefined` for audio. */
  readonly payload: Payload | undefined
  /** The bytes that came, secrets masked. */
  readonly body: Buffer
  /** The final pieces of a stream, in the order of their time. */
  readonly segments: Payload[]
}

/** What the sender is answered, and why. */
export class Answer {
  private constructor()
  /** The HTTP status. */
  readonly status: number
  /** What happened, such as `stored` or `repeat`. */
  readonly situation: string
  /** One sentence for people; never for the sender, who gets `body`. */
  readonly reason: string
  /** The code of the error behind it, where there is one. */
  readonly code?: string
  /** The headers that belong to it. */
  readonly headers: Record<string, string>
  /** The body that belongs to it. */
  readonly body: string
}

/** A submission as it is kept. */
export interface Announced {
  readonly id: string
  readonly job: string | null
  readonly requestId: string | null
  /** When it was announced. */
  readonly since: Date
  /** When it is overdue, or forgotten. */
  readonly due: Date
  readonly context: Buffer | null
}

/** A delivery that will not be handled by itself any more. */
export interface DeadLetter {
  readonly id: string
  readonly sequence: number
  readonly kind: Kind
  /** Why it is dead, such as `malformed`, `differing` or `failed`. */
  readonly reason: string | null
  readonly job: string | null
  readonly requestId: string | null
  readonly submission: string | null
  readonly sender: string
  readonly contentType: string | null
  readonly tags: readonly string[]
  /** How long its body is. */
  readonly bytes: number
  /** How often a handler has failed. */
  readonly failures: number
  /** How many attempts were seen, at least. */
  readonly attemptsSeen: number
  /** When it came first. */
  readonly first: Date
  /** Whether its body is still kept. */
  readonly hasBody: boolean
}
