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
 * - There are no globals, no state of a thread, no clock, no random numbers, and nothing is printed.
 */


#ifndef RINGBACK_H
#define RINGBACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * The most characters of a request id.
 */
#define RINGBACK_REQUEST_ID_MAX 128

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
 * A JSON body, parsed and validated as a whole. What is read of it borrows from it.
 *
 * Made with `ringback_payload_parse`, given back with `ringback_payload_free`. It does not change, so that threads may
 * read it at the same time.
 */
typedef struct ringback_payload ringback_payload;

/**
 * What came of a call: `RINGBACK_OK`, or one of the numbers below. Numbers are never reused.
 */
typedef uint32_t ringback_result;

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
    ringback_str short_;
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
 * What a delivery is: one of `RINGBACK_KIND_...`. Numbers are never reused; later versions may have more of them.
 */
typedef uint32_t ringback_kind;

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
 * A request id, in the one spelling in which it is compared: a UUID in lower case, any other text as it came.
 */
typedef struct {
    /**
     * 1 to 128 visible ASCII characters, terminated by a NUL.
     */
    uint8_t text[129];
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
 * The party that can mend an error.
 */
typedef uint32_t ringback_fault;

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

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* RINGBACK_H */
