//! The metadata of a document or a stream.

use super::View;
use super::view::view;
use crate::json::{Members, Object, Str};

view! {
    /// The metadata of a transcript, an analysis, or a stream's closing message. Every member is optional.
    Metadata {
        /// The request that this answers. [`Payload::request_id`](super::Payload::request_id) reads it for every kind.
        request_id: str "request_id";
        /// When the request was made: RFC 3339, UTC.
        created: str "created";
        /// The length of the audio in seconds.
        duration: seconds(duration_millis) "duration";
        /// How many channels were processed.
        channels: u64 "channels";
        /// SHA-256 of the submitted audio: 64 hexadecimal digits, or the word `incomplete` in a stream.
        sha256: str "sha256";
        /// The literal `deprecated`.
        transaction_key: str "transaction_key";
        /// The ids of the models that were used.
        models: strings "models";
        /// The language of an analysis.
        language: str "language";
        /// The tags that the submitter gave (`tag=`).
        tags: strings "tags";
        /// The pairs that the submitter gave (`extra=`), returned as strings.
        extra: pairs "extra";
        /// Features that were skipped, and why.
        warnings: list Warning "warnings";
        /// The model that told the speakers apart.
        diarize_info: view DiarizeInfo "diarize_info";
        /// What the summary cost.
        summary_info: view FeatureInfo "summary_info";
        /// What the topics cost.
        topics_info: view FeatureInfo "topics_info";
        /// What the intents cost.
        intents_info: view FeatureInfo "intents_info";
        /// What the sentiments cost.
        sentiment_info: view FeatureInfo "sentiment_info";
        /// The id of the model of a stream's results.
        model_uuid: str "model_uuid";
    }

    /// A model: its public name, version and architecture.
    Model {
        /// Such as `general-nova-3`.
        name: str "name";
        /// Such as `2025-04-17.21547`.
        version: str "version";
        /// Such as `nova-3`.
        arch: str "arch";
    }

    /// What a text-intelligence feature used.
    FeatureInfo {
        /// The id of the model.
        model_uuid: str "model_uuid";
        /// Tokens read; may be 0 or absent.
        input_tokens: u64 "input_tokens";
        /// Tokens written; may be 0 or absent.
        output_tokens: u64 "output_tokens";
    }

    /// A feature that was skipped.
    Warning {
        /// The request parameter concerned.
        parameter: str "parameter";
        /// Such as `unsupported_language`.
        kind: str "type";
        /// A sentence for people.
        message: str "message";
    }

    /// The model that told the speakers apart.
    DiarizeInfo {
        /// The id of the model.
        model_uuid: str "model_uuid";
        /// Its architecture.
        arch: str "arch";
    }
}

impl<'a> Metadata<'a> {
    /// The models with their ids. A document maps ids to models; a stream's results describe one model, whose id
    /// stands beside it in `model_uuid`: both are read here.
    #[must_use]
    pub fn model_info(&self) -> Models<'a> {
        match self.object().object("model_info") {
            None => Models::None,
            Some(info) if is_one_model(info) => Models::One(self.model_uuid(), Model::of(info)),
            Some(info) => Models::Map(info.iter()),
        }
    }
}

/// A single model has text where a map has objects.
fn is_one_model(info: Object<'_>) -> bool {
    info.select(["name", "version", "arch"]).into_iter().flatten().any(|value| value.as_str().is_some())
}

/// The models of a [`Metadata`]: an iterator of (id, model).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Models<'a> {
    /// No model is named.
    None,
    /// One model, as in a stream's results; its id is absent when the message does not say it.
    One(Option<Str<'a>>, Model<'a>),
    /// A map from id to model, as in a document.
    Map(Members<'a>),
}

impl<'a> Iterator for Models<'a> {
    type Item = (Option<Str<'a>>, Model<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Models::None => None,
            Models::One(id, model) => {
                let item = (*id, *model);
                *self = Models::None;
                Some(item)
            }
            Models::Map(members) => {
                members.find_map(|(id, value)| value.as_object().map(|model| (Some(id), Model::of(model))))
            }
        }
    }
}
