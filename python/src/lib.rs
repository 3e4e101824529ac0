//! The Python package: an adapter of the core, one file for each noun.
//!
//! Python sees lazy views. A view knows its payload and where in the body it lies, and nothing else: an attribute is
//! looked up when it is asked for. So a transcript of three megabytes costs one object until somebody looks closer, and
//! a view keeps its body alive.
//!
//! # How a body is trusted
//!
//! [`payload::Payload`] keeps a body together with the `'static` view of it; that is the only place that extends a lifetime.
//! Every other view holds a range and asks the payload for what stands there. [`column`] hands plain numbers to the
//! buffer protocol. There is no other `unsafe`.
//!
//! # Threads
//!
//! Bodies are immutable, and views are frozen: any number of threads may use the same ones, with or without a global
//! lock. What is built once, the index of a list, is built under a lock that does not call into Python.

// What Python sees has its documentation; the names that carry it are of no use to Rust.
#![allow(missing_docs)]

mod answer;
mod column;
mod delivery;
mod error;
mod intake;
mod intelligence;
mod list;
mod metadata;
mod part;
mod payload;
mod receiver;
mod stream;
mod transcript;
mod value;

use pyo3::prelude::*;

/// The native half of the package; what is public is in `ringback`.
#[pymodule(name = "_ringback")]
mod module {
    use pyo3::prelude::*;

    #[pymodule_export]
    use crate::answer::Answer;
    #[pymodule_export]
    use crate::column::{Column, Columns, Texts};
    #[pymodule_export]
    use crate::delivery::{DeadLetter, Delivery, Pending, Result};
    #[pymodule_export]
    use crate::intake::Intake;
    #[pymodule_export]
    use crate::intelligence::{
        Intent, IntentSegment, Sentiment, SentimentSegment, Sentiments, Summary, SummaryV1, Topic, TopicSegment,
        TopicV1, TopicsV1,
    };
    #[pymodule_export]
    use crate::list::{Items, List, Pairs, Rows};
    #[pymodule_export]
    use crate::metadata::{DiarizeInfo, FeatureInfo, Metadata, Model, Warning};
    #[pymodule_export]
    use crate::payload::{Payload, parse};
    #[pymodule_export]
    use crate::receiver::{Clock, Open, Submission, Waiting};
    #[pymodule_export]
    use crate::stream::{ChannelIndex, Failure, SpeechStarted, StreamError, StreamResults, UtteranceEnd};
    #[pymodule_export]
    use crate::transcript::{
        Alternative, Channel, Entity, Hit, Paragraph, Paragraphs, Results, Search, Sentence, Utterance, Word,
    };

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("VERSION", env!("CARGO_PKG_VERSION"))?;
        module.add("METRICS_TYPE", ringback_inbox::metrics::CONTENT_TYPE)?;
        module.add("KINDS", crate::payload::kinds(module.py())?)?;
        module.add("ERRORS", crate::error::table(module.py())?)
    }
}
