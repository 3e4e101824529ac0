//! Deliveries and submissions as they lie in a store: as cells of a table, and as JSON for programs.

use ringback::ErrorKind;
use ringback::ledger::{Arrived, DeliveryId, Phase, ScopeKey};
use ringback::time::UnixMillis;
use ringback_inbox::ledger::{Entry, Submitted};

use crate::clock::Rfc3339;
use crate::refusal::Refusal;
use crate::text::ObjectLine;

/// The delivery with this name, as it is printed.
pub fn delivery_id(text: &str) -> Result<DeliveryId, Refusal> {
    let bytes = hexadecimal(text).ok_or_else(|| Refusal::usage("a delivery id has 32 hexadecimal digits"))?;
    Ok(DeliveryId::from_bytes(bytes))
}

/// The submission with this name, as it is printed.
pub fn submission_id(text: &str) -> Result<ScopeKey, Refusal> {
    let bytes = hexadecimal(text).ok_or_else(|| Refusal::usage("a submission id has 24 hexadecimal digits"))?;
    Ok(ScopeKey::from_bytes(bytes))
}

fn hexadecimal<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digits = text.as_bytes();
    if digits.len() != 2 * N {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let digit = |digit: u8| char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok());
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(bytes)
}

/// The name of a phase.
pub const fn phase(phase: Phase) -> &'static str {
    match phase {
        Phase::Held => "held",
        Phase::Ready => "ready",
        Phase::Claimed => "claimed",
        Phase::Done => "done",
        Phase::Dead => "dead",
    }
}

/// The name of how much of a submission has arrived.
pub const fn arrived(arrived: Arrived) -> &'static str {
    match arrived {
        Arrived::No => "no",
        Arrived::Partly => "partly",
        Arrived::Whole => "whole",
    }
}

/// A moment for people, to the second.
pub fn moment(at: UnixMillis) -> String {
    let text = Rfc3339(at).to_string();
    // The year may have more than four digits if somebody's clock is far ahead.
    text.rsplit_once('.').map_or(text.clone(), |(front, _)| format!("{front}Z"))
}

/// A delivery as one object. Its members are a contract: they stay, and others may come.
pub fn delivery(entry: &Entry) -> ObjectLine {
    let Entry { facts, row, .. } = entry;
    let mut line = ObjectLine::new();
    line.plain("v", 1);
    line.text("what", Some("delivery"));
    line.text("id", Some(&facts.id.to_string()));
    line.text("time", Some(&Rfc3339(row.first).to_string()));
    line.text("state", Some(phase(row.phase)));
    line.text("reason", facts.reason.map(|reason| reason.name()));
    line.text("kind", Some(facts.kind.name()));
    line.text("job", facts.job.as_deref());
    line.text("submission", facts.scope.map(|id| id.to_string()).as_deref());
    line.text("request_id", facts.request_id.as_deref());
    line.text("sender", Some(&facts.sender));
    line.plain("fence", row.claim);
    line.plain("attempts_seen", row.arrivals);
    line.plain("failures", row.failures);
    line.plain("late", row.late);
    line.plain("bytes", facts.length);
    line.text("content_type", facts.content_type.as_deref());
    line.texts("tags", facts.tags.iter().map(String::as_str));
    line.plain("has_body", entry.has_body);
    line
}

/// A submission as one object. Its members are a contract: they stay, and others may come.
pub fn submission(submitted: &Submitted) -> ObjectLine {
    let Submitted { scope, announcement, row } = submitted;
    let mut line = ObjectLine::new();
    line.plain("v", 1);
    line.text("what", Some("submission"));
    line.text("submission", Some(&scope.to_string()));
    line.text("job", announcement.job.as_deref());
    line.text("request_id", announcement.request_id.as_deref());
    line.text("since", Some(&Rfc3339(announcement.since).to_string()));
    line.text("deadline", deadline(row.due).map(|at| Rfc3339(at).to_string()).as_deref());
    line.text("arrived", Some(arrived(row.arrived)));
    line.plain("overdue", row.overdue);
    line.text("context", announcement.context.as_deref().map(String::from_utf8_lossy).as_deref());
    line
}

/// None if it is never.
pub const fn deadline(due: UnixMillis) -> Option<UnixMillis> {
    if due == UnixMillis::MAX { None } else { Some(due) }
}

/// What a delivery that nobody knows is answered with.
pub fn unknown(id: &str) -> Refusal {
    Refusal::failure(format_args!("{id}: {}", ErrorKind::DeliveryUnknown))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_they_are_printed() {
        let id = DeliveryId::from_bytes(std::array::from_fn(|at| at as u8 * 17));
        assert_eq!(delivery_id(&id.to_string()).unwrap(), id);
        let id = ScopeKey::from_bytes([0xa5; 12]);
        assert_eq!(submission_id(&id.to_string()).unwrap(), id);
        for text in ["", "0", "a5a5", &"g".repeat(32), &"é".repeat(16), &"a".repeat(33)] {
            assert!(delivery_id(text).is_err(), "{text}");
        }
    }

    #[test]
    fn moments_are_shown_to_the_second() {
        assert_eq!(moment(1_795_000_000_123), "2026-11-18T11:06:40Z");
    }
}
