//! A delivery as it lies in a spool: everything that a ledger's decision about it needs, and its body.

use ringback::ledger::{Arrival, DeliveryId, Fingerprint, RequestKey, ScopeKey};
use ringback::payload::Kind;
use ringback::policy::Situation;

use crate::ledger::{Body, Facts};

/// A delivery that no ledger has decided about yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    pub id: DeliveryId,
    pub arrival: Arrival,
    pub hindrance: Option<Situation>,
    pub facts: Facts,
    pub body: Body,
}

const CLOSES: u8 = 1;
const STREAM: u8 = 1 << 1;
const LATE: u8 = 1 << 2;
const REQUIRE_EXPECTED: u8 = 1 << 3;
const REMEMBER: u8 = 1 << 4;
const DOOMED: u8 = 1 << 5;
const CLOSING_FACTS: u8 = 1 << 6;

impl Record {
    pub fn encode(&self) -> Vec<u8> {
        let Record { id, arrival, hindrance, facts, body } = self;
        let marks = [
            (arrival.closes, CLOSES),
            (arrival.stream, STREAM),
            (arrival.late, LATE),
            (arrival.require_expected, REQUIRE_EXPECTED),
            (arrival.remember, REMEMBER),
            (arrival.doomed, DOOMED),
            (facts.closes, CLOSING_FACTS),
        ];
        let (form, kept) = body.kept();
        let mut out = Writer(Vec::with_capacity(kept.len() + 512));
        out.byte(marks.into_iter().filter(|(holds, _)| *holds).map(|(_, mark)| mark).sum());
        out.bytes(id.as_bytes());
        out.bytes(arrival.fingerprint.as_bytes());
        out.maybe(arrival.scope.as_ref().map(|scope| &scope.as_bytes()[..]));
        out.maybe(arrival.request.map(|request| request.bits().to_le_bytes()).as_ref().map(|bits| &bits[..]));
        out.byte(hindrance.map_or(0, |situation| situation as u8));
        out.byte(facts.kind as u8);
        for text in [&facts.job, &facts.request_id, &facts.content_type] {
            out.maybe(text.as_ref().map(String::as_bytes));
        }
        out.bytes(facts.sender.as_bytes());
        out.bytes(&facts.route.to_le_bytes());
        out.bytes(&facts.length.to_le_bytes());
        out.byte(u8::try_from(facts.tags.len()).unwrap_or(u8::MAX));
        facts.tags.iter().take(usize::from(u8::MAX)).for_each(|tag| out.bytes(tag.as_bytes()));
        out.byte(form);
        out.bytes(&body.len().to_le_bytes());
        out.bytes(kept);
        out.0
    }

    /// The record of these bytes, unless nobody of ours has written them.
    pub fn decode(bytes: &[u8]) -> Option<Record> {
        let mut from = Reader(bytes);
        let marks = from.byte()?;
        let id = DeliveryId::from_bytes(from.array()?);
        let fingerprint = Fingerprint::from_bytes(from.array()?);
        let scope = from.maybe()?.map(|bytes| bytes.try_into().map(ScopeKey::from_bytes)).transpose().ok()?;
        let request = from.maybe()?.map(|bits| bits.try_into().map(u32::from_le_bytes)).transpose().ok()?;
        let (hindrance, kind) = (from.byte()?, from.byte()?);
        let hindrance = match hindrance {
            0 => None,
            number => Some(Situation::ALL.into_iter().find(|known| *known as u8 == number)?),
        };
        let kind = Kind::ALL.into_iter().find(|known| *known as u8 == kind)?;
        let [job, request_id, content_type] = [from.maybe_text()?, from.maybe_text()?, from.maybe_text()?];
        let sender = from.text()?;
        let route = u32::from_le_bytes(from.array()?);
        let length = u64::from_le_bytes(from.array()?);
        let tags = (0..from.byte()?).map(|_| from.text()).collect::<Option<Vec<_>>>()?;
        let form = from.byte()?;
        let whole = u64::from_le_bytes(from.array()?);
        let body = Body::from_kept(form, from.bytes()?.to_vec(), whole).ok()?;
        let facts = Facts {
            id,
            scope,
            kind,
            closes: marks & CLOSING_FACTS != 0,
            job,
            request_id,
            sender,
            route,
            content_type,
            tags,
            length,
            reason: None,
        };
        let arrival = Arrival {
            scope,
            delivery: Some(id),
            fingerprint,
            request: request.map(RequestKey::from_bits),
            closes: marks & CLOSES != 0,
            stream: marks & STREAM != 0,
            late: marks & LATE != 0,
            require_expected: marks & REQUIRE_EXPECTED != 0,
            remember: marks & REMEMBER != 0,
            doomed: marks & DOOMED != 0,
        };
        from.0.is_empty().then_some(Record { id, arrival, hindrance, facts, body })
    }
}

struct Writer(Vec<u8>);

impl Writer {
    fn byte(&mut self, byte: u8) {
        self.0.push(byte);
    }

    /// Bytes after their number. None of these is as long as 4 GiB: bodies are limited to far less.
    fn bytes(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(&u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_le_bytes());
        self.0.extend_from_slice(bytes);
    }

    fn maybe(&mut self, bytes: Option<&[u8]>) {
        self.byte(bytes.is_some().into());
        if let Some(bytes) = bytes {
            self.bytes(bytes);
        }
    }
}

struct Reader<'b>(&'b [u8]);

impl<'b> Reader<'b> {
    fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*byte)
    }

    fn bytes(&mut self) -> Option<&'b [u8]> {
        let (length, rest) = self.0.split_first_chunk()?;
        let (bytes, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
        self.0 = rest;
        Some(bytes)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.bytes()?.try_into().ok()
    }

    fn maybe(&mut self) -> Option<Option<&'b [u8]>> {
        match self.byte()? {
            0 => Some(None),
            _ => self.bytes().map(Some),
        }
    }

    fn text(&mut self) -> Option<String> {
        Some(std::str::from_utf8(self.bytes()?).ok()?.to_owned())
    }

    fn maybe_text(&mut self) -> Option<Option<String>> {
        match self.maybe()? {
            None => Some(None),
            Some(bytes) => Some(Some(std::str::from_utf8(bytes).ok()?.to_owned())),
        }
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// A record that has everything, and one that has nothing.
    pub fn records() -> [Record; 2] {
        let id = DeliveryId::from_bytes([1; 16]);
        let scope = Some(ScopeKey::from_bytes([2; 12]));
        let fingerprint = Fingerprint::from_bytes([3; 16]);
        let facts = Facts {
            id,
            scope,
            kind: Kind::Transcript,
            closes: true,
            job: Some("call-42".into()),
            request_id: Some("019f".into()),
            sender: "production".into(),
            route: 7,
            content_type: Some("application/json".into()),
            tags: vec!["blue".into(), "".into()],
            length: 5,
            reason: None,
        };
        let arrival = Arrival {
            scope,
            delivery: Some(id),
            request: Some(RequestKey::from_bits(4)),
            closes: true,
            stream: true,
            late: true,
            require_expected: true,
            remember: false,
            doomed: true,
            ..Arrival::new(fingerprint)
        };
        let full = Record { id, arrival, hindrance: Some(Situation::Incomplete), facts, body: Body::new(b"hello") };
        let id = DeliveryId::from_bytes([9; 16]);
        let facts = Facts { id, kind: Kind::Unknown, closes: false, length: 20_000, ..full.facts.erased() };
        let bare = Record {
            id,
            arrival: Arrival { delivery: Some(id), ..Arrival::new(fingerprint) },
            hindrance: None,
            facts: Facts { scope: None, ..facts },
            body: Body::new(&[b'x'; 20_000]),
        };
        [full, bare]
    }

    #[test]
    fn a_record_comes_back_as_it_was() {
        for record in records() {
            assert_eq!(Record::decode(&record.encode()), Some(record));
        }
    }

    #[test]
    fn what_is_cut_or_changed_never_panics_and_what_is_cut_is_nothing() {
        for record in records() {
            let bytes = record.encode();
            for at in 0..bytes.len() {
                assert_eq!(Record::decode(&bytes[..at]), None);
                let mut changed = bytes.clone();
                changed[at] ^= 0xff;
                let _ = Record::decode(&changed);
            }
            assert_eq!(Record::decode(&[&bytes[..], b"x"].concat()), None);
        }
    }
}
