"""Everything that a payload says, in the form of the vectors."""

from __future__ import annotations

from typing import Any

import ringback

VIEWS: dict[type, str] = {
    ringback.Alternative: "transcript confidence words paragraphs entities summaries topics translations languages",
    ringback.Channel: "alternatives search detected_language language_confidence",
    ringback.ChannelIndex: "index total",
    ringback.DiarizeInfo: "model_uuid arch",
    ringback.Entity: "label value raw_value confidence start_word end_word",
    ringback.Failure: "err_code error_code err_msg category details request_id code message",
    ringback.FeatureInfo: "model_uuid input_tokens output_tokens",
    ringback.Hit: "confidence start start_millis end end_millis snippet",
    ringback.Intent: "intent confidence_score",
    ringback.IntentSegment: "text start_word end_word intents",
    ringback.Metadata: "request_id created duration duration_millis channels sha256 transaction_key models language"
    " tags extra warnings diarize_info summary_info topics_info intents_info sentiment_info model_uuid model_info",
    ringback.Model: "name version arch",
    ringback.Paragraph: "sentences num_words start start_millis end end_millis speaker",
    ringback.Paragraphs: "transcript paragraphs",
    ringback.Results: "channels utterances summary topics intents sentiments",
    ringback.Search: "query hits",
    ringback.Sentence: "text start start_millis end end_millis sentiment sentiment_score",
    ringback.Sentiment: "sentiment sentiment_score",
    ringback.SentimentSegment: "text start_word end_word sentiment sentiment_score",
    ringback.Sentiments: "segments average",
    ringback.SpeechStarted: "timestamp timestamp_millis channel",
    ringback.StreamError: "description message variant",
    ringback.StreamResults: "start start_millis duration duration_millis is_final speech_final from_finalize is_interim"
    " channel_index channel metadata entities",
    ringback.Summary: "result short plain text",
    ringback.SummaryV1: "summary start_word end_word",
    ringback.Topic: "topic confidence_score",
    ringback.TopicSegment: "text start_word end_word topics",
    ringback.TopicV1: "topic confidence",
    ringback.TopicsV1: "text start_word end_word topics",
    ringback.Utterance: "id start start_millis end end_millis confidence channel transcript words speaker sentiment"
    " sentiment_score",
    ringback.UtteranceEnd: "last_word_end last_word_end_millis channel has_time",
    ringback.Warning: "parameter kind message",
    ringback.Word: "word start start_millis end end_millis confidence punctuated_word speaker speaker_confidence"
    " language sentiment sentiment_score",
    ringback.Payload: "kind request_id transcript tags extra metadata results stream_results utterance_end"
    " speech_started stream_error failure",
}


def of(value: Any) -> Any:
    """What this object says; None if it is not there."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case ringback.List():
            return [of(item) for item in value] if value.is_present else None
        case ringback.Pairs():
            return dict(value) if value.is_present else None
        case list():
            return value
        case tuple():
            models = [{"id": key, "model": of(model)} for key, model in value]
            return [{name: fact for name, fact in model.items() if fact is not None} for model in models] or None
    facts = {name: of(getattr(value, name)) for name in VIEWS[type(value)].split()}
    return {name: fact for name, fact in facts.items() if fact is not None}
