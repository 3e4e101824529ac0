//! The ledger in memory.

use core::borrow::Borrow;

use super::arrival::{Arrival, Claim, Grant, Verdict};
use super::delivery::{self, Delivery, Outcome, Phase, Settled};
use super::list::NIL;
use super::submission::{self, Arrived, Submission};
use super::table::{Inserted, Slot, Table};
use super::{DeliveryId, DeliverySlot, RequestKey, Rules, ScopeKey, SubmissionSlot};
use crate::error::{Error, ErrorKind};
use crate::time::{Expiry, Now};

/// A ledger in memory that the caller hands over: any two stores of slots, of any size, such as arrays, slices, boxed
/// slices, `Vec` or a full `heapless::Vec`. Its [`Rules`] are a value, or a type that stands for some, such as
/// [`HandledFirst`](super::HandledFirst).
///
/// Every operation but [`Ledger::open`] takes constant time on average, however many rows there are; [`Ledger::expect`]
/// also takes time for each delivery held for that submission. Nothing is allocated. None of them panics, as long as
/// the stores keep their lengths.
///
/// ```
/// use ringback::ledger::*;
/// use ringback::time::{Expiry, Now};
///
/// let (mut submissions, mut deliveries) = ([SubmissionSlot::EMPTY; 64], [DeliverySlot::EMPTY; 64]);
/// let now = Now::new(1_790_000_000_000, 0);
/// let mut ledger = Ledger::open(&mut submissions[..], &mut deliveries[..], [7; 16], Rules::default(), now);
///
/// let scope = ScopeKey::from_hash([1; 16]);
/// ledger.expect(scope, Expiry::At(now.wall + 46 * 60_000), None, now)?;
///
/// let delivery = Some(DeliveryId::from_bytes([2; 16]));
/// let arrival =
///     Arrival { scope: Some(scope), delivery, closes: true, ..Arrival::new(Fingerprint::from_bytes([3; 16])) };
/// let Verdict::Handle(grant) = ledger.arrive(&arrival, now) else { panic!("it is new") };
/// assert_eq!(ledger.settle(grant.claim, Outcome::Done, 0, now)?, Settled::Done);
///
/// assert_eq!(ledger.arrive(&arrival, now), Verdict::Repeat);
/// assert_eq!(ledger.submission(scope).map(|row| row.arrived), Some(Arrived::Whole));
/// # Ok::<(), ringback::Error>(())
/// ```
pub struct Ledger<S, D, R = Rules> {
    rules: R,
    submissions: Table<SubmissionSlot, S>,
    deliveries: Table<DeliverySlot, D>,
    /// The latest reading of each clock.
    latest: Now,
    /// The highest fencing number of any delivery that was forgotten.
    fence: u32,
    /// Where the next sweep goes on: first the submissions, then the deliveries.
    cursor: u64,
    phases: [u32; 5],
    forgotten_early: u64,
}

/// What an announcement found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expected {
    /// What has arrived already.
    pub arrived: Arrived,
    /// How many deliveries were held for it and are ready now; [`Ledger::sweep`] names them.
    pub released: u32,
}

/// What a worker gets when it asks for a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// The claim.
    Handle(Grant),
    /// Nothing: it is claimed by another, settled, held, or not due yet.
    Nothing,
    /// Nothing: the claim before has lapsed, and that was the last try. To be reported.
    Died,
}

/// What a sweep came across.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Swept {
    /// The deadline of this submission has passed without an answer; this is said once.
    Overdue(ScopeKey),
    /// This delivery may be claimed; said again in every round until somebody does.
    Ready(DeliveryId),
    /// The lease on this delivery has lapsed; where bodies are stored it is ready now.
    Lapsed(DeliveryId),
    /// This delivery is dead: too many leases have lapsed, or its submission was never announced.
    Died(DeliveryId),
    /// The handling of this delivery failed, nobody keeps it, and its sender gave up: it is lost.
    Lost(DeliveryId),
}

/// How much is in a ledger.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Submissions that are waited for, or that deliveries are held for.
    pub awaited: u32,
    /// All other submissions that are remembered.
    pub answered: u32,
    /// Deliveries that wait for their submission to be announced.
    pub held: u32,
    /// Deliveries to be handled.
    pub ready: u32,
    /// Deliveries being handled.
    pub claimed: u32,
    /// Deliveries remembered as handled.
    pub done: u32,
    /// Deliveries remembered as dead.
    pub dead: u32,
    /// Settled rows that went before their time, because room was needed: repeats of these would be handled again.
    pub forgotten_early: u64,
}

impl<S, D, R> Ledger<S, D, R>
where
    S: AsRef<[SubmissionSlot]> + AsMut<[SubmissionSlot]>,
    D: AsRef<[DeliverySlot]> + AsMut<[DeliverySlot]>,
    R: Borrow<Rules>,
{
    /// An empty ledger over two stores, of which it clears whatever lies in them.
    ///
    /// For who never restores one: it leaves the code of [`open`](Ledger::open) out of the program.
    ///
    /// ```
    /// use ringback::ledger::*;
    /// use ringback::time::{Expiry, Now};
    ///
    /// let now = Now::new(0, 0);
    /// let (submissions, deliveries) = ([SubmissionSlot::EMPTY; 8], [DeliverySlot::EMPTY; 8]);
    /// let mut ledger = Ledger::new(submissions, deliveries, [7; 16], Rules::default(), now);
    /// ledger.expect(ScopeKey::from_hash([1; 16]), Expiry::Never, None, now)?;
    ///
    /// let (submissions, deliveries) = ledger.close();
    /// let ledger = Ledger::new(submissions, deliveries, [7; 16], Rules::default(), now);
    /// assert_eq!(ledger.tally(), Tally::default());
    /// # Ok::<(), ringback::Error>(())
    /// ```
    pub fn new(submissions: S, deliveries: D, seed: [u8; 16], rules: R, now: Now) -> Ledger<S, D, R> {
        Ledger::of(Table::new(submissions, seed), Table::new(deliveries, seed), rules, now)
    }

    /// Opens a ledger over two stores, empty or filled by a ledger before, whatever lies in them.
    ///
    /// The seed is secret and random; what was saved must be opened with the key of the gate that it was saved with,
    /// but with any seed. Claims of the time before count as lapsed. Linear in the size of the stores, but for ordering
    /// what is settled. Slots beyond 4,294,967,294 are not used.
    #[inline(never)]
    pub fn open(submissions: S, deliveries: D, seed: [u8; 16], rules: R, now: Now) -> Ledger<S, D, R> {
        let mut ledger = Ledger::of(Table::open(submissions, seed), Table::open(deliveries, seed), rules, now);
        for at in 0..ledger.deliveries.capacity() {
            ledger.readmit(at);
        }
        ledger
    }

    fn of(
        submissions: Table<SubmissionSlot, S>,
        deliveries: Table<DeliverySlot, D>,
        rules: R,
        now: Now,
    ) -> Ledger<S, D, R> {
        Ledger { rules, submissions, deliveries, latest: now, fence: 0, cursor: 0, phases: [0; 5], forgotten_early: 0 }
    }

    /// Gives the stores back, to be kept or to be opened again.
    pub fn close(self) -> (S, D) {
        (self.submissions.close(), self.deliveries.close())
    }

    /// The slots as they are now, to be saved between two operations.
    pub fn slots(&self) -> (&[SubmissionSlot], &[DeliverySlot]) {
        (self.submissions.slots(), self.deliveries.slots())
    }

    /// The rules that were given.
    #[inline]
    pub fn rules(&self) -> &Rules {
        self.rules.borrow()
    }

    /// Announces a submission, perhaps again; the last deadline and the last bound request id hold.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::LedgerFull`] if there is no room and every submission is still waited for.
    pub fn expect(
        &mut self,
        scope: ScopeKey,
        deadline: Expiry,
        bound: Option<RequestKey>,
        now: Now,
    ) -> Result<Expected, Error> {
        let now = self.advance(now);
        let mut row = self.submissions.find(scope).map(|at| self.submissions.at(at).row());
        let event = submission::Event::Expect { deadline, bound };
        let verdict = submission::step(self.rules(), &mut row, &event, &now);
        let mut expected = Expected { arrived: Arrived::No, released: 0 };
        if let submission::Verdict::Expected { arrived, release } = verdict {
            expected.arrived = arrived;
            expected.released = if release && self.holds() { self.release_held(scope, now) } else { 0 };
        }
        match self.put_submission(scope, row, now) {
            true => Ok(expected),
            false => Err(ErrorKind::LedgerFull.into()),
        }
    }

    /// Binds an announced submission to the one request id that is let in from now on, and says what has arrived.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::SubmissionUnknown`] if it was not announced, or was forgotten.
    pub fn bind(&mut self, scope: ScopeKey, request: RequestKey, now: Now) -> Result<Arrived, Error> {
        match self.change_submission(scope, submission::Event::Bind { request }, now) {
            submission::Verdict::Bound { arrived } => Ok(arrived),
            _ => Err(ErrorKind::SubmissionUnknown.into()),
        }
    }

    /// Waits no longer for a submission: it will not be overdue. What arrives for it nevertheless is handled.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::SubmissionUnknown`] if it was not announced, or was forgotten.
    pub fn cancel(&mut self, scope: ScopeKey, now: Now) -> Result<(), Error> {
        match self.change_submission(scope, submission::Event::Cancel, now) {
            submission::Verdict::Cancelled => Ok(()),
            _ => Err(ErrorKind::SubmissionUnknown.into()),
        }
    }

    /// Decides what to do with a delivery that has arrived, and records it.
    ///
    /// If no row of a submission can go, a delivery for one that was not announced is handled all the same, and no
    /// submission remembers it: a false alarm is better than a loss.
    pub fn arrive(&mut self, arrival: &Arrival, now: Now) -> Verdict {
        let now = self.advance(now);
        let recorded = arrival.recorded(self.rules());
        // A new delivery will take the place of the oldest.
        if self.deliveries.len() == self.deliveries.capacity() {
            self.deliveries.touch_oldest();
        }
        let submission_at = arrival.scope.and_then(|scope| self.submissions.find(scope));
        let delivery_at = recorded.and_then(|id| self.deliveries.find(id));
        let submission = submission_at.map(|at| self.submissions.at(at).row());
        if let Some(at) = delivery_at {
            return self.arrive_again(arrival, submission, at, now);
        }
        let (mut row, mut delivery) = (submission, None);
        let verdict = arrival.judge(self.rules(), &mut row, &mut delivery, self.fence, &now);

        let appears = delivery.is_some();
        let waits = self.holds() && appears && verdict == Verdict::Held { kept: true };
        if appears && !has_room(&self.deliveries) {
            return Verdict::Full;
        }
        if waits && submission_at.is_none() && !has_room(&self.submissions) {
            return Verdict::Full;
        }
        if let Some(scope) = arrival.scope {
            match (submission_at, &row) {
                (Some(at), Some(row)) => self.write_submission(at, row),
                _ => _ = self.put_submission(scope, row, now),
            }
        }
        if let (Some(id), Some(row)) = (recorded, &delivery) {
            self.insert_delivery(id, row, arrival.scope.filter(|_| waits), now);
        }
        verdict
    }

    /// An arrival of the delivery at `at`; it leaves its submission as it was.
    #[inline(never)]
    fn arrive_again(&mut self, arrival: &Arrival, submission: Option<Submission>, at: u32, now: Now) -> Verdict {
        let (mut submission, mut row) = (submission, self.deliveries.at(at).row(self.rules(), self.fence));
        let verdict = arrival.judge(self.rules(), &mut submission, &mut row, self.fence, &now);
        if let Some(row) = &row {
            self.write_delivery(at, row);
        }
        verdict
    }

    /// Claims a delivery that is ready, or whose lease has lapsed.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::DeliveryUnknown`].
    pub fn claim(&mut self, id: DeliveryId, now: Now) -> Result<Turn, Error> {
        let (row, verdict) = self.change_delivery(id, delivery::Event::Claim, now)?;
        Ok(match (verdict, row) {
            (delivery::Verdict::Handle { claim, again }, Some(row)) => {
                Turn::Handle(Grant::new(Claim { delivery: Some(id), fence: claim }, again, &row))
            }
            (delivery::Verdict::Died, _) => Turn::Died,
            _ => Turn::Nothing,
        })
    }

    /// Lets the lease of a claim begin anew.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::ClaimStale`], [`ErrorKind::DeliveryUnknown`]: stop the work if that is possible.
    pub fn renew(&mut self, claim: Claim, now: Now) -> Result<(), Error> {
        let Some(id) = claim.delivery else { return Ok(()) };
        match self.change_delivery(id, delivery::Event::Renew { claim: claim.fence }, now)? {
            (_, delivery::Verdict::Renewed) => Ok(()),
            _ => Err(ErrorKind::ClaimStale.into()),
        }
    }

    /// Records how the handling of a delivery ended. `entropy` is 32 random bits that spread the next try.
    ///
    /// Settling [`Claim::UNRECORDED`] changes no row; after a failure the sender has to come again.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::ClaimStale`], [`ErrorKind::DeliveryUnknown`]: nothing was recorded.
    pub fn settle(&mut self, claim: Claim, outcome: Outcome, entropy: u32, now: Now) -> Result<Settled, Error> {
        let Some(id) = claim.delivery else {
            return Ok(match outcome {
                Outcome::Done => Settled::Done,
                Outcome::Failed => Settled::Again { wait: 0 },
                Outcome::Dead => Settled::Dead,
            });
        };
        let event = delivery::Event::Settle { claim: claim.fence, outcome, entropy };
        match self.change_delivery(id, event, now)? {
            (_, delivery::Verdict::Settled(settled)) => Ok(settled),
            _ => Err(ErrorKind::ClaimStale.into()),
        }
    }

    /// Gives a claim back: nothing failed, and another may have it at once.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::ClaimStale`], [`ErrorKind::DeliveryUnknown`].
    pub fn release(&mut self, claim: Claim, now: Now) -> Result<(), Error> {
        let Some(id) = claim.delivery else { return Ok(()) };
        match self.change_delivery(id, delivery::Event::Release { claim: claim.fence }, now)? {
            (_, delivery::Verdict::Ready) => Ok(()),
            _ => Err(ErrorKind::ClaimStale.into()),
        }
    }

    /// Makes a delivery that is done or dead ready again; says whether it was.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::DeliveryUnknown`].
    pub fn replay(&mut self, id: DeliveryId, now: Now) -> Result<bool, Error> {
        let (_, verdict) = self.change_delivery(id, delivery::Event::Replay, now)?;
        Ok(verdict == delivery::Verdict::Ready)
    }

    /// The row of a delivery, if it is known.
    pub fn delivery(&self, id: DeliveryId) -> Option<Delivery> {
        self.deliveries.find(id).and_then(|at| self.deliveries.at(at).row(self.rules(), self.fence))
    }

    /// The row of a submission, if it is known. Its times are rounded up to seconds.
    pub fn submission(&self, scope: ScopeKey) -> Option<Submission> {
        self.submissions.find(scope).map(|at| self.submissions.at(at).row())
    }

    /// Looks at up to `budget` slots for what is due, and stops at the first thing that somebody should hear of.
    ///
    /// `budget` is lowered by the slots looked at; none with a budget of 0 means that it is used up. One that is larger than
    /// the stores counts as one round through them. The next sweep goes on where this one stopped. What is remembered
    /// too long is forgotten on the way.
    ///
    /// ```
    /// # use ringback::ledger::*;
    /// # use ringback::time::{Expiry, Now};
    /// # let mut ledger = Ledger::open(
    /// #     [SubmissionSlot::EMPTY; 8], [DeliverySlot::EMPTY; 8], [7; 16], Rules::default(), Now::new(0, 0));
    /// # let scope = ScopeKey::from_hash([1; 16]);
    /// # ledger.expect(scope, Expiry::At(5_000), None, Now::new(0, 0))?;
    /// let mut budget = 16;
    /// while let Some(swept) = ledger.sweep(Now::new(5_000, 5_000), &mut budget) {
    ///     assert_eq!(swept, Swept::Overdue(scope));
    /// }
    /// assert_eq!(budget, 0);
    /// # Ok::<(), ringback::Error>(())
    /// ```
    pub fn sweep(&mut self, now: Now, budget: &mut u32) -> Option<Swept> {
        let now = self.advance(now);
        let submissions = u64::from(self.submissions.capacity());
        let slots = submissions + u64::from(self.deliveries.capacity());
        *budget = u32::try_from(slots).unwrap_or(u32::MAX).min(*budget);
        while *budget > 0 {
            *budget -= 1;
            let at = if self.cursor < slots { self.cursor } else { 0 };
            self.cursor = at + 1;
            let swept = match at.checked_sub(submissions) {
                None => self.sweep_submission(at as u32, now),
                Some(at) => self.sweep_delivery(at as u32, now),
            };
            if swept.is_some() {
                return swept;
            }
        }
        None
    }

    /// How much is in the ledger. Takes constant time.
    pub fn tally(&self) -> Tally {
        let answered = self.submissions.evictable();
        let [held, ready, claimed, done, dead] = self.phases;
        let awaited = self.submissions.len() - answered;
        Tally { awaited, answered, held, ready, claimed, done, dead, forgotten_early: self.forgotten_early }
    }

    #[inline]
    fn advance(&mut self, now: Now) -> Now {
        self.latest = now.after(self.latest);
        self.latest
    }

    fn change_submission(&mut self, scope: ScopeKey, event: submission::Event, now: Now) -> submission::Verdict {
        let now = self.advance(now);
        let Some(at) = self.submissions.find(scope) else { return submission::Verdict::Nothing };
        let before = self.submissions.at(at).row();
        let (after, verdict) = submission::transition(self.rules(), Some(before), event, now);
        if after != Some(before) {
            self.put_submission(scope, after, now);
        }
        verdict
    }

    #[inline]
    fn change_delivery(
        &mut self,
        id: DeliveryId,
        event: delivery::Event,
        now: Now,
    ) -> Result<(Option<Delivery>, delivery::Verdict), Error> {
        let now = self.advance(now);
        let at = self.deliveries.find_latest(id).ok_or(ErrorKind::DeliveryUnknown)?;
        let mut row = self.deliveries.at(at).row(self.rules(), self.fence);
        let verdict = delivery::step(self.rules(), &mut row, &event, &now);
        match &row {
            Some(row) => self.write_delivery(at, row),
            None => self.remove_delivery(at),
        }
        Ok((row, verdict))
    }

    /// Writes, inserts or removes; false if there is no room.
    fn put_submission(&mut self, scope: ScopeKey, row: Option<Submission>, now: Now) -> bool {
        match (self.submissions.find(scope), row) {
            (Some(at), Some(row)) => {
                self.write_submission(at, &row);
                true
            }
            (Some(at), None) => {
                self.submissions.remove(at);
                true
            }
            (None, Some(row)) => {
                self.make_room_for_submission(now);
                self.submissions.insert(scope, |slot| slot.begin(scope, &row)).is_some()
            }
            (None, None) => true,
        }
    }

    #[inline]
    fn write_submission(&mut self, at: u32, row: &Submission) {
        self.submissions.change(at, |slot| slot.update(row));
    }

    fn make_room_for_submission(&mut self, now: Now) {
        if self.submissions.len() == self.submissions.capacity()
            && let Some(oldest) = self.submissions.oldest_evictable()
        {
            self.forgotten_early += u64::from(self.submissions.at(oldest).due() > now.wall);
            self.submissions.remove(oldest);
        }
    }

    /// Inserts a row whose place is assured; it is linked to its submission if it waits for that to be announced.
    #[inline]
    fn insert_delivery(&mut self, id: DeliveryId, row: &Delivery, waits_for: Option<ScopeKey>, now: Now) {
        if self.deliveries.len() == self.deliveries.capacity()
            && let Some(oldest) = self.deliveries.oldest_evictable()
        {
            self.forgotten_early += u64::from(self.deliveries.at(oldest).due() > now.wall);
            self.remove_delivery(oldest);
        }
        let begin = |slot: &mut DeliverySlot| slot.begin(id, row, waits_for);
        if let Some(Inserted { at, moved }) = self.deliveries.insert(id, begin) {
            self.follow(moved);
            self.phases[row.phase as usize - 1] += 1;
            if let Some(scope) = waits_for {
                self.hold(at, scope);
            }
        }
    }

    #[cfg_attr(target_pointer_width = "64", inline(always))]
    fn write_delivery(&mut self, at: u32, row: &Delivery) {
        let (holds, was) = (self.holds(), self.deliveries.at(at).phase());
        if holds && was == Some(Phase::Held) && row.phase != Phase::Held {
            self.unhold(at);
        }
        if was != Some(row.phase) {
            self.count_out(was);
            self.phases[row.phase as usize - 1] += 1;
        }
        self.deliveries.change(at, |slot| slot.update(row, if holds { slot.scope() } else { None }));
    }

    fn remove_delivery(&mut self, at: u32) {
        let slot = *self.deliveries.at(at);
        if self.holds() && slot.phase() == Some(Phase::Held) {
            self.unhold(at);
        }
        self.count_out(slot.phase());
        self.raise_fence(&slot);
        let moved = self.deliveries.remove(at);
        self.follow(moved);
    }

    /// Rows that come later start above the numbers of the rows that have gone, so that no claim ever answers to both.
    #[inline]
    fn raise_fence(&mut self, slot: &DeliverySlot) {
        if let Some(row) = slot.row(self.rules(), self.fence)
            && row.claim.wrapping_sub(self.fence) < 1 << 31
        {
            self.fence = row.claim;
        }
    }

    #[inline]
    fn count_out(&mut self, phase: Option<Phase>) {
        if let Some(phase) = phase {
            self.phases[phase as usize - 1] -= 1;
        }
    }

    /// Whether deliveries can be held here until they are announced: nothing is, where nobody keeps the bodies.
    #[inline]
    fn holds(&self) -> bool {
        self.rules().stored
    }

    /// Puts a held row at the head of the list that its submission begins.
    fn hold(&mut self, at: u32, scope: ScopeKey) -> bool {
        let Some(submission) = self.submissions.find(scope) else { return false };
        let head = self.submissions.at(submission).held();
        self.deliveries.links_mut(at).next = head;
        if head != NIL {
            self.deliveries.links_mut(head).prev = at;
        }
        self.set_held(submission, at);
        true
    }

    fn unhold(&mut self, at: u32) {
        let slot = *self.deliveries.at(at);
        let (prev, next) = (slot.links().prev, slot.links().next);
        let links = self.deliveries.links_mut(at);
        (links.prev, links.next) = (NIL, NIL);
        if next != NIL {
            self.deliveries.links_mut(next).prev = prev;
        }
        if prev != NIL {
            self.deliveries.links_mut(prev).next = next;
        } else if let Some(submission) = slot.scope().and_then(|scope| self.submissions.find(scope)) {
            self.set_held(submission, next);
        }
    }

    /// Keeps the list of the held deliveries of a submission whole when the first of them has moved.
    #[inline]
    fn follow(&mut self, moved: Option<u32>) {
        if let Some(to) = moved
            && self.holds()
        {
            self.follow_held(to);
        }
    }

    fn follow_held(&mut self, to: u32) {
        let slot = self.deliveries.at(to);
        if slot.links().prev == NIL
            && let Some(submission) = slot.scope().and_then(|scope| self.submissions.find(scope))
        {
            self.set_held(submission, to);
        }
    }

    fn set_held(&mut self, submission: u32, held: u32) {
        self.submissions.change(submission, |slot| slot.set_held(held));
    }

    fn release_held(&mut self, scope: ScopeKey, now: Now) -> u32 {
        let mut released = 0;
        while let Some(at) = self.submissions.find(scope).map(|at| self.submissions.at(at).held())
            && at != NIL
        {
            let row = self.deliveries.at(at).row(self.rules(), self.fence);
            match delivery::transition(self.rules(), row, delivery::Event::Announce, now).0 {
                Some(row) => self.write_delivery(at, &row),
                None => self.remove_delivery(at),
            }
            released += 1;
        }
        released
    }

    /// Takes up a row that lay in the store when it was opened.
    fn readmit(&mut self, at: u32) {
        let slot = *self.deliveries.at(at);
        let Some(row) = slot.row(self.rules(), self.fence) else { return };
        self.raise_fence(&slot);
        let mut row = delivery::resume(self.rules(), row, self.latest);
        self.phases[row.phase as usize - 1] += 1;
        if let Some(scope) = slot.scope() {
            let announced = self.submission(scope).is_none_or(|row| row.expected);
            if self.holds() && !announced && self.hold(at, scope) {
                return;
            }
            // Nobody could ever release it: what is doubtful is handled.
            let event = delivery::Event::Announce;
            row = delivery::transition(self.rules(), Some(row), event, self.latest).0.unwrap_or(row);
        }
        self.write_delivery(at, &row);
    }

    fn sweep_submission(&mut self, at: u32, now: Now) -> Option<Swept> {
        let slot = *self.submissions.at(at);
        let scope = slot.key()?;
        let row = slot.row();
        // What is held for it goes first.
        if row.due > now.wall || slot.held() != NIL {
            return None;
        }
        match submission::transition(self.rules(), Some(row), submission::Event::Due, now) {
            (Some(row), submission::Verdict::Overdue) => {
                self.write_submission(at, &row);
                Some(Swept::Overdue(scope))
            }
            (None, _) => {
                self.submissions.remove(at);
                self.stay();
                None
            }
            _ => None,
        }
    }

    fn sweep_delivery(&mut self, at: u32, now: Now) -> Option<Swept> {
        let row = self.deliveries.at(at).row(self.rules(), self.fence).filter(|row| row.is_due(now))?;
        let id = self.deliveries.at(at).id();
        let (after, verdict) = delivery::transition(self.rules(), Some(row), delivery::Event::Due, now);
        match after {
            Some(after) if after != row => self.write_delivery(at, &after),
            Some(_) => {}
            None => {
                self.remove_delivery(at);
                self.stay();
            }
        }
        match verdict {
            delivery::Verdict::Ready => Some(Swept::Ready(id)),
            delivery::Verdict::Lapsed => Some(Swept::Lapsed(id)),
            delivery::Verdict::Died => Some(Swept::Died(id)),
            delivery::Verdict::Lost => Some(Swept::Lost(id)),
            _ => None,
        }
    }

    /// Another row may have moved to where one was removed.
    fn stay(&mut self) {
        self.cursor -= 1;
    }
}

fn has_room<T: Slot, M: AsRef<[T]> + AsMut<[T]>>(table: &Table<T, M>) -> bool {
    table.len() < table.capacity() || table.evictable() > 0
}
