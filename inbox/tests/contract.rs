//! The contract of a store: one suite, held against each of them. A new store is a [`Store`] and a line at the end.

mod rig;

#[path = "contract/cases.rs"]
mod cases;

use std::sync::{Arc, OnceLock};

use rig::{Folder, Store};
use ringback_inbox::sqlite::{Options, Sqlite};
use ringback_inbox::{Ledger, ManualClock, Memory};

/// A store that the suite is held against, if the machine has what it needs.
trait Held: Store + Sized + 'static {
    fn there() -> Option<Self>;
}

/// Always the one that was opened first: nothing else survives.
#[derive(Default)]
struct InMemory(OnceLock<Arc<Memory>>);

impl Held for InMemory {
    fn there() -> Option<InMemory> {
        Some(InMemory::default())
    }
}

impl Store for InMemory {
    fn open(&self, clock: Arc<ManualClock>) -> Arc<dyn Ledger> {
        self.0.get_or_init(|| Arc::new(Memory::new(clock).unwrap())).clone()
    }
}

struct InSqlite(Folder);

impl Held for InSqlite {
    fn there() -> Option<InSqlite> {
        Some(InSqlite(Folder::new()))
    }
}

impl Store for InSqlite {
    fn open(&self, clock: Arc<ManualClock>) -> Arc<dyn Ledger> {
        Arc::new(Sqlite::open_with(self.0.file(), Options { clock, reserve: 0, ..Options::default() }).unwrap())
    }
}

/// A schema of its own in a server that all of them share.
#[cfg(feature = "postgres")]
struct InPostgres(String, ringback_inbox::postgres::Options);

#[cfg(feature = "postgres")]
impl Held for InPostgres {
    fn there() -> Option<InPostgres> {
        let server = rig::server::Server::shared()?;
        Some(InPostgres(server.url(), server.fresh()))
    }
}

#[cfg(feature = "postgres")]
impl Store for InPostgres {
    fn open(&self, clock: Arc<ManualClock>) -> Arc<dyn Ledger> {
        let options = ringback_inbox::postgres::Options { clock: Some(clock), ..self.1.clone() };
        Arc::new(ringback_inbox::Postgres::open_with(&self.0, options).unwrap())
    }
}

macro_rules! held {
    ($($(#[$meta:meta])* $store:ident: $name:ty => [$($case:ident),* $(,)?];)*) => {
        $($(#[$meta])* mod $store {
            use super::Held;
            $(#[test]
            fn $case() {
                if let Some(store) = <$name>::there() {
                    super::cases::$case(store);
                }
            })*
        })*
    };
}

macro_rules! contract {
    ($($(#[$meta:meta])* $store:ident: $name:ty;)*) => {
        held! {
            $($(#[$meta])* $store: $name => [
                what_is_kept_is_claimed_settled_and_then_a_repeat,
                announcing_after_the_arrival_finds_it,
                the_same_document_with_other_bytes_is_kept_beside,
                another_request_id_than_the_bound_one_is_a_dead_letter_and_no_result,
                a_ticket_beyond_its_grace_is_a_dead_letter,
                what_is_malformed_is_a_dead_letter,
                what_is_incomplete_is_kept_and_superseded,
                what_was_not_announced_is_held_until_it_is,
                what_nobody_announces_dies,
                a_submission_is_handled_in_order_and_one_at_a_time,
                a_failed_message_does_not_block_the_next,
                a_lapsed_lease_is_claimed_again_and_the_old_number_settles_nothing,
                a_late_owner_may_settle_while_nobody_else_has_claimed,
                a_stepped_wall_clock_changes_no_lease,
                another_boot_ends_every_lease,
                twenty_failures_are_the_end_and_a_replay_begins_anew,
                a_released_claim_is_free_at_once,
                an_overdue_submission_is_reported_once,
                a_cancelled_submission_is_never_overdue,
                answered_when_handled,
                what_is_held_comes_again_where_handling_is_the_answer,
                a_result_is_found_by_submission_request_and_job,
                a_failure_is_raised_until_a_transcript_follows,
                a_stream_ends_with_its_segments_in_order,
                an_interim_result_leaves_nothing_behind,
                waiting_threads_and_tasks_are_woken,
                forgetting_leaves_hashes_and_nothing_comes_back,
                forgetting_by_request_and_by_tag,
                bodies_go_after_a_day_and_identities_after_thirty,
                eight_deliveries_are_enough_for_one_submission,
                a_secret_in_the_document_is_masked_before_it_is_kept,
                context_and_job_reach_the_handler,
                no_word_of_a_body_a_context_or_a_ticket_is_printed,
                deliveries_without_identity_are_never_repeats,
                many_threads_claim_every_delivery_once,
            ];)*
        }
    };
}

contract! {
    memory: super::InMemory;
    sqlite: super::InSqlite;
    #[cfg(feature = "postgres")]
    postgres: super::InPostgres;
}
