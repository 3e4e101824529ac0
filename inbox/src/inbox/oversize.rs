//! Bodies that are too large for memory: they go to the disk piece by piece, and are kept as dead letters.
//!
//! The limit on memory is not a limit on loss: what is so large was paid for, and nobody else has it. Nobody looks into
//! it; a person may, and replay it once there is a handler for it.

use ringback::gate::Admitted;
use ringback::identity::Scope;
use ringback::ledger::{Arrival, Fingerprint};
use ringback::payload::Kind;
use ringback::policy::{Answer, Keep, Policy, Situation};
use ringback::{ErrorKind, Gate, Head};

use super::arrival::{Arriving, beside, short, unavailable};
use super::{Answering, Inbox};
use crate::error::Error;
use crate::ledger::{Annex, Body, Facts, Part, Selection};

/// A body that is being streamed to the disk. Dropping it takes away what is there of it.
///
/// Blocks: call it where the inbox is called.
#[must_use = "the sender waits for an answer"]
pub struct Oversize {
    inbox: Inbox,
    policy: Policy,
    part: Part,
    sender: String,
    ticket: Option<[u8; 12]>,
    job: Option<String>,
    late: bool,
    content_type: Option<String>,
    /// The fingerprint of everything before it, and what has come since.
    block: Vec<u8>,
    length: u64,
}

/// How much is fingerprinted and written at once.
const BLOCK: usize = 256 << 10;
/// Room for a fingerprint.
const CHAIN: usize = 16;
/// How much goes to the disk before it is flushed, so that the last flush does not take longer than a sender waits.
const FLUSH: u64 = 16 << 20;

impl Inbox {
    /// Begins with a delivery whose body is over the limit on memory. The head alone proves the sender.
    ///
    /// Give it the whole body from its first byte, decoded, and answer what [`finish`](Oversize::finish) says.
    ///
    /// # Errors
    ///
    /// The answer to give at once: those of [`Gate::admit_oversize`]; 413 if the store cannot keep such bodies, or the
    /// head announces more than [`Settings::oversize`](super::Settings::oversize); 503 if there is no room.
    pub fn oversize(&self, gate: &Gate<'_>, head: &Head<'_>) -> Result<Oversize, Answer> {
        let (admitted, annex) = self.admit_oversize(gate, head)?;
        let begun = self.ledger().check().and_then(|()| annex.begin());
        Ok(Oversize {
            part: begun.map_err(|error| unavailable(gate.policy(), &error))?,
            inbox: self.clone(),
            policy: gate.policy().clone(),
            sender: admitted.sender().to_owned(),
            ticket: admitted.ticket(),
            job: admitted.job().map(str::to_owned),
            late: admitted.is_late(),
            content_type: head.content_type_text().and_then(short),
            block: vec![0; CHAIN],
            length: 0,
        })
    }

    /// Whose body goes where, as far as the head tells.
    pub(crate) fn admit_oversize<'c>(
        &self,
        gate: &Gate<'c>,
        head: &Head<'_>,
    ) -> Result<(Admitted<'c>, &Annex), Answer> {
        let admitted = gate.admit_oversize(head, self.now().wall)?;
        let limit = self.settings().oversize;
        let kept = limit > 0 && gate.policy().rule(Situation::Oversize).keep != Keep::Nothing;
        let annex = self.ledger().annex().filter(|_| kept && head.content_length().is_none_or(|all| all <= limit));
        annex.map(|annex| (admitted, annex)).ok_or_else(|| gate.too_large())
    }
}

impl Oversize {
    /// Takes the next bytes.
    ///
    /// # Errors
    ///
    /// The answer to give at once, without reading on: 413 beyond the hard limit, 503 if the disk does not take it.
    pub fn write(&mut self, mut bytes: &[u8]) -> Result<(), Answer> {
        if self.length + bytes.len() as u64 > self.inbox.settings().oversize {
            return Err(self.policy.answer(Situation::TooLarge).because(ErrorKind::BodyTooLarge.into()));
        }
        while !bytes.is_empty() {
            let room = CHAIN + BLOCK - self.block.len();
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            self.block.extend_from_slice(now);
            self.length += now.len() as u64;
            bytes = later;
            if self.block.len() == CHAIN + BLOCK {
                self.pass_on().map_err(|error| unavailable(&self.policy, &error))?;
            }
        }
        Ok(())
    }

    /// Keeps it, all of it having come. Blocks until it is durable.
    pub fn finish(mut self) -> Answer {
        let policy = self.policy.clone();
        match self.keep() {
            Ok(situation) => policy.answer(situation),
            Err(error) => unavailable(&policy, &error),
        }
    }

    fn keep(&mut self) -> Result<Situation, Error> {
        let fingerprint = self.pass_on()?;
        let scope = self.ticket.map_or(Scope::None, Scope::Ticket);
        let identity = self.inbox.shared.identifier.oversize(scope, fingerprint);
        let id = identity.id.ok_or(ErrorKind::StoreUnavailable)?;
        let facts = Facts {
            id,
            scope: identity.scope,
            kind: Kind::Unknown,
            closes: false,
            job: self.job.take(),
            request_id: None,
            sender: std::mem::take(&mut self.sender),
            route: 0,
            content_type: self.content_type.take(),
            tags: Vec::new(),
            length: self.length,
            reason: None,
        };
        let arrival = Arrival {
            scope: identity.scope,
            delivery: Some(id),
            late: self.late,
            doomed: true,
            ..Arrival::new(fingerprint)
        };
        let arriving = Arriving {
            rules: self.inbox.rules(),
            answering: Answering::Stored,
            differing: Keep::DeadLetter,
            mismatch: Keep::DeadLetter,
            arrival,
            id,
            beside: beside(id, fingerprint),
            hindrance: Some(Situation::Oversize),
            facts,
            body: Body::apart(self.length),
        };
        let _filed = self.part.file(id)?;
        let (situation, ..) = self.inbox.record(arriving)?;
        if situation != Situation::Oversize {
            // Whatever was known before may have been erased since, and must not come back.
            self.withdraw(id)?;
        }
        Ok(situation)
    }

    /// Takes the file away again, unless somebody has a right to it.
    fn withdraw(&self, id: ringback::ledger::DeliveryId) -> Result<(), Error> {
        let ledger = self.inbox.ledger();
        let wanted = ledger.deliveries(&Selection::Id(id), 0, 1)?.pop().is_some_and(|entry| entry.has_body);
        match ledger.annex() {
            Some(annex) if !wanted => annex.remove(id),
            _ => Ok(()),
        }
    }

    /// Writes what has come, and takes its fingerprint together with that of what came before.
    fn pass_on(&mut self) -> Result<Fingerprint, Error> {
        let fingerprint = self.inbox.shared.identifier.fingerprint(&self.block);
        let bytes = self.block.get(CHAIN..).unwrap_or_default();
        self.part.write(bytes)?;
        if self.length / FLUSH != (self.length - bytes.len() as u64) / FLUSH {
            self.part.flush()?;
            // Others may have filled the disk meanwhile.
            self.inbox.ledger().check()?;
        }
        self.block.clear();
        self.block.extend_from_slice(fingerprint.as_bytes());
        Ok(fingerprint)
    }
}

/// Shows how much has come, and no word of it.
impl std::fmt::Debug for Oversize {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Oversize").field("sender", &self.sender).field("bytes", &self.length).finish_non_exhaustive()
    }
}
