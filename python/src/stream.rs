//! The messages of a stream, and what a job that failed says.

use pyo3::prelude::*;
use ringback::payload::{self, View as _};

use crate::list::Item;
use crate::metadata::Metadata;
use crate::part::view;
use crate::transcript::{Alternative, Channel, Entity};

/// Which channel of how many.
#[pyclass(frozen, get_all, eq, hash, module = "ringback")]
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct ChannelIndex {
    /// The channel, counted from 0.
    index: u64,
    /// How many channels there are; None when the message does not say.
    total: Option<u64>,
}

impl From<payload::ChannelIndex> for ChannelIndex {
    fn from(found: payload::ChannelIndex) -> ChannelIndex {
        ChannelIndex { index: found.index, total: found.total }
    }
}

#[pymethods]
impl ChannelIndex {
    fn __repr__(&self) -> String {
        match self.total {
            Some(total) => format!("ChannelIndex(index={}, total={total})", self.index),
            None => format!("ChannelIndex(index={}, total=None)", self.index),
        }
    }
}

view! {
    /// A `Results` message: a piece of the transcript, interim or final.
    StreamResults {
        /// When the piece begins, in seconds from the start of the stream.
        start = f64("start");
        /// The same as `start`, in whole milliseconds.
        start_millis = millis("start");
        /// How long the piece is, in seconds.
        duration = f64("duration");
        /// The same as `duration`, in whole milliseconds.
        duration_millis = millis("duration");
        /// Whether the piece is settled; an interim one is replaced by the next message of the same start.
        is_final = bool("is_final");
        /// Whether a turn of speech ends here.
        speech_final = bool("speech_final");
        /// Whether this answers the client's `Finalize`.
        from_finalize = bool("from_finalize");
        /// Whether the piece may still change: a message that does not say is taken as final.
        is_interim = is(|object| payload::StreamResults::of(object).is_interim());
        /// The channel and the number of channels.
        channel_index = channel(|object| payload::StreamResults::of(object).channel_index());
        /// What was said.
        channel = view(Item::of::<Channel>(), "channel");
        /// The best reading of this piece.
        alternative = within(Item::of::<Alternative>(), |object| {
            Some(payload::StreamResults::of(object).alternative()?.object())
        });
        /// The request and its model.
        metadata = view(Item::of::<Metadata>(), "metadata");
        /// Names, dates, amounts, ... of this piece.
        entities = list(Item::of::<Entity>(), "entities");
    }

    /// An `UtteranceEnd` message: nobody speaks any more.
    UtteranceEnd {
        /// When the last word ended, in seconds; -1 when there was none.
        last_word_end = f64("last_word_end");
        /// The same as `last_word_end`, in whole milliseconds.
        last_word_end_millis = millis("last_word_end");
        /// The channel and the number of channels.
        channel = channel(|object| payload::UtteranceEnd::of(object).channel());
        /// Whether it says when the last word ended; one that does not cannot be told from the next one.
        has_time = is(|object| payload::UtteranceEnd::of(object).has_time());
    }

    /// A `SpeechStarted` message.
    SpeechStarted {
        /// When speech began, in seconds.
        timestamp = f64("timestamp");
        /// The same as `timestamp`, in whole milliseconds.
        timestamp_millis = millis("timestamp");
        /// The channel and the number of channels.
        channel = channel(|object| payload::SpeechStarted::of(object).channel());
    }

    /// An `Error` message of a stream; which members it has is not certain.
    StreamError {
        /// A sentence for people.
        description = str("description");
        /// A sentence for people.
        message = str("message");
        /// The sort of error.
        variant = str("variant");
    }

    /// A job that failed, in every shape in which Deepgram reports errors. Codes are free text.
    Failure {
        /// The code of the legacy shape.
        err_code = str("err_code");
        /// The code of the variant.
        error_code = str("error_code");
        /// The sentence of the legacy shape; may quote a URL of the submitter.
        err_msg = str("err_msg");
        /// The code of the modern shape.
        category = str("category");
        /// The cure, in the modern shape.
        details = str("details");
        /// The request, when the document names it.
        request_id = str("request_id");
        /// The code, in whichever member it stands.
        code = text(|object| payload::Failure::of(object).code());
        /// The sentence for people, in whichever member it stands.
        message = text(|object| payload::Failure::of(object).message());
    }
}
