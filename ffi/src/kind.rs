//! What a delivery is.

use ringback_core::payload::Kind;

use crate::boundary::{Failed, Out, guard, guard_or};
use crate::result::{RINGBACK_ERROR_INVALID_ARGUMENT, ringback_result};
use crate::str::ringback_str;
use std::mem::MaybeUninit;

/// What a delivery is: one of `RINGBACK_KIND_...`. Numbers are never reused; later versions may have more of them.
pub type ringback_kind = u32;

/// The document of a pre-recorded `/v1/listen` request.
pub const RINGBACK_KIND_TRANSCRIPT: ringback_kind = 1;
/// The document of a `/v1/read` request.
pub const RINGBACK_KIND_ANALYSIS: ringback_kind = 2;
/// Synthesised speech of a `/v1/speak` or `/v2/speak` request: bytes, no JSON.
pub const RINGBACK_KIND_AUDIO: ringback_kind = 3;
/// The job failed: an error document in any of its shapes, or plain text.
pub const RINGBACK_KIND_FAILURE: ringback_kind = 4;
/// A stream's `Results` message, interim or final.
pub const RINGBACK_KIND_STREAM_RESULTS: ringback_kind = 5;
/// A stream's closing `Metadata` message.
pub const RINGBACK_KIND_STREAM_METADATA: ringback_kind = 6;
/// A stream's `UtteranceEnd` message.
pub const RINGBACK_KIND_STREAM_UTTERANCE_END: ringback_kind = 7;
/// A stream's `SpeechStarted` message.
pub const RINGBACK_KIND_STREAM_SPEECH_STARTED: ringback_kind = 8;
/// A stream's `Error` message.
pub const RINGBACK_KIND_STREAM_ERROR: ringback_kind = 9;
/// Anything else: kept and passed on, never refused.
pub const RINGBACK_KIND_UNKNOWN: ringback_kind = 10;

/// The name of a kind, such as `stream.results`, the same in every language.
///
/// Parameters: `kind`: any number.
///
/// Returns: the name; an empty string for a number that is no kind of this version.
///
/// Ownership: the string is constant and lives for ever.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_kind_name(kind: ringback_kind) -> ringback_str<'static> {
    guard_or(ringback_str::NONE, || read(kind).map_or(ringback_str::NONE, |kind| kind.name().into()))
}

/// The kind with a name, for configuration files.
///
/// Parameters: `name`: such as `stream.results`. `out`: the kind.
///
/// Returns: `RINGBACK_OK`; `RINGBACK_ERROR_KIND_UNKNOWN`: there is no such kind, so mend the configuration.
///
/// Ownership: nothing is kept.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_kind_of(
    name: ringback_str<'_>,
    out: Option<&mut MaybeUninit<ringback_kind>>,
) -> ringback_result {
    guard(|| {
        let out = Out::new(out)?;
        let kind: Kind = name.text()?.parse()?;
        out.write(number(kind))
    })
}

/// The number of a kind.
pub(crate) fn number(kind: Kind) -> ringback_kind {
    kind as ringback_kind
}

/// The kind with a number.
pub(crate) fn read(number: ringback_kind) -> Result<Kind, Failed> {
    Kind::ALL.into_iter().find(|kind| *kind as ringback_kind == number).ok_or(Failed(RINGBACK_ERROR_INVALID_ARGUMENT))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_written_out_with_its_number() {
        let lines = include_str!("kind.rs").lines();
        let written: Vec<(String, u32)> = lines
            .filter_map(|line| line.strip_prefix("pub const RINGBACK_KIND_")?.split_once(": ringback_kind = "))
            .map(|(name, number)| (name.to_lowercase(), number.trim_end_matches(';').parse().unwrap()))
            .collect();
        let core: Vec<(String, u32)> =
            Kind::ALL.into_iter().map(|kind| (kind.name().replace('.', "_"), number(kind))).collect();
        assert_eq!(written, core);
    }

    #[test]
    fn a_number_that_is_no_kind_has_no_name() {
        assert_eq!(ringback_kind_name(11).optional(), Ok(None));
        assert_eq!(ringback_kind_name(10).text(), Ok("unknown"));
    }
}
