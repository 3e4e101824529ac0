//! What a delivery is.

use core::fmt;
use core::str::FromStr;

use crate::error::ErrorKind;

/// What a delivery is. The names are the same in every language: `transcript`, `stream.results`, ...
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
#[repr(u8)]
pub enum Kind {
    /// The document of a pre-recorded `/v1/listen` request.
    Transcript = 1,
    /// The document of a `/v1/read` request.
    Analysis = 2,
    /// Synthesised speech of a `/v1/speak` or `/v2/speak` request: bytes, no JSON.
    Audio = 3,
    /// The job failed: an error document in any of its shapes, or plain text.
    Failure = 4,
    /// A stream's `Results` message, interim or final.
    StreamResults = 5,
    /// A stream's closing `Metadata` message.
    StreamMetadata = 6,
    /// A stream's `UtteranceEnd` message.
    StreamUtteranceEnd = 7,
    /// A stream's `SpeechStarted` message.
    StreamSpeechStarted = 8,
    /// A stream's `Error` message.
    StreamError = 9,
    /// Anything else: kept and passed on, never refused.
    Unknown = 10,
}

impl Kind {
    /// Every kind, in the order of its number.
    pub const ALL: [Kind; 10] = [
        Kind::Transcript,
        Kind::Analysis,
        Kind::Audio,
        Kind::Failure,
        Kind::StreamResults,
        Kind::StreamMetadata,
        Kind::StreamUtteranceEnd,
        Kind::StreamSpeechStarted,
        Kind::StreamError,
        Kind::Unknown,
    ];

    /// The name of this kind.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Transcript => "transcript",
            Kind::Analysis => "analysis",
            Kind::Audio => "audio",
            Kind::Failure => "failure",
            Kind::StreamResults => "stream.results",
            Kind::StreamMetadata => "stream.metadata",
            Kind::StreamUtteranceEnd => "stream.utterance_end",
            Kind::StreamSpeechStarted => "stream.speech_started",
            Kind::StreamError => "stream.error",
            Kind::Unknown => "unknown",
        }
    }

    /// Whether this is one message of a stream.
    #[must_use]
    pub const fn is_stream(self) -> bool {
        matches!(
            self,
            Kind::StreamResults
                | Kind::StreamMetadata
                | Kind::StreamUtteranceEnd
                | Kind::StreamSpeechStarted
                | Kind::StreamError
        )
    }

    /// Whether a delivery of this kind is the last that its submission owes: the document, the audio, or the
    /// `Metadata` that ends a stream. A failure never is, for a transcript may follow it.
    #[must_use]
    pub const fn closes(self) -> bool {
        matches!(self, Kind::Transcript | Kind::Analysis | Kind::Audio | Kind::StreamMetadata)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Kind {
    type Err = ErrorKind;

    /// Reads a kind's name; [`ErrorKind::KindUnknown`] lists the names.
    fn from_str(name: &str) -> Result<Kind, ErrorKind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name).ok_or(ErrorKind::KindUnknown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_reads_back_and_a_misspelt_one_does_not() {
        for kind in Kind::ALL {
            assert_eq!(kind.name().parse(), Ok(kind));
            assert_eq!(std::format!("{kind}"), kind.name());
        }
        assert_eq!("transcripts".parse::<Kind>(), Err(ErrorKind::KindUnknown));
    }

    #[test]
    fn the_error_for_an_unknown_kind_lists_every_name() {
        for kind in Kind::ALL {
            assert!(ErrorKind::KindUnknown.message().contains(kind.name()));
        }
    }
}
