//! The cases. Each says in its name what a store and the inbox over it promise.

use std::collections::HashSet;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use ringback::ErrorKind;
use ringback::credential::TicketUse;
use ringback::ledger::{Arrived, Outcome, Phase, Settled};
use ringback::time::Expiry;
use ringback_inbox::inbox::Subject;
use ringback_inbox::ledger::{Reason, Selection};
use ringback_inbox::{Answering, Clock as _, Decision, Error, Expect, Settings, Wanted};

use crate::rig::{BASIC, NOON, Rig, Store, authorization, closing, failure, keyring, piece, request, transcript, wall};

const HOUR: u64 = 3_600_000;
const DAY: u64 = 24 * HOUR;

fn dead(rig: &Rig) -> Vec<Option<Reason>> {
    rig.inbox.dead_letters(0, 99).unwrap().into_iter().map(|entry| entry.facts.reason).collect()
}

#[track_caller]
fn fails<T: std::fmt::Debug>(result: Result<T, Error>, kind: ErrorKind) {
    assert_eq!(result.map_err(|error| error.kind()).unwrap_err(), kind);
}

pub fn what_is_kept_is_claimed_settled_and_then_a_repeat(store: impl Store + 'static) {
    let rig = Rig::new(store);
    let submission = rig.expect("call-1");
    let (ticket, body) = (authorization(&submission), transcript(1, "hello"));
    let arrived = rig.clock.now().wall;
    assert_eq!(rig.answer(&ticket, &body), (200, "stored"));
    rig.clock.advance(30_000);
    assert_eq!(rig.answer(&ticket, &body), (200, "repeat"));
    assert_eq!(rig.inbox.ledger().tally().unwrap(), [0, 1, 0, 0, 0]);

    let work = rig.claim().unwrap();
    assert_eq!(work.arrived, arrived, "when the first attempt came");
    assert_eq!((work.body.as_slice(), work.job.as_deref(), work.attempts_seen), (&body[..], Some("call-1"), 2));
    assert_eq!(rig.answer(&ticket, &body), (200, "in_progress"));
    assert_eq!(rig.claim(), None);
    assert_eq!(rig.inbox.settle(work.claim, Outcome::Done), Ok(Settled::Done));
    fails(rig.inbox.settle(work.claim, Outcome::Done), ErrorKind::ClaimStale);
    assert_eq!(rig.answer(&ticket, &body), (200, "repeat"));
    assert_eq!(rig.claim(), None);
    assert_eq!(rig.another().ledger().tally().unwrap(), [0, 0, 0, 1, 0]);
}

pub fn announcing_after_the_arrival_finds_it(store: impl Store + 'static) {
    let rig = Rig::new(store);
    assert_eq!(rig.answer(BASIC, &transcript(1, "hello")), (200, "stored"));
    let submission = rig.inbox.expect_request("production", &request(1), Expect::new("call-1")).unwrap();
    assert_eq!(submission.arrived(), Arrived::Whole);
    assert_eq!(submission.result_now().unwrap().body, transcript(1, "hello"));
    let other = rig.inbox.expect_request("production", &request(2), Expect::new("call-2")).unwrap();
    assert_eq!(other.arrived(), Arrived::No);
    fails(other.result_now(), ErrorKind::TimeOut);
    fails(rig.inbox.expect_request("production", "a b", Expect::new("call-2")), ErrorKind::RequestIdInvalid);
}

pub fn the_same_document_with_other_bytes_is_kept_beside(store: impl Store + 'static) {
    let rig = Rig::new(store);
    let submission = rig.expect("call-1");
    let ticket = authorization(&submission);
    assert_eq!(rig.answer(&ticket, &transcript(1, "hello")), (200, "stored"));
    for _ in 0..2 {
        assert_eq!(rig.answer(&ticket, &transcript(1, "forged")), (200, "differing"));
    }
    assert_eq!(dead(&rig), [Some(Reason::Differing)]);
    assert_eq!(submission.result_now().unwrap().body, transcript(1, "hello"));

    let work = rig.claim().unwrap();
    assert_eq!(work.body, transcript(1, "hello"));
    assert_eq!(rig.inbox.settle(work.claim, Outcome::Done), Ok(Settled::Done));
    assert_eq!(rig.claim(), None);
    let letter = rig.inbox.dead_letters(0, 1).unwrap().remove(0);
    assert_eq!(rig.inbox.replay(letter.facts.id), Ok(true));
    let work = rig.claim().unwrap();
    assert_eq!((work.body, work.revises), (transcript(1, "forged"), true));
}

pub fn another_request_id_than_the_bound_one_is_a_dead_letter_and_no_result(store: impl Store + 'static) {
    let rig = Rig::new(store);
    let submission = rig.expect("call-1");
    let ticket = authorization(&submission);
    assert_eq!(submission.accepted(&request(1)), Ok(Arrived::No));
    assert_eq!(rig.answer(&ticket, &transcript(2, "stranger")), (200, "mismatch"));
    assert_eq!(rig.answer(&ticket, &transcript(2, "stranger")), (200, "repeat"));
    assert_eq!(dead(&rig), [Some(Reason::Mismatch)]);
    assert_eq!(rig.claim(), None);
    fails(submission.result_now(), ErrorKind::TimeOut);
    assert_eq!(rig.answer(&ticket, &transcript(1, "hello")), (200, "stored"));
    assert_eq!(submission.result_now().unwrap().body, transcript(1, "hello"));
}

pub fn a_ticket_beyond_its_grace_is_a_dead_letter(store: impl Store + 'static) {
    let rig = Rig::new(store);
    let expect = Expect::new("call-1").ticket_expiry(Expiry::At(NOON + 1_000));
    let submission = rig.inbox.expect(&keyring(), expect).unwrap();
    let ticket = authorization(&submission);
    rig.clock.advance(60_000);
    assert_eq!(rig.answer(&ticket, &failure(1)), (200, "stored"));
    assert!(rig.claim().unwrap().late);
    rig.clock.advance(HOUR);
    assert_eq!(rig.answer(&ticket, &transcript(1, "hello")), (200, "expired"));
    assert_eq!(dead(&rig), [Some(Reason::Expired)]);
}

pub fn what_is_malformed_is_a_dead_letter(store: impl Store + 'static) {
    let rig = Rig::new(store);
    let ticket = authorization(&rig.expect("call-1"));
    assert_eq!(rig.answer(&ticket, b"{\"a\": x}"), (200, "malformed"));
    assert_eq!(rig.answer(&ticket, b"{\"a\": x}"), (200, "repeat"));
    assert_eq!(dead(&rig), [Some(Reason::Malformed)]);
    assert_eq!(rig.answer("Basic bm9ib2R5Om5vYm9keQ==", b"{\"a\": x}"), (401, "refused"));
    assert_eq!(rig.inbox.ledger().tally().unwrap(), [0, 0, 0, 0, 1]);
}

pub fn what_is_incomplete_is_kept_and_superseded(store: impl Store + 'static) {
    let rig = Rig::new(store);
    let submission = rig.expect("call-1");
    let (ticket, body) = (authorization(&submission), transcript(1, "hello"));
    for _ in 0..2 {
        assert_eq!(rig.answer(&ticket, &body[..40]), (400, "incomplete"));
    }
    assert_eq!(dead(&rig), [Some(Reason::Incomplete)]);
    let part = rig.inbox.dead_letters(0, 1).unwrap().remove(0).facts.id;
    assert_eq!(rig.inbox.ledger().body(part).unwrap().unwrap().bytes(), Ok(body[..40].to_vec()));
    fails(submission.result_now(), ErrorKind::TimeOut);

    assert_eq!(rig.answer(&ticket, &body), (200, "stored"));
    assert_eq!(dead(&rig), []);
    assert_eq!(rig.inbox.ledger().body(part), Ok(None));
    assert_eq!(submission.result_now().unwrap().body, body);
}

pub fn what_was_not_announced_is_held_until_it_is(store: impl Store + 'static) {
    let rig = Rig::with(store, Settings { require_expected: true, ..Settings::default() });
    assert_eq!(rig.answer(BASIC, &transcript(1, "hello")), (200, "held"));
    assert_eq!(rig.answer(BASIC, &failure(1)), (200, "held"));
    assert_eq!(rig.claim(), None);
    let submission = rig.inbox.expect_request("production", &request(1), Expect::new("call-1")).unwrap();
    assert_eq!(submission.arrived(), Arrived::Whole);
    assert_eq!(rig.inbox.ledger().tally().unwrap(), [0, 2, 0, 0, 0]);
    assert_eq!(rig.claim().unwrap().body, transcript(1, "hello"));
}

pub fn what_nobody_announces_dies(store: impl Store + 'static) {
    let rig = Rig::with(store, Settings { require_expected: true, ..Settings::default() });
    assert_eq!(rig.answer(BASIC, &transcript(1, "hello")), (200, "held"));
    rig.clock.advance(DAY);
    assert_eq!(rig.inbox.sweep().unwrap().died.len(), 1);
    assert_eq!(dead(&rig), [Some(Reason::Unannounced)]);
    assert!(rig.inbox.sweep().unwrap().died.is_empty());
}

pub fn a_submission_is_handled_in_order_and_one_at_a_time(store: impl Store + 'static) {
    let rig = Rig::new(store);
    let expect = || rig.inbox.expect(&keyring(), Expect::new("stream").for_use(TicketUse::Stream)).unwrap();
    let (one, two) = (authorization(&expect()), authorization(&expect()));
    for start in [0.0, 1.0, 2.0] {
        assert_eq!(rig.answer(&one, &piece(1, start, true, "one")), (200, "stored"));
        assert_eq!(rig.answer(&two, &piece(2, start, true, "two")), (200, "stored"));
        rig.clock.advance(1);
    }
    for start in [0.0, 1.0, 2.0] {
        // One of each, whoever asks, and however much.
        let mut claimed = rig.inbox.claim(8).unwrap();
        claimed.extend(rig.another().claim(8).unwrap());
        let bodies: Vec<_> = claimed.iter().map(|work| work.body.clone()).collect();
        assert_eq!(bodies, [piece(1, start, true, "one"), piece(2, start, true, "two")]);
        for work in claimed {
            assert_eq!(rig.inbox.settle(work.claim, Outcome::Done), Ok(Settled::Done));
        }
    }
    assert_eq!(rig.claim(), None);
}

pub fn a_failed_message_does_not_block_the_next(store: impl Store + 'static) {
    let rig = Rig::new(store);
    let expect = Expect::new("stream").for_use(TicketUse::Stream);
    let ticket = authorization(&rig.inbox.expect(&keyring(), expect).unwrap());
    for start in [0.0, 1.0] {
        assert_eq!(rig.answer(&ticket, &piece(1, start, true, "x")), (200, "stored"));
    }
    let first = rig.claim().unwrap();
    assert!(matches!(rig.inbox.settle(first.claim, Outcome::Failed), Ok(Settled::Again { wait: 500..=1_000 })));
    let second = rig.claim().unwrap();
    assert_eq!(second.body, piece(1, 1.0, true, "x"));
    rig.clock.advance(1_000);
    assert_eq!(rig.claim(), None, "one at a time");
    assert_eq!(rig.inbox.settle(second.claim, Outcome::Done), Ok(Settled::Done));
    let again = rig.claim().unwrap();
    assert_eq!((again.id, again.again), (first.id, true));
    assert_ne!(again.claim, first.claim);
}

pub fn a_lapsed_lease_is_claimed_again_and_the_old_number_settles_nothing(store: impl Store + 'static) {
    let rig = Rig::new(store);
    assert_eq!(rig.answer(BASIC, &transcript(1, "hello")), (200, "stored"));
    let first = rig.claim().unwrap();
    rig.clock.advance(40_000);
    assert_eq!(rig.inbox.renew(first.claim), Ok(()));
    rig.clock.advance(59_999);
    assert_eq!(rig.claim(), None);
    rig.clock.advance(1);
    let second = rig.another().claim(1).unwrap().remove(0);
    assert_eq!((second.id, second.again), (first.id, true));
    assert!(second.claim.fence > first.claim.fence);
    fails(rig.inbox.renew(first.claim), ErrorKind::ClaimStale);
    fails(rig.inbox.settle(first.claim, Outcome::Done), ErrorKind::ClaimStale);
    fails(rig.inbox.release(first.claim), ErrorKind::ClaimStale);
    assert_eq!(rig.inbox.settle(second.claim, Outcome::Done), Ok(Settled::Done));
}

pub fn a_late_owner_may_settle_while_nobody_else_has_claimed(store: impl Store + 'static) {
    let rig = Rig::new(store);
    assert_eq!(rig.answer(BASIC, &transcript(1, "hello")), (200, "stored"));
    let work = rig.claim().unwrap();
    rig.clock.advance(HOUR);
    assert_eq!(rig.inbox.settle(work.claim, Outcome::Done), Ok(Settled::Done));
    assert_eq!(rig.claim(), None);
}

pub fn a_stepped_wall_clock_changes_no_lease(store: impl Store + 'static) {
    let rig = Rig::new(store);
    assert_eq!(rig.answer(BASIC, &transcript(1, "hello")), (200, "stored"));
    let work = rig.claim().unwrap();
    for wall in [NOON + HOUR, NOON + DAY, NOON - DAY] {
        rig.clock.step_wall(wall);
        assert_eq!(rig.claim(), None);
        assert_eq!(rig.another().claim(1), Ok(Vec::new()));
    }
    assert_eq!(rig.inbox.settle(work.claim, Outcome::Done), Ok(Settled::Done));
}

pub fn another_boot_ends_every_lease(store: impl Store + 'static) {
    let rig = Rig::new(store);
    assert_eq!(rig.answer(BASIC, &transcript(1, "hello")), (200, "stored"));
    let first = rig.claim().unwrap();
    rig.clock.boot_again();
    let after = rig.another();
    // What lives in memory does not survive a boot, so there is nothing to ask of it.
    if after.ledger().now().monotonic < 3_600_000 {
        let second = after.claim(1).unwrap().remove(0);
        assert_eq!(second.id, first.id);
        assert!(second.claim.fence > first.claim.fence);
    }
}

pub fn twenty_failures_are_the_end_and_a_replay_begins_anew(store: impl Store + 'static) {
    let rig = Rig::new(store);
    assert_eq!(rig.answer(BASIC, &transcript(1, "hello")), (200, "stored"));
    let mut last = None;
    for attempt in 1..=20 {
        let work = rig.claim().unwrap();
        let settled = rig.inbox.settle(work.claim, Outcome::Failed).unwrap();
        assert_eq!(settled == Settled::Dead, attempt == 20);
        last = Some(work);
        rig.clock.advance(HOUR);
    }
    let last = last.unwrap();
    assert_eq!(rig.claim(), None);
    assert_eq!(dead(&rig), [Some(Reason::Failed)]);
    assert_eq!(rig.answer(BASIC, &transcript(1, "hello")), (200, "repeat"));
    assert_eq!(rig.inbox.replay(last.id), Ok(true));
    assert_eq!(rig.inbox.replay(last.id), Ok(false));
    fails(rig.inbox.settle(last.claim, Outcome::Done), ErrorKind::ClaimStale);
    let replayed = rig.claim().unwrap();
    assert_eq!((replayed.id, &replayed.body), (last.id, &last.body));
    assert!(replayed.claim.fence > last.claim.fence);
    assert_eq!(rig.inbox.settle(replayed.claim, Outcome::Dead), Ok(Settled::Dead));
    fails(rig.inbox.replay(ringback::ledger::DeliveryId::from_bytes([0; 16])), ErrorKind::DeliveryUnknown);
}

pub fn a_released_claim_is_free_at_once(store: impl Store + 'static) {
    let rig = Rig::new(store);
    assert_eq!(rig.answer(BASIC, &transcript(1, "hello")), (200, "stored"));
    let first = rig.claim().unwrap();
    assert_eq!(rig.inbox.release(first.claim), Ok(()));
    fails(rig.inbox.settle(first.claim, Outcome::Done), ErrorKind::ClaimStale);
    assert_eq!(rig.claim().unwrap().id, first.id);
}

pub fn an_overdue_submission_is_reported_once(store: impl Store + 'static) {
    let rig = Rig::new(store);
    let submission = rig.expect("call-1");
    assert_eq!(rig.inbox.pending(9).unwrap().len(), 1);
    rig.clock.advance(46 * 60_000 - 1);
    assert!(rig.inbox.sweep().unwrap().overdue.is_empty());
    fails(submission.result_now(), ErrorKind::TimeOut);
    rig.clock.advance(1);
    fails(submission.result_now(), ErrorKind::SubmissionOverdue);
    let overdue = rig.inbox.sweep().unwrap().overdue;
    assert_eq!(overdue[0].announcement.job.as_deref(), Some("call-1"));
    assert!(rig.inbox.sweep().unwrap().overdue.is_empty());
    assert_eq!((rig.inbox.pending(9).unwrap().len(), rig.inbox.overdue(9).unwrap().len()), (0, 1));
    assert_eq!(rig.answer(&authorization(&submission), &transcript(1, "late")), (200, "stored"));
    assert!(rig.claim().unwrap().late);
    assert_eq!(submission.result_now().unwrap().body, transcript(1, "late"));
}

pub fn a_cancelled_submission_is_never_overdue(store: impl Store + 'static) {
    let rig = Rig::new(store);
    let submission = rig.expect("call-1");
    assert_eq!(submission.cancel(), Ok(()));
    fails(submission.cancel(), ErrorKind::SubmissionUnknown);
    rig.clock.advance(DAY - HOUR);
    assert!(rig.inbox.sweep().unwrap().overdue.is_empty());
    assert_eq!(rig.answer(&authorization(&submission), &transcript(1, "hello")), (200, "stored"));
    assert!(rig.claim().is_some());
}

pub fn answered_when_handled(store: impl Store + 'static) {
    let rig = Rig::with(store, Settings { answering: Answering::Handled, ..Settings::default() });
    let body = transcript(1, "hello");
    let Decision::Handle(work) = rig.receive(BASIC, &body) else { panic!("it is new") };
    assert_eq!(work.body, body);
    assert_eq!(rig.answer(BASIC, &body), (503, "in_progress"));
    let arrived = work.arrived;
    let answer = rig.inbox.finish(rig.policy(), work.claim, Outcome::Failed);
    assert_eq!((answer.status, answer.situation.name()), (500, "failed"));
    rig.clock.advance(30_000);
    let Decision::Handle(again) = rig.receive(BASIC, &body) else { panic!("it has failed") };
    assert_eq!((again.id, again.again, again.attempts_seen), (work.id, true, 3));
    assert_eq!(again.arrived, arrived, "when the first attempt came");
    assert_eq!(rig.inbox.finish(rig.policy(), work.claim, Outcome::Done).status, 503, "its claim has ended");
    assert_eq!(rig.inbox.finish(rig.policy(), again.claim, Outcome::Done).status, 200);
    assert_eq!(rig.answer(BASIC, &body), (200, "repeat"));
    assert_eq!(rig.inbox.ledger().tally().unwrap(), [0, 0, 0, 1, 0]);
}

pub fn what_is_held_comes_again_where_handling_is_the_answer(store: impl Store + 'static) {
    let settings = Settings { answering: Answering::Handled, require_expected: true, ..Settings::default() };
    let rig = Rig::with(store, settings);
    assert_eq!(rig.answer(BASIC, &transcript(1, "hello")), (503, "held"));
    rig.inbox.expect_request("production", &request(1), Expect::new("call-1")).unwrap();
    let Decision::Handle(work) = rig.receive(BASIC, &transcript(1, "hello")) else { panic!("it is announced") };
    assert_eq!((work.job.as_deref(), work.attempts_seen), (Some("call-1"), 2));
    assert_eq!(rig.inbox.finish(rig.policy(), work.claim, Outcome::Done).status, 200);
}

pub fn a_result_is_found_by_submission_request_and_job(store: impl Store + 'static) {
    let rig = Rig::new(store);
    let old = rig.expect("call-1");
    rig.clock.advance(1);
    let submission = rig.expect("call-1");
    assert_eq!(rig.answer(&authorization(&old), &transcript(1, "old")), (200, "stored"));
    assert_eq!(rig.answer(&authorization(&submission), &transcript(2, "new")), (200, "stored"));
    assert_eq!(submission.accepted(&request(2)), Ok(Arrived::Whole));

    let other = rig.another();
    let by = |wanted| other.result(wanted, Some(0)).block();
    assert_eq!(by(Wanted::Submission(submission.id())).unwrap().body, transcript(2, "new"));
    assert_eq!(by(Wanted::Request(request(2))).unwrap().body, transcript(2, "new"));
    assert_eq!(by(Wanted::Job("call-1".into())).unwrap().body, transcript(2, "new"));
    let reply = other.submission(old.id()).unwrap().result_now().unwrap();
    assert_eq!(reply.payload().and_then(|payload| payload.transcript()).unwrap(), "old");
    // Nobody has bound that request id: whoever wrote it into a document cannot answer for it.
    fails(by(Wanted::Request(request(1))), ErrorKind::SubmissionUnknown);
    fails(by(Wanted::Job("call-2".into())), ErrorKind::SubmissionUnknown);
}

pub fn a_failure_is_raised_until_a_transcript_follows(store: impl Store + 'static) {
    let rig = Rig::new(store);
    let submission = rig.expect("call-1");
    let ticket = authorization(&submission);
    assert_eq!(rig.answer(&ticket, &failure(1)), (200, "stored"));
    fails(submission.result_now(), ErrorKind::JobFailed);
    assert_eq!(rig.inbox.failure(submission.id()).unwrap().unwrap().body, failure(1));
    assert_eq!(rig.answer(&ticket, &transcript(1, "after all")), (200, "stored"));
    assert_eq!(submission.result_now().unwrap().body, transcript(1, "after all"));
}

pub fn a_stream_ends_with_its_segments_in_order(store: impl Store + 'static) {
    let rig = Rig::new(store);
    let expect = Expect::new("stream").for_use(TicketUse::Stream);
    let submission = rig.inbox.expect(&keyring(), expect).unwrap();
    let ticket = authorization(&submission);
    for (start, is_final) in [(2.0, true), (0.0, false), (0.0, true)] {
        assert_eq!(rig.answer(&ticket, &piece(1, start, is_final, "x")), (200, "stored"));
    }
    fails(submission.result_now(), ErrorKind::TimeOut);
    assert_eq!(rig.answer(&ticket, &closing(1)), (200, "stored"));
    let reply = submission.result_now().unwrap();
    assert_eq!(reply.body, closing(1));
    assert_eq!(reply.segments, [piece(1, 0.0, true, "x"), piece(1, 2.0, true, "x")]);
}

pub fn an_interim_result_leaves_nothing_behind(store: impl Store + 'static) {
    let rig = Rig::new(store);
    let expect = Expect::new("stream").for_use(TicketUse::Stream);
    let ticket = authorization(&rig.inbox.expect(&keyring(), expect).unwrap());
    let body = piece(1, 0.0, false, "interim");
    assert_eq!(rig.answer(&ticket, &body), (200, "stored"));
    let first = rig.claim().unwrap();
    assert_eq!(rig.inbox.settle(first.claim, Outcome::Done), Ok(Settled::Done));
    assert_eq!(rig.inbox.ledger().tally().unwrap(), [0; 5]);
    assert_eq!(rig.answer(&ticket, &body), (200, "stored"));
    // Whoever slept through all of that settles nothing of the new row.
    assert!(rig.claim().unwrap().claim.fence > first.claim.fence);
    fails(rig.inbox.settle(first.claim, Outcome::Done), ErrorKind::ClaimStale);
}

pub fn waiting_threads_and_tasks_are_woken(store: impl Store + 'static) {
    struct Unpark(std::thread::Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let rig = Rig::new(store);
    let submission = rig.expect("call-1");
    let ticket = authorization(&submission);
    // Another process waits too, where there can be one.
    let other = rig.another().submission(submission.id()).unwrap();
    std::thread::scope(|scope| {
        let thread = scope.spawn(|| submission.result(Some(20_000)).block());
        let task = scope.spawn(|| {
            let mut waiting = std::pin::pin!(other.result(None));
            let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
            loop {
                match waiting.as_mut().poll(&mut Context::from_waker(&waker)) {
                    Poll::Ready(found) => break found,
                    Poll::Pending => std::thread::park(),
                }
            }
        });
        assert_eq!(rig.answer(&ticket, &transcript(1, "hello")), (200, "stored"));
        for found in [thread.join().unwrap(), task.join().unwrap()] {
            assert_eq!(found.unwrap().body, transcript(1, "hello"));
        }
    });
}

pub fn forgetting_leaves_hashes_and_nothing_comes_back(store: impl Store + 'static) {
    let rig = Rig::new(store);
    let expect = Expect::new("call-1").context("somebody's name");
    let submission = rig.inbox.expect(&keyring(), expect).unwrap();
    let ticket = authorization(&submission);
    assert_eq!(rig.answer(&ticket, &transcript(1, "hello")), (200, "stored"));
    assert_eq!(rig.answer(&ticket, &failure(1)), (200, "stored"));
    assert_eq!(rig.answer(BASIC, &transcript(2, "other")), (200, "stored"));
    let claimed = rig.claim().unwrap();

    let forgotten = rig.inbox.forget(&Subject::Job("call-1".into())).unwrap();
    assert_eq!((forgotten.deliveries, forgotten.unhandled, forgotten.submissions), (2, 2, 1));
    fails(rig.inbox.settle(claimed.claim, Outcome::Done), ErrorKind::ClaimStale);
    assert_eq!(rig.inbox.dead_letters(0, 9), Ok(Vec::new()));
    for entry in rig.inbox.ledger().deliveries(&Selection::Submission(submission.id()), 0, 9).unwrap() {
        assert_eq!((entry.facts.job, entry.facts.request_id, entry.facts.tags.len()), (None, None, 0));
        assert!(!entry.has_body && entry.row.phase == Phase::Dead);
        assert_eq!(rig.inbox.ledger().body(entry.facts.id), Ok(None));
        fails(rig.inbox.replay(entry.facts.id), ErrorKind::BodyForgotten);
    }
    assert_eq!(rig.inbox.pending(9), Ok(Vec::new()));
    // The sender's next attempt is a repeat, and the other delivery is untouched.
    assert_eq!(rig.answer(&ticket, &transcript(1, "hello")), (200, "repeat"));
    assert_eq!(rig.claim().unwrap().body, transcript(2, "other"));
    assert_eq!(rig.claim(), None);
    assert_eq!(rig.inbox.forget(&Subject::Job("call-1".into())).unwrap().deliveries, 0);
}

pub fn forgetting_by_request_and_by_tag(store: impl Store + 'static) {
    let rig = Rig::new(store);
    for number in [1, 2] {
        assert_eq!(rig.answer(BASIC, &transcript(number, "hello")), (200, "stored"));
    }
    assert_eq!(rig.inbox.forget(&Subject::Request(request(1))).unwrap().deliveries, 1);
    assert_eq!(rig.inbox.forget(&Subject::Tag("red".into())).unwrap().deliveries, 0);
    assert_eq!(rig.inbox.forget(&Subject::Tag("blue".into())).unwrap().deliveries, 1);
    assert_eq!(rig.claim(), None);
}

pub fn bodies_go_after_a_day_and_identities_after_thirty(store: impl Store + 'static) {
    let rig = Rig::new(store);
    assert_eq!(rig.answer(BASIC, &transcript(1, "done")), (200, "stored"));
    let done = rig.claim().unwrap();
    assert_eq!(rig.inbox.settle(done.claim, Outcome::Done), Ok(Settled::Done));
    assert_eq!(rig.answer(BASIC, &transcript(2, "dead")), (200, "stored"));
    let dead = rig.claim().unwrap();
    assert_eq!(rig.inbox.settle(dead.claim, Outcome::Dead), Ok(Settled::Dead));

    rig.clock.advance(DAY - 1);
    assert_eq!(rig.inbox.purge().unwrap().bodies, 0);
    rig.clock.advance(1);
    assert_eq!(rig.inbox.purge().unwrap().bodies, 1);
    assert_eq!(rig.inbox.ledger().body(done.id), Ok(None));
    assert!(rig.inbox.ledger().body(dead.id).unwrap().is_some());
    assert_eq!(rig.answer(BASIC, &transcript(1, "done")), (200, "repeat"));

    rig.clock.advance(29 * DAY);
    // Two deliveries, and the submissions that they made.
    assert_eq!(rig.inbox.purge().unwrap().forgotten, 4);
    assert_eq!(rig.inbox.ledger().tally().unwrap(), [0; 5]);
    assert_eq!(rig.inbox.ledger().body(dead.id), Ok(None));
    assert_eq!(wall(&rig), NOON + 30 * DAY);
}

pub fn eight_deliveries_are_enough_for_one_submission(store: impl Store + 'static) {
    let rig = Rig::new(store);
    let submission = rig.expect("call-1");
    let ticket = authorization(&submission);
    submission.accepted(&request(1)).unwrap();
    for number in 0..8 {
        assert_eq!(rig.answer(&ticket, &transcript(100 + number, "flood")), (200, "mismatch"));
    }
    assert_eq!(rig.answer(&ticket, &transcript(200, "flood")), (503, "too_many"));
    assert_eq!(rig.answer(&ticket, &transcript(1, "awaited")), (200, "stored"));
    assert_eq!(rig.inbox.ledger().tally().unwrap(), [0, 1, 0, 0, 8]);
}

pub fn a_secret_in_the_document_is_masked_before_it_is_kept(store: impl Store + 'static) {
    let rig = Rig::new(store);
    let mut body = br#"{"metadata":{"extra":{"callback_secret":"open sesame marker"},"request_id":"x1"},"results":{"channels":[]}}"#
        .to_vec();
    let head = ringback::Head::new("POST", "/hook");
    let Decision::Answer(answer) = rig.inbox.receive(&rig.gate, &head, &mut body) else { panic!("it is kept") };
    assert_eq!(answer.status, 200);
    let kept = rig.claim().unwrap();
    assert_eq!(kept.sender, "extra");
    assert!(!String::from_utf8(kept.body).unwrap().contains("sesame"));
}

pub fn context_and_job_reach_the_handler(store: impl Store + 'static) {
    let rig = Rig::new(store);
    assert_eq!(rig.answer(BASIC, &transcript(1, "early")), (200, "stored"));
    let expect = Expect::new("call-1").context(b"\x00\xff".to_vec());
    rig.inbox.expect_request("production", &request(1), expect).unwrap();
    let work = rig.claim().unwrap();
    assert_eq!((work.job.as_deref(), work.context.as_deref()), (Some("call-1"), Some(&b"\x00\xff"[..])));
    assert_eq!((work.sender.as_str(), work.request_id), ("production", Some(request(1))));
    assert_eq!(work.content_type.as_deref(), Some("application/json"));
}

pub fn no_word_of_a_body_a_context_or_a_ticket_is_printed(store: impl Store + 'static) {
    let rig = Rig::new(store);
    let expect = Expect::new("call-1").context("marker");
    let mut printed = format!("{expect:?}");
    let submission = rig.inbox.expect(&keyring(), expect).unwrap();
    printed += &format!("{submission:?} {:?}", rig.inbox.pending(9).unwrap());
    rig.keep(&authorization(&submission), &transcript(1, "marker"));
    let work = rig.claim().unwrap();
    let entry = rig.inbox.ledger().deliveries(&Selection::Id(work.id), 0, 1).unwrap();
    let body = rig.inbox.ledger().body(work.id).unwrap();
    printed += &format!("{work:?} {entry:?} {body:?} {:?} {:?}", submission.result_now().unwrap(), rig.inbox);
    let password = submission.ticket().unwrap().password();
    for secret in ["marker", "109, 97, 114, 107", password] {
        assert!(!printed.contains(secret), "{secret} in {printed}");
    }
    assert!(printed.contains("call-1"));
}

pub fn deliveries_without_identity_are_never_repeats(store: impl Store + 'static) {
    let rig = Rig::new(store);
    let body = br#"{"type":"SpeechStarted","channel":[0,1],"timestamp":1.5}"#;
    for _ in 0..2 {
        assert_eq!(rig.answer(BASIC, body), (200, "stored"));
    }
    assert_eq!(rig.inbox.claim(8).unwrap().len(), 2);
}

pub fn many_threads_claim_every_delivery_once(store: impl Store + 'static) {
    const DELIVERIES: u64 = 60;
    let rig = Rig::new(store);
    for number in 0..DELIVERIES {
        assert_eq!(rig.answer(BASIC, &transcript(number, "x")), (200, "stored"));
    }
    let claimed = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..4)
            .map(|at| {
                let inbox = if at % 2 == 0 { rig.inbox.clone() } else { rig.another() };
                scope.spawn(move || {
                    let mut mine = Vec::new();
                    loop {
                        let works = inbox.claim(3).unwrap();
                        // Somebody else may have been faster with all that was found; only none at all is the end.
                        if works.is_empty() && inbox.ledger().tally().unwrap()[1] == 0 {
                            break mine;
                        }
                        mine.extend(works.into_iter().map(|work| work.id));
                    }
                })
            })
            .collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect::<Vec<_>>()
    });
    let distinct: HashSet<_> = claimed.iter().collect();
    assert_eq!((claimed.len() as u64, distinct.len() as u64), (DELIVERIES, DELIVERIES));
}
