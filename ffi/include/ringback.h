/*
 * libringback: receives Deepgram callbacks, so that no transcript is lost.
 *
 * Generated from the Rust source of the library, and not to be changed by hand.
 *
 * A body is read with ringback_payload_parse; a server receives with ringback_receiver_new, ringback_begin, ringback_feed,
 * ringback_finish and ringback_settle; whoever submits mints a ticket and writes a callback URL with ringback_ticket_mint
 * and ringback_url_write. The functions stand at the end, each with what it takes, what it returns and what to do then.
 *
 * What holds everywhere:
 *
 * - What has a _new, _parse, _open or _begin is opaque, belongs to the caller, and is given back once with its _free, which takes NULL.
 * - A fallible function returns a ringback_result, RINGBACK_OK is 0. Outputs are written only then, but for an
 *   `error_at`, which is written only on failure.
 * - The object comes first, then inputs, then outputs. What is passed as const is not changed.
 * - A pointer is NULL, which is RINGBACK_ERROR_NULL_ARGUMENT unless the parameter may be NULL, or points to something valid of
 *   its type that nobody else changes meanwhile. Two parameters of a call never point to the same thing, unless both are const.
 * - Strings are { data, len }, UTF-8, and not terminated. Those that come out borrow: each function says from what. Those
 *   that go in are checked; data may be NULL where len is 0, and such a string counts as not given.
 * - RINGBACK_ERROR_NULL_ARGUMENT, RINGBACK_ERROR_NOT_UTF8 and RINGBACK_ERROR_INVALID_ARGUMENT mean that the call is to be mended; nothing was
 *   done. RINGBACK_ERROR_OUT_OF_MEMORY means that nothing was done: try again, or answer 503. RINGBACK_ERROR_PANIC is a defect of the
 *   library: free the objects of the call, and report it.
 * - There are no globals, no state of a thread, no clock, no random numbers. Nothing is printed, but at a
 *   RINGBACK_ERROR_PANIC, which Rust notes on standard error.
 */


#ifndef RINGBACK_H
#define RINGBACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * The most headers that an answer has.
 */
#define RINGBACK_ANSWER_HEADERS 2

/**
 * The alignment of memory that is handed over to a ledger.
 */
#define RINGBACK_LEDGER_ALIGN 64

/**
 * How many random bytes a ledger wants for its tables.
 */
#define RINGBACK_LEDGER_SEED 16

/**
 * The most characters of a request id.
 */
#define RINGBACK_REQUEST_ID_MAX 128

/**
 * How many bytes the name of a submission has in a ledger.
 */
#define RINGBACK_SUBMISSION_NAME 12

/**
 * How long a ticket for a document lives unless there is a reason for something else, in milliseconds: 24 hours.
 */
#define RINGBACK_TICKET_LIFE 86400000

/**
 * How long a ticket for a stream lives unless there is a reason for something else, in milliseconds: 48 hours.
 */
#define RINGBACK_TICKET_STREAM_LIFE 172800000

/**
 * How many bytes the random id of a ticket has.
 */
#define RINGBACK_TICKET_ID 12

/**
 * The credentials can be read by everyone on the way: use https or wss. A bit of the warnings about a URL.
 */
#define RINGBACK_WARNING_CREDENTIALS_IN_CLEAR 1

/**
 * The URL has more than 1024 bytes, and servers on the way may refuse it: shorten it. A bit of the warnings about a URL.
 */
#define RINGBACK_WARNING_URL_LONG 2

/**
 * The first number of the version of this header. The shared object of the same number is compatible.
 */
#define RINGBACK_VERSION_MAJOR 0

/**
 * The second number of the version of this header.
 */
#define RINGBACK_VERSION_MINOR 1

/**
 * The third number of the version of this header.
 */
#define RINGBACK_VERSION_PATCH 0

/**
 * The configuration of a receiver in the making.
 *
 * Made with `ringback_config_new`, given back with `ringback_config_free`. `ringback_receiver_new` copies it.
 *
 * Threads: one at a time; `ringback_receiver_new` only reads it.
 */
typedef struct ringback_config ringback_config;

/**
 * A delivery on its way.
 *
 * Made with `ringback_begin`, given back with `ringback_delivery_free`. It keeps its receiver's memory alive.
 *
 * Threads: one at a time, not always the same one. Different deliveries of a receiver: any, at the same time.
 */
typedef struct ringback_delivery ringback_delivery;

/**
 * The head of a request in the making. It is there only within the callback that `ringback_begin` calls.
 *
 * Threads: that of the callback.
 */
typedef struct ringback_head ringback_head;

/**
 * Ticket keys for one audience: the first one mints, all verify. So a key is changed by adding the new one, rolling out,
 * moving it to the front, rolling out, and dropping the old one when its last ticket has expired.
 *
 * Made with `ringback_keyring_new`, given back with `ringback_keyring_free`.
 *
 * Threads: one at a time while keys are added; afterwards any, at the same time.
 */
typedef struct ringback_keyring ringback_keyring;

/**
 * A ledger in memory, not yet in a receiver.
 *
 * Made with `ringback_ledger_new` or `ringback_ledger_open`, and handed over to `ringback_receiver_new`, or given back with
 * `ringback_ledger_free`.
 *
 * Threads: one at a time.
 */
typedef struct ringback_ledger ringback_ledger;

/**
 * A JSON body, parsed and validated as a whole. What is read of it borrows from it.
 *
 * Made with `ringback_payload_parse`, given back with `ringback_payload_free`.
 *
 * Threads: any, at the same time; it does not change.
 */
typedef struct ringback_payload ringback_payload;

/**
 * A receiver: what decides about deliveries.
 *
 * Made with `ringback_receiver_new`, given back with `ringback_receiver_free`.
 *
 * Threads: any, at the same time. Parsing happens side by side; only looks into the ledger wait for each other.
 */
typedef struct ringback_receiver ringback_receiver;

/**
 * A minted ticket. Whoever has its text can deliver with it: it is a secret.
 *
 * Made with `ringback_ticket_mint`, given back with `ringback_ticket_free`.
 *
 * Threads: any, at the same time; it does not change.
 */
typedef struct ringback_ticket ringback_ticket;

/**
 * Text: UTF-8, borrowed, not terminated. It may hold NUL bytes. Print it with `"%.*s", (int)text.len, (const char *)text.data`.
 *
 * A text that is absent has no data; an empty one may have.
 */
typedef struct {
    /**
     * The first byte; NULL if there is no text.
     */
    const uint8_t *data;
    /**
     * How many bytes there are.
     */
    size_t len;
} ringback_str;

/**
 * What happened to a delivery: one of `RINGBACK_SITUATION_...`. Numbers are never reused; later versions may have more.
 */
typedef uint32_t ringback_situation;

/**
 * What came of a call: `RINGBACK_OK`, or one of the numbers below. Numbers are never reused.
 */
typedef uint32_t ringback_result;

/**
 * The right to handle one delivery, under a lease. It is plain data: keep it with the work, on whatever thread.
 */
typedef struct {
    /**
     * The delivery.
     */
    uint8_t delivery[16];
    /**
     * The fencing number.
     */
    uint32_t fence;
    /**
     * Whether the ledger knows of it: it does not if the delivery has nothing by which a repeat could be told.
     */
    bool recorded;
} ringback_claim;

/**
 * How the handling of a delivery ended: one of `RINGBACK_OUTCOME_...`.
 */
typedef uint32_t ringback_outcome;

/**
 * One moment, read from both clocks of the machine. Leases follow the monotonic one, deadlines and tickets the other.
 */
typedef struct {
    /**
     * Milliseconds since 1970-01-01T00:00:00Z: `CLOCK_REALTIME`.
     */
    uint64_t wall;
    /**
     * Milliseconds since any moment that stays the same until the next boot: `CLOCK_MONOTONIC`. Whoever has no such
     * clock gives the other one twice.
     */
    uint64_t monotonic;
} ringback_now;

/**
 * One header of an answer, as servers in C want it: both strings end with a NUL, are constant and live for ever.
 */
typedef struct {
    /**
     * Its name, in lower case.
     */
    const char *name;
    /**
     * Its value.
     */
    const char *value;
} ringback_header;

/**
 * What to answer, and why. The strings are constant and live for ever.
 */
typedef struct {
    /**
     * The HTTP status to answer with; 0 if there is nothing to answer yet.
     */
    uint16_t status;
    /**
     * What happened.
     */
    ringback_situation situation;
    /**
     * One sentence for people and for a log; never for the sender.
     */
    ringback_str reason;
    /**
     * The error behind it, to be counted and logged; `RINGBACK_OK` where there is none.
     */
    ringback_result error;
    /**
     * Where in the body that error was noticed.
     */
    size_t error_at;
    /**
     * The body to send: a word or two that give nothing away.
     */
    ringback_str body;
    /**
     * The headers to send.
     */
    ringback_header headers[RINGBACK_ANSWER_HEADERS];
    /**
     * How many of them there are.
     */
    size_t header_count;
} ringback_answer;

/**
 * Tells the headers of a request, one `ringback_head_add` for each. It is called once, before `ringback_begin` returns, and
 * must return normally: no `longjmp`, no C++ exception.
 */
typedef void (*ringback_headers)(void *userdata, ringback_head *head);

/**
 * What a delivery is: one of `RINGBACK_KIND_...`. Numbers are never reused; later versions may have more of them.
 */
typedef uint32_t ringback_kind;

/**
 * Bytes of any sort, borrowed.
 */
typedef struct {
    /**
     * The first byte; may be NULL if there are none.
     */
    const uint8_t *data;
    /**
     * How many bytes there are.
     */
    size_t len;
} ringback_bytes;

/**
 * A request id, in the one spelling in which it is compared: a UUID in lower case, any other text as it came.
 */
typedef struct {
    /**
     * 1 to 128 visible ASCII characters, terminated by a NUL.
     */
    char text[129];
    /**
     * How many characters there are, without the NUL.
     */
    uint8_t len;
    /**
     * Whether it is a UUID.
     */
    bool is_uuid;
    /**
     * The bytes of the UUID in network order (RFC 9562), or zeros.
     */
    uint8_t uuid[16];
} ringback_request_id;

/**
 * A delivery to be handled, and what a handler should know before it begins. Its strings borrow from the delivery.
 */
typedef struct {
    /**
     * The right to handle it, to be settled.
     */
    ringback_claim claim;
    /**
     * Its name, the same at every attempt and on every machine with the same seed: an idempotency key for handlers.
     */
    uint8_t id[16];
    /**
     * What was given to `ringback_route_add` or `ringback_route_fallback`.
     */
    void *route;
    /**
     * What it is: one of `RINGBACK_KIND_...`.
     */
    ringback_kind kind;
    /**
     * The payload; NULL if the body is text or audio.
     */
    const ringback_payload *payload;
    /**
     * The body, secrets in it overwritten.
     */
    ringback_bytes body;
    /**
     * The job that its ticket names.
     */
    ringback_str job;
    /**
     * The credential that let it in: the key id of a ticket, the name of a Basic pair, `extra`, or `anybody`.
     */
    ringback_str sender;
    /**
     * The request that it answers; `len` is 0 if it does not say.
     */
    ringback_request_id request_id;
    /**
     * The random id of its ticket; all zeros if there is none.
     */
    uint8_t ticket_id[12];
    /**
     * How many attempts were seen, at least.
     */
    uint8_t attempts_seen;
    /**
     * Whether a handler may have done some of the work before.
     */
    bool again;
    /**
     * Whether it came late: within the grace of an expired ticket, or after its submission was overdue.
     */
    bool late;
    /**
     * Whether the same document came before with other bytes.
     */
    bool revises;
} ringback_work;

/**
 * What a finished delivery asks for.
 */
typedef struct {
    /**
     * Whether there is work: handle it, settle its claim, and send the answer that this gives. Otherwise send `answer`.
     */
    bool handle;
    /**
     * What to answer if there is no work.
     */
    ringback_answer answer;
    /**
     * The work, if there is some.
     */
    ringback_work work;
} ringback_decision;

/**
 * A type of JSON: one of `RINGBACK_TYPE_...`.
 */
typedef uint32_t ringback_type;

/**
 * One value of a payload, as it stands in the document. It can be printed, or be asked together with its payload.
 *
 * Values come out of the functions of this library and are not to be made up. All zeros is an absent value.
 */
typedef struct {
    /**
     * The text of the value, a string with its quotes and escapes; NULL if it is absent.
     */
    const uint8_t *data;
    /**
     * The length of the text in bytes.
     */
    size_t len;
    /**
     * Its type.
     */
    ringback_type type;
} ringback_value;

/**
 * A failed job. The code of the legacy shape is in `err_code` or `error_code`, that of the modern one in `category`:
 * `code` is whichever there is. What the document lacks is absent: no data, not present, an empty list.
 */
typedef struct {
    /**
     * The code of the legacy shape.
     */
    ringback_str err_code;
    /**
     * The code of the variant.
     */
    ringback_str error_code;
    /**
     * The sentence of the legacy shape; may quote a URL of the submitter.
     */
    ringback_str err_msg;
    /**
     * The code of the modern shape.
     */
    ringback_str category;
    /**
     * The cure, in the modern shape.
     */
    ringback_str details;
    /**
     * The request, when the document names it.
     */
    ringback_str request_id;
    /**
     * The code, in whichever member it stands: free text, never an enumeration.
     */
    ringback_str code;
    /**
     * The sentence for people, in whichever member it stands; may quote a URL of the submitter.
     */
    ringback_str message;
    /**
     * The whole object: members that have no field are found here.
     */
    ringback_value object;
} ringback_failure;

/**
 * A summary: of speech (`short`), of text (`text`), or why there is none. What the document lacks is absent: no data,
 * not present, an empty list.
 */
typedef struct {
    /**
     * `success` or `failure`.
     */
    ringback_str result;
    /**
     * The summary of a transcript.
     */
    ringback_str short_text;
    /**
     * The summary of an analysis.
     */
    ringback_str plain;
    /**
     * The summary, in whichever member it stands.
     */
    ringback_str text;
    /**
     * The whole object: members that have no field are found here.
     */
    ringback_value object;
} ringback_summary;

/**
 * A place in an array or an object of a payload: what is taken next. Take from it with the `_next` function of what it
 * holds; copy it to begin again. All zeros is an empty list.
 */
typedef struct {
    /**
     * Where the walk stands, in bytes from the beginning of the document; 0 if the document has no such list.
     */
    size_t at;
} ringback_list;

/**
 * A whole number that is not negative; read it only if it is present.
 */
typedef struct {
    /**
     * The number; 0 if there is none.
     */
    uint64_t value;
    /**
     * Whether the document has it.
     */
    bool present;
} ringback_u64;

/**
 * A summary of the first version (`summarize=v1`): of a part of one alternative. What the document lacks is absent: no
 * data, not present, an empty list.
 */
typedef struct {
    /**
     * Its text.
     */
    ringback_str summary;
    /**
     * The index of the first word that it covers.
     */
    ringback_u64 start_word;
    /**
     * The index after the last word that it covers.
     */
    ringback_u64 end_word;
    /**
     * The whole object: members that have no field are found here.
     */
    ringback_value object;
} ringback_summary_v1;

/**
 * A part of the text and its topics. What the document lacks is absent: no data, not present, an empty list.
 */
typedef struct {
    /**
     * The part.
     */
    ringback_str text;
    /**
     * The index of its first word.
     */
    ringback_u64 start_word;
    /**
     * The index after its last word.
     */
    ringback_u64 end_word;
    /**
     * Its topics. Taken with `ringback_topic_next`.
     */
    ringback_list topics;
    /**
     * The whole object: members that have no field are found here.
     */
    ringback_value object;
} ringback_topic_segment;

/**
 * A number; read it only if it is present.
 */
typedef struct {
    /**
     * The nearest float; 0 if there is none.
     */
    double value;
    /**
     * Whether the document has it.
     */
    bool present;
} ringback_f64;

/**
 * A topic. What the document lacks is absent: no data, not present, an empty list.
 */
typedef struct {
    /**
     * Its name.
     */
    ringback_str topic;
    /**
     * How sure it is, 0 to 1.
     */
    ringback_f64 confidence_score;
    /**
     * The whole object: members that have no field are found here.
     */
    ringback_value object;
} ringback_topic;

/**
 * Topics of the first version, within one alternative. What the document lacks is absent: no data, not present, an
 * empty list.
 */
typedef struct {
    /**
     * The part of the text.
     */
    ringback_str text;
    /**
     * The index of its first word.
     */
    ringback_u64 start_word;
    /**
     * The index after its last word.
     */
    ringback_u64 end_word;
    /**
     * Its topics. Taken with `ringback_topic_v1_next`.
     */
    ringback_list topics;
    /**
     * The whole object: members that have no field are found here.
     */
    ringback_value object;
} ringback_topics_v1;

/**
 * A topic of the first version. What the document lacks is absent: no data, not present, an empty list.
 */
typedef struct {
    /**
     * Its name.
     */
    ringback_str topic;
    /**
     * How sure it is, 0 to 1.
     */
    ringback_f64 confidence;
    /**
     * The whole object: members that have no field are found here.
     */
    ringback_value object;
} ringback_topic_v1;

/**
 * A part of the text and its intents. What the document lacks is absent: no data, not present, an empty list.
 */
typedef struct {
    /**
     * The part.
     */
    ringback_str text;
    /**
     * The index of its first word.
     */
    ringback_u64 start_word;
    /**
     * The index after its last word.
     */
    ringback_u64 end_word;
    /**
     * Its intents. Taken with `ringback_intent_next`.
     */
    ringback_list intents;
    /**
     * The whole object: members that have no field are found here.
     */
    ringback_value object;
} ringback_intent_segment;

/**
 * An intent. What the document lacks is absent: no data, not present, an empty list.
 */
typedef struct {
    /**
     * Its name.
     */
    ringback_str intent;
    /**
     * How sure it is, 0 to 1.
     */
    ringback_f64 confidence_score;
    /**
     * The whole object: members that have no field are found here.
     */
    ringback_value object;
} ringback_intent;

/**
 * The sentiments of the text. What the document lacks is absent: no data, not present, an empty list.
 */
typedef struct {
    /**
     * The parts of the text. Taken with `ringback_sentiment_segment_next`.
     */
    ringback_list segments;
    /**
     * The sentiment of the whole. Read with `ringback_sentiment_read`.
     */
    ringback_value average;
    /**
     * The whole object: members that have no field are found here.
     */
    ringback_value object;
} ringback_sentiments;

/**
 * A part of the text and its sentiment. What the document lacks is absent: no data, not present, an empty list.
 */
typedef struct {
    /**
     * The part.
     */
    ringback_str text;
    /**
     * The index of its first word.
     */
    ringback_u64 start_word;
    /**
     * The index after its last word.
     */
    ringback_u64 end_word;
    /**
     * Positive, neutral or negative.
     */
    ringback_str sentiment;
    /**
     * From -1 (negative) to 1 (positive).
     */
    ringback_f64 sentiment_score;
    /**
     * The whole object: members that have no field are found here.
     */
    ringback_value object;
} ringback_sentiment_segment;

/**
 * A sentiment. What the document lacks is absent: no data, not present, an empty list.
 */
typedef struct {
    /**
     * Positive, neutral or negative.
     */
    ringback_str sentiment;
    /**
     * From -1 (negative) to 1 (positive).
     */
    ringback_f64 sentiment_score;
    /**
     * The whole object: members that have no field are found here.
     */
    ringback_value object;
} ringback_sentiment;

/**
 * How large a ledger is, and how long it waits for what. `ringback_ledger_options_default` has the usual answers.
 */
typedef struct {
    /**
     * How many submissions there is room for, at 36 bytes each.
     */
    uint32_t submissions;
    /**
     * How many deliveries there is room for, at 64 bytes each: those being handled, and those remembered as handled.
     */
    uint32_t deliveries;
    /**
     * How many milliseconds a claim holds without being renewed.
     */
    uint64_t lease;
    /**
     * How many milliseconds it is remembered that something was settled.
     */
    uint64_t memory;
    /**
     * How many milliseconds an overdue submission is still known.
     */
    uint64_t patience;
    /**
     * How many distinct deliveries one submission can have.
     */
    uint32_t deliveries_each;
    /**
     * How many distinct deliveries one submission can have that is a stream.
     */
    uint32_t stream_deliveries_each;
} ringback_ledger_options;

/**
 * A time or a length of time; read it only if it is present.
 */
typedef struct {
    /**
     * In seconds: the nearest float; 0 if there is none.
     */
    double seconds;
    /**
     * In milliseconds, worked out from the decimal digits; 0 if there is none.
     */
    int64_t millis;
    /**
     * Whether the document has it.
     */
    bool present;
} ringback_seconds;

/**
 * The metadata of a transcript, an analysis, or a stream's closing message. Every member is optional. What the
 * document lacks is absent: no data, not present, an empty list.
 */
typedef struct {
    /**
     * The request that this answers, as it stands in the document; `ringback_payload_request_id` reads it for every
     * kind.
     */
    ringback_str request_id;
    /**
     * When the request was made: RFC 3339, UTC.
     */
    ringback_str created;
    /**
     * The length of the audio in seconds.
     */
    ringback_seconds duration;
    /**
     * How many channels were processed.
     */
    ringback_u64 channels;
    /**
     * SHA-256 of the submitted audio: 64 hexadecimal digits, or the word `incomplete` in a stream.
     */
    ringback_str sha256;
    /**
     * The literal `deprecated`.
     */
    ringback_str transaction_key;
    /**
     * The ids of the models that were used. Taken with `ringback_string_next`.
     */
    ringback_list models;
    /**
     * The language of an analysis.
     */
    ringback_str language;
    /**
     * The tags that the submitter gave (`tag=`). Taken with `ringback_string_next`.
     */
    ringback_list tags;
    /**
     * The pairs that the submitter gave (`extra=`), returned as strings. Taken with `ringback_pair_next`.
     */
    ringback_list extra;
    /**
     * Features that were skipped, and why. Taken with `ringback_warning_next`.
     */
    ringback_list warnings;
    /**
     * The model that told the speakers apart. Read with `ringback_diarize_info_read`.
     */
    ringback_value diarize_info;
    /**
     * What the summary cost. Read with `ringback_feature_info_read`.
     */
    ringback_value summary_info;
    /**
     * What the topics cost. Read with `ringback_feature_info_read`.
     */
    ringback_value topics_info;
    /**
     * What the intents cost. Read with `ringback_feature_info_read`.
     */
    ringback_value intents_info;
    /**
     * What the sentiments cost. Read with `ringback_feature_info_read`.
     */
    ringback_value sentiment_info;
    /**
     * The id of the model of a stream's results.
     */
    ringback_str model_uuid;
    /**
     * The whole object: members that have no field are found here.
     */
    ringback_value object;
} ringback_metadata;

/**
 * What a text-intelligence feature used. What the document lacks is absent: no data, not present, an empty list.
 */
typedef struct {
    /**
     * The id of the model.
     */
    ringback_str model_uuid;
    /**
     * Tokens read; may be 0 or absent.
     */
    ringback_u64 input_tokens;
    /**
     * Tokens written; may be 0 or absent.
     */
    ringback_u64 output_tokens;
    /**
     * The whole object: members that have no field are found here.
     */
    ringback_value object;
} ringback_feature_info;

/**
 * A feature that was skipped. What the document lacks is absent: no data, not present, an empty list.
 */
typedef struct {
    /**
     * The request parameter concerned.
     */
    ringback_str parameter;
    /**
     * Such as `unsupported_language`.
     */
    ringback_str kind;
    /**
     * A sentence for people.
     */
    ringback_str message;
    /**
     * The whole object: members that have no field are found here.
     */
    ringback_value object;
} ringback_warning;

/**
 * The model that told the speakers apart. What the document lacks is absent: no data, not present, an empty list.
 */
typedef struct {
    /**
     * The id of the model.
     */
    ringback_str model_uuid;
    /**
     * Its architecture.
     */
    ringback_str arch;
    /**
     * The whole object: members that have no field are found here.
     */
    ringback_value object;
} ringback_diarize_info;

/**
 * A model that was used. What the document lacks is absent.
 */
typedef struct {
    /**
     * Its id.
     */
    ringback_str id;
    /**
     * Its public name, such as `general-nova-3`.
     */
    ringback_str name;
    /**
     * Such as `2025-04-17.21547`.
     */
    ringback_str version;
    /**
     * Its architecture, such as `nova-3`.
     */
    ringback_str arch;
    /**
     * The whole object: members that have no field are found here.
     */
    ringback_value object;
} ringback_model;

/**
 * The results of a transcript or an analysis. What the document lacks is absent: no data, an empty list.
 */
typedef struct {
    /**
     * The channels of a transcript. Taken with `ringback_channel_next`.
     */
    ringback_list channels;
    /**
     * The utterances of a transcript, when they were asked for. Taken with `ringback_utterance_next`.
     */
    ringback_list utterances;
    /**
     * The summary, flat or nested. Read with `ringback_summary_read`.
     */
    ringback_value summary;
    /**
     * The parts of the text with their topics, flat or nested. Taken with `ringback_topic_segment_next`.
     */
    ringback_list topics;
    /**
     * The parts of the text with their intents, flat or nested. Taken with `ringback_intent_segment_next`.
     */
    ringback_list intents;
    /**
     * The sentiments of the text, flat or nested. Read with `ringback_sentiments_read`.
     */
    ringback_value sentiments;
    /**
     * The whole object: members that have no field are found here.
     */
    ringback_value object;
} ringback_results;

/**
 * How much is in a ledger.
 */
typedef struct {
    /**
     * Submissions that are waited for.
     */
    uint32_t awaited;
    /**
     * All other submissions that are remembered.
     */
    uint32_t answered;
    /**
     * Deliveries whose handler failed, and whose sender is to come again.
     */
    uint32_t ready;
    /**
     * Deliveries being handled.
     */
    uint32_t claimed;
    /**
     * Deliveries remembered as handled.
     */
    uint32_t done;
    /**
     * Deliveries remembered as dead.
     */
    uint32_t dead;
    /**
     * Settled rows that went before their time, because room was needed: repeats of these would be handled again. If it grows,
     * make the ledger larger.
     */
    uint64_t forgotten_early;
} ringback_tally;

/**
 * The party that can mend an error.
 */
typedef uint32_t ringback_fault;

/**
 * The conditions of a route; all that are given must hold. All zeros holds for everything.
 */
typedef struct {
    /**
     * Only deliveries of this kind; 0 for any.
     */
    ringback_kind kind;
    /**
     * Only payloads with this tag.
     */
    ringback_str tag;
    /**
     * Only payloads with this extra key; it needs `extra_value`.
     */
    ringback_str extra_key;
    /**
     * The value of `extra_key`.
     */
    ringback_str extra_value;
    /**
     * Only deliveries for jobs whose names begin so.
     */
    ringback_str job_prefix;
    /**
     * Only deliveries that this credential let in: the key id of a ticket, or the name of a Basic pair.
     */
    ringback_str sender;
} ringback_rule;

/**
 * A truth; read it only if it is present.
 */
typedef struct {
    /**
     * The truth; false if there is none.
     */
    bool value;
    /**
     * Whether the document has it.
     */
    bool present;
} ringback_bool;

/**
 * Which channel of how many: `[0, 1]` is the only one.
 */
typedef struct {
    /**
     * The channel, counted from 0.
     */
    uint64_t index;
    /**
     * How many channels there are; 0 if the message does not say.
     */
    uint64_t total;
    /**
     * Whether the message names a channel.
     */
    bool present;
} ringback_channel_index;

/**
 * A `Results` message: a piece of the transcript, interim or final. What the document lacks is absent: no data, not
 * present, an empty list.
 */
typedef struct {
    /**
     * When the piece begins, in seconds from the start of the stream.
     */
    ringback_seconds start;
    /**
     * How long the piece is, in seconds.
     */
    ringback_seconds duration;
    /**
     * Whether the piece is settled; an interim one is replaced by the next message of the same start.
     */
    ringback_bool is_final;
    /**
     * Whether a turn of speech ends here.
     */
    ringback_bool speech_final;
    /**
     * Whether this answers the client's `Finalize`.
     */
    ringback_bool from_finalize;
    /**
     * What was said. Read with `ringback_channel_read`.
     */
    ringback_value channel;
    /**
     * The request and its model. Read with `ringback_metadata_read`.
     */
    ringback_value metadata;
    /**
     * Names, dates, amounts, ... of this piece. Taken with `ringback_entity_next`.
     */
    ringback_list entities;
    /**
     * The channel, and how many there are.
     */
    ringback_channel_index channel_index;
    /**
     * Whether the piece may still change: a message that does not say is taken as final.
     */
    bool is_interim;
    /**
     * The whole object: members that have no field are found here.
     */
    ringback_value object;
} ringback_stream_results;

/**
 * An `UtteranceEnd` message: nobody speaks any more. What the document lacks is absent: no data, not present, an empty
 * list.
 */
typedef struct {
    /**
     * When the last word ended, in seconds; -1 when there was none.
     */
    ringback_seconds last_word_end;
    /**
     * The channel, and how many there are.
     */
    ringback_channel_index channel;
    /**
     * Whether it says when the last word ended.
     */
    bool has_time;
    /**
     * The whole object: members that have no field are found here.
     */
    ringback_value object;
} ringback_utterance_end;

/**
 * A `SpeechStarted` message. What the document lacks is absent: no data, not present, an empty list.
 */
typedef struct {
    /**
     * When speech began, in seconds.
     */
    ringback_seconds timestamp;
    /**
     * The channel, and how many there are.
     */
    ringback_channel_index channel;
    /**
     * The whole object: members that have no field are found here.
     */
    ringback_value object;
} ringback_speech_started;

/**
 * An `Error` message; which members it has is not certain. What the document lacks is absent: no data, not present, an
 * empty list.
 */
typedef struct {
    /**
     * A sentence for people.
     */
    ringback_str description;
    /**
     * A sentence for people.
     */
    ringback_str message;
    /**
     * The sort of error.
     */
    ringback_str variant;
    /**
     * The whole object: members that have no field are found here.
     */
    ringback_value object;
} ringback_stream_error;

/**
 * Which submission: that of a ticket, or that of a request id within the sender that delivers it.
 */
typedef struct {
    /**
     * Whether it has a ticket, so that `ticket_id` counts; otherwise the other two do.
     */
    bool by_ticket;
    /**
     * The random id of its ticket.
     */
    uint8_t ticket_id[RINGBACK_TICKET_ID];
    /**
     * The name of the Basic pair that delivers it, or `extra` for the extra secret.
     */
    ringback_str sender;
    /**
     * Its request id.
     */
    ringback_str request_id;
} ringback_scope;

/**
 * How much of a submission has arrived: one of `RINGBACK_ARRIVED_...`.
 */
typedef uint32_t ringback_arrived;

/**
 * What an announcement found.
 */
typedef struct {
    /**
     * Under which name `ringback_sweep` reports the submission.
     */
    uint8_t name[RINGBACK_SUBMISSION_NAME];
    /**
     * What has arrived already: one of `RINGBACK_ARRIVED_...`.
     */
    ringback_arrived arrived;
} ringback_expected;

/**
 * What is known of a submission.
 */
typedef struct {
    /**
     * Under which name `ringback_sweep` reports it.
     */
    uint8_t name[RINGBACK_SUBMISSION_NAME];
    /**
     * What has arrived: one of `RINGBACK_ARRIVED_...`.
     */
    ringback_arrived arrived;
    /**
     * Whether it was announced, and not cancelled.
     */
    bool expected;
    /**
     * Whether it was reported as overdue.
     */
    bool overdue;
    /**
     * How many distinct deliveries were let in.
     */
    uint32_t deliveries;
} ringback_submission;

/**
 * What a sweep came across: one of `RINGBACK_SWEPT_...`.
 */
typedef uint32_t ringback_sweep_event;

/**
 * What a sweep came across.
 */
typedef struct {
    /**
     * One of `RINGBACK_SWEPT_...`.
     */
    ringback_sweep_event event;
    /**
     * The name of the submission, if it is one that is overdue.
     */
    uint8_t submission[RINGBACK_SUBMISSION_NAME];
    /**
     * The id of the delivery in all other cases.
     */
    uint8_t delivery[16];
} ringback_swept;

/**
 * What may be delivered with a ticket: one of `RINGBACK_USE_...`.
 */
typedef uint32_t ringback_use;

/**
 * What a genuine ticket says.
 */
typedef struct {
    /**
     * What may be delivered with it: one of `RINGBACK_USE_...`.
     */
    ringback_use ticket_use;
    /**
     * Which key of the keyring minted it, counted from 0.
     */
    size_t key;
    /**
     * The id of that key, terminated by a NUL.
     */
    char key_id[5];
    /**
     * When it expires, in milliseconds since 1970; 0 is never.
     */
    uint64_t expiry;
    /**
     * How many milliseconds ago it expired, if it has.
     */
    uint64_t lateness;
    /**
     * Whether it has expired.
     */
    bool expired;
    /**
     * Its random id: which submission it was minted for.
     */
    uint8_t id[RINGBACK_TICKET_ID];
    /**
     * The job that it names, terminated by a NUL.
     */
    char job[65];
} ringback_verified;

/**
 * One channel of the audio. What the document lacks is absent: no data, not present, an empty list.
 */
typedef struct {
    /**
     * The alternatives, the best one first; usually one. Taken with `ringback_alternative_next`.
     */
    ringback_list alternatives;
    /**
     * What was searched for (`search=`). Taken with `ringback_search_next`.
     */
    ringback_list search;
    /**
     * The language that was detected (BCP 47).
     */
    ringback_str detected_language;
    /**
     * How sure the detection is, 0 to 1.
     */
    ringback_f64 language_confidence;
    /**
     * The whole object: members that have no field are found here.
     */
    ringback_value object;
} ringback_channel;

/**
 * One reading of a channel. What the document lacks is absent: no data, not present, an empty list.
 */
typedef struct {
    /**
     * The whole text; empty for silence.
     */
    ringback_str transcript;
    /**
     * How sure it is, 0 to 1; 0 for silence.
     */
    ringback_f64 confidence;
    /**
     * The words in order; empty for silence. Taken with `ringback_word_next`.
     */
    ringback_list words;
    /**
     * The text in paragraphs (`paragraphs`, `smart_format`). Read with `ringback_paragraphs_read`.
     */
    ringback_value paragraphs;
    /**
     * What was recognised as a name, a date, an amount, ... (`detect_entities`). Taken with `ringback_entity_next`.
     */
    ringback_list entities;
    /**
     * Summaries of the first version (`summarize=v1`). Taken with `ringback_summary_v1_next`.
     */
    ringback_list summaries;
    /**
     * Topics of the first version. Taken with `ringback_topics_v1_next`.
     */
    ringback_list topics;
    /**
     * Translations, as old documents have them; read them by hand. Taken with `ringback_element_next`.
     */
    ringback_list translations;
    /**
     * The languages spoken (`language=multi`). Taken with `ringback_string_next`.
     */
    ringback_list languages;
    /**
     * The whole object: members that have no field are found here.
     */
    ringback_value object;
} ringback_alternative;

/**
 * One word. What the document lacks is absent: no data, not present, an empty list.
 */
typedef struct {
    /**
     * The word as recognised.
     */
    ringback_str word;
    /**
     * When it begins, in seconds from the start of the audio.
     */
    ringback_seconds start;
    /**
     * When it ends, in seconds from the start of the audio.
     */
    ringback_seconds end;
    /**
     * How sure it is, 0 to 1.
     */
    ringback_f64 confidence;
    /**
     * The word with capitals and punctuation (`punctuate`, `smart_format`).
     */
    ringback_str punctuated_word;
    /**
     * Who speaks, counted from 0 (`diarize`).
     */
    ringback_u64 speaker;
    /**
     * How sure the speaker is, 0 to 1; a stream's words lack it.
     */
    ringback_f64 speaker_confidence;
    /**
     * The language of the word (`language=multi`).
     */
    ringback_str language;
    /**
     * Positive, neutral or negative.
     */
    ringback_str sentiment;
    /**
     * From -1 (negative) to 1 (positive).
     */
    ringback_f64 sentiment_score;
    /**
     * The whole object: members that have no field are found here.
     */
    ringback_value object;
} ringback_word;

/**
 * The text of an alternative in paragraphs. What the document lacks is absent: no data, not present, an empty list.
 */
typedef struct {
    /**
     * The whole text, paragraphs separated by blank lines; may begin with a line feed.
     */
    ringback_str transcript;
    /**
     * The paragraphs in order. Taken with `ringback_paragraph_next`.
     */
    ringback_list paragraphs;
    /**
     * The whole object: members that have no field are found here.
     */
    ringback_value object;
} ringback_paragraphs;

/**
 * One paragraph. What the document lacks is absent: no data, not present, an empty list.
 */
typedef struct {
    /**
     * The sentences in order. Taken with `ringback_sentence_next`.
     */
    ringback_list sentences;
    /**
     * How many words it has.
     */
    ringback_u64 num_words;
    /**
     * When it begins, in seconds.
     */
    ringback_seconds start;
    /**
     * When it ends, in seconds.
     */
    ringback_seconds end;
    /**
     * Who speaks, counted from 0 (`diarize`).
     */
    ringback_u64 speaker;
    /**
     * The whole object: members that have no field are found here.
     */
    ringback_value object;
} ringback_paragraph;

/**
 * One sentence. What the document lacks is absent: no data, not present, an empty list.
 */
typedef struct {
    /**
     * Its text.
     */
    ringback_str text;
    /**
     * When it begins, in seconds.
     */
    ringback_seconds start;
    /**
     * When it ends, in seconds.
     */
    ringback_seconds end;
    /**
     * Positive, neutral or negative.
     */
    ringback_str sentiment;
    /**
     * From -1 (negative) to 1 (positive).
     */
    ringback_f64 sentiment_score;
    /**
     * The whole object: members that have no field are found here.
     */
    ringback_value object;
} ringback_sentence;

/**
 * One turn of speech (`utterances`). What the document lacks is absent: no data, not present, an empty list.
 */
typedef struct {
    /**
     * Its id, a UUID.
     */
    ringback_str id;
    /**
     * When it begins, in seconds.
     */
    ringback_seconds start;
    /**
     * When it ends, in seconds.
     */
    ringback_seconds end;
    /**
     * How sure it is, 0 to 1.
     */
    ringback_f64 confidence;
    /**
     * The channel, counted from 0.
     */
    ringback_u64 channel;
    /**
     * Its text.
     */
    ringback_str transcript;
    /**
     * Its words, which the alternatives hold too. Taken with `ringback_word_next`.
     */
    ringback_list words;
    /**
     * Who speaks, counted from 0 (`diarize`).
     */
    ringback_u64 speaker;
    /**
     * Positive, neutral or negative.
     */
    ringback_str sentiment;
    /**
     * From -1 (negative) to 1 (positive).
     */
    ringback_f64 sentiment_score;
    /**
     * The whole object: members that have no field are found here.
     */
    ringback_value object;
} ringback_utterance;

/**
 * What was found for one search term. What the document lacks is absent: no data, not present, an empty list.
 */
typedef struct {
    /**
     * The term.
     */
    ringback_str query;
    /**
     * Where it was found. Taken with `ringback_hit_next`.
     */
    ringback_list hits;
    /**
     * The whole object: members that have no field are found here.
     */
    ringback_value object;
} ringback_search;

/**
 * One place where a search term was found. What the document lacks is absent: no data, not present, an empty list.
 */
typedef struct {
    /**
     * How sure it is, 0 to 1.
     */
    ringback_f64 confidence;
    /**
     * When it begins, in seconds.
     */
    ringback_seconds start;
    /**
     * When it ends, in seconds.
     */
    ringback_seconds end;
    /**
     * The words there.
     */
    ringback_str snippet;
    /**
     * The whole object: members that have no field are found here.
     */
    ringback_value object;
} ringback_hit;

/**
 * A name, a date, an amount, ... (`detect_entities`). What the document lacks is absent: no data, not present, an
 * empty list.
 */
typedef struct {
    /**
     * What it is, in capitals, such as `DATE`.
     */
    ringback_str label;
    /**
     * Its text; may begin with a space.
     */
    ringback_str value;
    /**
     * Its text with formatting.
     */
    ringback_str raw_value;
    /**
     * How sure it is, 0 to 1.
     */
    ringback_f64 confidence;
    /**
     * The index of its first word.
     */
    ringback_u64 start_word;
    /**
     * The index after its last word.
     */
    ringback_u64 end_word;
    /**
     * The whole object: members that have no field are found here.
     */
    ringback_value object;
} ringback_entity;

/**
 * How the ticket travels: one of `RINGBACK_PLACE_...`.
 */
typedef uint32_t ringback_place;

/**
 * A callback URL in the making, and what goes along with it. All zeros but for `base` is a good beginning.
 */
typedef struct {
    /**
     * The URL of the receiver, of which path and query are kept.
     */
    ringback_str base;
    /**
     * The ticket of the submission; may be NULL.
     */
    const ringback_ticket *ticket;
    /**
     * How the ticket travels.
     */
    ringback_place place;
    /**
     * The key of extra metadata, if the ticket travels there.
     */
    ringback_str extra_key;
    /**
     * A fixed user name, instead of a ticket; may be absent.
     */
    ringback_str user;
    /**
     * The password of `user`.
     */
    ringback_str password;
    /**
     * The `callback_method` that is sent along; may be absent.
     */
    ringback_str method;
    /**
     * Whether the submission is a stream, so that `ws` and `wss` are let through.
     */
    bool stream;
    /**
     * Whether ports other than 80, 443, 8080 and 8443 are let through: for a self-hosted Deepgram, and for tests.
     */
    bool any_port;
    /**
     * Whether to encode the URL once more, as a query value. The official SDKs do that themselves.
     */
    bool encoded;
} ringback_url;

/**
 * Where the columns of words go. A column that is not wanted is NULL; each of the others has room for `capacity` words.
 */
typedef struct {
    /**
     * For how many words there is room.
     */
    size_t capacity;
    /**
     * When each begins, in seconds; not a number where that is absent.
     */
    double *start;
    /**
     * When each ends, in seconds; not a number where that is absent.
     */
    double *end;
    /**
     * When each begins, in milliseconds; `INT64_MIN` where that is absent.
     */
    int64_t *start_millis;
    /**
     * When each ends, in milliseconds; `INT64_MIN` where that is absent.
     */
    int64_t *end_millis;
    /**
     * How sure each is, 0 to 1; not a number where that is absent.
     */
    double *confidence;
    /**
     * Who speaks, counted from 0; -1 where that is absent.
     */
    int64_t *speaker;
    /**
     * The words as recognised.
     */
    ringback_str *word;
    /**
     * The words with capitals and punctuation.
     */
    ringback_str *punctuated_word;
} ringback_columns;

/**
 * It is durable; a worker will handle it. This library keeps no bodies, and never says so.
 */
#define RINGBACK_SITUATION_STORED 1

/**
 * It has been handled.
 */
#define RINGBACK_SITUATION_HANDLED 2

/**
 * It has been kept or handled before.
 */
#define RINGBACK_SITUATION_REPEAT 3

/**
 * It is being handled at this moment.
 */
#define RINGBACK_SITUATION_IN_PROGRESS 4

/**
 * The same document as before with other bytes.
 */
#define RINGBACK_SITUATION_DIFFERING 5

/**
 * Its credentials are missing, wrong or forged.
 */
#define RINGBACK_SITUATION_REFUSED 6

/**
 * Its ticket is genuine, and expired beyond the grace period.
 */
#define RINGBACK_SITUATION_EXPIRED 7

/**
 * Its request id is not the one that was bound to the ticket.
 */
#define RINGBACK_SITUATION_MISMATCH 8

/**
 * No submission that it could belong to has been announced yet.
 */
#define RINGBACK_SITUATION_HELD 9

/**
 * Its body ends in the middle of a document.
 */
#define RINGBACK_SITUATION_INCOMPLETE 10

/**
 * Its body is not what it claims to be.
 */
#define RINGBACK_SITUATION_MALFORMED 11

/**
 * Its body is over the limit on memory, and was streamed to disk. This library keeps no bodies, and never says so.
 */
#define RINGBACK_SITUATION_OVERSIZE 12

/**
 * Its body is over the limit.
 */
#define RINGBACK_SITUATION_TOO_LARGE 13

/**
 * There is no room, or the server is draining.
 */
#define RINGBACK_SITUATION_UNAVAILABLE 14

/**
 * Its submission has had more distinct deliveries than one submission can.
 */
#define RINGBACK_SITUATION_TOO_MANY 15

/**
 * Its handler failed.
 */
#define RINGBACK_SITUATION_FAILED 16

/**
 * Its handler said that it can never be handled.
 */
#define RINGBACK_SITUATION_DEAD 17

/**
 * It was sent with another method than POST or PUT.
 */
#define RINGBACK_SITUATION_METHOD 18

/**
 * Its head is ambiguous: two credentials, two lengths.
 */
#define RINGBACK_SITUATION_AMBIGUOUS 19

/**
 * Its body is compressed in a way that is not understood.
 */
#define RINGBACK_SITUATION_ENCODING 20

/**
 * It worked.
 */
#define RINGBACK_OUTCOME_DONE 1

/**
 * It did not, and may be tried again: the sender comes again.
 */
#define RINGBACK_OUTCOME_FAILED 2

/**
 * It did not, and never will.
 */
#define RINGBACK_OUTCOME_DEAD 3

/**
 * The document of a pre-recorded `/v1/listen` request.
 */
#define RINGBACK_KIND_TRANSCRIPT 1

/**
 * The document of a `/v1/read` request.
 */
#define RINGBACK_KIND_ANALYSIS 2

/**
 * Synthesised speech of a `/v1/speak` or `/v2/speak` request: bytes, no JSON.
 */
#define RINGBACK_KIND_AUDIO 3

/**
 * The job failed: an error document in any of its shapes, or plain text.
 */
#define RINGBACK_KIND_FAILURE 4

/**
 * A stream's `Results` message, interim or final.
 */
#define RINGBACK_KIND_STREAM_RESULTS 5

/**
 * A stream's closing `Metadata` message.
 */
#define RINGBACK_KIND_STREAM_METADATA 6

/**
 * A stream's `UtteranceEnd` message.
 */
#define RINGBACK_KIND_STREAM_UTTERANCE_END 7

/**
 * A stream's `SpeechStarted` message.
 */
#define RINGBACK_KIND_STREAM_SPEECH_STARTED 8

/**
 * A stream's `Error` message.
 */
#define RINGBACK_KIND_STREAM_ERROR 9

/**
 * Anything else: kept and passed on, never refused.
 */
#define RINGBACK_KIND_UNKNOWN 10

/**
 * The call did what it says.
 */
#define RINGBACK_OK 0

/**
 * The text ends in the middle of a document.
 */
#define RINGBACK_ERROR_UNEXPECTED_END 101

/**
 * Expected a value.
 */
#define RINGBACK_ERROR_EXPECTED_VALUE 102

/**
 * Expected a member name in double quotes.
 */
#define RINGBACK_ERROR_EXPECTED_KEY 103

/**
 * Expected a colon after the member name.
 */
#define RINGBACK_ERROR_EXPECTED_COLON 104

/**
 * Expected a comma or the end of the array or object.
 */
#define RINGBACK_ERROR_EXPECTED_COMMA_OR_END 105

/**
 * Expected true, false or null.
 */
#define RINGBACK_ERROR_INVALID_LITERAL 106

/**
 * Expected a digit.
 */
#define RINGBACK_ERROR_INVALID_NUMBER 107

/**
 * Expected one of " \ / b f n r t, or u and four hexadecimal digits, after the backslash.
 */
#define RINGBACK_ERROR_INVALID_ESCAPE 108

/**
 * A control character in a string must be escaped.
 */
#define RINGBACK_ERROR_CONTROL_CHARACTER 109

/**
 * Expected UTF-8.
 */
#define RINGBACK_ERROR_INVALID_UTF8 110

/**
 * Arrays and objects are nested more than 64 deep.
 */
#define RINGBACK_ERROR_TOO_DEEP 111

/**
 * Expected nothing but white space after the document.
 */
#define RINGBACK_ERROR_TRAILING_DATA 112

/**
 * A JSON text must not begin with a byte order mark.
 */
#define RINGBACK_ERROR_BYTE_ORDER_MARK 113

/**
 * A JSON pointer is empty or begins with a slash, and every ~ in it is followed by 0 or 1.
 */
#define RINGBACK_ERROR_INVALID_POINTER 121

/**
 * The buffer is too small for the text.
 */
#define RINGBACK_ERROR_BUFFER_TOO_SMALL 122

/**
 * A request id has 1 to 128 visible ASCII characters.
 */
#define RINGBACK_ERROR_REQUEST_ID_INVALID 131

/**
 * A callback is sent with POST or PUT.
 */
#define RINGBACK_ERROR_METHOD_NOT_ALLOWED 201

/**
 * The request has contradictory or repeated framing headers.
 */
#define RINGBACK_ERROR_BAD_FRAMING 202

/**
 * The body is larger than the limit.
 */
#define RINGBACK_ERROR_BODY_TOO_LARGE 203

/**
 * The body is compressed in a way that is not understood: send it as it is, or with gzip.
 */
#define RINGBACK_ERROR_UNSUPPORTED_ENCODING 204

/**
 * The request carries no credentials.
 */
#define RINGBACK_ERROR_CREDENTIAL_MISSING 301

/**
 * The credentials match no configured pair.
 */
#define RINGBACK_ERROR_CREDENTIAL_WRONG 302

/**
 * The request carries more than one Authorization header.
 */
#define RINGBACK_ERROR_AUTHORIZATION_REPEATED 303

/**
 * Expected Authorization: Basic and base64 of user:password (RFC 7617).
 */
#define RINGBACK_ERROR_AUTHORIZATION_MALFORMED 304

/**
 * The ticket does not have the shape r1.use.kid.exp.tid.job.
 */
#define RINGBACK_ERROR_TICKET_MALFORMED 305

/**
 * The ticket was minted with a key that is not loaded: load the old key after the new one until its tickets have expired.
 */
#define RINGBACK_ERROR_TICKET_KEY_UNKNOWN 306

/**
 * The code of the ticket does not match: it was changed, or minted for another audience.
 */
#define RINGBACK_ERROR_TICKET_FORGED 307

/**
 * The ticket has expired.
 */
#define RINGBACK_ERROR_TICKET_EXPIRED 308

/**
 * The ticket was minted for another use.
 */
#define RINGBACK_ERROR_TICKET_USE_WRONG 309

/**
 * The document carries no extra secret.
 */
#define RINGBACK_ERROR_SECRET_MISSING 310

/**
 * The extra secret of the document is not the configured one.
 */
#define RINGBACK_ERROR_SECRET_WRONG 311

/**
 * The extra secret, or a member that holds it, occurs twice or is no string.
 */
#define RINGBACK_ERROR_SECRET_AMBIGUOUS 312

/**
 * A ticket key has 32 random bytes or more: make one with `ringback key new`.
 */
#define RINGBACK_ERROR_KEY_TOO_SHORT 321

/**
 * Two loaded keys have the same key id: replace one of them.
 */
#define RINGBACK_ERROR_KEY_ID_COLLISION 322

/**
 * Expected a line of the form name:base64, of 32 to 128 bytes.
 */
#define RINGBACK_ERROR_KEY_LINE_INVALID 323

/**
 * At least one ticket key is needed: make one with `ringback key new`.
 */
#define RINGBACK_ERROR_KEYRING_EMPTY 324

/**
 * An audience has at most 32 bytes.
 */
#define RINGBACK_ERROR_AUDIENCE_TOO_LONG 325

/**
 * A job has 1 to 64 characters out of A-Z a-z 0-9 . _ -.
 */
#define RINGBACK_ERROR_JOB_INVALID 326

/**
 * A ticket lives 30 days at most.
 */
#define RINGBACK_ERROR_LIFE_TOO_LONG 327

/**
 * A user name is not empty and holds neither a colon nor control characters (RFC 7617).
 */
#define RINGBACK_ERROR_USER_INVALID 328

/**
 * A password is not empty and holds no control characters (RFC 7617).
 */
#define RINGBACK_ERROR_PASSWORD_INVALID 329

/**
 * A receiver needs a ticket key, a Basic pair or an extra secret: without one anybody could post to it.
 */
#define RINGBACK_ERROR_CREDENTIALS_UNCONFIGURED 330

/**
 * The name of a sender is not empty and holds no control characters.
 */
#define RINGBACK_ERROR_SENDER_INVALID 331

/**
 * An extra secret has a key without a colon and a value: neither is empty or holds control characters.
 */
#define RINGBACK_ERROR_SECRET_INVALID 332

/**
 * The file of ticket keys cannot be read or made.
 */
#define RINGBACK_ERROR_KEY_FILE_UNREADABLE 333

/**
 * Expected a URL such as https://example.com/hook.
 */
#define RINGBACK_ERROR_URL_MALFORMED 401

/**
 * The URL has no scheme: begin it with https://.
 */
#define RINGBACK_ERROR_URL_SCHEME_MISSING 402

/**
 * Deepgram calls http and https, and for streams ws and wss.
 */
#define RINGBACK_ERROR_URL_SCHEME_UNSUPPORTED 403

/**
 * The URL names no host.
 */
#define RINGBACK_ERROR_URL_HOST_MISSING 404

/**
 * Deepgram does not resolve a host name with an underscore: give the host another name.
 */
#define RINGBACK_ERROR_URL_HOST_UNDERSCORE 405

/**
 * Deepgram calls only ports 80, 443, 8080, 8443. Behind ngrok or nginx? Give the public URL.
 */
#define RINGBACK_ERROR_URL_PORT 406

/**
 * A user name must not hold a colon (RFC 7617): choose another one.
 */
#define RINGBACK_ERROR_URL_USER_COLON 407

/**
 * The base URL already holds credentials: take them out, the ticket takes their place.
 */
#define RINGBACK_ERROR_URL_HAS_CREDENTIALS 408

/**
 * A fragment is never sent to a server: take out the # and what follows.
 */
#define RINGBACK_ERROR_URL_FRAGMENT 409

/**
 * GET and DELETE carry no body: use POST or PUT.
 */
#define RINGBACK_ERROR_METHOD_LOSES_BODY 410

/**
 * An extra pair is KEY:VALUE, with a key.
 */
#define RINGBACK_ERROR_EXTRA_INVALID 411

/**
 * An extra pair has at most 2048 characters.
 */
#define RINGBACK_ERROR_EXTRA_TOO_LONG 412

/**
 * A tag has at most 128 characters.
 */
#define RINGBACK_ERROR_TAG_TOO_LONG 413

/**
 * Deepgram sends a callback with POST or PUT.
 */
#define RINGBACK_ERROR_METHOD_UNKNOWN 414

/**
 * Two routes have the same rule: only the first would ever match.
 */
#define RINGBACK_ERROR_ROUTE_REPEATED 501

/**
 * There is no room for another route.
 */
#define RINGBACK_ERROR_ROUTE_TABLE_FULL 502

/**
 * Not a kind of delivery: transcript, analysis, audio, failure, stream.results, stream.metadata, stream.utterance_end, stream.speech_started, stream.error, unknown.
 */
#define RINGBACK_ERROR_KIND_UNKNOWN 503

/**
 * The ledger has no room: everything in it is unsettled.
 */
#define RINGBACK_ERROR_LEDGER_FULL 601

/**
 * The claim has ended: its lease lapsed and another claim followed, or it was settled already.
 */
#define RINGBACK_ERROR_CLAIM_STALE 602

/**
 * No delivery with this id is in the ledger.
 */
#define RINGBACK_ERROR_DELIVERY_UNKNOWN 603

/**
 * No such submission is in the ledger.
 */
#define RINGBACK_ERROR_SUBMISSION_UNKNOWN 604

/**
 * The store does not accept anything at the moment.
 */
#define RINGBACK_ERROR_STORE_UNAVAILABLE 701

/**
 * The store did not answer in time: another process holds it, or the disk is slow.
 */
#define RINGBACK_ERROR_STORE_BUSY 702

/**
 * The disk of the store is full: make room.
 */
#define RINGBACK_ERROR_STORE_FULL 703

/**
 * The store cannot be written: look at the permissions of its file and folder.
 */
#define RINGBACK_ERROR_STORE_READ_ONLY 704

/**
 * The file is not a store, or it is damaged: restore it from a copy.
 */
#define RINGBACK_ERROR_STORE_CORRUPT 705

/**
 * The file of the store, or its journal, was replaced or removed while it was open.
 */
#define RINGBACK_ERROR_STORE_REPLACED 706

/**
 * The store was written by a younger version: use that version, or a later one.
 */
#define RINGBACK_ERROR_STORE_NEWER 707

/**
 * The store lies on a network file system, where neither locks nor flushes can be relied upon: use a local disk.
 */
#define RINGBACK_ERROR_STORE_REMOTE 708

/**
 * The process has forked since the store was first used: open the store after the fork.
 */
#define RINGBACK_ERROR_STORE_FORKED 709

/**
 * The database has no tables that this version can use: run `ringback migrate`.
 */
#define RINGBACK_ERROR_STORE_UNMIGRATED 711

/**
 * The database does not keep everything that it acknowledges: synchronous_commit, fsync and full_page_writes must be on.
 */
#define RINGBACK_ERROR_STORE_UNSAFE 712

/**
 * A store is sqlite:PATH, postgres://USER@HOST/DATABASE or memory.
 */
#define RINGBACK_ERROR_STORE_URL_INVALID 719

/**
 * The time is out; nothing was consumed.
 */
#define RINGBACK_ERROR_TIME_OUT 721

/**
 * The deadline of the submission has passed without an answer.
 */
#define RINGBACK_ERROR_SUBMISSION_OVERDUE 722

/**
 * The job failed: what Deepgram said about it is in the inbox.
 */
#define RINGBACK_ERROR_JOB_FAILED 723

/**
 * The body is gone: it was purged after its time, or erased on request.
 */
#define RINGBACK_ERROR_BODY_FORGOTTEN 724

/**
 * The spool is full: it is emptied when the store is back.
 */
#define RINGBACK_ERROR_SPOOL_FULL 731

/**
 * Another process uses the spool: give each process a folder of its own.
 */
#define RINGBACK_ERROR_SPOOL_BUSY 732

/**
 * The spool cannot be written: look at its folder and its disk.
 */
#define RINGBACK_ERROR_SPOOL_UNAVAILABLE 733

/**
 * The file of the spool is damaged, or none of ours: move it away.
 */
#define RINGBACK_ERROR_SPOOL_DAMAGED 734

/**
 * There is no such thing, or no more of them. Nothing went wrong.
 */
#define RINGBACK_NONE 901

/**
 * An argument must not be NULL.
 */
#define RINGBACK_ERROR_NULL_ARGUMENT 902

/**
 * A string argument must be UTF-8.
 */
#define RINGBACK_ERROR_NOT_UTF8 903

/**
 * An argument has a number, a size or an alignment that it cannot have.
 */
#define RINGBACK_ERROR_INVALID_ARGUMENT 904

/**
 * The value is not in this payload: it came out of another one.
 */
#define RINGBACK_ERROR_FOREIGN_VALUE 905

/**
 * The value is of another type, or a number that does not fit.
 */
#define RINGBACK_ERROR_WRONG_TYPE 906

/**
 * The object is not in a state for this call: something has to be called before, or was called already.
 */
#define RINGBACK_ERROR_WRONG_STATE 907

/**
 * There is not enough memory.
 */
#define RINGBACK_ERROR_OUT_OF_MEMORY 908

/**
 * A defect of the library was stopped before it reached the caller: report it.
 */
#define RINGBACK_ERROR_PANIC 909

/**
 * Whoever sent the bytes.
 */
#define RINGBACK_FAULT_SENDER 1

/**
 * The program that calls the library: its configuration or its arguments.
 */
#define RINGBACK_FAULT_CALLER 2

/**
 * Nobody did wrong; a stated limit was met.
 */
#define RINGBACK_FAULT_LIMIT 3

/**
 * The library.
 */
#define RINGBACK_FAULT_LIBRARY 4

/**
 * Whoever runs the machine: its disk, its files, its permissions.
 */
#define RINGBACK_FAULT_OPERATOR 5

/**
 * Nothing.
 */
#define RINGBACK_ARRIVED_NO 0

/**
 * Something that does not close it: a failure, a message of a stream.
 */
#define RINGBACK_ARRIVED_PARTLY 1

/**
 * The document, the audio, or the last message of the stream.
 */
#define RINGBACK_ARRIVED_WHOLE 2

/**
 * The deadline of a submission has passed without an answer; this is said once. Look its fate up at Deepgram.
 */
#define RINGBACK_SWEPT_OVERDUE 1

/**
 * A lease has lapsed: a handler took too long, or is gone. The sender's next attempt is handled.
 */
#define RINGBACK_SWEPT_LAPSED 2

/**
 * The handling of a delivery failed, and its sender gave up: it is lost. The one to raise an alarm for.
 */
#define RINGBACK_SWEPT_LOST 3

/**
 * A delivery is dead.
 */
#define RINGBACK_SWEPT_DIED 4

/**
 * A delivery may be claimed. This library keeps no bodies: the sender's next attempt claims it.
 */
#define RINGBACK_SWEPT_READY 5

/**
 * One document or one piece of audio, and the failures before it.
 */
#define RINGBACK_USE_DOCUMENT 1

/**
 * The messages of one stream.
 */
#define RINGBACK_USE_STREAM 2

/**
 * A delivery that an operator sends again.
 */
#define RINGBACK_USE_REPLAY 3

/**
 * A delivery that tests the way, and is no one's transcript.
 */
#define RINGBACK_USE_TEST 4

/**
 * As user name and password: it comes back as `Authorization`.
 */
#define RINGBACK_PLACE_AUTHORIZATION 0

/**
 * As the last segment of the path, for proxies that strip `Authorization`.
 */
#define RINGBACK_PLACE_PATH 1

/**
 * As extra metadata, for proxies that strip `Authorization`: `extra=KEY:USER:PASSWORD` has to be sent along, which only
 * `/v1/listen` takes.
 */
#define RINGBACK_PLACE_EXTRA 2

/**
 * The document has no such value.
 */
#define RINGBACK_TYPE_ABSENT 0

/**
 * `null`.
 */
#define RINGBACK_TYPE_NULL 1

/**
 * `true` or `false`.
 */
#define RINGBACK_TYPE_BOOL 2

/**
 * A number.
 */
#define RINGBACK_TYPE_NUMBER 3

/**
 * A string.
 */
#define RINGBACK_TYPE_STRING 4

/**
 * An array.
 */
#define RINGBACK_TYPE_ARRAY 5

/**
 * An object.
 */
#define RINGBACK_TYPE_OBJECT 6

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * The name of a situation, such as `in_progress`, the same in every language.
 *
 * Parameters: `situation`: any number.
 *
 * Returns: the name; an empty string for a number that is no situation of this version.
 *
 * Ownership: the string is constant and lives for ever.
 *
 * Threads: any.
 */
ringback_str ringback_situation_name(ringback_situation situation);

/**
 * Records how the handling of a delivery ended, and says what to answer: only this gives the answer to work. A claim that
 * has ended meanwhile settles nothing; the answer then asks the sender to come again, when the outcome will be known.
 *
 * Parameters: `receiver`: the receiver. `claim`: of the work. `outcome`: one of `RINGBACK_OUTCOME_...`. `now`: the time. `out`:
 * what to answer.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_ERROR_INVALID_ARGUMENT`: there is no such outcome.
 *
 * Ownership: the strings of the answer are constant.
 *
 * Threads: any, at the same time.
 */
ringback_result ringback_settle(const ringback_receiver *receiver,
                                ringback_claim claim,
                                ringback_outcome outcome,
                                ringback_now now,
                                ringback_answer *out);

/**
 * Makes a lease hold for another term. Work that may take longer than the lease does so, at a third of it.
 *
 * Parameters: `receiver`: the receiver. `claim`: of the work. `now`: the time.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_ERROR_CLAIM_STALE`, `RINGBACK_ERROR_DELIVERY_UNKNOWN`: the claim has ended, so stop the
 * work if that is possible.
 *
 * Ownership: nothing is kept.
 *
 * Threads: any, at the same time.
 */
ringback_result ringback_renew(const ringback_receiver *receiver,
                               ringback_claim claim,
                               ringback_now now);

/**
 * Gives a claim back: nothing failed, and the next attempt is handled at once. Answer 503.
 *
 * Parameters: `receiver`: the receiver. `claim`: of the work. `now`: the time.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_ERROR_CLAIM_STALE`, `RINGBACK_ERROR_DELIVERY_UNKNOWN`: the claim has ended before; there
 * is nothing to do.
 *
 * Ownership: nothing is kept.
 *
 * Threads: any, at the same time.
 */
ringback_result ringback_release(const ringback_receiver *receiver,
                                 ringback_claim claim,
                                 ringback_now now);

/**
 * Makes a configuration without credentials and without routes.
 *
 * Parameters: `out`: the configuration.
 *
 * Returns: `RINGBACK_OK`.
 *
 * Ownership: belongs to the caller, who frees it with `ringback_config_free`.
 *
 * Threads: any.
 */
ringback_result ringback_config_new(ringback_config **out);

/**
 * Gives a configuration back.
 *
 * Parameters: `config`: may be NULL.
 *
 * Returns: nothing.
 *
 * Ownership: takes the configuration. Receivers that were made of it are not concerned.
 *
 * Threads: any, while no other one uses the configuration.
 */
void ringback_config_free(ringback_config *config);

/**
 * Sets the seed under which the ledger names things: 32 random bytes that are drawn once for each ledger, and kept
 * with it. A receiver needs one; whoever restores a ledger gives the same again.
 *
 * Parameters: `config`: the configuration. `seed`, `len`: 32 secret bytes from a random number generator such as
 * `getrandom`.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_ERROR_INVALID_ARGUMENT`: these are not 32 bytes.
 *
 * Ownership: the bytes are copied.
 *
 * Threads: one at a time.
 */
ringback_result ringback_config_set_seed(ringback_config *config, const uint8_t *seed, size_t len);

/**
 * Accepts the tickets of these keys.
 *
 * Parameters: `config`: the configuration. `keyring`: the keys.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_ERROR_KEYRING_EMPTY`: there are no keys, so load some.
 *
 * Ownership: the keys are copied.
 *
 * Threads: one at a time.
 */
ringback_result ringback_config_set_keyring(ringback_config *config, const ringback_keyring *keyring);

/**
 * Accepts a user name and a password. There may be several pairs, for rotation and for tenants; two may have one name.
 *
 * Parameters: `config`: the configuration. `name`: what the sender is called in routes and events. `user`, `password`:
 * what it sends.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_ERROR_SENDER_INVALID`, `RINGBACK_ERROR_USER_INVALID`,
 * `RINGBACK_ERROR_PASSWORD_INVALID`: the part is empty or holds control characters, or the user name a colon: mend it.
 *
 * Ownership: the name is copied. Of user name and password only a digest is kept.
 *
 * Threads: one at a time.
 */
ringback_result ringback_config_add_basic(ringback_config *config,
                                          ringback_str name,
                                          ringback_str user,
                                          ringback_str password);

/**
 * Accepts a user name and a password out of a configuration file, in the form `[NAME=]USER:PASS`. Without a name the
 * pair is called like its user.
 *
 * Parameters: `config`: the configuration. `text`: the pair.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_ERROR_SENDER_INVALID`, `RINGBACK_ERROR_USER_INVALID`,
 * `RINGBACK_ERROR_PASSWORD_INVALID`: that part is missing or cannot be: mend it.
 *
 * Ownership: the name is copied. Of user name and password only a digest is kept.
 *
 * Threads: one at a time.
 */
ringback_result ringback_config_add_basic_text(ringback_config *config, ringback_str text);

/**
 * Accepts transcripts that carry a secret as extra metadata (`extra=KEY:VALUE`), for receivers whose proxy strips
 * `Authorization`. It is overwritten in the body before anybody sees it.
 *
 * Parameters: `config`: the configuration. `key`: such as `callback_secret`. `value`: the secret.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_ERROR_SECRET_INVALID`, `RINGBACK_ERROR_EXTRA_TOO_LONG`: mend the pair.
 *
 * Ownership: both strings are copied.
 *
 * Threads: one at a time.
 */
ringback_result ringback_config_set_extra_secret(ringback_config *config, ringback_str key, ringback_str value);

/**
 * Accepts tickets in other places than `Authorization`, where a proxy takes that away.
 *
 * Parameters: `config`: the configuration. `in_path`: as the last segment of the path. `in_extra`: as the value of
 * this key of the extra metadata, which only transcripts can carry; may be absent.
 *
 * Returns: `RINGBACK_OK`.
 *
 * Ownership: the key is copied.
 *
 * Threads: one at a time.
 */
ringback_result ringback_config_accept_tickets_in(ringback_config *config, bool in_path, ringback_str in_extra);

/**
 * Lets everybody in: anybody who finds the URL can then post transcripts. Without this, a receiver without credentials
 * cannot be made.
 *
 * Parameters: `config`: the configuration.
 *
 * Returns: `RINGBACK_OK`.
 *
 * Ownership: nothing is kept.
 *
 * Threads: one at a time.
 */
ringback_result ringback_config_let_anybody_post(ringback_config *config);

/**
 * Sets the limits on what is accepted; 0 leaves one as it is.
 *
 * Parameters: `config`: the configuration. `body`: the most bytes of a body, 32 MiB unless set. `unproven_body`: the
 * most bytes of a body that has to be read before its sender is known, by an extra secret, 8 MiB unless set. `grace`:
 * how many milliseconds late a genuine ticket is accepted, 1,260,000 unless set.
 *
 * Returns: `RINGBACK_OK`.
 *
 * Ownership: nothing is kept.
 *
 * Threads: one at a time.
 */
ringback_result ringback_config_set_limits(ringback_config *config,
                                           uint64_t body,
                                           uint64_t unproven_body,
                                           uint64_t grace);

/**
 * Sets the status to answer in one situation, for senders that want another one than the standard.
 *
 * Parameters: `config`: the configuration. `situation`: one of `RINGBACK_SITUATION_...`. `status`: from 200 to 599.
 * Whatever is not from 200 to 299 is sent again by Deepgram.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_ERROR_INVALID_ARGUMENT`: there is no such situation or status.
 *
 * Ownership: nothing is kept.
 *
 * Threads: one at a time.
 */
ringback_result ringback_config_set_status(ringback_config *config, ringback_situation situation, uint16_t status);

/**
 * Handles only deliveries whose submission was announced with `ringback_expect`; others get 503, for the sender's next
 * attempt may come after the announcement. Deliveries with a ticket were announced by minting it.
 *
 * Parameters: `config`: the configuration. `require`: whether to; not unless set.
 *
 * Returns: `RINGBACK_OK`.
 *
 * Ownership: nothing is kept.
 *
 * Threads: one at a time.
 */
ringback_result ringback_config_require_expected(ringback_config *config, bool require);

/**
 * Remembers interim results of streams, so that a repeated one is dropped. A busy stream fills a ledger with them.
 *
 * Parameters: `config`: the configuration. `remember`: whether to; not unless set.
 *
 * Returns: `RINGBACK_OK`.
 *
 * Ownership: nothing is kept.
 *
 * Threads: one at a time.
 */
ringback_result ringback_config_remember_interim(ringback_config *config, bool remember);

/**
 * Says that the server decodes bodies that come with `Content-Encoding: gzip`, and feeds them decoded. Otherwise they
 * are answered with 415.
 *
 * Parameters: `config`: the configuration. `decodes`: whether it does; not unless set.
 *
 * Returns: `RINGBACK_OK`.
 *
 * Ownership: nothing is kept.
 *
 * Threads: one at a time.
 */
ringback_result ringback_config_server_decodes_gzip(ringback_config *config, bool decodes);

/**
 * Begins a delivery with its head, before a byte of its body is read: method, framing, credentials and announced length are
 * checked, and whether there is room in the ledger.
 *
 * Parameters: `receiver`: the receiver. `method`, `target`: as they came. `headers`: tells the headers. `userdata`: what it is called
 * with; may be NULL. `now`: the time. `out`: the delivery; NULL if there is an answer already. `answer`: if its `status` is
 * not 0, send it and read no body: 401, 405, 400, 413, 415, 503.
 *
 * Returns: `RINGBACK_OK`, also with an answer. Otherwise answer 503.
 *
 * Ownership: the delivery belongs to the caller, who frees it with `ringback_delivery_free`. Nothing of the head is borrowed
 * afterwards.
 *
 * Threads: any, at the same time. The callback is called on the same thread.
 */
ringback_result ringback_begin(const ringback_receiver *receiver,
                               ringback_str method,
                               ringback_str target,
                               ringback_headers headers,
                               void *userdata,
                               ringback_now now,
                               ringback_delivery **out,
                               ringback_answer *answer);

/**
 * Takes the next piece of a body. All of it is kept in memory, up to the limits of the configuration; beyond, the answer is
 * 413.
 *
 * Parameters: `delivery`: the delivery. `data`, `len`: the piece, decoded if the server decodes. `answer`: if its `status` is not
 * 0, send it and read no more.
 *
 * Returns: `RINGBACK_OK`, also with an answer; `RINGBACK_ERROR_WRONG_STATE`: there was an answer before, or the delivery is
 * finished, so stop feeding.
 *
 * Ownership: the bytes are copied.
 *
 * Threads: one at a time for each delivery.
 */
ringback_result ringback_feed(ringback_delivery *delivery,
                              const uint8_t *data,
                              size_t len,
                              ringback_answer *answer);

/**
 * Finishes a delivery whose body has come whole, and decides. A body that broke off is not finished but freed.
 *
 * Parameters: `delivery`: the delivery. `now`: the time. `out`: an answer to send, or work to do.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_ERROR_WRONG_STATE`: there was an answer before, or it is finished already. Otherwise
 * answer 503.
 *
 * Ownership: what is in `out` borrows from the delivery, and is void when that is freed. A claim that is not settled ends with
 * its lease.
 *
 * Threads: one at a time for each delivery. The work may be done on any thread.
 */
ringback_result ringback_finish(ringback_delivery *delivery,
                                ringback_now now,
                                ringback_decision *out);

/**
 * Gives a delivery back, at whatever stage: a connection that broke off needs nothing else.
 *
 * Parameters: `delivery`: may be NULL.
 *
 * Returns: nothing.
 *
 * Ownership: takes the delivery; its payload and its strings are void. Its claim is not: it can still be settled.
 *
 * Threads: any, while no other one uses the delivery.
 */
void ringback_delivery_free(ringback_delivery *delivery);

/**
 * The failure that a payload reports.
 *
 * Parameters: `payload`: the payload. `out`: what was read.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_NONE`: the payload is of another kind; `RINGBACK_ERROR_OUT_OF_MEMORY`: try again.
 *
 * Ownership: what is in `out` borrows from the payload; nothing is to be freed.
 *
 * Threads: any, at the same time.
 */
ringback_result ringback_payload_failure(const ringback_payload *payload, ringback_failure *out);

/**
 * Tells one header, as it came. Every occurrence must be told, so that repetitions are seen; those that no receiver needs
 * are passed over.
 *
 * Parameters: `head`: what the callback was given. `name`: in any case. `value`: any bytes; absent is like empty.
 *
 * Returns: `RINGBACK_OK`.
 *
 * Ownership: the value is borrowed until `ringback_begin` returns.
 *
 * Threads: that of the callback.
 */
ringback_result ringback_head_add(ringback_head *head,
                                  ringback_str name,
                                  ringback_str value);

/**
 * Reads a summary out of its object.
 *
 * Parameters: `payload`: what the value came from. `value`: `ringback_results.summary`, or any such object. `out`:
 * what was read.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_NONE`: the value is absent; `RINGBACK_ERROR_WRONG_TYPE`: it is no object;
 * `RINGBACK_ERROR_FOREIGN_VALUE`: it is of another payload, so mend the call; `RINGBACK_ERROR_OUT_OF_MEMORY`: try
 * again.
 *
 * Ownership: what is in `out` borrows from the payload; nothing is to be freed.
 *
 * Threads: any, at the same time.
 */
ringback_result ringback_summary_read(const ringback_payload *payload, ringback_value value, ringback_summary *out);

/**
 * Takes the next summary of a list.
 *
 * Parameters: `payload`: what the list came from. `list`: `ringback_alternative.summaries`, or any array of such
 * objects; it is moved on. `out`: the summary.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_NONE`: there are no more, the loop ends; `RINGBACK_ERROR_OUT_OF_MEMORY`: try
 * again; the list has not moved.
 *
 * Ownership: what is in `out` borrows from the payload; nothing is to be freed.
 *
 * Threads: any, at the same time, each with its own list.
 */
ringback_result ringback_summary_v1_next(const ringback_payload *payload,
                                         ringback_list *list,
                                         ringback_summary_v1 *out);

/**
 * Takes the next part of a list.
 *
 * Parameters: `payload`: what the list came from. `list`: `ringback_results.topics`, or any array of such objects; it
 * is moved on. `out`: the part.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_NONE`: there are no more, the loop ends; `RINGBACK_ERROR_OUT_OF_MEMORY`: try
 * again; the list has not moved.
 *
 * Ownership: what is in `out` borrows from the payload; nothing is to be freed.
 *
 * Threads: any, at the same time, each with its own list.
 */
ringback_result ringback_topic_segment_next(const ringback_payload *payload,
                                            ringback_list *list,
                                            ringback_topic_segment *out);

/**
 * Takes the next topic of a list.
 *
 * Parameters: `payload`: what the list came from. `list`: `ringback_topic_segment.topics`, or any array of such
 * objects; it is moved on. `out`: the topic.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_NONE`: there are no more, the loop ends; `RINGBACK_ERROR_OUT_OF_MEMORY`: try
 * again; the list has not moved.
 *
 * Ownership: what is in `out` borrows from the payload; nothing is to be freed.
 *
 * Threads: any, at the same time, each with its own list.
 */
ringback_result ringback_topic_next(const ringback_payload *payload, ringback_list *list, ringback_topic *out);

/**
 * Takes the next part of a list.
 *
 * Parameters: `payload`: what the list came from. `list`: `ringback_alternative.topics`, or any array of such objects;
 * it is moved on. `out`: the part.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_NONE`: there are no more, the loop ends; `RINGBACK_ERROR_OUT_OF_MEMORY`: try
 * again; the list has not moved.
 *
 * Ownership: what is in `out` borrows from the payload; nothing is to be freed.
 *
 * Threads: any, at the same time, each with its own list.
 */
ringback_result ringback_topics_v1_next(const ringback_payload *payload, ringback_list *list, ringback_topics_v1 *out);

/**
 * Takes the next topic of a list.
 *
 * Parameters: `payload`: what the list came from. `list`: `ringback_topics_v1.topics`, or any array of such objects;
 * it is moved on. `out`: the topic.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_NONE`: there are no more, the loop ends; `RINGBACK_ERROR_OUT_OF_MEMORY`: try
 * again; the list has not moved.
 *
 * Ownership: what is in `out` borrows from the payload; nothing is to be freed.
 *
 * Threads: any, at the same time, each with its own list.
 */
ringback_result ringback_topic_v1_next(const ringback_payload *payload, ringback_list *list, ringback_topic_v1 *out);

/**
 * Takes the next part of a list.
 *
 * Parameters: `payload`: what the list came from. `list`: `ringback_results.intents`, or any array of such objects; it
 * is moved on. `out`: the part.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_NONE`: there are no more, the loop ends; `RINGBACK_ERROR_OUT_OF_MEMORY`: try
 * again; the list has not moved.
 *
 * Ownership: what is in `out` borrows from the payload; nothing is to be freed.
 *
 * Threads: any, at the same time, each with its own list.
 */
ringback_result ringback_intent_segment_next(const ringback_payload *payload,
                                             ringback_list *list,
                                             ringback_intent_segment *out);

/**
 * Takes the next intent of a list.
 *
 * Parameters: `payload`: what the list came from. `list`: `ringback_intent_segment.intents`, or any array of such
 * objects; it is moved on. `out`: the intent.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_NONE`: there are no more, the loop ends; `RINGBACK_ERROR_OUT_OF_MEMORY`: try
 * again; the list has not moved.
 *
 * Ownership: what is in `out` borrows from the payload; nothing is to be freed.
 *
 * Threads: any, at the same time, each with its own list.
 */
ringback_result ringback_intent_next(const ringback_payload *payload, ringback_list *list, ringback_intent *out);

/**
 * Reads the sentiments of the text out of its object.
 *
 * Parameters: `payload`: what the value came from. `value`: `ringback_results.sentiments`, or any such object. `out`:
 * what was read.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_NONE`: the value is absent; `RINGBACK_ERROR_WRONG_TYPE`: it is no object;
 * `RINGBACK_ERROR_FOREIGN_VALUE`: it is of another payload, so mend the call; `RINGBACK_ERROR_OUT_OF_MEMORY`: try
 * again.
 *
 * Ownership: what is in `out` borrows from the payload; nothing is to be freed.
 *
 * Threads: any, at the same time.
 */
ringback_result ringback_sentiments_read(const ringback_payload *payload,
                                         ringback_value value,
                                         ringback_sentiments *out);

/**
 * Takes the next part of a list.
 *
 * Parameters: `payload`: what the list came from. `list`: `ringback_sentiments.segments`, or any array of such
 * objects; it is moved on. `out`: the part.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_NONE`: there are no more, the loop ends; `RINGBACK_ERROR_OUT_OF_MEMORY`: try
 * again; the list has not moved.
 *
 * Ownership: what is in `out` borrows from the payload; nothing is to be freed.
 *
 * Threads: any, at the same time, each with its own list.
 */
ringback_result ringback_sentiment_segment_next(const ringback_payload *payload,
                                                ringback_list *list,
                                                ringback_sentiment_segment *out);

/**
 * Reads a sentiment out of its object.
 *
 * Parameters: `payload`: what the value came from. `value`: `ringback_sentiments.average`, or any such object. `out`:
 * what was read.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_NONE`: the value is absent; `RINGBACK_ERROR_WRONG_TYPE`: it is no object;
 * `RINGBACK_ERROR_FOREIGN_VALUE`: it is of another payload, so mend the call; `RINGBACK_ERROR_OUT_OF_MEMORY`: try
 * again.
 *
 * Ownership: what is in `out` borrows from the payload; nothing is to be freed.
 *
 * Threads: any, at the same time.
 */
ringback_result ringback_sentiment_read(const ringback_payload *payload, ringback_value value, ringback_sentiment *out);

/**
 * Makes a keyring without keys.
 *
 * Parameters: `audience`: for whom tickets are minted, such as `production`: at most 32 bytes; may be absent. `out`:
 * the keyring.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_ERROR_AUDIENCE_TOO_LONG`: choose a shorter one.
 *
 * Ownership: belongs to the caller, who frees it with `ringback_keyring_free`. The name is copied.
 *
 * Threads: any.
 */
ringback_result ringback_keyring_new(ringback_str audience, ringback_keyring **out);

/**
 * Gives a keyring back.
 *
 * Parameters: `keyring`: may be NULL.
 *
 * Returns: nothing.
 *
 * Ownership: takes the keyring. Configurations and tickets that were made of it are not concerned.
 *
 * Threads: any, while no other one uses the keyring.
 */
void ringback_keyring_free(ringback_keyring *keyring);

/**
 * Adds a key.
 *
 * Parameters: `keyring`: the keys. `master`, `len`: 32 random bytes or more.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_ERROR_KEY_TOO_SHORT`: take more bytes; `RINGBACK_ERROR_KEY_ID_COLLISION`: another
 * key has the same id: replace one of them.
 *
 * Ownership: nothing is kept of the key but what is derived from it.
 *
 * Threads: one at a time.
 */
ringback_result ringback_keyring_add(ringback_keyring *keyring, const uint8_t *master, size_t len);

/**
 * Adds the keys of a key file, in its order: one `name:base64` a line; blank lines and lines that begin with `#` are
 * skipped.
 *
 * Parameters: `keyring`: the keys. `text`: what is in the file. `error_at`: may be NULL; where in the text the error
 * was noticed.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_ERROR_KEY_LINE_INVALID`, `RINGBACK_ERROR_KEY_TOO_SHORT`,
 * `RINGBACK_ERROR_KEY_ID_COLLISION`: mend the file, no key was added; `RINGBACK_ERROR_KEYRING_EMPTY`: there is no key
 * in it.
 *
 * Ownership: nothing is kept of the keys but what is derived from them.
 *
 * Threads: one at a time.
 */
ringback_result ringback_keyring_add_text(ringback_keyring *keyring, ringback_str text, size_t *error_at);

/**
 * The name of a kind, such as `stream.results`, the same in every language.
 *
 * Parameters: `kind`: any number.
 *
 * Returns: the name; an empty string for a number that is no kind of this version.
 *
 * Ownership: the string is constant and lives for ever.
 *
 * Threads: any.
 */
ringback_str ringback_kind_name(ringback_kind kind);

/**
 * The kind with a name, for configuration files.
 *
 * Parameters: `name`: such as `stream.results`. `out`: the kind.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_ERROR_KIND_UNKNOWN`: there is no such kind, so mend the configuration.
 *
 * Ownership: nothing is kept.
 *
 * Threads: any.
 */
ringback_result ringback_kind_of(ringback_str name, ringback_kind *out);

/**
 * The usual options: room for 4,096 submissions and 16,384 deliveries, 1.2 MB; a lease of 60 s; 960 s of memory, in which all
 * attempts of a delivery fall.
 *
 * Parameters: none.
 *
 * Returns: the options.
 *
 * Ownership: a copy.
 *
 * Threads: any.
 */
ringback_ledger_options ringback_ledger_options_default(void);

/**
 * How much memory a ledger takes.
 *
 * Parameters: `options`: how large it is.
 *
 * Returns: the bytes to hand over to `ringback_ledger_open`; 0 for NULL, and if no memory could hold it.
 *
 * Ownership: nothing is kept.
 *
 * Threads: any.
 */
size_t ringback_ledger_size(const ringback_ledger_options *options);

/**
 * Makes a ledger in memory of the library, empty or out of what `ringback_receiver_save` wrote.
 *
 * Parameters: `options`: how large it is. `seed`, `seed_len`: 16 random bytes, new ones each time. `saved`, `saved_len`: what was
 * saved; NULL and 0 for nothing. Whether it was damaged since is for the caller to check. `now`: the time. `out`: the
 * ledger.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_ERROR_INVALID_ARGUMENT`: these are not 16 bytes, there is room for nothing, or this is
 * nothing that was saved; `RINGBACK_ERROR_LEDGER_FULL`: more was saved than there is room for, so ask for more;
 * `RINGBACK_ERROR_OUT_OF_MEMORY`: ask for less.
 *
 * Ownership: belongs to the caller, until a receiver takes it.
 *
 * Threads: any.
 */
ringback_result ringback_ledger_new(const ringback_ledger_options *options,
                                    const uint8_t *seed,
                                    size_t seed_len,
                                    const uint8_t *saved,
                                    size_t saved_len,
                                    ringback_now now,
                                    ringback_ledger **out);

/**
 * Opens a ledger in memory that the caller hands over, with what lies there: zeros, or what a ledger left, be it before
 * another boot, in a file that is mapped.
 *
 * Parameters: `memory`, `size`: as much as `ringback_ledger_size` says, at an address that `RINGBACK_LEDGER_ALIGN` divides, all
 * of it initialised. `options`: the same as when the memory was used before, as far as room is concerned. `seed`, `seed_len`:
 * 16 random bytes, new ones each time. `now`: the time. `out`: the ledger.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_ERROR_INVALID_ARGUMENT`: too little memory or not aligned, these are not 16 bytes, or there
 * is room for nothing.
 *
 * Ownership: the ledger belongs to the caller, until a receiver takes it. The memory stays the caller's, who must not touch it
 * until ledger, receiver and all deliveries of the receiver are freed.
 *
 * Threads: any.
 */
ringback_result ringback_ledger_open(uint8_t *memory,
                                     size_t size,
                                     const ringback_ledger_options *options,
                                     const uint8_t *seed,
                                     size_t seed_len,
                                     ringback_now now,
                                     ringback_ledger **out);

/**
 * Gives a ledger back that no receiver has taken.
 *
 * Parameters: `ledger`: may be NULL.
 *
 * Returns: nothing.
 *
 * Ownership: takes the ledger. Memory that was handed over is the caller's again, and holds what the ledger knew.
 *
 * Threads: any, while no other one uses the ledger.
 */
void ringback_ledger_free(ringback_ledger *ledger);

/**
 * Takes the next element of an array, of whatever type.
 *
 * Parameters: `payload`: what the list came from. `list`: of `ringback_value_elements`, or any list of a view; it is moved
 * on. `out`: the element.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_NONE`: there are no more, the loop ends.
 *
 * Ownership: the element borrows from the payload; nothing is to be freed.
 *
 * Threads: any, at the same time, each with its own list.
 */
ringback_result ringback_element_next(const ringback_payload *payload,
                                      ringback_list *list,
                                      ringback_value *out);

/**
 * Takes the next member of an object, in the order of the document, duplicates included.
 *
 * Parameters: `payload`: what the list came from. `list`: of `ringback_value_members`; it is moved on. `name`, `out`: the
 * member.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_NONE`: there are no more, the loop ends.
 *
 * Ownership: name and value borrow from the payload; nothing is to be freed.
 *
 * Threads: any, at the same time, each with its own list.
 */
ringback_result ringback_member_next(const ringback_payload *payload,
                                     ringback_list *list,
                                     ringback_str *name,
                                     ringback_value *out);

/**
 * Takes the next string of an array; what is no string is passed over.
 *
 * Parameters: `payload`: what the list came from. `list`: such as the tags of `ringback_metadata`; it is moved on. `out`:
 * the string.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_NONE`: there are no more, the loop ends.
 *
 * Ownership: the string borrows from the payload; nothing is to be freed.
 *
 * Threads: any, at the same time, each with its own list.
 */
ringback_result ringback_string_next(const ringback_payload *payload,
                                     ringback_list *list,
                                     ringback_str *out);

/**
 * Takes the next pair of an object of strings; members of other types are passed over.
 *
 * Parameters: `payload`: what the list came from. `list`: such as the extra pairs of `ringback_metadata`; it is moved on.
 * `key`, `value`: the pair.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_NONE`: there are no more, the loop ends.
 *
 * Ownership: both strings borrow from the payload; nothing is to be freed.
 *
 * Threads: any, at the same time, each with its own list.
 */
ringback_result ringback_pair_next(const ringback_payload *payload,
                                   ringback_list *list,
                                   ringback_str *key,
                                   ringback_str *value);

/**
 * Reads metadata out of its object.
 *
 * Parameters: `payload`: what the value came from. `value`: `ringback_stream_results.metadata`, or any such object.
 * `out`: what was read.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_NONE`: the value is absent; `RINGBACK_ERROR_WRONG_TYPE`: it is no object;
 * `RINGBACK_ERROR_FOREIGN_VALUE`: it is of another payload, so mend the call; `RINGBACK_ERROR_OUT_OF_MEMORY`: try
 * again.
 *
 * Ownership: what is in `out` borrows from the payload; nothing is to be freed.
 *
 * Threads: any, at the same time.
 */
ringback_result ringback_metadata_read(const ringback_payload *payload, ringback_value value, ringback_metadata *out);

/**
 * The metadata: of a document or a stream's results, or the closing `Metadata` message itself.
 *
 * Parameters: `payload`: the payload. `out`: what was read.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_NONE`: the payload has none; `RINGBACK_ERROR_OUT_OF_MEMORY`: try again.
 *
 * Ownership: what is in `out` borrows from the payload; nothing is to be freed.
 *
 * Threads: any, at the same time.
 */
ringback_result ringback_payload_metadata(const ringback_payload *payload, ringback_metadata *out);

/**
 * Reads what a feature used out of its object.
 *
 * Parameters: `payload`: what the value came from. `value`: `ringback_metadata.summary_info` and its like, or any such
 * object. `out`: what was read.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_NONE`: the value is absent; `RINGBACK_ERROR_WRONG_TYPE`: it is no object;
 * `RINGBACK_ERROR_FOREIGN_VALUE`: it is of another payload, so mend the call; `RINGBACK_ERROR_OUT_OF_MEMORY`: try
 * again.
 *
 * Ownership: what is in `out` borrows from the payload; nothing is to be freed.
 *
 * Threads: any, at the same time.
 */
ringback_result ringback_feature_info_read(const ringback_payload *payload,
                                           ringback_value value,
                                           ringback_feature_info *out);

/**
 * Takes the next warning of a list.
 *
 * Parameters: `payload`: what the list came from. `list`: `ringback_metadata.warnings`, or any array of such objects;
 * it is moved on. `out`: the warning.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_NONE`: there are no more, the loop ends; `RINGBACK_ERROR_OUT_OF_MEMORY`: try
 * again; the list has not moved.
 *
 * Ownership: what is in `out` borrows from the payload; nothing is to be freed.
 *
 * Threads: any, at the same time, each with its own list.
 */
ringback_result ringback_warning_next(const ringback_payload *payload, ringback_list *list, ringback_warning *out);

/**
 * Reads the model that told the speakers apart out of its object.
 *
 * Parameters: `payload`: what the value came from. `value`: `ringback_metadata.diarize_info`, or any such object.
 * `out`: what was read.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_NONE`: the value is absent; `RINGBACK_ERROR_WRONG_TYPE`: it is no object;
 * `RINGBACK_ERROR_FOREIGN_VALUE`: it is of another payload, so mend the call; `RINGBACK_ERROR_OUT_OF_MEMORY`: try
 * again.
 *
 * Ownership: what is in `out` borrows from the payload; nothing is to be freed.
 *
 * Threads: any, at the same time.
 */
ringback_result ringback_diarize_info_read(const ringback_payload *payload,
                                           ringback_value value,
                                           ringback_diarize_info *out);

/**
 * One of the models of some metadata, whether it names one, as a stream's results do, or has a map of them.
 *
 * Parameters: `payload`: what the metadata came from. `metadata`: the metadata. `index`: which model, counted from 0; there are
 * few, and all before it are stepped over. `out`: the model.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_NONE`: there are no more, the loop ends; `RINGBACK_ERROR_FOREIGN_VALUE`: the metadata is
 * of another payload, so mend the call; `RINGBACK_ERROR_OUT_OF_MEMORY`: try again.
 *
 * Ownership: what is in `out` borrows from the payload; nothing is to be freed.
 *
 * Threads: any, at the same time.
 */
ringback_result ringback_metadata_model(const ringback_payload *payload,
                                        const ringback_metadata *metadata,
                                        size_t index,
                                        ringback_model *out);

/**
 * Parses a body: checks the whole text, and finds out what it is. Nothing else is decoded before it is asked for.
 *
 * Parameters: `data`, `len`: the body, any bytes. `out`: the payload. `error_at`: may be NULL; where in the body the
 * error was noticed.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_ERROR_UNEXPECTED_END`: the text was cut off, a further attempt may be whole; another one
 * from 102 to 113: the text is not JSON, and no attempt will mend it; `RINGBACK_ERROR_OUT_OF_MEMORY`: try again.
 *
 * Ownership: the body is borrowed, not copied: it must stay as it is until the payload is freed. The payload belongs to
 * the caller, who frees it with `ringback_payload_free`.
 *
 * Threads: any.
 */
ringback_result ringback_payload_parse(const uint8_t *data,
                                       size_t len,
                                       ringback_payload **out,
                                       size_t *error_at);

/**
 * Line and column of a place in a text, for people.
 *
 * Parameters: `data`, `len`: the text. `at`: the place, in bytes from its beginning. `line`, `column`: both count from 1; lines end
 * with a line feed, columns count bytes.
 *
 * Returns: `RINGBACK_OK`; a place beyond the end is taken as the end.
 *
 * Ownership: nothing is kept.
 *
 * Threads: any.
 */
ringback_result ringback_position(const uint8_t *data,
                                  size_t len,
                                  size_t at,
                                  size_t *line,
                                  size_t *column);

/**
 * Gives a payload back.
 *
 * Parameters: `payload`: may be NULL.
 *
 * Returns: nothing.
 *
 * Ownership: takes the payload; whatever was read of it is void.
 *
 * Threads: any, while no other one uses the payload.
 */
void ringback_payload_free(ringback_payload *payload);

/**
 * What a payload is.
 *
 * Parameters: `payload`: the payload.
 *
 * Returns: one of `RINGBACK_KIND_...`; 0 for NULL.
 *
 * Ownership: nothing is kept.
 *
 * Threads: any, at the same time.
 */
ringback_kind ringback_payload_kind(const ringback_payload *payload);

/**
 * The request that a payload answers. Failures and some messages of a stream do not say.
 *
 * Parameters: `payload`: the payload. `out`: the id.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_NONE`: the payload does not say.
 *
 * Ownership: `out` is a copy.
 *
 * Threads: any, at the same time.
 */
ringback_result ringback_payload_request_id(const ringback_payload *payload, ringback_request_id *out);

/**
 * The text of the best reading: of the first channel of a transcript, or of a stream's results.
 *
 * Parameters: `payload`: the payload. `out`: the text.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_NONE`: the payload has none; `RINGBACK_ERROR_OUT_OF_MEMORY`: try again.
 *
 * Ownership: the text borrows from the payload.
 *
 * Threads: any, at the same time.
 */
ringback_result ringback_payload_transcript(const ringback_payload *payload, ringback_str *out);

/**
 * The results of a transcript or an analysis.
 *
 * Parameters: `payload`: the payload. `out`: what was read.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_NONE`: the payload has none.
 *
 * Ownership: what is in `out` borrows from the payload; nothing is to be freed.
 *
 * Threads: any, at the same time.
 */
ringback_result ringback_payload_results(const ringback_payload *payload, ringback_results *out);

/**
 * The value that a JSON pointer (RFC 6901) leads to.
 *
 * Parameters: `payload`: the payload. `pointer`: such as `/metadata/extra/job`; empty for the whole document. `out`: the value.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_NONE`: it leads to nothing; `RINGBACK_ERROR_INVALID_POINTER`: it is no pointer, so mend
 * it.
 *
 * Ownership: the value borrows from the payload.
 *
 * Threads: any, at the same time.
 */
ringback_result ringback_payload_pointer(const ringback_payload *payload,
                                         ringback_str pointer,
                                         ringback_value *out);

/**
 * Makes a receiver.
 *
 * Parameters: `config`: what lets deliveries in, and where they go. `ledger`: its memory. `out`: the receiver.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_ERROR_CREDENTIALS_UNCONFIGURED`: anybody could post, so set credentials;
 * `RINGBACK_ERROR_WRONG_STATE`: the configuration has no seed; `RINGBACK_ERROR_ROUTE_REPEATED`: two routes have the same
 * rule, so drop one.
 *
 * Ownership: belongs to the caller, who frees it with `ringback_receiver_free`. The configuration is copied and stays the
 * caller's. The ledger is taken if the call succeeds: it must not be used or freed any more.
 *
 * Threads: any.
 */
ringback_result ringback_receiver_new(const ringback_config *config,
                                      ringback_ledger *ledger,
                                      ringback_receiver **out);

/**
 * Gives a receiver back.
 *
 * Parameters: `receiver`: may be NULL.
 *
 * Returns: nothing.
 *
 * Ownership: takes the receiver. Deliveries that are there can still be finished, and freed; what the ledger knew goes with
 * the last of them, unless it is in memory of the caller's.
 *
 * Threads: any, while no other one uses the receiver.
 */
void ringback_receiver_free(ringback_receiver *receiver);

/**
 * Says that the server is about to end, or not: while it drains, new deliveries are answered with 503, for they will come
 * again, and those that have begun are finished.
 *
 * Parameters: `receiver`: the receiver. `draining`: whether it drains.
 *
 * Returns: `RINGBACK_OK`.
 *
 * Ownership: nothing is kept.
 *
 * Threads: any, at the same time.
 */
ringback_result ringback_receiver_drain(const ringback_receiver *receiver,
                                        bool draining);

/**
 * How much is in the ledger.
 *
 * Parameters: `receiver`: the receiver. `out`: the numbers.
 *
 * Returns: `RINGBACK_OK`.
 *
 * Ownership: `out` is a copy.
 *
 * Threads: any, at the same time.
 */
ringback_result ringback_receiver_tally(const ringback_receiver *receiver, ringback_tally *out);

/**
 * The answer to a situation, for servers that must answer before or without a delivery: `RINGBACK_SITUATION_UNAVAILABLE`
 * where something of their own fails, `RINGBACK_SITUATION_TOO_LARGE` where they have a limit of their own.
 *
 * Parameters: `receiver`: the receiver. `situation`: one of `RINGBACK_SITUATION_...`. `out`: what to answer.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_ERROR_INVALID_ARGUMENT`: there is no such situation.
 *
 * Ownership: the strings of the answer are constant.
 *
 * Threads: any, at the same time.
 */
ringback_result ringback_receiver_answer(const ringback_receiver *receiver,
                                         ringback_situation situation,
                                         ringback_answer *out);

/**
 * How many bytes `ringback_receiver_save` writes at most.
 *
 * Parameters: `receiver`: the receiver.
 *
 * Returns: the bytes; 0 for NULL.
 *
 * Ownership: nothing is kept.
 *
 * Threads: any, at the same time.
 */
size_t ringback_receiver_saved_size(const ringback_receiver *receiver);

/**
 * Writes what the ledger knows, at one moment, in the same order of bytes on every machine. `ringback_ledger_new` reads it
 * again; what was being handled then counts as begun and not finished. Names are keyed hashes; no text of a delivery is in
 * it.
 *
 * Parameters: `receiver`: the receiver. `buffer`, `capacity`: room for `ringback_receiver_saved_size` bytes. `len`: how many were
 * written.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_ERROR_BUFFER_TOO_SMALL`: give more room; what the buffer holds then means nothing.
 *
 * Ownership: the bytes are a copy.
 *
 * Threads: any, at the same time; the ledger stands still meanwhile.
 */
ringback_result ringback_receiver_save(const ringback_receiver *receiver,
                                       uint8_t *buffer,
                                       size_t capacity,
                                       size_t *len);

/**
 * Reads a request id, such as that of the reply to a submission.
 *
 * Parameters: `text`: the id as text. `out`: the id.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_ERROR_REQUEST_ID_INVALID`: it is empty, longer than `RINGBACK_REQUEST_ID_MAX`, or has
 * other characters than visible ASCII: treat the reply as broken.
 *
 * Ownership: `out` is a copy.
 *
 * Threads: any.
 */
ringback_result ringback_request_id_parse(ringback_str text,
                                          ringback_request_id *out);

/**
 * Whether two ids name the same submission. The case of a UUID makes no difference.
 *
 * Parameters: `a`, `b`: the ids.
 *
 * Returns: true if they do; false also if one of them is NULL.
 *
 * Ownership: nothing is kept.
 *
 * Threads: any.
 */
bool ringback_request_id_equal(const ringback_request_id *a, const ringback_request_id *b);

/**
 * The sentence for a result: what was expected, and the cure where there is one. It is lower case, without a full stop.
 *
 * Parameters: `result`: any number.
 *
 * Returns: the sentence; an empty string for a number that is no result of this version.
 *
 * Ownership: the string is constant and lives for ever.
 *
 * Threads: any.
 */
ringback_str ringback_result_message(ringback_result result);

/**
 * The name of a result, such as `unexpected_end`, the same in every language.
 *
 * Parameters: `result`: any number.
 *
 * Returns: the name; an empty string for a number that is no result of this version.
 *
 * Ownership: the string is constant and lives for ever.
 *
 * Threads: any.
 */
ringback_str ringback_result_name(ringback_result result);

/**
 * The party that can mend what a result says.
 *
 * Parameters: `result`: any number.
 *
 * Returns: one of `RINGBACK_FAULT_...`; 0 where there is nothing to mend, and for a number that is no result of this
 * version.
 *
 * Ownership: nothing is kept.
 *
 * Threads: any.
 */
ringback_fault ringback_result_fault(ringback_result result);

/**
 * Adds a route. The first one whose rule holds gets the delivery; the fallback gets what is left.
 *
 * Parameters: `config`: the configuration. `rule`: when it holds. `user`: what the work of this route carries as `route`: a
 * handler, a queue; may be NULL.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_ERROR_INVALID_ARGUMENT`: `kind` is no kind, or one of `extra_key` and `extra_value` is
 * missing. The same rule twice is found by `ringback_receiver_new`.
 *
 * Ownership: the rule is copied. `user` stays the caller's, is never looked at, and should live as long as the receiver.
 *
 * Threads: one at a time.
 */
ringback_result ringback_route_add(ringback_config *config,
                                   const ringback_rule *rule,
                                   void *user);

/**
 * Says where a delivery goes for which no route holds.
 *
 * Parameters: `config`: the configuration. `user`: what such work carries as `route`; NULL unless this is called.
 *
 * Returns: `RINGBACK_OK`.
 *
 * Ownership: `user` stays the caller's, is never looked at, and should live as long as the receiver.
 *
 * Threads: one at a time.
 */
ringback_result ringback_route_fallback(ringback_config *config, void *user);

/**
 * The text of a terminated string, such as a literal.
 *
 * Parameters: `text`: ends with a NUL byte; may be NULL.
 *
 * Returns: its bytes without the NUL; no text for NULL. Whether it is UTF-8 is checked where it is used.
 *
 * Ownership: borrows `text`, which must outlive the result.
 *
 * Threads: any.
 */
ringback_str ringback_str_of(const char *text);

/**
 * Whether two texts have the same bytes. Not for secrets: the time it takes tells where they differ.
 *
 * Parameters: `a`, `b`: the texts; an absent one is like an empty one.
 *
 * Returns: true if they are the same.
 *
 * Ownership: nothing is kept.
 *
 * Threads: any.
 */
bool ringback_str_equal(ringback_str a, ringback_str b);

/**
 * The `Results` message of a stream.
 *
 * Parameters: `payload`: the payload. `out`: what was read.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_NONE`: the payload is of another kind; `RINGBACK_ERROR_OUT_OF_MEMORY`: try again.
 *
 * Ownership: what is in `out` borrows from the payload; nothing is to be freed.
 *
 * Threads: any, at the same time.
 */
ringback_result ringback_payload_stream_results(const ringback_payload *payload, ringback_stream_results *out);

/**
 * The `UtteranceEnd` message of a stream.
 *
 * Parameters: `payload`: the payload. `out`: what was read.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_NONE`: the payload is of another kind; `RINGBACK_ERROR_OUT_OF_MEMORY`: try again.
 *
 * Ownership: what is in `out` borrows from the payload; nothing is to be freed.
 *
 * Threads: any, at the same time.
 */
ringback_result ringback_payload_utterance_end(const ringback_payload *payload, ringback_utterance_end *out);

/**
 * The `SpeechStarted` message of a stream.
 *
 * Parameters: `payload`: the payload. `out`: what was read.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_NONE`: the payload is of another kind; `RINGBACK_ERROR_OUT_OF_MEMORY`: try again.
 *
 * Ownership: what is in `out` borrows from the payload; nothing is to be freed.
 *
 * Threads: any, at the same time.
 */
ringback_result ringback_payload_speech_started(const ringback_payload *payload, ringback_speech_started *out);

/**
 * The `Error` message of a stream.
 *
 * Parameters: `payload`: the payload. `out`: what was read.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_NONE`: the payload is of another kind; `RINGBACK_ERROR_OUT_OF_MEMORY`: try again.
 *
 * Ownership: what is in `out` borrows from the payload; nothing is to be freed.
 *
 * Threads: any, at the same time.
 */
ringback_result ringback_payload_stream_error(const ringback_payload *payload, ringback_stream_error *out);

/**
 * The scope of the submission that a ticket was minted for.
 *
 * Parameters: `ticket`: the ticket.
 *
 * Returns: the scope; all zeros, which names nothing, for NULL.
 *
 * Ownership: a copy.
 *
 * Threads: any, at the same time.
 */
ringback_scope ringback_scope_of_ticket(const ringback_ticket *ticket);

/**
 * Announces a submission, before or after its deliveries arrive. The last deadline holds.
 *
 * Parameters: `receiver`: the receiver. `scope`: which submission. `deadline`: when it is overdue, in milliseconds since 1970; 0
 * is never. A document takes 20 minutes at most, all attempts 16: 46 minutes from now leave a margin. `request_id`: of the
 * reply to the submission, the only one that is let in from then on; may be absent. `now`: the time. `out`: what was found.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_ERROR_SUBMISSION_UNKNOWN`: the scope names nothing; `RINGBACK_ERROR_REQUEST_ID_INVALID`: mend
 * it; `RINGBACK_ERROR_LEDGER_FULL`: every submission is still waited for, so make the ledger larger, or submit later.
 *
 * Ownership: nothing is kept; `out` is a copy.
 *
 * Threads: any, at the same time.
 */
ringback_result ringback_expect(const ringback_receiver *receiver,
                                const ringback_scope *scope,
                                uint64_t deadline,
                                ringback_str request_id,
                                ringback_now now,
                                ringback_expected *out);

/**
 * Binds an announced submission to its request id, once the reply to the submission has told it: no other one is let in
 * from then on, so that one leaked URL never reaches another submission.
 *
 * Parameters: `receiver`: the receiver. `scope`: which submission. `request_id`: its id. `now`: the time. `out`: may be NULL; what
 * has arrived already, one of `RINGBACK_ARRIVED_...`.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_ERROR_SUBMISSION_UNKNOWN`: it was not announced, or was forgotten;
 * `RINGBACK_ERROR_REQUEST_ID_INVALID`: mend it.
 *
 * Ownership: nothing is kept.
 *
 * Threads: any, at the same time.
 */
ringback_result ringback_bind(const ringback_receiver *receiver,
                              const ringback_scope *scope,
                              ringback_str request_id,
                              ringback_now now,
                              ringback_arrived *out);

/**
 * Waits no longer for a submission: it will not be overdue. What arrives for it nevertheless is handled.
 *
 * Parameters: `receiver`: the receiver. `scope`: which submission. `now`: the time.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_ERROR_SUBMISSION_UNKNOWN`: it was not announced, or was forgotten; there is nothing to
 * do.
 *
 * Ownership: nothing is kept.
 *
 * Threads: any, at the same time.
 */
ringback_result ringback_cancel(const ringback_receiver *receiver,
                                const ringback_scope *scope,
                                ringback_now now);

/**
 * What is known of a submission; whoever waits for one asks from time to time.
 *
 * Parameters: `receiver`: the receiver. `scope`: which submission. `out`: what is known.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_ERROR_SUBMISSION_UNKNOWN`: it was neither announced nor has anything arrived for it, or it
 * was forgotten.
 *
 * Ownership: `out` is a copy.
 *
 * Threads: any, at the same time.
 */
ringback_result ringback_submission_find(const ringback_receiver *receiver,
                                         const ringback_scope *scope,
                                         ringback_submission *out);

/**
 * Looks for what is due, and stops at the first thing that somebody should hear of. Call it now and then, in a loop until
 * it says `RINGBACK_NONE`; the next sweep goes on where this one stopped.
 *
 * Parameters: `receiver`: the receiver. `now`: the time. `budget`: how many rows to look at; it is lowered by those looked at, also
 * if there is nothing to report, and is never more than one round through all of them. `out`: what was found.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_NONE`: the budget is used up, the loop ends.
 *
 * Ownership: `out` is a copy.
 *
 * Threads: any, at the same time, each with its own budget.
 */
ringback_result ringback_sweep(const ringback_receiver *receiver,
                               ringback_now now,
                               uint32_t *budget,
                               ringback_swept *out);

/**
 * Mints a ticket for one submission.
 *
 * Parameters: `keyring`: the keys, of which the first one mints. `ticket_use`: one of `RINGBACK_USE_...`. `job`: the
 * program's own name for the work, 1 to 64 characters out of `A-Z a-z 0-9 . _ -`. `expiry`: milliseconds since 1970,
 * rounded up to a second; 0 is never. `id`, `id_len`: 12 random bytes, new ones for each ticket. `now`: milliseconds
 * since 1970. `out`: the ticket.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_ERROR_KEYRING_EMPTY`: add a key first; `RINGBACK_ERROR_JOB_INVALID`: choose
 * another name; `RINGBACK_ERROR_LIFE_TOO_LONG`: a ticket lives 30 days at most; `RINGBACK_ERROR_INVALID_ARGUMENT`:
 * there is no such use, or these are not 12 bytes.
 *
 * Ownership: belongs to the caller, who frees it with `ringback_ticket_free`.
 *
 * Threads: any, at the same time.
 */
ringback_result ringback_ticket_mint(const ringback_keyring *keyring,
                                     ringback_use ticket_use,
                                     ringback_str job,
                                     uint64_t expiry,
                                     const uint8_t *id,
                                     size_t id_len,
                                     uint64_t now,
                                     ringback_ticket **out);

/**
 * Gives a ticket back.
 *
 * Parameters: `ticket`: may be NULL.
 *
 * Returns: nothing.
 *
 * Ownership: takes the ticket; strings of it are void.
 *
 * Threads: any, while no other one uses the ticket.
 */
void ringback_ticket_free(ringback_ticket *ticket);

/**
 * The user name of a ticket: everything but its code.
 *
 * Parameters: `ticket`: the ticket.
 *
 * Returns: the text; no text for NULL.
 *
 * Ownership: borrows from the ticket.
 *
 * Threads: any, at the same time.
 */
ringback_str ringback_ticket_user(const ringback_ticket *ticket);

/**
 * The password of a ticket: its code.
 *
 * Parameters: `ticket`: the ticket.
 *
 * Returns: the text; no text for NULL.
 *
 * Ownership: borrows from the ticket.
 *
 * Threads: any, at the same time.
 */
ringback_str ringback_ticket_password(const ringback_ticket *ticket);

/**
 * The text of a ticket, `user:password`, as it travels as extra metadata.
 *
 * Parameters: `ticket`: the ticket.
 *
 * Returns: the text; no text for NULL.
 *
 * Ownership: borrows from the ticket.
 *
 * Threads: any, at the same time.
 */
ringback_str ringback_ticket_text(const ringback_ticket *ticket);

/**
 * The value of an `Authorization` header that carries a ticket, for tests and for replays.
 *
 * Parameters: `ticket`: the ticket.
 *
 * Returns: the text; no text for NULL.
 *
 * Ownership: borrows from the ticket.
 *
 * Threads: any, at the same time.
 */
ringback_str ringback_ticket_authorization(const ringback_ticket *ticket);

/**
 * Verifies a user name and a password as a ticket, for programs that check credentials without a receiver. That it has
 * expired refuses nothing here: look at `expired`.
 *
 * Parameters: `keyring`: the keys. `user`, `password`: as they arrived, decoded. `now`: milliseconds since 1970.
 * `out`: what it says.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_ERROR_TICKET_MALFORMED`: it is no ticket; `RINGBACK_ERROR_TICKET_KEY_UNKNOWN`: its
 * key is not loaded; `RINGBACK_ERROR_TICKET_FORGED`: answer all of them with 401; `RINGBACK_ERROR_KEYRING_EMPTY`: add
 * a key first.
 *
 * Ownership: `out` is a copy.
 *
 * Threads: any, at the same time.
 */
ringback_result ringback_ticket_verify(const ringback_keyring *keyring,
                                       ringback_str user,
                                       ringback_str password,
                                       uint64_t now,
                                       ringback_verified *out);

/**
 * Takes the next channel of a list.
 *
 * Parameters: `payload`: what the list came from. `list`: `ringback_results.channels`, or any array of such objects;
 * it is moved on. `out`: the channel.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_NONE`: there are no more, the loop ends; `RINGBACK_ERROR_OUT_OF_MEMORY`: try
 * again; the list has not moved.
 *
 * Ownership: what is in `out` borrows from the payload; nothing is to be freed.
 *
 * Threads: any, at the same time, each with its own list.
 */
ringback_result ringback_channel_next(const ringback_payload *payload, ringback_list *list, ringback_channel *out);

/**
 * Reads a channel out of its object.
 *
 * Parameters: `payload`: what the value came from. `value`: `ringback_stream_results.channel`, or any such object.
 * `out`: what was read.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_NONE`: the value is absent; `RINGBACK_ERROR_WRONG_TYPE`: it is no object;
 * `RINGBACK_ERROR_FOREIGN_VALUE`: it is of another payload, so mend the call; `RINGBACK_ERROR_OUT_OF_MEMORY`: try
 * again.
 *
 * Ownership: what is in `out` borrows from the payload; nothing is to be freed.
 *
 * Threads: any, at the same time.
 */
ringback_result ringback_channel_read(const ringback_payload *payload, ringback_value value, ringback_channel *out);

/**
 * Takes the next alternative of a list.
 *
 * Parameters: `payload`: what the list came from. `list`: `ringback_channel.alternatives`, or any array of such
 * objects; it is moved on. `out`: the alternative.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_NONE`: there are no more, the loop ends; `RINGBACK_ERROR_OUT_OF_MEMORY`: try
 * again; the list has not moved.
 *
 * Ownership: what is in `out` borrows from the payload; nothing is to be freed.
 *
 * Threads: any, at the same time, each with its own list.
 */
ringback_result ringback_alternative_next(const ringback_payload *payload,
                                          ringback_list *list,
                                          ringback_alternative *out);

/**
 * The best reading of the first channel of a transcript, or of a stream's results.
 *
 * Parameters: `payload`: the payload. `out`: what was read.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_NONE`: the payload has none; `RINGBACK_ERROR_OUT_OF_MEMORY`: try again.
 *
 * Ownership: what is in `out` borrows from the payload; nothing is to be freed.
 *
 * Threads: any, at the same time.
 */
ringback_result ringback_payload_alternative(const ringback_payload *payload, ringback_alternative *out);

/**
 * Takes the next word of a list.
 *
 * Parameters: `payload`: what the list came from. `list`: `ringback_alternative.words` or `ringback_utterance.words`,
 * or any array of such objects; it is moved on. `out`: the word.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_NONE`: there are no more, the loop ends; `RINGBACK_ERROR_OUT_OF_MEMORY`: try
 * again; the list has not moved.
 *
 * Ownership: what is in `out` borrows from the payload; nothing is to be freed.
 *
 * Threads: any, at the same time, each with its own list.
 */
ringback_result ringback_word_next(const ringback_payload *payload, ringback_list *list, ringback_word *out);

/**
 * Reads the text of an alternative in paragraphs out of its object.
 *
 * Parameters: `payload`: what the value came from. `value`: `ringback_alternative.paragraphs`, or any such object.
 * `out`: what was read.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_NONE`: the value is absent; `RINGBACK_ERROR_WRONG_TYPE`: it is no object;
 * `RINGBACK_ERROR_FOREIGN_VALUE`: it is of another payload, so mend the call; `RINGBACK_ERROR_OUT_OF_MEMORY`: try
 * again.
 *
 * Ownership: what is in `out` borrows from the payload; nothing is to be freed.
 *
 * Threads: any, at the same time.
 */
ringback_result ringback_paragraphs_read(const ringback_payload *payload,
                                         ringback_value value,
                                         ringback_paragraphs *out);

/**
 * Takes the next paragraph of a list.
 *
 * Parameters: `payload`: what the list came from. `list`: `ringback_paragraphs.paragraphs`, or any array of such
 * objects; it is moved on. `out`: the paragraph.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_NONE`: there are no more, the loop ends; `RINGBACK_ERROR_OUT_OF_MEMORY`: try
 * again; the list has not moved.
 *
 * Ownership: what is in `out` borrows from the payload; nothing is to be freed.
 *
 * Threads: any, at the same time, each with its own list.
 */
ringback_result ringback_paragraph_next(const ringback_payload *payload, ringback_list *list, ringback_paragraph *out);

/**
 * Takes the next sentence of a list.
 *
 * Parameters: `payload`: what the list came from. `list`: `ringback_paragraph.sentences`, or any array of such
 * objects; it is moved on. `out`: the sentence.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_NONE`: there are no more, the loop ends; `RINGBACK_ERROR_OUT_OF_MEMORY`: try
 * again; the list has not moved.
 *
 * Ownership: what is in `out` borrows from the payload; nothing is to be freed.
 *
 * Threads: any, at the same time, each with its own list.
 */
ringback_result ringback_sentence_next(const ringback_payload *payload, ringback_list *list, ringback_sentence *out);

/**
 * Takes the next utterance of a list.
 *
 * Parameters: `payload`: what the list came from. `list`: `ringback_results.utterances`, or any array of such objects;
 * it is moved on. `out`: the utterance.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_NONE`: there are no more, the loop ends; `RINGBACK_ERROR_OUT_OF_MEMORY`: try
 * again; the list has not moved.
 *
 * Ownership: what is in `out` borrows from the payload; nothing is to be freed.
 *
 * Threads: any, at the same time, each with its own list.
 */
ringback_result ringback_utterance_next(const ringback_payload *payload, ringback_list *list, ringback_utterance *out);

/**
 * Takes the next search of a list.
 *
 * Parameters: `payload`: what the list came from. `list`: `ringback_channel.search`, or any array of such objects; it
 * is moved on. `out`: the search.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_NONE`: there are no more, the loop ends; `RINGBACK_ERROR_OUT_OF_MEMORY`: try
 * again; the list has not moved.
 *
 * Ownership: what is in `out` borrows from the payload; nothing is to be freed.
 *
 * Threads: any, at the same time, each with its own list.
 */
ringback_result ringback_search_next(const ringback_payload *payload, ringback_list *list, ringback_search *out);

/**
 * Takes the next hit of a list.
 *
 * Parameters: `payload`: what the list came from. `list`: `ringback_search.hits`, or any array of such objects; it is
 * moved on. `out`: the hit.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_NONE`: there are no more, the loop ends; `RINGBACK_ERROR_OUT_OF_MEMORY`: try
 * again; the list has not moved.
 *
 * Ownership: what is in `out` borrows from the payload; nothing is to be freed.
 *
 * Threads: any, at the same time, each with its own list.
 */
ringback_result ringback_hit_next(const ringback_payload *payload, ringback_list *list, ringback_hit *out);

/**
 * Takes the next entity of a list.
 *
 * Parameters: `payload`: what the list came from. `list`: `ringback_alternative.entities` or
 * `ringback_stream_results.entities`, or any array of such objects; it is moved on. `out`: the entity.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_NONE`: there are no more, the loop ends; `RINGBACK_ERROR_OUT_OF_MEMORY`: try
 * again; the list has not moved.
 *
 * Ownership: what is in `out` borrows from the payload; nothing is to be freed.
 *
 * Threads: any, at the same time, each with its own list.
 */
ringback_result ringback_entity_next(const ringback_payload *payload, ringback_list *list, ringback_entity *out);

/**
 * Writes a callback URL. Whoever has it can deliver, so it belongs into a submission and into no log.
 *
 * Parameters: `url`: what to write. `buffer`, `capacity`: room for the URL and a NUL; 4,096 bytes are plenty. `len`:
 * may be NULL; the length without the NUL. `warnings`: may be NULL; what is unwise: bits of `RINGBACK_WARNING_...`.
 * `error_at`: may be NULL; where in the base URL or in the part concerned the error was noticed.
 *
 * Returns: `RINGBACK_OK`; from 401 to 414, `RINGBACK_ERROR_USER_INVALID` or `RINGBACK_ERROR_PASSWORD_INVALID`:
 * Deepgram would refuse it, or a transcript would be lost; the message names the cure;
 * `RINGBACK_ERROR_INVALID_ARGUMENT`: there is no such place; `RINGBACK_ERROR_BUFFER_TOO_SMALL`: give more room.
 *
 * Ownership: nothing is kept; the URL is a copy, terminated by a NUL.
 *
 * Threads: any.
 */
ringback_result ringback_url_write(const ringback_url *url,
                                   char *buffer,
                                   size_t capacity,
                                   size_t *len,
                                   uint32_t *warnings,
                                   size_t *error_at);

/**
 * Checks a callback URL without writing it, be it one that is whole already, with credentials and all.
 *
 * Parameters: `url`: what to check. `warnings`: may be NULL; what is unwise: bits of `RINGBACK_WARNING_...`.
 * `error_at`: may be NULL; where in the base URL or in the part concerned the error was noticed.
 *
 * Returns: `RINGBACK_OK`; from 401 to 414, `RINGBACK_ERROR_USER_INVALID` or `RINGBACK_ERROR_PASSWORD_INVALID`:
 * Deepgram would refuse it, or a transcript would be lost; the message names the cure;
 * `RINGBACK_ERROR_INVALID_ARGUMENT`: there is no such place.
 *
 * Ownership: nothing is kept.
 *
 * Threads: any.
 */
ringback_result ringback_url_check(const ringback_url *url, uint32_t *warnings, size_t *error_at);

/**
 * Checks a pair of extra metadata that is sent along with a submission (`extra=KEY:VALUE`).
 *
 * Parameters: `key`, `value`: the pair. `error_at`: may be NULL; where in the key the error was noticed.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_ERROR_EXTRA_INVALID`: the key is empty or holds a colon;
 * `RINGBACK_ERROR_EXTRA_TOO_LONG`: Deepgram would refuse it, so shorten it.
 *
 * Ownership: nothing is kept.
 *
 * Threads: any.
 */
ringback_result ringback_extra_check(ringback_str key, ringback_str value, size_t *error_at);

/**
 * Checks a tag that is sent along with a submission (`tag=`).
 *
 * Parameters: `tag`: the tag. `error_at`: may be NULL; where in it the error was noticed.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_ERROR_TAG_TOO_LONG`: Deepgram would refuse it, so shorten it.
 *
 * Ownership: nothing is kept.
 *
 * Threads: any.
 */
ringback_result ringback_tag_check(ringback_str tag, size_t *error_at);

/**
 * The sentence for a warning, with the cure.
 *
 * Parameters: `warning`: one of `RINGBACK_WARNING_...`.
 *
 * Returns: the sentence; an empty string for a number that is no warning of this version.
 *
 * Ownership: the string is constant and lives for ever.
 *
 * Threads: any.
 */
ringback_str ringback_warning_message(uint32_t warning);

/**
 * Reads a value as true or false.
 *
 * Parameters: `payload`: what the value came from. `value`: the value. `out`: what was read.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_NONE`: the value is absent; `RINGBACK_ERROR_WRONG_TYPE`: its type is another one:
 * look at `type`; `RINGBACK_ERROR_FOREIGN_VALUE`: it is of another payload, so mend the call.
 *
 * Ownership: nothing is kept.
 *
 * Threads: any, at the same time.
 */
ringback_result ringback_value_bool(const ringback_payload *payload, ringback_value value, bool *out);

/**
 * Reads a value as a whole number, however it is written: `54`, `54.0`, `5.4e1`.
 *
 * Parameters: `payload`: what the value came from. `value`: the value. `out`: what was read.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_NONE`: the value is absent; `RINGBACK_ERROR_WRONG_TYPE`: its type is another one, or the number is not whole or does not fit:
 * look at `type`; `RINGBACK_ERROR_FOREIGN_VALUE`: it is of another payload, so mend the call.
 *
 * Ownership: nothing is kept.
 *
 * Threads: any, at the same time.
 */
ringback_result ringback_value_i64(const ringback_payload *payload,
                                   ringback_value value,
                                   int64_t *out);

/**
 * Reads a value as a whole number that is not negative, however it is written.
 *
 * Parameters: `payload`: what the value came from. `value`: the value. `out`: what was read.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_NONE`: the value is absent; `RINGBACK_ERROR_WRONG_TYPE`: its type is another one, or the number is negative, not whole or does not fit:
 * look at `type`; `RINGBACK_ERROR_FOREIGN_VALUE`: it is of another payload, so mend the call.
 *
 * Ownership: nothing is kept.
 *
 * Threads: any, at the same time.
 */
ringback_result ringback_value_u64(const ringback_payload *payload,
                                   ringback_value value,
                                   uint64_t *out);

/**
 * Reads a value as a number, rounded to the nearest float.
 *
 * Parameters: `payload`: what the value came from. `value`: the value. `out`: what was read.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_NONE`: the value is absent; `RINGBACK_ERROR_WRONG_TYPE`: its type is another one, or the number is too large:
 * look at `type`; `RINGBACK_ERROR_FOREIGN_VALUE`: it is of another payload, so mend the call.
 *
 * Ownership: nothing is kept.
 *
 * Threads: any, at the same time.
 */
ringback_result ringback_value_f64(const ringback_payload *payload,
                                   ringback_value value,
                                   double *out);

/**
 * Reads a value as a number, taken as seconds, in milliseconds; a half is rounded away from zero.
 *
 * Parameters: `payload`: what the value came from. `value`: the value. `out`: what was read.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_NONE`: the value is absent; `RINGBACK_ERROR_WRONG_TYPE`: its type is another one, or the number does not fit:
 * look at `type`; `RINGBACK_ERROR_FOREIGN_VALUE`: it is of another payload, so mend the call.
 *
 * Ownership: nothing is kept.
 *
 * Threads: any, at the same time.
 */
ringback_result ringback_value_millis(const ringback_payload *payload,
                                      ringback_value value,
                                      int64_t *out);

/**
 * Reads a value as text, decoded.
 *
 * Parameters: `payload`: what the value came from. `value`: the value. `out`: the text.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_NONE`: the value is absent; `RINGBACK_ERROR_WRONG_TYPE`: it is no string: look at
 * `type`; `RINGBACK_ERROR_FOREIGN_VALUE`: it is of another payload, so mend the call.
 *
 * Ownership: the text borrows from the payload. What is escaped is decoded at the first call, and kept with the payload.
 *
 * Threads: any, at the same time.
 */
ringback_result ringback_value_str(const ringback_payload *payload,
                                   ringback_value value,
                                   ringback_str *out);

/**
 * Begins a walk over the elements of an array; `ringback_element_next` takes them, as does the `_next` of a typed view.
 *
 * Parameters: `payload`: what the value came from. `value`: the array. `out`: the list.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_NONE`: the value is absent; `RINGBACK_ERROR_WRONG_TYPE`: it is no array;
 * `RINGBACK_ERROR_FOREIGN_VALUE`: it is of another payload, so mend the call.
 *
 * Ownership: a list is a position, and needs no freeing.
 *
 * Threads: any, at the same time.
 */
ringback_result ringback_value_elements(const ringback_payload *payload, ringback_value value, ringback_list *out);

/**
 * Begins a walk over the members of an object; `ringback_member_next` takes them.
 *
 * Parameters: `payload`: what the value came from. `value`: the object. `out`: the list.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_NONE`: the value is absent; `RINGBACK_ERROR_WRONG_TYPE`: it is no object;
 * `RINGBACK_ERROR_FOREIGN_VALUE`: it is of another payload, so mend the call.
 *
 * Ownership: a list is a position, and needs no freeing.
 *
 * Threads: any, at the same time.
 */
ringback_result ringback_value_members(const ringback_payload *payload, ringback_value value, ringback_list *out);

/**
 * Looks up a member of an object; the last one, where a name is repeated.
 *
 * Parameters: `payload`: what the value came from. `value`: the object. `name`: of the member. `out`: its value, `null`
 * included.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_NONE`: there is no such member, or the object is absent; `RINGBACK_ERROR_WRONG_TYPE`: it is no
 * object; `RINGBACK_ERROR_FOREIGN_VALUE`: it is of another payload, so mend the call.
 *
 * Ownership: the value borrows from the payload.
 *
 * Threads: any, at the same time.
 */
ringback_result ringback_value_get(const ringback_payload *payload,
                                   ringback_value value,
                                   ringback_str name,
                                   ringback_value *out);

/**
 * Follows a JSON pointer (RFC 6901) from a value.
 *
 * Parameters: `payload`: what the value came from. `value`: where to begin. `pointer`: such as `/alternatives/0/words`. `out`:
 * the value that it leads to.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_NONE`: it leads to nothing; `RINGBACK_ERROR_INVALID_POINTER`: it is no pointer, so mend
 * it; `RINGBACK_ERROR_FOREIGN_VALUE`: the value is of another payload, so mend the call.
 *
 * Ownership: the value borrows from the payload.
 *
 * Threads: any, at the same time.
 */
ringback_result ringback_value_pointer(const ringback_payload *payload,
                                       ringback_value value,
                                       ringback_str pointer,
                                       ringback_value *out);

/**
 * The version of the library that the program runs with, such as `0.1.0`; the macros are that of the header.
 *
 * Parameters: none.
 *
 * Returns: the version.
 *
 * Ownership: the string is constant and lives for ever.
 *
 * Threads: any.
 */
ringback_str ringback_version(void);

/**
 * Fills columns with the next words of a list, as many as there is room for.
 *
 * Parameters: `payload`: what the list came from. `list`: of words; it is moved on. `columns`: where they go. `count`: how many words
 * were taken.
 *
 * Returns: `RINGBACK_OK`; `RINGBACK_NONE`: there are no more words, the loop ends; `RINGBACK_ERROR_INVALID_ARGUMENT`: there is
 * room for none; `RINGBACK_ERROR_OUT_OF_MEMORY`: try again; the list has not moved.
 *
 * Ownership: the strings borrow from the payload; the columns are the caller's.
 *
 * Threads: any, at the same time, each with its own list and columns.
 */
ringback_result ringback_words_fill(const ringback_payload *payload,
                                    ringback_list *list,
                                    const ringback_columns *columns,
                                    size_t *count);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* RINGBACK_H */
