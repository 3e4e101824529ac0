/* Payloads: every way to read one, and bodies that are none. */

#include "check.h"

#include <math.h>

static const char TRANSCRIPT[] =
    "{\"metadata\":{\"request_id\":\"019F8A3C-51D7-7E02-9C44-0D2B6A7F1E90\",\"duration\":1.5,\"channels\":1,"
    "\"created\":null,\"models\":[\"m1\",7,\"m2\"],\"tags\":[\"night\",\"voic\\u0065mail\"],"
    "\"extra\":{\"team\":\"bl\\u00fce\",\"n\":7,\"k\":\"v\"},"
    "\"model_info\":{\"m1\":{\"name\":\"general-nova-3\",\"version\":\"1\",\"arch\":\"nova-3\"},\"m2\":{\"name\":\"x\"}},"
    "\"warnings\":[{\"parameter\":\"summarize\",\"type\":\"unsupported_language\",\"message\":\"no\"}],"
    "\"summary_info\":{\"model_uuid\":\"u\",\"input_tokens\":0},\"diarize_info\":{\"arch\":\"d\"}},"
    "\"results\":{\"channels\":[{\"alternatives\":[{\"transcript\":\"good\\nmorning\",\"confidence\":0.99,\"words\":["
    "{\"word\":\"good\",\"start\":0.1,\"end\":0.4,\"confidence\":0.5,\"speaker\":1,\"punctuated_word\":\"Good\"},"
    "17,"
    "{\"word\":\"morn\\u0069ng\",\"start\":0.5,\"end\":0.9004,\"confidence\":1}],"
    "\"paragraphs\":{\"transcript\":\"\\nGood morning.\",\"paragraphs\":[{\"num_words\":2,\"sentences\":["
    "{\"text\":\"Good morning.\",\"start\":0.1}]}]},"
    "\"entities\":[{\"label\":\"DATE\",\"start_word\":0,\"end_word\":1.0}],"
    "\"summaries\":[{\"summary\":\"s\"}],\"topics\":[{\"text\":\"t\",\"topics\":[{\"topic\":\"q\",\"confidence\":0.1}]}],"
    "\"languages\":[\"en\"],\"translations\":[{\"x\":1}]}],"
    "\"search\":[{\"query\":\"ferry\",\"hits\":[{\"confidence\":0.5,\"start\":0,\"end\":1,\"snippet\":\"f\"}]}],"
    "\"detected_language\":\"en\"}],"
    "\"utterances\":[{\"id\":\"u\",\"transcript\":\"good morning\",\"channel\":0,\"words\":[]}],"
    "\"summary\":{\"result\":\"success\",\"short\":\"greeting\"},"
    "\"topics\":{\"results\":{\"topics\":{\"segments\":[{\"text\":\"a\",\"topics\":[{\"topic\":\"b\",\"confidence_score\":1}]}]}}},"
    "\"intents\":{\"segments\":[{\"text\":\"a\",\"intents\":[{\"intent\":\"greet\",\"confidence_score\":0.5}]}]},"
    "\"sentiments\":{\"segments\":[{\"text\":\"a\",\"sentiment\":\"positive\",\"sentiment_score\":0.5}],"
    "\"average\":{\"sentiment\":\"neutral\",\"sentiment_score\":0.0}},"
    "\"future\":{\"kept\":[true,null,-3]}}}";

static ringback_payload *parse(const char *text)
{
    ringback_payload *payload = NULL;
    CHECK_OK(ringback_payload_parse((const uint8_t *)text, strlen(text), &payload, NULL));
    return payload;
}

static void a_transcript_says_everything(void)
{
    ringback_payload *payload = parse(TRANSCRIPT);
    CHECK(ringback_payload_kind(payload) == RINGBACK_KIND_TRANSCRIPT);

    ringback_request_id id;
    CHECK_OK(ringback_payload_request_id(payload, &id));
    CHECK(strcmp(id.text, "019f8a3c-51d7-7e02-9c44-0d2b6a7f1e90") == 0 && id.is_uuid && id.uuid[1] == 0x9f);

    ringback_str text;
    CHECK_OK(ringback_payload_transcript(payload, &text));
    CHECK(is(text, "good\nmorning"));

    ringback_results results;
    CHECK_OK(ringback_payload_results(payload, &results));
    ringback_channel channel;
    CHECK_OK(ringback_channel_next(payload, &results.channels, &channel));
    CHECK(is(channel.detected_language, "en") && !channel.language_confidence.present);
    ringback_alternative alternative;
    ringback_list alternatives = channel.alternatives;
    CHECK_OK(ringback_alternative_next(payload, &alternatives, &alternative));
    CHECK(is(alternative.transcript, "good\nmorning") && alternative.confidence.value == 0.99);
    CHECK_RESULT(RINGBACK_NONE, ringback_alternative_next(payload, &alternatives, &alternative));
    CHECK_RESULT(RINGBACK_NONE, ringback_channel_next(payload, &results.channels, &channel));

    ringback_list words = alternative.words;
    ringback_word word;
    CHECK_OK(ringback_word_next(payload, &words, &word));
    CHECK(is(word.word, "good") && is(word.punctuated_word, "Good") && word.speaker.value == 1);
    CHECK(word.start.present && word.start.seconds == 0.1 && word.start.millis == 100);
    CHECK_OK(ringback_word_next(payload, &words, &word));
    CHECK(is(word.word, "morning") && word.end.millis == 900 && !word.speaker.present);
    CHECK(word.punctuated_word.data == NULL && word.object.type == RINGBACK_TYPE_OBJECT);
    CHECK_RESULT(RINGBACK_NONE, ringback_word_next(payload, &words, &word));
    CHECK_RESULT(RINGBACK_NONE, ringback_word_next(payload, &words, &word));

    ringback_paragraphs paragraphs;
    CHECK_OK(ringback_paragraphs_read(payload, alternative.paragraphs, &paragraphs));
    CHECK(is(paragraphs.transcript, "\nGood morning."));
    ringback_paragraph paragraph;
    CHECK_OK(ringback_paragraph_next(payload, &paragraphs.paragraphs, &paragraph));
    CHECK(paragraph.num_words.value == 2);
    ringback_sentence sentence;
    CHECK_OK(ringback_sentence_next(payload, &paragraph.sentences, &sentence));
    CHECK(is(sentence.text, "Good morning.") && !sentence.end.present);

    ringback_entity entity;
    CHECK_OK(ringback_entity_next(payload, &alternative.entities, &entity));
    CHECK(is(entity.label, "DATE") && entity.end_word.value == 1 && entity.end_word.present);
    ringback_summary_v1 old_summary;
    CHECK_OK(ringback_summary_v1_next(payload, &alternative.summaries, &old_summary));
    CHECK(is(old_summary.summary, "s"));
    ringback_topics_v1 old_topics;
    CHECK_OK(ringback_topics_v1_next(payload, &alternative.topics, &old_topics));
    ringback_topic_v1 old_topic;
    CHECK_OK(ringback_topic_v1_next(payload, &old_topics.topics, &old_topic));
    CHECK(is(old_topic.topic, "q"));
    CHECK_OK(ringback_string_next(payload, &alternative.languages, &text));
    CHECK(is(text, "en"));
    ringback_value value;
    CHECK_OK(ringback_element_next(payload, &alternative.translations, &value));
    CHECK(value.len == 7 && memcmp(value.data, "{\"x\":1}", 7) == 0);

    ringback_search search;
    CHECK_OK(ringback_search_next(payload, &channel.search, &search));
    ringback_hit hit;
    CHECK_OK(ringback_hit_next(payload, &search.hits, &hit));
    CHECK(is(search.query, "ferry") && is(hit.snippet, "f") && hit.end.millis == 1000);

    ringback_utterance utterance;
    CHECK_OK(ringback_utterance_next(payload, &results.utterances, &utterance));
    CHECK(is(utterance.id, "u") && utterance.channel.present && utterance.words.at != 0);
    CHECK_RESULT(RINGBACK_NONE, ringback_word_next(payload, &utterance.words, &word));

    ringback_summary summary;
    CHECK_OK(ringback_summary_read(payload, results.summary, &summary));
    CHECK(is(summary.text, "greeting") && is(summary.result, "success"));
    ringback_topic_segment topics;
    CHECK_OK(ringback_topic_segment_next(payload, &results.topics, &topics));
    ringback_topic topic;
    CHECK_OK(ringback_topic_next(payload, &topics.topics, &topic));
    CHECK(is(topic.topic, "b") && topic.confidence_score.value == 1);
    ringback_intent_segment intents;
    CHECK_OK(ringback_intent_segment_next(payload, &results.intents, &intents));
    ringback_intent intent;
    CHECK_OK(ringback_intent_next(payload, &intents.intents, &intent));
    CHECK(is(intent.intent, "greet"));
    ringback_sentiments sentiments;
    CHECK_OK(ringback_sentiments_read(payload, results.sentiments, &sentiments));
    ringback_sentiment_segment part;
    CHECK_OK(ringback_sentiment_segment_next(payload, &sentiments.segments, &part));
    ringback_sentiment average;
    CHECK_OK(ringback_sentiment_read(payload, sentiments.average, &average));
    CHECK(is(part.sentiment, "positive") && is(average.sentiment, "neutral"));

    ringback_payload_free(payload);
}

static void metadata_has_tags_pairs_and_models(void)
{
    ringback_payload *payload = parse(TRANSCRIPT);
    ringback_metadata metadata;
    CHECK_OK(ringback_payload_metadata(payload, &metadata));
    CHECK(metadata.duration.millis == 1500 && metadata.channels.value == 1);
    CHECK(metadata.created.data == NULL && metadata.sha256.data == NULL);

    ringback_str text, key;
    CHECK_OK(ringback_string_next(payload, &metadata.tags, &text));
    CHECK(is(text, "night"));
    CHECK_OK(ringback_string_next(payload, &metadata.tags, &text));
    CHECK(is(text, "voicemail"));
    CHECK_RESULT(RINGBACK_NONE, ringback_string_next(payload, &metadata.tags, &text));
    CHECK_OK(ringback_string_next(payload, &metadata.models, &text));
    CHECK_OK(ringback_string_next(payload, &metadata.models, &text));
    CHECK(is(text, "m2"));

    CHECK_OK(ringback_pair_next(payload, &metadata.extra, &key, &text));
    CHECK(is(key, "team") && is(text, "bl\xc3\xbc" "e"));
    CHECK_OK(ringback_pair_next(payload, &metadata.extra, &key, &text));
    CHECK(is(key, "k") && is(text, "v"));
    CHECK_RESULT(RINGBACK_NONE, ringback_pair_next(payload, &metadata.extra, &key, &text));

    ringback_model model;
    CHECK_OK(ringback_metadata_model(payload, &metadata, 0, &model));
    CHECK(is(model.id, "m1") && is(model.arch, "nova-3"));
    CHECK_OK(ringback_metadata_model(payload, &metadata, 1, &model));
    CHECK(is(model.name, "x") && model.arch.data == NULL);
    CHECK_RESULT(RINGBACK_NONE, ringback_metadata_model(payload, &metadata, 2, &model));

    ringback_warning warning;
    CHECK_OK(ringback_warning_next(payload, &metadata.warnings, &warning));
    CHECK(is(warning.kind, "unsupported_language"));
    ringback_feature_info info;
    CHECK_OK(ringback_feature_info_read(payload, metadata.summary_info, &info));
    CHECK(info.input_tokens.present && !info.output_tokens.present);
    CHECK_RESULT(RINGBACK_NONE, ringback_feature_info_read(payload, metadata.topics_info, &info));
    ringback_diarize_info diarization;
    CHECK_OK(ringback_diarize_info_read(payload, metadata.diarize_info, &diarization));
    CHECK(is(diarization.arch, "d"));
    ringback_payload_free(payload);
}

static void anything_unknown_is_walked(void)
{
    ringback_payload *payload = parse(TRANSCRIPT);
    ringback_value future, value;
    CHECK_OK(ringback_payload_pointer(payload, S("/results/future"), &future));
    CHECK(future.type == RINGBACK_TYPE_OBJECT);
    ringback_list members, elements;
    CHECK_OK(ringback_value_members(payload, future, &members));
    ringback_str name;
    CHECK_OK(ringback_member_next(payload, &members, &name, &value));
    CHECK(is(name, "kept"));
    CHECK_RESULT(RINGBACK_NONE, ringback_member_next(payload, &members, &name, &future));
    CHECK_OK(ringback_value_elements(payload, value, &elements));
    bool truth = false;
    int64_t number = 0;
    uint64_t natural = 0;
    double real = 0;
    CHECK_OK(ringback_element_next(payload, &elements, &value));
    CHECK_OK(ringback_value_bool(payload, value, &truth));
    CHECK(truth);
    CHECK_RESULT(RINGBACK_ERROR_WRONG_TYPE, ringback_value_i64(payload, value, &number));
    CHECK_OK(ringback_element_next(payload, &elements, &value));
    CHECK(value.type == RINGBACK_TYPE_NULL);
    CHECK_OK(ringback_element_next(payload, &elements, &value));
    CHECK_OK(ringback_value_i64(payload, value, &number));
    CHECK_RESULT(RINGBACK_ERROR_WRONG_TYPE, ringback_value_u64(payload, value, &natural));
    CHECK_OK(ringback_value_f64(payload, value, &real));
    CHECK(number == -3 && real == -3.0);
    CHECK_OK(ringback_value_millis(payload, value, &number));
    CHECK(number == -3000);
    CHECK_RESULT(RINGBACK_NONE, ringback_element_next(payload, &elements, &value));

    CHECK_OK(ringback_value_get(payload, future, S("kept"), &value));
    CHECK(value.type == RINGBACK_TYPE_ARRAY);
    CHECK_RESULT(RINGBACK_NONE, ringback_value_get(payload, future, S("lost"), &value));
    CHECK_OK(ringback_value_pointer(payload, future, S("/kept/2"), &value));
    CHECK(value.len == 2);
    CHECK_RESULT(RINGBACK_NONE, ringback_value_pointer(payload, future, S("/kept/3"), &value));
    CHECK_RESULT(RINGBACK_ERROR_INVALID_POINTER, ringback_payload_pointer(payload, S("kept"), &value));
    CHECK_OK(ringback_payload_pointer(payload, S("/metadata/tags/1"), &value));
    ringback_str text;
    CHECK_OK(ringback_value_str(payload, value, &text));
    CHECK(is(text, "voicemail"));
    ringback_payload_free(payload);
}

static void words_come_as_columns(void)
{
    ringback_payload *payload = parse(TRANSCRIPT);
    ringback_alternative alternative;
    CHECK_OK(ringback_payload_alternative(payload, &alternative));
    double start[4], confidence[4];
    int64_t end[4], speaker[4];
    ringback_str word[4];
    ringback_columns columns;
    memset(&columns, 0, sizeof columns);
    columns.capacity = 4;
    columns.start = start;
    columns.confidence = confidence;
    columns.end_millis = end;
    columns.speaker = speaker;
    columns.word = word;
    size_t count = 0;
    ringback_list list = alternative.words;
    CHECK_OK(ringback_words_fill(payload, &list, &columns, &count));
    CHECK(count == 2 && start[1] == 0.5 && end[1] == 900 && speaker[0] == 1 && speaker[1] == -1);
    CHECK(is(word[1], "morning"));
    CHECK_RESULT(RINGBACK_NONE, ringback_words_fill(payload, &list, &columns, &count));

    columns.capacity = 1;
    list = alternative.words;
    CHECK_OK(ringback_words_fill(payload, &list, &columns, &count));
    CHECK(count == 1 && is(word[0], "good"));
    CHECK_OK(ringback_words_fill(payload, &list, &columns, &count));
    CHECK(count == 1 && is(word[0], "morning") && isnan(0.0 / confidence[0]) == 0);
    columns.capacity = 0;
    CHECK_RESULT(RINGBACK_ERROR_INVALID_ARGUMENT, ringback_words_fill(payload, &alternative.words, &columns, &count));
    ringback_payload_free(payload);
}

static void messages_of_a_stream_have_views(void)
{
    ringback_payload *payload =
        parse("{\"type\":\"Results\",\"channel_index\":[1,2],\"start\":1.5,\"duration\":1,\"is_final\":false,"
              "\"channel\":{\"alternatives\":[{\"transcript\":\"so far\",\"words\":[]}]},\"entities\":[{\"label\":\"X\"}],"
              "\"metadata\":{\"request_id\":\"r\",\"model_info\":{\"name\":\"n\"},\"model_uuid\":\"m\"}}");
    ringback_stream_results message;
    CHECK_OK(ringback_payload_stream_results(payload, &message));
    CHECK(message.is_interim && message.is_final.present && !message.speech_final.present);
    CHECK(message.channel_index.index == 1 && message.channel_index.total == 2 && message.start.millis == 1500);
    ringback_channel channel;
    CHECK_OK(ringback_channel_read(payload, message.channel, &channel));
    ringback_alternative alternative;
    CHECK_OK(ringback_alternative_next(payload, &channel.alternatives, &alternative));
    CHECK(is(alternative.transcript, "so far"));
    ringback_metadata metadata;
    CHECK_OK(ringback_metadata_read(payload, message.metadata, &metadata));
    ringback_model model;
    CHECK_OK(ringback_metadata_model(payload, &metadata, 0, &model));
    CHECK(is(model.id, "m") && is(model.name, "n"));
    ringback_utterance_end end;
    CHECK_RESULT(RINGBACK_NONE, ringback_payload_utterance_end(payload, &end));
    ringback_payload_free(payload);

    payload = parse("{\"type\":\"UtteranceEnd\",\"channel\":[0,1],\"last_word_end\":-1}");
    CHECK_OK(ringback_payload_utterance_end(payload, &end));
    CHECK(end.last_word_end.millis == -1000 && !end.has_time && end.channel.total == 1);
    ringback_request_id id;
    CHECK_RESULT(RINGBACK_NONE, ringback_payload_request_id(payload, &id));
    ringback_payload_free(payload);

    payload = parse("{\"type\":\"SpeechStarted\",\"channel\":[0],\"timestamp\":9.54}");
    ringback_speech_started started;
    CHECK_OK(ringback_payload_speech_started(payload, &started));
    CHECK(started.timestamp.millis == 9540 && started.channel.present && started.channel.total == 0);
    ringback_payload_free(payload);

    payload = parse("{\"type\":\"Error\",\"variant\":\"v\"}");
    ringback_stream_error error;
    CHECK_OK(ringback_payload_stream_error(payload, &error));
    CHECK(is(error.variant, "v"));
    ringback_payload_free(payload);

    payload = parse("{\"err_code\":\"Bad Request\",\"err_msg\":\"no\",\"request_id\":\"uuid\"}");
    ringback_failure failure;
    CHECK_OK(ringback_payload_failure(payload, &failure));
    CHECK(is(failure.code, "Bad Request") && is(failure.message, "no") && failure.category.data == NULL);
    ringback_payload_free(payload);
}

static void what_is_no_json_is_refused_with_its_place(void)
{
    ringback_payload *untouched = (ringback_payload *)(void *)&failures;
    ringback_payload *payload = untouched;
    size_t place = 99, line = 0, column = 0;
    const char *text = "{\"metadata\":\n {request_id:1}}";
    const uint8_t *data = (const uint8_t *)text;
    CHECK_RESULT(RINGBACK_ERROR_EXPECTED_KEY, ringback_payload_parse(data, strlen(text), &payload, &place));
    CHECK(place == 15 && payload == untouched);
    CHECK_OK(ringback_position(data, strlen(text), place, &line, &column));
    CHECK(line == 2 && column == 3);
    CHECK_RESULT(RINGBACK_ERROR_UNEXPECTED_END, ringback_payload_parse(data, 5, &payload, &place));
    CHECK_RESULT(RINGBACK_ERROR_UNEXPECTED_END, ringback_payload_parse(data, 0, &payload, NULL));
    CHECK(ringback_result_fault(RINGBACK_ERROR_UNEXPECTED_END) == RINGBACK_FAULT_SENDER);
    CHECK(is(ringback_result_name(RINGBACK_ERROR_EXPECTED_KEY), "expected_key"));
    CHECK(ringback_result_message(RINGBACK_ERROR_PANIC).len > 0 && ringback_result_message(12345).len == 0);
}

/* What C hands back is checked: another payload's values, and positions that are made up. */
static void values_and_positions_are_not_trusted(void)
{
    ringback_payload *payload = parse(TRANSCRIPT), *other = parse("[\"\\n\",[1],{\"a\":2}]");
    ringback_value value, found;
    CHECK_OK(ringback_payload_pointer(other, S("/1"), &value));
    ringback_list list;
    CHECK_RESULT(RINGBACK_ERROR_FOREIGN_VALUE, ringback_value_elements(payload, value, &list));
    CHECK_OK(ringback_payload_pointer(payload, S(""), &value));
    CHECK_RESULT(RINGBACK_ERROR_FOREIGN_VALUE, ringback_value_get(other, value, S("x"), &found));
    memset(&value, 0, sizeof value);
    CHECK_RESULT(RINGBACK_NONE, ringback_value_get(payload, value, S("x"), &found));

    size_t length = strlen(TRANSCRIPT);
    for (size_t place = 0; place < length + 3; place++) {
        ringback_word word;
        ringback_str name, text;
        ringback_value element;
        list.at = place;
        ringback_word_next(payload, &list, &word);
        list.at = place;
        while (ringback_member_next(payload, &list, &name, &element) == RINGBACK_OK)
            ;
        list.at = place;
        ringback_pair_next(payload, &list, &name, &text);
    }
    list.at = SIZE_MAX;
    CHECK_RESULT(RINGBACK_NONE, ringback_element_next(payload, &list, &found));
    CHECK_OK(ringback_payload_pointer(payload, S(""), &value));
    for (size_t start = 0; start < length; start += 7) {
        for (size_t len = 0; len < 40; len += 3) {
            ringback_value made_up = value;
            ringback_str text;
            double number;
            made_up.data = value.data + start;
            made_up.len = len;
            ringback_value_str(payload, made_up, &text);
            ringback_value_f64(payload, made_up, &number);
            ringback_value_members(payload, made_up, &list);
            ringback_value_get(payload, made_up, S("x"), &found);
        }
    }
    value.len = SIZE_MAX;
    CHECK_RESULT(RINGBACK_ERROR_FOREIGN_VALUE, ringback_value_get(payload, value, S("x"), &found));
    ringback_payload_free(payload);
    ringback_payload_free(other);
    ringback_payload_free(NULL);
}

int main(void)
{
    a_transcript_says_everything();
    metadata_has_tags_pairs_and_models();
    anything_unknown_is_walked();
    words_come_as_columns();
    messages_of_a_stream_have_views();
    what_is_no_json_is_refused_with_its_place();
    values_and_positions_are_not_trusted();
    return ended("payload");
}
