//! The metadata of a document or a stream.

use pyo3::prelude::*;

use crate::list::Item;
use crate::part::view;

view! {
    /// The metadata of a transcript, an analysis, or a stream's closing message. Every member is optional.
    Metadata {
        /// The request that this answers, as it is written; that of the payload is in its canonical form.
        request_id = str("request_id");
        /// When the request was made: RFC 3339, UTC.
        created = str("created");
        /// The length of the audio in seconds.
        duration = f64("duration");
        /// The same as `duration`, in whole milliseconds.
        duration_millis = millis("duration");
        /// How many channels were processed.
        channels = u64("channels");
        /// SHA-256 of the submitted audio: 64 hexadecimal digits, or the word `incomplete` in a stream.
        sha256 = str("sha256");
        /// The literal `deprecated`.
        transaction_key = str("transaction_key");
        /// The ids of the models that were used.
        models = strings("models");
        /// The language of an analysis.
        language = str("language");
        /// The tags that the submitter gave (`tag=`).
        tags = strings("tags");
        /// The pairs that the submitter gave (`extra=`), returned as strings.
        extra = pairs("extra");
        /// Features that were skipped, and why.
        warnings = list(Item::of::<Warning>(), "warnings");
        /// The model that told the speakers apart.
        diarize_info = view(Item::of::<DiarizeInfo>(), "diarize_info");
        /// What the summary cost.
        summary_info = view(Item::of::<FeatureInfo>(), "summary_info");
        /// What the topics cost.
        topics_info = view(Item::of::<FeatureInfo>(), "topics_info");
        /// What the intents cost.
        intents_info = view(Item::of::<FeatureInfo>(), "intents_info");
        /// What the sentiments cost.
        sentiment_info = view(Item::of::<FeatureInfo>(), "sentiment_info");
        /// The id of the model of a stream's results.
        model_uuid = str("model_uuid");
        /// The models with their ids; the id is None where a message does not say it.
        model_info = models(Item::of::<Model>());
    }

    /// A model: its public name, version and architecture.
    Model {
        /// Such as `general-nova-3`.
        name = str("name");
        /// Such as `2025-04-17.21547`.
        version = str("version");
        /// Such as `nova-3`.
        arch = str("arch");
    }

    /// What a text-intelligence feature used.
    FeatureInfo {
        /// The id of the model.
        model_uuid = str("model_uuid");
        /// Tokens read; may be 0 or absent.
        input_tokens = u64("input_tokens");
        /// Tokens written; may be 0 or absent.
        output_tokens = u64("output_tokens");
    }

    /// A feature that was skipped.
    Warning {
        /// The request parameter concerned.
        parameter = str("parameter");
        /// Such as `unsupported_language`.
        kind = str("type");
        /// A sentence for people.
        message = str("message");
    }

    /// The model that told the speakers apart.
    DiarizeInfo {
        /// The id of the model.
        model_uuid = str("model_uuid");
        /// Its architecture.
        arch = str("arch");
    }
}
