//! What a ledger in memory does in the situations that lose or double transcripts elsewhere.

use ringback::ErrorKind;
use ringback::ledger::*;
use ringback::time::{Expiry, Now};

const MINUTE: u64 = 60_000;
const START: Now = Now::new(1_790_000_000_000, 0);

type Boxed = Ledger<Box<[SubmissionSlot]>, Box<[DeliverySlot]>>;

fn ledger(submissions: usize, deliveries: usize, rules: Rules) -> Boxed {
    let submissions = vec![SubmissionSlot::EMPTY; submissions].into();
    let deliveries = vec![DeliverySlot::EMPTY; deliveries].into();
    Ledger::open(submissions, deliveries, [42; 16], rules, START)
}

fn scope(number: u8) -> ScopeKey {
    ScopeKey::from_hash([number; 16])
}

fn id(number: u8) -> DeliveryId {
    DeliveryId::from_bytes([number; 16])
}

fn at(millis: u64) -> Now {
    Now::new(START.wall + millis, START.monotonic + millis)
}

fn deadline(minutes: u64) -> Expiry {
    Expiry::At(START.wall + minutes * MINUTE)
}

/// A transcript for this submission, whose identity and bytes have this number.
fn transcript(submission: u8, number: u8) -> Arrival {
    Arrival { scope: Some(scope(submission)), delivery: Some(id(number)), closes: true, ..bytes(number) }
}

fn bytes(number: u8) -> Arrival {
    Arrival::new(Fingerprint::from_bytes([number; 16]))
}

#[track_caller]
fn granted(verdict: Verdict) -> Grant {
    match verdict {
        Verdict::Handle(grant) => grant,
        other => panic!("expected a claim, not {other:?}"),
    }
}

#[track_caller]
fn claimed(ledger: &mut Boxed, number: u8, now: Now) -> Grant {
    match ledger.claim(id(number), now) {
        Ok(Turn::Handle(grant)) => grant,
        other => panic!("expected a claim, not {other:?}"),
    }
}

#[track_caller]
fn handle(ledger: &mut Boxed, arrival: &Arrival, now: Now) -> Grant {
    let grant = granted(ledger.arrive(arrival, now));
    assert_eq!(ledger.settle(grant.claim, Outcome::Done, 0, now), Ok(Settled::Done));
    grant
}

/// Everything that two rounds through every slot come across, each once.
fn sweep_all(ledger: &mut Boxed, now: Now) -> Vec<Swept> {
    let mut all = Vec::new();
    for _ in 0..2 {
        let mut budget = (ledger.slots().0.len() + ledger.slots().1.len()) as u32;
        while let Some(swept) = ledger.sweep(now, &mut budget) {
            if !all.contains(&swept) {
                all.push(swept);
            }
        }
    }
    all
}

#[test]
fn the_largest_budget_is_one_round() {
    let mut ledger = ledger(4, 4, Rules::stored());
    assert_eq!(ledger.arrive(&transcript(1, 1), at(0)), Verdict::Kept { late: false });
    let (mut budget, mut found) = (u32::MAX, Vec::new());
    while let Some(swept) = ledger.sweep(at(1), &mut budget) {
        found.push(swept);
    }
    assert_eq!((found, budget), (vec![Swept::Ready(id(1))], 0));
}

#[test]
fn a_retry_after_a_lost_answer_is_a_repeat() {
    let mut ledger = ledger(4, 4, Rules::default());
    handle(&mut ledger, &transcript(1, 1), at(0));
    assert_eq!(ledger.arrive(&transcript(1, 1), at(MINUTE)), Verdict::Repeat);
    assert_eq!(ledger.delivery(id(1)).map(|row| row.arrivals), Some(2));
}

#[test]
fn two_utterance_ends_without_a_time_are_two() {
    let mut ledger = ledger(4, 4, Rules::default());
    let utterance_end = Arrival { scope: Some(scope(1)), stream: true, ..bytes(1) };
    for _ in 0..2 {
        let grant = handle(&mut ledger, &utterance_end, at(0));
        assert_eq!(grant.claim, Claim::UNRECORDED);
    }
    assert_eq!(ledger.submission(scope(1)).map(|row| (row.arrived, row.deliveries)), Some((Arrived::Partly, 0)));
}

#[test]
fn settling_what_is_recorded_nowhere_says_what_the_sender_must_do() {
    let mut ledger = ledger(1, 1, Rules::default());
    let said = [Outcome::Done, Outcome::Failed, Outcome::Dead]
        .map(|outcome| ledger.settle(Claim::UNRECORDED, outcome, 0, at(0)));
    assert_eq!(said, [Ok(Settled::Done), Ok(Settled::Again { wait: 0 }), Ok(Settled::Dead)]);
    assert_eq!(ledger.renew(Claim::UNRECORDED, at(0)), Ok(()));
    assert_eq!(ledger.release(Claim::UNRECORDED, at(0)), Ok(()));
}

#[test]
fn interim_results_leave_no_row_where_nothing_is_stored() {
    let mut ledger = ledger(4, 4, Rules::default());
    let interim = Arrival { remember: false, closes: false, stream: true, ..transcript(1, 1) };
    handle(&mut ledger, &interim, at(0));
    handle(&mut ledger, &interim, at(1));
    assert_eq!(ledger.delivery(id(1)), None);
}

#[test]
fn interim_results_leave_no_row_once_they_are_done() {
    let mut ledger = ledger(4, 4, Rules::stored());
    let interim = Arrival { remember: false, closes: false, stream: true, ..transcript(1, 1) };
    assert_eq!(ledger.arrive(&interim, at(0)), Verdict::Kept { late: false });
    let grant = claimed(&mut ledger, 1, at(0));
    assert_eq!(ledger.settle(grant.claim, Outcome::Done, 0, at(0)), Ok(Settled::Done));
    assert_eq!(ledger.delivery(id(1)), None);
    assert_eq!(ledger.settle(grant.claim, Outcome::Done, 0, at(0)), Err(ErrorKind::DeliveryUnknown.into()));
}

#[test]
fn a_job_may_be_used_again_for_another_submission() {
    let mut ledger = ledger(4, 4, Rules::default());
    for submission in [1, 2] {
        ledger.expect(scope(submission), deadline(46), None, at(0)).unwrap();
        handle(&mut ledger, &transcript(submission, submission), at(1));
    }
    assert_eq!(ledger.tally().done, 2);
}

#[test]
fn a_ticket_that_was_cached_serves_two_submissions() {
    let mut ledger = ledger(4, 4, Rules::default());
    let request = |number| Some(RequestKey::from_bits(number));
    handle(&mut ledger, &Arrival { request: request(1), ..transcript(1, 1) }, at(0));
    handle(&mut ledger, &Arrival { request: request(2), ..transcript(1, 2) }, at(0));
    assert_eq!(ledger.submission(scope(1)).map(|row| row.deliveries), Some(2));
}

#[test]
fn a_leaked_url_never_reaches_another_request() {
    let mut ledger = ledger(4, 4, Rules::default());
    ledger.expect(scope(1), deadline(46), None, at(0)).unwrap();
    assert_eq!(ledger.bind(scope(1), RequestKey::from_bits(1), at(0)), Ok(Arrived::No));
    let forged = Arrival { request: Some(RequestKey::from_bits(2)), ..transcript(1, 9) };
    assert_eq!(ledger.arrive(&forged, at(0)), Verdict::Mismatch);
    assert_eq!((ledger.delivery(id(9)), ledger.tally().awaited), (None, 1));
    handle(&mut ledger, &Arrival { request: Some(RequestKey::from_bits(1)), ..transcript(1, 1) }, at(1));
}

#[test]
fn a_failure_and_then_a_transcript_are_both_handled() {
    let mut ledger = ledger(4, 4, Rules::default());
    ledger.expect(scope(1), deadline(46), None, at(0)).unwrap();
    handle(&mut ledger, &Arrival { closes: false, ..transcript(1, 1) }, at(1));
    assert_eq!(ledger.submission(scope(1)).map(|row| row.arrived), Some(Arrived::Partly));
    handle(&mut ledger, &transcript(1, 2), at(2));
    assert_eq!(ledger.submission(scope(1)).map(|row| row.arrived), Some(Arrived::Whole));
}

#[test]
fn the_same_bytes_in_two_streams_are_two_and_in_one_stream_one() {
    let mut ledger = ledger(4, 4, Rules::default());
    let message = |submission, number| {
        let delivery = Some(id(number));
        Arrival { closes: false, stream: true, delivery, ..transcript(submission, 7) }
    };
    handle(&mut ledger, &message(1, 1), at(0));
    handle(&mut ledger, &message(2, 2), at(0));
    assert_eq!(ledger.arrive(&message(1, 1), at(1)), Verdict::Repeat);
}

#[test]
fn other_bytes_are_handled_as_a_revision_without_an_inbox() {
    let mut ledger = ledger(4, 4, Rules::default());
    let changed = Arrival { fingerprint: Fingerprint::from_bytes([9; 16]), ..transcript(1, 1) };
    let first = granted(ledger.arrive(&transcript(1, 1), at(0)));
    assert_eq!(ledger.arrive(&changed, at(1)), Verdict::InProgress);
    ledger.settle(first.claim, Outcome::Done, 0, at(2)).unwrap();
    let grant = handle(&mut ledger, &changed, at(3));
    assert!(grant.revises && grant.again);
    assert_eq!(ledger.arrive(&changed, at(4)), Verdict::Repeat);
}

#[test]
fn other_bytes_are_kept_beside_the_first_in_an_inbox() {
    let mut ledger = ledger(4, 4, Rules::stored());
    let changed = Arrival { fingerprint: Fingerprint::from_bytes([9; 16]), ..transcript(1, 1) };
    assert_eq!(ledger.arrive(&transcript(1, 1), at(0)), Verdict::Kept { late: false });
    assert_eq!(ledger.arrive(&changed, at(1)), Verdict::Differing);
    assert_eq!(ledger.delivery(id(1)).map(|row| row.fingerprint), Some(transcript(1, 1).fingerprint));
}

#[test]
fn the_ninth_distinct_delivery_is_too_many_but_its_repeats_are_not() {
    let mut ledger = ledger(4, 16, Rules::default());
    for number in 1..=8 {
        handle(&mut ledger, &transcript(1, number), at(0));
    }
    assert_eq!(ledger.arrive(&transcript(1, 9), at(0)), Verdict::TooMany);
    assert_eq!(ledger.arrive(&transcript(1, 8), at(0)), Verdict::Repeat);
}

#[test]
fn what_is_doomed_is_buried_whatever_its_request_id_and_closes_nothing() {
    let mut ledger = ledger(4, 4, Rules::stored());
    ledger.expect(scope(1), deadline(46), Some(RequestKey::from_bits(1)), at(0)).unwrap();
    let doomed = Arrival { doomed: true, request: Some(RequestKey::from_bits(2)), ..transcript(1, 1) };
    assert_eq!(ledger.arrive(&doomed, at(0)), Verdict::Buried);
    assert_eq!(ledger.arrive(&doomed, at(1)), Verdict::Repeat);
    assert_eq!(ledger.submission(scope(1)).map(|row| row.arrived), Some(Arrived::Partly));
}

#[test]
fn an_unannounced_delivery_must_come_again_where_nothing_is_stored() {
    let mut ledger = ledger(4, 4, Rules::default());
    let arrival = Arrival { require_expected: true, ..transcript(1, 1) };
    assert_eq!(ledger.arrive(&arrival, at(0)), Verdict::Held { kept: false });
    assert_eq!(ledger.tally(), Tally::default());
    ledger.expect(scope(1), deadline(46), None, at(1)).unwrap();
    handle(&mut ledger, &arrival, at(30_000));
}

#[test]
fn an_announcement_releases_all_that_was_held_for_it_and_nothing_else() {
    let mut ledger = ledger(4, 8, Rules::stored());
    let held = |submission, number| Arrival { require_expected: true, ..transcript(submission, number) };
    for number in 1..=4 {
        assert_eq!(ledger.arrive(&held(1 + number % 2, number), at(0)), Verdict::Held { kept: true });
    }
    assert_eq!(ledger.claim(id(1), at(0)), Ok(Turn::Nothing));
    let expected = ledger.expect(scope(2), deadline(46), None, at(1));
    assert_eq!(expected, Ok(Expected { arrived: Arrived::Whole, released: 2 }));
    let ready = sweep_all(&mut ledger, at(1));
    assert_eq!(ready.len(), 2);
    assert!([1, 3].iter().all(|&number| ready.contains(&Swept::Ready(id(number)))));
    assert_eq!((ledger.tally().held, ledger.tally().ready), (2, 2));
}

#[test]
fn what_is_never_announced_is_a_dead_letter_in_the_end() {
    let mut ledger = ledger(1, 2, Rules::stored());
    let held = Arrival { require_expected: true, ..transcript(1, 1) };
    assert_eq!(ledger.arrive(&held, at(0)), Verdict::Held { kept: true });
    // The only row of a submission is taken by the one that something is held for.
    assert_eq!(ledger.expect(scope(2), deadline(1), None, at(0)), Err(ErrorKind::LedgerFull.into()));
    let end = at(Rules::stored().patience);
    assert_eq!(sweep_all(&mut ledger, end), [Swept::Died(id(1))]);
    assert!(ledger.expect(scope(2), deadline(1), None, end).is_ok());
}

#[test]
fn a_full_table_forgets_what_was_settled_first_and_then_is_full() {
    let mut ledger = ledger(8, 3, Rules::default());
    let first = granted(ledger.arrive(&transcript(1, 1), at(0)));
    handle(&mut ledger, &transcript(2, 2), at(1));
    ledger.settle(first.claim, Outcome::Done, 0, at(2)).unwrap();
    let third = granted(ledger.arrive(&transcript(3, 3), at(3)));
    let fourth = granted(ledger.arrive(&transcript(4, 4), at(4)));
    assert_eq!((ledger.delivery(id(2)), ledger.tally().forgotten_early), (None, 1));
    granted(ledger.arrive(&transcript(5, 5), at(5)));
    assert_eq!((ledger.delivery(id(1)), ledger.tally().forgotten_early), (None, 2));
    assert_eq!(ledger.arrive(&transcript(6, 6), at(6)), Verdict::Full);
    assert_eq!((ledger.submission(scope(6)), ledger.arrive(&transcript(3, 3), at(6))), (None, Verdict::InProgress));
    ledger.settle(third.claim, Outcome::Failed, 0, at(7)).unwrap();
    assert_eq!(ledger.arrive(&transcript(6, 6), at(7)), Verdict::Full);
    ledger.settle(fourth.claim, Outcome::Dead, 0, at(8)).unwrap();
    granted(ledger.arrive(&transcript(6, 6), at(8)));
}

#[test]
fn a_full_table_of_submissions_keeps_those_that_are_waited_for() {
    let mut ledger = ledger(2, 8, Rules::default());
    handle(&mut ledger, &transcript(1, 1), at(0));
    ledger.expect(scope(2), deadline(46), None, at(0)).unwrap();
    ledger.expect(scope(3), deadline(46), None, at(0)).unwrap();
    assert_eq!((ledger.submission(scope(1)), ledger.tally().forgotten_early), (None, 1));
    assert_eq!(ledger.expect(scope(4), deadline(46), None, at(0)), Err(ErrorKind::LedgerFull.into()));
    // An arrival is handled all the same.
    handle(&mut ledger, &transcript(5, 5), at(1));
    handle(&mut ledger, &transcript(2, 2), at(1));
    assert!(ledger.expect(scope(4), deadline(46), None, at(2)).is_ok());
    assert!(ledger.submission(scope(3)).is_some());
}

#[test]
fn a_sleeper_settles_nothing_although_its_delivery_was_forgotten_and_came_again() {
    let mut ledger = ledger(4, 1, Rules::default());
    let lease = Rules::default().lease;
    let sleeper = granted(ledger.arrive(&transcript(1, 1), at(0)));
    let second = granted(ledger.arrive(&transcript(1, 1), at(lease)));
    ledger.settle(second.claim, Outcome::Done, 0, at(lease)).unwrap();
    handle(&mut ledger, &transcript(2, 2), at(lease));
    let third = granted(ledger.arrive(&transcript(1, 1), at(lease)));
    for stale in [sleeper, second] {
        let settled = ledger.settle(stale.claim, Outcome::Done, 0, at(lease));
        assert_eq!(settled, Err(ErrorKind::ClaimStale.into()));
    }
    assert_eq!(ledger.settle(third.claim, Outcome::Done, 0, at(lease)), Ok(Settled::Done));
}

#[test]
fn the_overdue_are_reported_once_and_a_late_answer_is_marked() {
    let mut ledger = ledger(4, 4, Rules::default());
    for submission in [1, 2, 3] {
        ledger.expect(scope(submission), deadline(46), None, at(0)).unwrap();
    }
    handle(&mut ledger, &transcript(2, 2), at(MINUTE));
    ledger.cancel(scope(3), at(MINUTE)).unwrap();
    assert_eq!(sweep_all(&mut ledger, at(46 * MINUTE - 1)), []);
    assert_eq!(sweep_all(&mut ledger, at(46 * MINUTE)), [Swept::Overdue(scope(1))]);
    assert_eq!(sweep_all(&mut ledger, at(46 * MINUTE)), []);
    assert!(handle(&mut ledger, &transcript(1, 1), at(47 * MINUTE)).late);
}

#[test]
fn only_what_was_announced_can_be_cancelled_or_bound() {
    let mut ledger = ledger(4, 4, Rules::default());
    let unknown = ErrorKind::SubmissionUnknown.into();
    handle(&mut ledger, &transcript(2, 2), at(0));
    for number in [1, 2] {
        assert_eq!(ledger.cancel(scope(number), at(0)), Err(unknown));
        assert_eq!(ledger.bind(scope(number), RequestKey::from_bits(1), at(0)), Err(unknown));
    }
}

#[test]
fn what_was_settled_is_remembered_for_960_seconds_and_then_forgotten() {
    let mut ledger = ledger(4, 4, Rules::default());
    handle(&mut ledger, &transcript(1, 1), at(0));
    assert_eq!(sweep_all(&mut ledger, at(959_999)), []);
    assert_eq!(ledger.arrive(&transcript(1, 1), at(959_999)), Verdict::Repeat);
    assert_eq!(sweep_all(&mut ledger, at(960_000)), []);
    assert_eq!((ledger.delivery(id(1)), ledger.tally()), (None, Tally::default()));
}

#[test]
fn a_delivery_that_failed_and_never_came_again_is_reported_as_lost() {
    let mut ledger = ledger(4, 4, Rules::default());
    let grant = granted(ledger.arrive(&transcript(1, 1), at(0)));
    assert_eq!(ledger.settle(grant.claim, Outcome::Failed, 0, at(0)), Ok(Settled::Again { wait: 0 }));
    assert_eq!(sweep_all(&mut ledger, at(960_000)), [Swept::Lost(id(1))]);
    assert_eq!(ledger.delivery(id(1)), None);
}

#[test]
fn a_lapsed_lease_is_reported_and_claimed_by_the_next() {
    let mut ledger = ledger(4, 4, Rules::stored());
    ledger.arrive(&transcript(1, 1), at(0));
    let first = claimed(&mut ledger, 1, at(0));
    ledger.renew(first.claim, at(30_000)).unwrap();
    assert_eq!(sweep_all(&mut ledger, at(89_999)), []);
    assert_eq!(sweep_all(&mut ledger, at(90_000)), [Swept::Lapsed(id(1)), Swept::Ready(id(1))]);
    let second = claimed(&mut ledger, 1, at(90_000));
    assert!(second.again && second.claim.fence > first.claim.fence);
    assert_eq!(ledger.renew(first.claim, at(90_000)), Err(ErrorKind::ClaimStale.into()));
}

#[test]
fn what_was_released_may_be_claimed_at_once_and_not_be_settled_any_more() {
    let mut ledger = ledger(4, 4, Rules::stored());
    ledger.arrive(&transcript(1, 1), at(0));
    let first = claimed(&mut ledger, 1, at(0));
    assert_eq!(ledger.release(first.claim, at(0)), Ok(()));
    assert_eq!(ledger.settle(first.claim, Outcome::Done, 0, at(0)), Err(ErrorKind::ClaimStale.into()));
    claimed(&mut ledger, 1, at(0));
}

#[test]
fn a_replay_is_handled_again_under_a_new_number() {
    let mut ledger = ledger(4, 4, Rules::stored());
    ledger.arrive(&transcript(1, 1), at(0));
    assert_eq!(ledger.replay(id(1), at(0)), Ok(false));
    let first = claimed(&mut ledger, 1, at(0));
    ledger.settle(first.claim, Outcome::Dead, 0, at(0)).unwrap();
    assert_eq!(ledger.replay(id(1), at(1)), Ok(true));
    let second = claimed(&mut ledger, 1, at(1));
    assert!(second.again && second.claim.fence > first.claim.fence);
    assert_eq!(ledger.replay(id(9), at(1)), Err(ErrorKind::DeliveryUnknown.into()));
}

#[test]
fn a_clock_that_is_put_back_changes_nothing() {
    let mut ledger = ledger(4, 4, Rules::default());
    ledger.expect(scope(1), deadline(46), None, at(0)).unwrap();
    assert_eq!(sweep_all(&mut ledger, at(50 * MINUTE)), [Swept::Overdue(scope(1))]);
    handle(&mut ledger, &transcript(2, 2), at(0));
    assert_eq!(ledger.delivery(id(2)).map(|row| row.due), Some(at(50 * MINUTE + 960_000).wall));
}

#[test]
fn saved_slots_are_restored_with_all_that_was_known() {
    for portable in [false, true] {
        let mut before = ledger(5, 7, Rules::stored());
        let held = Arrival { require_expected: true, ..transcript(1, 1) };
        before.arrive(&held, at(0));
        before.arrive(&transcript(2, 2), at(0));
        before.arrive(&transcript(3, 3), at(0));
        before.expect(scope(4), deadline(46), Some(RequestKey::from_bits(4)), at(0)).unwrap();
        let done = claimed(&mut before, 2, at(0));
        before.settle(done.claim, Outcome::Done, 0, at(0)).unwrap();
        let lapsed = claimed(&mut before, 3, at(0));
        let tally = before.tally();
        let (submissions, deliveries) = if portable {
            let (submissions, deliveries) = before.slots();
            let submissions = submissions.iter().map(|slot| SubmissionSlot::from_bytes(&slot.to_bytes())).collect();
            (submissions, deliveries.iter().map(|slot| DeliverySlot::from_bytes(&slot.to_bytes())).collect())
        } else {
            before.close()
        };
        let now = Now::new(START.wall, 5);
        let mut after = Ledger::open(submissions, deliveries, [1; 16], Rules::stored(), now);
        assert_eq!(after.tally(), tally);
        assert_eq!(after.arrive(&transcript(2, 2), now), Verdict::Repeat);
        assert_eq!(after.arrive(&held, now), Verdict::Held { kept: true });
        let forged = Arrival { request: Some(RequestKey::from_bits(5)), ..transcript(4, 4) };
        assert_eq!(after.arrive(&forged, now), Verdict::Mismatch);
        assert_eq!(after.expect(scope(1), deadline(46), None, now).map(|expected| expected.released), Ok(1));
        let again = claimed(&mut after, 3, now);
        assert!(again.again && again.claim.fence > lapsed.claim.fence);
    }
}

#[test]
fn a_ledger_without_any_slots_is_full() {
    let mut ledger = ledger(0, 0, Rules::default());
    assert_eq!(ledger.expect(scope(1), deadline(46), None, at(0)), Err(ErrorKind::LedgerFull.into()));
    assert_eq!(ledger.arrive(&transcript(1, 1), at(0)), Verdict::Full);
    handle(&mut ledger, &Arrival { delivery: None, ..transcript(1, 1) }, at(0));
    assert_eq!(ledger.sweep(at(0), &mut 5), None);
}

#[test]
fn what_is_awaited_and_what_is_answered_are_counted_apart() {
    let mut ledger = ledger(4, 4, Rules::default());
    for number in 1..=3 {
        ledger.expect(scope(number), deadline(46), None, at(0)).unwrap();
    }
    handle(&mut ledger, &transcript(1, 1), at(0));
    assert_eq!((ledger.tally().awaited, ledger.tally().answered), (2, 1));
}

#[test]
fn what_goes_when_its_time_has_come_does_not_go_early() {
    for (now, early) in [(at(959_999), 2), (at(960_000), 0)] {
        let mut ledger = ledger(1, 1, Rules::default());
        handle(&mut ledger, &transcript(1, 1), at(0));
        handle(&mut ledger, &transcript(2, 2), now);
        assert_eq!(ledger.delivery(id(1)), None);
        assert_eq!(ledger.submission(scope(1)), None);
        assert_eq!(ledger.tally().forgotten_early, early);
    }
}

#[test]
fn a_submission_is_there_to_be_announced_while_something_is_held_for_it() {
    let mut ledger = ledger(4, 4, Rules::stored());
    ledger.arrive(&Arrival { require_expected: true, ..transcript(1, 1) }, at(0));
    // A round through the submissions alone.
    let end = at(Rules::stored().patience);
    assert_eq!(ledger.sweep(end, &mut 4), None);
    let expected = ledger.expect(scope(1), deadline(46), None, end);
    assert_eq!(expected, Ok(Expected { arrived: Arrived::Whole, released: 1 }));
}

#[test]
fn names_that_differ_in_any_byte_are_two() {
    let base = [7; 16];
    // Also in the same bits of two words, so that the differences cancel out.
    let places = (0..16).flat_map(|at| [vec![at], vec![at, (at + 8) % 16]]);
    for (places, bits) in places.flat_map(|places| [1, 0x55, 0x80].map(|bits| (places.clone(), bits))) {
        let mut other = base;
        places.iter().for_each(|&at| other[at] ^= bits);
        let mut ledger = ledger(2, 2, Rules::default());
        for bytes in [base, other] {
            let scope = Some(ScopeKey::from_bytes(*bytes.first_chunk().unwrap()));
            let arrival = Arrival { delivery: Some(DeliveryId::from_bytes(bytes)), scope, ..transcript(1, 1) };
            handle(&mut ledger, &arrival, at(0));
        }
        let submissions = if places.iter().all(|&at| at >= 12) { 1 } else { 2 };
        assert_eq!((ledger.tally().done, ledger.tally().answered), (2, submissions), "{places:?}");
    }
}

#[test]
fn what_moves_to_where_a_row_was_forgotten_is_not_passed_over() {
    let mut ledger = ledger(200, 200, Rules::default());
    for number in 0..100 {
        handle(&mut ledger, &transcript(number, number), at(0));
    }
    assert_eq!((ledger.tally().done, ledger.tally().answered), (100, 100));
    // A round, and one more look for each row that goes.
    for looks in [400, 200] {
        assert_eq!(ledger.sweep(at(960_000), &mut { looks }), None);
    }
    assert_eq!(ledger.tally(), Tally::default());
}

/// Where a row lies that is the only one.
fn home(name: [u8; 16], seed: [u8; 16]) -> usize {
    let mut ledger = Ledger::new([SubmissionSlot::EMPTY; 0], [DeliverySlot::EMPTY; 64], seed, Rules::default(), START);
    granted(ledger.arrive(&Arrival { delivery: Some(DeliveryId::from_bytes(name)), ..bytes(1) }, START));
    ledger.slots().1.iter().position(|slot| !slot.is_free()).unwrap()
}

/// A name of bits without a pattern, and those that follow it at this distance.
fn names(step: u128) -> impl Iterator<Item = [u8; 16]> {
    (0..1_000).map(move |number| PATTERNLESS.wrapping_add(step.wrapping_mul(number)).to_le_bytes())
}

const PATTERNLESS: u128 = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835;

#[test]
fn rows_are_spread_over_the_slots_whatever_the_seed_and_however_alike_their_names() {
    for seed in [[0; 16], [0xff; 16], [42; 16]] {
        // Names that differ everywhere, as hashes do, and such as differ in one end of one half.
        for step in [PATTERNLESS, 1, 1 << 64] {
            let mut rows = [0; 64];
            names(step).for_each(|name| rows[home(name, seed)] += 1);
            assert!(rows.iter().all(|&rows| rows < 60), "{seed:?} {step:x} {rows:?}");
        }
    }
}

#[test]
fn every_byte_of_the_seed_moves_rows() {
    let places = |seed| names(1).take(20).map(|name| home(name, seed)).collect::<Vec<_>>();
    for at in 0..16 {
        let mut seed = [42; 16];
        seed[at] ^= 0x10;
        assert_ne!(places(seed), places([42; 16]), "{at}");
    }
}

#[test]
fn slots_may_lie_in_any_store() {
    let rules = Rules::default();
    let arrays = Ledger::open([SubmissionSlot::EMPTY; 2], [DeliverySlot::EMPTY; 2], [0; 16], rules, START);
    let (mut submissions, mut deliveries) = arrays.close();
    let slices = Ledger::open(&mut submissions[..], &mut deliveries[..], [0; 16], rules, START);
    let (submissions, deliveries) = slices.close();
    let submissions: heapless::Vec<_, 2> = heapless::Vec::from_slice(submissions).unwrap();
    let mut vectors = Ledger::open(submissions, deliveries.to_vec(), [0; 16], rules, START);
    assert!(vectors.expect(scope(1), Expiry::Never, None, START).is_ok());
}
