/* Everything that a payload says, as one JSON text: each field of each view under its own name, what is absent left out. */

#ifndef FACTS_H
#define FACTS_H

#include "check.h"

/* A JSON text in the making. A comma is due unless an opening bracket stands at the end. */
typedef struct writer {
    char *data;
    size_t len;
    size_t room;
} writer;

static void put(writer *to, const char *text, size_t len)
{
    if (to->len + len + 1 > to->room) {
        to->room = (to->len + len + 1) * 2;
        to->data = realloc(to->data, to->room);
        if (to->data == NULL)
            abort();
    }
    memcpy(to->data + to->len, text, len);
    to->len += len;
    to->data[to->len] = 0;
}

static void word(writer *to, const char *text)
{
    put(to, text, strlen(text));
}

static void comma(writer *to)
{
    if (to->len > 0 && strchr("[{:", to->data[to->len - 1]) == NULL)
        word(to, ",");
}

static void quoted(writer *to, const uint8_t *text, size_t len)
{
    word(to, "\"");
    for (size_t i = 0; i < len; i++) {
        char escaped[8];
        if (text[i] < 0x20 || text[i] == '"' || text[i] == '\\') {
            snprintf(escaped, sizeof escaped, "\\u%04x", text[i]);
            word(to, escaped);
        } else {
            put(to, (const char *)&text[i], 1);
        }
    }
    word(to, "\"");
}

static void key(writer *to, const char *name)
{
    comma(to);
    quoted(to, (const uint8_t *)name, strlen(name));
    word(to, ":");
}

static void open_as(writer *to, const char *name, const char *bracket)
{
    if (name)
        key(to, name);
    else
        comma(to);
    word(to, bracket);
}

static void fact_str(writer *to, const char *name, ringback_str text)
{
    if (text.data == NULL)
        return;
    key(to, name);
    quoted(to, text.data, text.len);
}

static void fact_number(writer *to, const char *name, const char *format, double number)
{
    char text[64];
    snprintf(text, sizeof text, format, number);
    key(to, name);
    word(to, text);
}

static void fact_f64(writer *to, const char *name, ringback_f64 number)
{
    if (number.present)
        fact_number(to, name, "%.17g", number.value);
}

static void fact_u64(writer *to, const char *name, ringback_u64 number)
{
    char text[32];
    if (!number.present)
        return;
    snprintf(text, sizeof text, "%llu", (unsigned long long)number.value);
    key(to, name);
    word(to, text);
}

static void fact_truth(writer *to, const char *name, bool truth)
{
    key(to, name);
    word(to, truth ? "true" : "false");
}

static void fact_bool(writer *to, const char *name, ringback_bool truth)
{
    if (truth.present)
        fact_truth(to, name, truth.value);
}

static void fact_seconds(writer *to, const char *name, ringback_seconds time)
{
    char millis[64], text[32];
    if (!time.present)
        return;
    fact_number(to, name, "%.17g", time.seconds);
    snprintf(millis, sizeof millis, "%s_millis", name);
    snprintf(text, sizeof text, "%lld", (long long)time.millis);
    key(to, millis);
    word(to, text);
}

static void fact_index(writer *to, const char *name, ringback_channel_index channel)
{
    if (!channel.present)
        return;
    ringback_u64 index = {channel.index, true}, total = {channel.total, channel.total != 0};
    open_as(to, name, "{");
    fact_u64(to, "index", index);
    fact_u64(to, "total", total);
    word(to, "}");
}

static void fact_strings(writer *to, const char *name, const ringback_payload *payload, ringback_list list)
{
    ringback_str text;
    if (list.at == 0)
        return;
    open_as(to, name, "[");
    while (ringback_string_next(payload, &list, &text) == RINGBACK_OK) {
        comma(to);
        quoted(to, text.data, text.len);
    }
    word(to, "]");
}

/* The last of repeated keys counts. */
static void fact_pairs(writer *to, const char *name, const ringback_payload *payload, ringback_list list)
{
    ringback_str key_text, text;
    if (list.at == 0)
        return;
    open_as(to, name, "{");
    while (ringback_pair_next(payload, &list, &key_text, &text) == RINGBACK_OK) {
        ringback_list later = list;
        ringback_str other, ignored;
        bool repeated = false;
        while (ringback_pair_next(payload, &later, &other, &ignored) == RINGBACK_OK)
            repeated |= ringback_str_equal(other, key_text);
        if (repeated)
            continue;
        comma(to);
        quoted(to, key_text.data, key_text.len);
        word(to, ":");
        quoted(to, text.data, text.len);
    }
    word(to, "}");
}

static void fact_elements(writer *to, const char *name, const ringback_payload *payload, ringback_list list)
{
    ringback_value element;
    if (list.at == 0)
        return;
    open_as(to, name, "[");
    while (ringback_element_next(payload, &list, &element) == RINGBACK_OK) {
        comma(to);
        put(to, (const char *)element.data, element.len);
    }
    word(to, "]");
}

/* Writes a list of one sort of view, with `facts_of_...` for each. */
#define FACT_LIST(to, name, payload, list, view)                                                                       \
    do {                                                                                                               \
        ringback_list list_ = (list);                                                                                  \
        ringback_##view item_;                                                                                         \
        if (list_.at != 0) {                                                                                           \
            open_as(to, name, "[");                                                                                    \
            while (ringback_##view##_next(payload, &list_, &item_) == RINGBACK_OK) {                                   \
                open_as(to, NULL, "{");                                                                                \
                facts_of_##view(to, payload, &item_);                                                                  \
                word(to, "}");                                                                                         \
            }                                                                                                          \
            word(to, "]");                                                                                             \
        }                                                                                                              \
    } while (0)

/* Writes one view, read out of a value. */
#define FACT_VIEW(to, name, payload, value, view)                                                                      \
    do {                                                                                                               \
        ringback_##view item_;                                                                                         \
        if (ringback_##view##_read(payload, value, &item_) == RINGBACK_OK) {                                           \
            open_as(to, name, "{");                                                                                    \
            facts_of_##view(to, payload, &item_);                                                                      \
            word(to, "}");                                                                                             \
        }                                                                                                              \
    } while (0)

/* Declares what is written for a view. */
#define FACTS(view) static void facts_of_##view(writer *to, const ringback_payload *payload, const ringback_##view *of)

FACTS(word)
{
    (void)payload;
    fact_str(to, "word", of->word);
    fact_seconds(to, "start", of->start);
    fact_seconds(to, "end", of->end);
    fact_f64(to, "confidence", of->confidence);
    fact_str(to, "punctuated_word", of->punctuated_word);
    fact_u64(to, "speaker", of->speaker);
    fact_f64(to, "speaker_confidence", of->speaker_confidence);
    fact_str(to, "language", of->language);
    fact_str(to, "sentiment", of->sentiment);
    fact_f64(to, "sentiment_score", of->sentiment_score);
}

FACTS(sentence)
{
    (void)payload;
    fact_str(to, "text", of->text);
    fact_seconds(to, "start", of->start);
    fact_seconds(to, "end", of->end);
    fact_str(to, "sentiment", of->sentiment);
    fact_f64(to, "sentiment_score", of->sentiment_score);
}

FACTS(paragraph)
{
    FACT_LIST(to, "sentences", payload, of->sentences, sentence);
    fact_u64(to, "num_words", of->num_words);
    fact_seconds(to, "start", of->start);
    fact_seconds(to, "end", of->end);
    fact_u64(to, "speaker", of->speaker);
}

FACTS(paragraphs)
{
    fact_str(to, "transcript", of->transcript);
    FACT_LIST(to, "paragraphs", payload, of->paragraphs, paragraph);
}

FACTS(entity)
{
    (void)payload;
    fact_str(to, "label", of->label);
    fact_str(to, "value", of->value);
    fact_str(to, "raw_value", of->raw_value);
    fact_f64(to, "confidence", of->confidence);
    fact_u64(to, "start_word", of->start_word);
    fact_u64(to, "end_word", of->end_word);
}

FACTS(summary_v1)
{
    (void)payload;
    fact_str(to, "summary", of->summary);
    fact_u64(to, "start_word", of->start_word);
    fact_u64(to, "end_word", of->end_word);
}

FACTS(topic_v1)
{
    (void)payload;
    fact_str(to, "topic", of->topic);
    fact_f64(to, "confidence", of->confidence);
}

FACTS(topics_v1)
{
    fact_str(to, "text", of->text);
    fact_u64(to, "start_word", of->start_word);
    fact_u64(to, "end_word", of->end_word);
    FACT_LIST(to, "topics", payload, of->topics, topic_v1);
}

FACTS(alternative)
{
    fact_str(to, "transcript", of->transcript);
    fact_f64(to, "confidence", of->confidence);
    FACT_LIST(to, "words", payload, of->words, word);
    FACT_VIEW(to, "paragraphs", payload, of->paragraphs, paragraphs);
    FACT_LIST(to, "entities", payload, of->entities, entity);
    FACT_LIST(to, "summaries", payload, of->summaries, summary_v1);
    FACT_LIST(to, "topics", payload, of->topics, topics_v1);
    fact_elements(to, "translations", payload, of->translations);
    fact_strings(to, "languages", payload, of->languages);
}

FACTS(hit)
{
    (void)payload;
    fact_f64(to, "confidence", of->confidence);
    fact_seconds(to, "start", of->start);
    fact_seconds(to, "end", of->end);
    fact_str(to, "snippet", of->snippet);
}

FACTS(search)
{
    fact_str(to, "query", of->query);
    FACT_LIST(to, "hits", payload, of->hits, hit);
}

FACTS(channel)
{
    FACT_LIST(to, "alternatives", payload, of->alternatives, alternative);
    FACT_LIST(to, "search", payload, of->search, search);
    fact_str(to, "detected_language", of->detected_language);
    fact_f64(to, "language_confidence", of->language_confidence);
}

FACTS(utterance)
{
    fact_str(to, "id", of->id);
    fact_seconds(to, "start", of->start);
    fact_seconds(to, "end", of->end);
    fact_f64(to, "confidence", of->confidence);
    fact_u64(to, "channel", of->channel);
    fact_str(to, "transcript", of->transcript);
    FACT_LIST(to, "words", payload, of->words, word);
    fact_u64(to, "speaker", of->speaker);
    fact_str(to, "sentiment", of->sentiment);
    fact_f64(to, "sentiment_score", of->sentiment_score);
}

FACTS(summary)
{
    (void)payload;
    fact_str(to, "result", of->result);
    fact_str(to, "short", of->short_text);
    fact_str(to, "plain", of->plain);
    fact_str(to, "text", of->text);
}

FACTS(topic)
{
    (void)payload;
    fact_str(to, "topic", of->topic);
    fact_f64(to, "confidence_score", of->confidence_score);
}

FACTS(topic_segment)
{
    fact_str(to, "text", of->text);
    fact_u64(to, "start_word", of->start_word);
    fact_u64(to, "end_word", of->end_word);
    FACT_LIST(to, "topics", payload, of->topics, topic);
}

FACTS(intent)
{
    (void)payload;
    fact_str(to, "intent", of->intent);
    fact_f64(to, "confidence_score", of->confidence_score);
}

FACTS(intent_segment)
{
    fact_str(to, "text", of->text);
    fact_u64(to, "start_word", of->start_word);
    fact_u64(to, "end_word", of->end_word);
    FACT_LIST(to, "intents", payload, of->intents, intent);
}

FACTS(sentiment)
{
    (void)payload;
    fact_str(to, "sentiment", of->sentiment);
    fact_f64(to, "sentiment_score", of->sentiment_score);
}

FACTS(sentiment_segment)
{
    (void)payload;
    fact_str(to, "text", of->text);
    fact_u64(to, "start_word", of->start_word);
    fact_u64(to, "end_word", of->end_word);
    fact_str(to, "sentiment", of->sentiment);
    fact_f64(to, "sentiment_score", of->sentiment_score);
}

FACTS(sentiments)
{
    FACT_LIST(to, "segments", payload, of->segments, sentiment_segment);
    FACT_VIEW(to, "average", payload, of->average, sentiment);
}

FACTS(results)
{
    FACT_LIST(to, "channels", payload, of->channels, channel);
    FACT_LIST(to, "utterances", payload, of->utterances, utterance);
    FACT_VIEW(to, "summary", payload, of->summary, summary);
    FACT_LIST(to, "topics", payload, of->topics, topic_segment);
    FACT_LIST(to, "intents", payload, of->intents, intent_segment);
    FACT_VIEW(to, "sentiments", payload, of->sentiments, sentiments);
}

FACTS(warning)
{
    (void)payload;
    fact_str(to, "parameter", of->parameter);
    fact_str(to, "kind", of->kind);
    fact_str(to, "message", of->message);
}

FACTS(diarize_info)
{
    (void)payload;
    fact_str(to, "model_uuid", of->model_uuid);
    fact_str(to, "arch", of->arch);
}

FACTS(feature_info)
{
    (void)payload;
    fact_str(to, "model_uuid", of->model_uuid);
    fact_u64(to, "input_tokens", of->input_tokens);
    fact_u64(to, "output_tokens", of->output_tokens);
}

FACTS(metadata)
{
    fact_str(to, "request_id", of->request_id);
    fact_str(to, "created", of->created);
    fact_seconds(to, "duration", of->duration);
    fact_u64(to, "channels", of->channels);
    fact_str(to, "sha256", of->sha256);
    fact_str(to, "transaction_key", of->transaction_key);
    fact_strings(to, "models", payload, of->models);
    fact_str(to, "language", of->language);
    fact_strings(to, "tags", payload, of->tags);
    fact_pairs(to, "extra", payload, of->extra);
    FACT_LIST(to, "warnings", payload, of->warnings, warning);
    FACT_VIEW(to, "diarize_info", payload, of->diarize_info, diarize_info);
    FACT_VIEW(to, "summary_info", payload, of->summary_info, feature_info);
    FACT_VIEW(to, "topics_info", payload, of->topics_info, feature_info);
    FACT_VIEW(to, "intents_info", payload, of->intents_info, feature_info);
    FACT_VIEW(to, "sentiment_info", payload, of->sentiment_info, feature_info);
    fact_str(to, "model_uuid", of->model_uuid);
    ringback_model model;
    for (size_t index = 0; ringback_metadata_model(payload, of, index, &model) == RINGBACK_OK; index++) {
        open_as(to, index == 0 ? "model_info" : NULL, index == 0 ? "[{" : "{");
        fact_str(to, "id", model.id);
        open_as(to, "model", "{");
        fact_str(to, "name", model.name);
        fact_str(to, "version", model.version);
        fact_str(to, "arch", model.arch);
        word(to, "}}");
    }
    if (ringback_metadata_model(payload, of, 0, &model) == RINGBACK_OK)
        word(to, "]");
}

FACTS(stream_results)
{
    fact_seconds(to, "start", of->start);
    fact_seconds(to, "duration", of->duration);
    fact_bool(to, "is_final", of->is_final);
    fact_bool(to, "speech_final", of->speech_final);
    fact_bool(to, "from_finalize", of->from_finalize);
    fact_truth(to, "is_interim", of->is_interim);
    fact_index(to, "channel_index", of->channel_index);
    FACT_VIEW(to, "channel", payload, of->channel, channel);
    FACT_VIEW(to, "metadata", payload, of->metadata, metadata);
    FACT_LIST(to, "entities", payload, of->entities, entity);
}

FACTS(utterance_end)
{
    (void)payload;
    fact_seconds(to, "last_word_end", of->last_word_end);
    fact_index(to, "channel", of->channel);
    fact_truth(to, "has_time", of->has_time);
}

FACTS(speech_started)
{
    (void)payload;
    fact_seconds(to, "timestamp", of->timestamp);
    fact_index(to, "channel", of->channel);
}

FACTS(stream_error)
{
    (void)payload;
    fact_str(to, "description", of->description);
    fact_str(to, "message", of->message);
    fact_str(to, "variant", of->variant);
}

FACTS(failure)
{
    (void)payload;
    fact_str(to, "err_code", of->err_code);
    fact_str(to, "error_code", of->error_code);
    fact_str(to, "err_msg", of->err_msg);
    fact_str(to, "category", of->category);
    fact_str(to, "details", of->details);
    fact_str(to, "request_id", of->request_id);
    fact_str(to, "code", of->code);
    fact_str(to, "message", of->message);
}

/* Writes a view that the payload itself has. */
#define FACT_OF_PAYLOAD(to, payload, view)                                                                             \
    do {                                                                                                               \
        ringback_##view view_;                                                                                         \
        if (ringback_payload_##view(payload, &view_) == RINGBACK_OK) {                                                 \
            open_as(to, #view, "{");                                                                                   \
            facts_of_##view(to, payload, &view_);                                                                      \
            word(to, "}");                                                                                             \
        }                                                                                                              \
    } while (0)

/* All facts of a payload; `to` is freed by the caller. */
static inline void facts(writer *to, const ringback_payload *payload)
{
    ringback_request_id id;
    ringback_str text;
    ringback_metadata metadata;
    word(to, "{");
    fact_str(to, "kind", ringback_kind_name(ringback_payload_kind(payload)));
    if (ringback_payload_request_id(payload, &id) == RINGBACK_OK)
        fact_str(to, "request_id", ringback_str_of(id.text));
    if (ringback_payload_transcript(payload, &text) == RINGBACK_OK)
        fact_str(to, "transcript", text);
    if (ringback_payload_metadata(payload, &metadata) == RINGBACK_OK) {
        fact_strings(to, "tags", payload, metadata.tags);
        fact_pairs(to, "extra", payload, metadata.extra);
    }
    FACT_OF_PAYLOAD(to, payload, metadata);
    FACT_OF_PAYLOAD(to, payload, results);
    FACT_OF_PAYLOAD(to, payload, stream_results);
    FACT_OF_PAYLOAD(to, payload, utterance_end);
    FACT_OF_PAYLOAD(to, payload, speech_started);
    FACT_OF_PAYLOAD(to, payload, stream_error);
    FACT_OF_PAYLOAD(to, payload, failure);
    word(to, "}");
}

#endif
