//! The messages of a stream: each one a delivery of its own.
//!
//! `channel` is an object in `Results` and an array in `UtteranceEnd` and `SpeechStarted`: each view reads its own form.

use super::transcript::{Channel, Entity};
use super::view::view;
use super::{Alternative, Metadata, View};
use crate::json::Array;

view! {
    /// A `Results` message: a piece of the transcript, interim or final.
    StreamResults {
        /// When the piece begins, in seconds from the start of the stream.
        start: seconds(start_millis) "start";
        /// How long the piece is, in seconds.
        duration: seconds(duration_millis) "duration";
        /// Whether the piece is settled; an interim one is replaced by the next message of the same start.
        is_final: bool "is_final";
        /// Whether a turn of speech ends here.
        speech_final: bool "speech_final";
        /// Whether this answers the client's `Finalize`.
        from_finalize: bool "from_finalize";
        /// What was said.
        channel: view Channel "channel";
        /// The request and its model.
        metadata: view Metadata "metadata";
        /// Names, dates, amounts, ... of this piece.
        entities: list Entity "entities";
    }

    /// An `UtteranceEnd` message: nobody speaks any more.
    UtteranceEnd {
        /// When the last word ended, in seconds; -1 when there was none.
        last_word_end: seconds(last_word_end_millis) "last_word_end";
    }

    /// A `SpeechStarted` message.
    SpeechStarted {
        /// When speech began, in seconds.
        timestamp: seconds(timestamp_millis) "timestamp";
    }

    /// An `Error` message; which members it has is not certain.
    StreamError {
        /// A sentence for people.
        description: str "description";
        /// A sentence for people.
        message: str "message";
        /// The sort of error.
        variant: str "variant";
    }
}

impl<'a> StreamResults<'a> {
    /// The channel and the number of channels, counted from 0.
    #[must_use]
    pub fn channel_index(&self) -> Option<ChannelIndex> {
        ChannelIndex::of(self.object().array("channel_index"))
    }

    /// The best reading of this piece.
    #[must_use]
    pub fn alternative(&self) -> Option<Alternative<'a>> {
        self.channel()?.alternatives().first()
    }

    /// Whether the piece may still change: a message that does not say is taken as final.
    #[must_use]
    pub fn is_interim(&self) -> bool {
        self.is_final() == Some(false)
    }
}

impl UtteranceEnd<'_> {
    /// The channel and the number of channels.
    #[must_use]
    pub fn channel(&self) -> Option<ChannelIndex> {
        ChannelIndex::of(self.object().array("channel"))
    }

    /// Whether it says when the last word ended; one that does not cannot be told from the next one. No time is absent, or
    /// negative: -1 is what Deepgram writes.
    #[must_use]
    pub fn has_time(&self) -> bool {
        self.object()
            .get("last_word_end")
            .and_then(|value| value.as_number())
            .is_some_and(|seconds| !seconds.raw().starts_with('-'))
    }
}

impl SpeechStarted<'_> {
    /// The channel and the number of channels.
    #[must_use]
    pub fn channel(&self) -> Option<ChannelIndex> {
        ChannelIndex::of(self.object().array("channel"))
    }
}

/// Which channel of how many: `[0, 1]` is the only one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ChannelIndex {
    /// The channel, counted from 0.
    pub index: u64,
    /// How many channels there are; absent when the message does not say.
    pub total: Option<u64>,
}

impl ChannelIndex {
    fn of(array: Option<Array<'_>>) -> Option<ChannelIndex> {
        let mut numbers = array?.iter().map(|value| value.as_number().and_then(|number| number.u64()));
        Some(ChannelIndex { index: numbers.next()??, total: numbers.next().flatten() })
    }
}

#[cfg(test)]
mod tests {
    use crate::payload::Payload;

    #[test]
    fn the_best_reading_of_a_piece_is_the_first() {
        let body = br#"{"type":"Results","channel":{"alternatives":[{"transcript":"a"},{"transcript":"b"}]}}"#;
        let payload = Payload::parse(body).unwrap();
        let alternative = payload.stream_results().unwrap().alternative().unwrap();
        assert_eq!(alternative.transcript().unwrap(), "a");
    }
}
