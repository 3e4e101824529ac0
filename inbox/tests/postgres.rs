//! What only a store in a server can get wrong: its settings, its commits, its other users.
#![cfg(feature = "postgres")]

mod rig;

use std::process::Command;
use std::sync::Arc;

use rig::server::Server;
use rig::{BASIC, NOON, authorization, gate, keyring, transcript};
use ringback::ErrorKind;
use ringback::Head;
use ringback::gate::Gate;
use ringback::ledger::{Outcome, Phase, Settled};
use ringback_inbox::inbox::Subject;
use ringback_inbox::postgres::Options;
use ringback_inbox::postgres::tokio_postgres::{self, NoTls};
use ringback_inbox::{Decision, Expect, Inbox, Ledger, ManualClock, Postgres, Settings};

/// A store in a schema of its own, with the database's clock.
struct Fleet<'s> {
    server: &'s Server,
    options: Options,
    store: Arc<Postgres>,
    inbox: Inbox,
    gate: Gate<'static>,
}

impl<'s> Fleet<'s> {
    fn new(server: &'s Server) -> Fleet<'s> {
        Fleet::with(server, server.fresh())
    }

    fn with(server: &'s Server, options: Options) -> Fleet<'s> {
        let store = Arc::new(Postgres::open_with(&server.url(), options.clone()).unwrap());
        let inbox = Inbox::over(store.clone(), Settings::default());
        let gate = gate(inbox.seed());
        Fleet { server, options, store, inbox, gate }
    }

    fn answer(&self, body: &[u8]) -> (u16, &'static str) {
        let head = Head::new("POST", "/hook").header("authorization", BASIC.as_bytes());
        match self.inbox.receive(&self.gate, &head, &mut body.to_vec()) {
            Decision::Answer(answer) => (answer.status, answer.situation.name()),
            Decision::Handle(work) => panic!("{work:?} is to be handled at once"),
        }
    }

    /// Sends as a sender does: again, until it is kept.
    fn keep(&self, body: &[u8]) -> &'static str {
        loop {
            while self.inbox.check().is_err() {
                std::thread::yield_now();
            }
            match self.answer(body) {
                (200, how) => return how,
                answer => assert_eq!(answer, (503, "unavailable")),
            }
        }
    }

    fn sql(&self, sql: &str) -> String {
        self.server.sql(&sql.replace("ringback.", &format!("{}.", self.options.schema)))
    }

    fn count(&self) -> String {
        self.sql("SELECT count(*) FROM ringback.deliveries")
    }

    fn refused(&self) -> ErrorKind {
        Postgres::open_with(&self.server.url(), self.options.clone()).unwrap_err().kind()
    }
}

/// A client of the user's own.
fn with_client<T>(server: &Server, work: impl AsyncFnOnce(tokio_postgres::Client) -> T) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (client, connection) = tokio_postgres::connect(&server.url(), NoTls).await.unwrap();
        let driver = tokio::spawn(connection);
        let result = work(client).await;
        driver.await.unwrap().unwrap();
        result
    })
}

/// Waits until somebody waits for a standby, and says who.
fn waiting_for_a_standby(server: &Server) -> String {
    loop {
        let found = server.sql("SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep' LIMIT 1");
        if !found.is_empty() {
            return found;
        }
    }
}

/// How many entries of indexes were read in a schema, and how often somebody walked over the deliveries.
fn rows_read(server: &Server, schema: &str) -> (u64, u64) {
    let sql = "SELECT (SELECT sum(idx_tup_read) FROM pg_stat_user_indexes WHERE schemaname = 'SCHEMA'),
        (SELECT seq_scan FROM pg_stat_user_tables WHERE schemaname = 'SCHEMA' AND relname = 'deliveries')";
    let said = server.sql(&sql.replace("SCHEMA", schema));
    let (rows, walks) = said.split_once('|').unwrap();
    (rows.parse().unwrap(), walks.parse().unwrap())
}

#[test]
fn a_database_without_tables_is_refused_and_named() {
    let Some(server) = Server::shared() else { return };
    let options = Options { schema: "nothing_here".into(), ..Options::default() };
    let refused = Postgres::open_with(&server.url(), options).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::StoreUnmigrated);
    assert!(refused.to_string().contains("ringback migrate"), "{refused}");
}

#[test]
fn a_migration_may_be_run_again_and_by_several_at_once() {
    let Some(server) = Server::shared() else { return };
    let options = Options { schema: "migrated_often".into(), ..Options::default() };
    let before = std::thread::scope(|scope| {
        let migrate = || Postgres::migrate_with(&server.url(), &options).unwrap();
        let running: Vec<_> = (0..4).map(|_| scope.spawn(migrate)).collect();
        running.into_iter().map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
    });
    assert_eq!(before.iter().filter(|version| **version == 0).count(), 1, "{before:?}");
    let seed = Postgres::open_with(&server.url(), options.clone()).unwrap().seed();
    assert_eq!(Postgres::migrate_with(&server.url(), &options), Ok(1));
    assert_eq!(Postgres::open_with(&server.url(), options).unwrap().seed().0, seed.0);
}

#[test]
fn the_schema_of_somebody_else_is_left_alone() {
    let Some(server) = Server::shared() else { return };
    server.sql("CREATE SCHEMA theirs; CREATE TABLE theirs.deliveries (a int)");
    let options = Options { schema: "theirs".into(), ..Options::default() };
    let refused = Postgres::migrate_with(&server.url(), &options).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::StoreCorrupt);
    let options = Options { schema: "a; DROP".into(), ..Options::default() };
    assert!(Postgres::migrate_with(&server.url(), &options).is_err());
}

#[test]
fn the_processes_need_no_right_to_make_tables() {
    let Some(server) = Server::shared() else { return };
    let fleet = Fleet::new(server);
    fleet.sql(
        "CREATE ROLE worker LOGIN; GRANT USAGE ON SCHEMA ringback TO worker;
         GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ringback TO worker"
            .replace("SCHEMA ringback", &format!("SCHEMA {}", fleet.options.schema))
            .as_str(),
    );
    let url = server.url().replace("postgres@", "worker@");
    let inbox = Inbox::new(Postgres::open_with(&url, fleet.options.clone()).unwrap(), Settings::default());
    assert_eq!(fleet.answer(&transcript(1, "x")), (200, "stored"));
    let work = inbox.claim(1).unwrap().remove(0);
    assert_eq!(inbox.settle(work.claim, Outcome::Done), Ok(Settled::Done));
    let half = inbox.forget(&Subject::Request(rig::request(1))).unwrap_err();
    assert_eq!(half.kind(), ErrorKind::StoreReadOnly, "{half}");
    assert_eq!(fleet.sql("SELECT count(*) FROM ringback.bodies"), "0");
    let options = Options { schema: "no_right".into(), ..Options::default() };
    assert_eq!(Postgres::migrate_with(&url, &options).unwrap_err().kind(), ErrorKind::StoreReadOnly);
}

/// A migration adds, and says for whom it leaves what was there before.
#[test]
fn the_next_version_runs_beside_this_one_and_the_one_after_it_does_not() {
    let Some(server) = Server::shared() else { return };
    let fleet = Fleet::new(server);
    fleet.sql("ALTER TABLE ringback.deliveries ADD COLUMN novelty text DEFAULT 'new'");
    fleet.sql("UPDATE ringback.meta SET value = int8send(2) WHERE name = 'version'");
    assert_eq!(fleet.answer(&transcript(1, "x")), (200, "stored"));
    let beside = Fleet::with(server, fleet.options.clone());
    assert_eq!(beside.answer(&transcript(1, "x")), (200, "repeat"));
    let work = beside.inbox.claim(1).unwrap().remove(0);
    assert_eq!(beside.inbox.settle(work.claim, Outcome::Done), Ok(Settled::Done));
    assert_eq!(Postgres::migrate_with(&server.url(), &fleet.options), Ok(2));

    fleet.sql("UPDATE ringback.meta SET value = int8send(2) WHERE name = 'oldest'");
    assert_eq!(fleet.refused(), ErrorKind::StoreNewer);
    let refused = Postgres::migrate_with(&server.url(), &fleet.options).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::StoreNewer);
}

#[test]
fn another_store_in_its_place_is_not_written_into() {
    let Some(server) = Server::shared() else { return };
    let fleet = Fleet::new(server);
    fleet.sql("UPDATE ringback.meta SET value = decode(repeat('07', 32), 'hex') WHERE name = 'seed'");
    assert_eq!(fleet.answer(&transcript(1, "x")).0, 503);
    assert_eq!(fleet.count(), "0");
}

#[test]
fn a_commit_that_is_not_flushed_is_refused_when_opened_and_when_written() {
    let Some(server) = Server::start(&[]) else { return };
    let fleet = Fleet::new(&server);
    assert_eq!(fleet.answer(&transcript(1, "x")), (200, "stored"));
    for (name, value) in
        [("synchronous_commit", "off"), ("synchronous_commit", "local"), ("full_page_writes", "off"), ("fsync", "off")]
    {
        server.set(name, value);
        // A session hears of it between two statements.
        while server.sql(&format!("SHOW {name}")) != value {}
        while fleet.answer(&transcript(2, "x")).0 == 200 {
            fleet.sql("DELETE FROM ringback.deliveries WHERE request_id LIKE '%2'");
        }
        assert_eq!(fleet.refused(), ErrorKind::StoreUnsafe, "{name} = {value}");
        assert_eq!(fleet.count(), "1", "{name} = {value}");
        server.sql(&format!("ALTER SYSTEM RESET {name}"));
        server.sql("SELECT pg_reload_conf()");
        while server.sql(&format!("SHOW {name}")) != "on" {}
        assert_eq!(fleet.keep(&transcript(1, "x")), "repeat");
    }
    server.sql("ALTER ROLE postgres SET default_transaction_isolation = 'serializable'");
    assert_eq!(fleet.refused(), ErrorKind::StoreUnsafe);
    server.sql("ALTER ROLE postgres SET default_transaction_isolation = 'read committed'");
    server.sql("ALTER ROLE postgres SET default_transaction_read_only = on");
    assert_eq!(fleet.refused(), ErrorKind::StoreUnavailable, "nothing that may be written answers");
}

/// A commit that nobody knows about is no commit: neither when its wait for a standby is cancelled, nor when its
/// connection is killed in the middle of it; and what it has left is no reason for a 200 either.
#[test]
fn a_commit_in_doubt_is_503_until_it_is_safe() {
    let Some(server) = Server::start(&[]) else { return };
    let fleet = Fleet::new(&server);
    assert_eq!(fleet.answer(&transcript(1, "x")), (200, "stored"));
    server.set("synchronous_standby_names", "missing");
    for (number, end) in [(2, "pg_cancel_backend"), (3, "pg_terminate_backend")] {
        for attempt in 1..=2 {
            let answer = std::thread::scope(|scope| {
                let sent = scope.spawn(|| {
                    while fleet.inbox.check().is_err() {
                        std::thread::yield_now();
                    }
                    fleet.answer(&transcript(number, "x"))
                });
                let pid = waiting_for_a_standby(&server);
                assert_eq!(server.sql(&format!("SELECT {end}({pid})")), "t");
                sent.join().unwrap()
            });
            assert_eq!(answer, (503, "unavailable"), "{end}, attempt {attempt}");
        }
        // It is there, for whoever looks; that is what makes it dangerous.
        assert_eq!(fleet.count(), number.to_string());
    }
    server.sql("ALTER SYSTEM RESET synchronous_standby_names");
    server.sql("SELECT pg_reload_conf()");
    for number in 1..=3 {
        assert_eq!(fleet.keep(&transcript(number, "x")), "repeat");
    }
    assert_eq!(fleet.count(), "3");
}

#[test]
fn the_test_above_notices_when_a_warning_is_ignored() {
    if Server::shared().is_none() {
        return;
    }
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["a_commit_in_doubt_is_503_until_it_is_safe", "--exact", "--test-threads=1"]);
    let out = command.env("RINGBACK_PLANT", "warning-ignored").output().unwrap();
    let said = String::from_utf8_lossy(&out.stdout);
    assert!(!out.status.success() && said.contains("pg_cancel_backend, attempt 1"), "{said}");
}

/// The rows have long been returned when a deferred constraint refuses the commit.
#[test]
fn a_transaction_that_is_aborted_by_its_commit_is_503() {
    let Some(server) = Server::shared() else { return };
    let fleet = Fleet::new(server);
    fleet.sql(
        "CREATE FUNCTION ringback.refuse() RETURNS trigger LANGUAGE plpgsql AS
         $$ BEGIN RAISE EXCEPTION 'not today'; END $$;
         CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON ringback.deliveries DEFERRABLE INITIALLY DEFERRED
         FOR EACH ROW EXECUTE FUNCTION ringback.refuse()",
    );
    assert_eq!(fleet.answer(&transcript(1, "x")), (503, "unavailable"));
    assert_eq!(fleet.count(), "0");
    fleet.sql("DROP TRIGGER refuse ON ringback.deliveries");
    assert_eq!(fleet.keep(&transcript(1, "x")), "stored");
}

#[test]
fn a_row_that_somebody_holds_is_busy_and_comes_back() {
    let Some(server) = Server::shared() else { return };
    let fleet = Fleet::with(server, Options { deadline: 200, ..server.fresh() });
    while fleet.answer(&transcript(1, "x")).0 != 200 {}
    with_client(server, async |mut client| {
        let transaction = client.transaction().await.unwrap();
        let lock = format!("SELECT 1 FROM {}.deliveries FOR UPDATE", fleet.options.schema);
        transaction.batch_execute(&lock).await.unwrap();
        assert_eq!(fleet.answer(&transcript(1, "x")), (503, "unavailable"));
        assert_eq!(fleet.inbox.check(), Ok(()), "others are not refused for that");
        while fleet.answer(&transcript(2, "x")).0 != 200 {}
        transaction.rollback().await.unwrap();
    });
    while fleet.answer(&transcript(1, "x")).0 != 200 {}
}

#[test]
fn work_and_settlement_are_one_transaction() {
    let Some(server) = Server::shared() else { return };
    let fleet = Fleet::new(server);
    fleet.sql("CREATE TABLE ringback.work (id bytea PRIMARY KEY)");
    let insert = format!("INSERT INTO {}.work VALUES ($1)", fleet.options.schema);
    assert_eq!(fleet.answer(&transcript(1, "x")), (200, "stored"));
    let settings = *fleet.inbox.settings();
    let work = fleet.inbox.claim(1).unwrap().remove(0);
    with_client(server, async |mut client| {
        for commit in [false, true] {
            let transaction = client.transaction().await.unwrap();
            transaction.execute(&insert, &[&&work.id.as_bytes()[..]]).await.unwrap();
            let settled = fleet.store.settle_within(&transaction, &settings, work.claim, Outcome::Done).await;
            assert_eq!(settled, Ok(Settled::Done));
            assert_eq!(fleet.inbox.ledger().tally().unwrap(), [0, 0, 1, 0, 0], "nobody else sees it yet");
            match commit {
                true => transaction.commit().await.unwrap(),
                false => transaction.rollback().await.unwrap(),
            }
            let settled = u64::from(commit);
            assert_eq!(fleet.inbox.ledger().tally().unwrap(), [0, 0, 1 - settled, settled, 0]);
            assert_eq!(fleet.sql("SELECT count(*) FROM ringback.work"), settled.to_string());
        }
        let transaction = client.transaction().await.unwrap();
        let again = fleet.store.settle_within(&transaction, &settings, work.claim, Outcome::Done).await;
        assert_eq!(again.unwrap_err().kind(), ErrorKind::ClaimStale);
        transaction.rollback().await.unwrap();
    });
}

#[test]
fn of_two_who_settle_in_their_transactions_one_does() {
    let Some(server) = Server::shared() else { return };
    let clock = Arc::new(ManualClock::new(NOON));
    let fleet = Fleet::with(server, Options { clock: Some(clock.clone()), ..server.fresh() });
    assert_eq!(fleet.answer(&transcript(1, "x")), (200, "stored"));
    let first = fleet.inbox.claim(1).unwrap().remove(0);
    clock.advance(60_000);
    let second = fleet.inbox.claim(1).unwrap().remove(0);
    assert_eq!(first.id, second.id);
    let settings = *fleet.inbox.settings();
    with_client(server, async |mut client| {
        for (claim, said) in [(first.claim, Err(ErrorKind::ClaimStale)), (second.claim, Ok(Settled::Done))] {
            let transaction = client.transaction().await.unwrap();
            let settled = fleet.store.settle_within(&transaction, &settings, claim, Outcome::Done).await;
            assert_eq!(settled.map_err(|error| error.kind()), said);
            transaction.commit().await.unwrap();
        }
    });
    assert_eq!(fleet.inbox.ledger().tally().unwrap(), [0, 0, 0, 1, 0]);
}

#[test]
fn what_is_kept_is_announced_to_other_processes() {
    let Some(server) = Server::shared() else { return };
    let fleet = Fleet::new(server);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (client, mut connection) = tokio_postgres::connect(&server.url(), NoTls).await.unwrap();
        let (heard, mut hears) = tokio::sync::mpsc::unbounded_channel();
        let driver = tokio::spawn(async move {
            while let Some(Ok(message)) = std::future::poll_fn(|context| connection.poll_message(context)).await {
                if let tokio_postgres::AsyncMessage::Notification(notification) = message {
                    let _ = heard.send(notification.channel().to_owned());
                }
            }
        });
        client.batch_execute(&format!("LISTEN {}", fleet.options.schema)).await.unwrap();
        assert_eq!(fleet.answer(&transcript(1, "x")), (200, "stored"));
        assert_eq!(hears.recv().await, Some(fleet.options.schema.clone()));
        driver.abort();
    });
}

#[test]
fn a_result_reaches_a_waiter_in_another_process() {
    let Some(server) = Server::shared() else { return };
    let receiver = Fleet::new(server);
    let submitter = Fleet::with(server, receiver.options.clone());
    let submission = submitter.inbox.expect(&keyring(), Expect::new("call-1")).unwrap();
    let reply = std::thread::scope(|scope| {
        let waiting = scope.spawn(|| submission.result(Some(60_000)).block());
        let head = authorization(&submission);
        let head = Head::new("POST", "/hook").header("authorization", head.as_bytes());
        let Decision::Answer(answer) = receiver.inbox.receive(&receiver.gate, &head, &mut transcript(1, "hello"))
        else {
            panic!("it is stored")
        };
        assert_eq!(answer.status, 200);
        waiting.join().unwrap()
    });
    assert_eq!(reply.unwrap().body, transcript(1, "hello"));
}

#[test]
fn text_that_the_database_has_no_word_for_is_kept() {
    let Some(server) = Server::shared() else { return };
    let fleet = Fleet::new(server);
    let body = br#"{"metadata":{"request_id":"a","tags":["a\u0000b","\ud83d\ude00"]},"results":{"channels":[]}}"#;
    assert_eq!(fleet.answer(body), (200, "stored"));
    let entry = fleet
        .inbox
        .ledger()
        .deliveries(&ringback_inbox::ledger::Selection::Phase(Phase::Ready), 0, 9)
        .unwrap()
        .remove(0);
    assert_eq!(entry.facts.tags, ["a\0b", "\u{1f600}"]);
    let tag = Subject::Tag("a\0b".into());
    assert_eq!(fleet.inbox.forget(&tag).unwrap().deliveries, 1);
}

#[test]
fn forgetting_leaves_no_trace_in_the_tables() {
    let Some(server) = Server::shared() else { return };
    let fleet = Fleet::new(server);
    let submission = fleet.inbox.expect(&keyring(), Expect::new("marker-job").context("marker context")).unwrap();
    let ticket = authorization(&submission);
    let head = Head::new("POST", "/hook").header("authorization", ticket.as_bytes());
    for text in ["marker words", "marker of another"] {
        let _ = fleet.inbox.receive(&fleet.gate, &head, &mut transcript(1, text));
    }
    let hex: String = "marker".bytes().map(|byte| format!("{byte:02x}")).collect();
    let dump = || {
        let tables = ["submissions", "deliveries", "bodies", "meta"];
        tables.map(|table| fleet.sql(&format!("SELECT t::text FROM ringback.{table} t"))).join("\n")
    };
    assert!(dump().contains("marker-job") && dump().contains(&hex));
    let forgotten = fleet.inbox.forget(&Subject::Job("marker-job".into())).unwrap();
    assert_eq!((forgotten.deliveries, forgotten.submissions), (2, 1));
    assert!(!dump().contains("marker") && !dump().contains(&hex), "{}", dump());
}

/// Plans are made when nothing is known about the tables, and kept.
#[test]
fn nothing_that_is_asked_often_walks_over_what_others_have_left() {
    const MANY: u64 = 4_000;
    let Some(server) = Server::shared() else { return };
    let fleet = Fleet::new(server);
    // One long stream, of which only the first is to be looked at; then as much that others handle, which the database
    // has not been told of when it makes its plans.
    let fill = |from: u64, scope: &str, phase: u8, due: &str| {
        fleet.sql(&format!(
            "INSERT INTO ringback.deliveries (id, scope, phase, due, claim, arrivals, failures, marks, first, fingerprint,
                kind, closes, sender, route, length, tags, has_body, queued)
             SELECT substr(sha256(n::text::bytea), 1, 16), {scope}, {phase}, {due}, 1, 1, 0, 0, 0,
                substr(sha256(n::text::bytea), 1, 16), 4, false, 'x', 0, 1, '{{}}', true, n % {MANY} = 1 OR {phase} = 3
                FROM generate_series({from} + 1, {from} + {MANY}) AS n"
        ));
    };
    fill(0, "decode(repeat('07', 12), 'hex')", 2, "0");
    fleet.sql("ANALYZE ringback.deliveries");
    fill(MANY, "substr(sha256(n::text::bytea), 1, 12)", 3, "9e15");
    fleet.sql("INSERT INTO ringback.bodies (delivery, form, length, bytes) SELECT sequence, 0, 1, 'x' FROM ringback.deliveries");
    let before = rows_read(server, &fleet.options.schema);
    let inbox = Inbox::new(Postgres::open_with(&server.url(), fleet.options.clone()).unwrap(), Settings::default());
    for number in 0..20 {
        let work = inbox.claim(1).unwrap().remove(0);
        assert_eq!(inbox.settle(work.claim, Outcome::Done), Ok(Settled::Done));
        assert_eq!(fleet.answer(&transcript(number, "x")), (200, "stored"));
    }
    drop(inbox);
    // What a session has counted is known when it has ended.
    let sessions = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%SCHEMA.%' AND pid <> pg_backend_pid()";
    let schema = fleet.options.schema.clone();
    let Fleet { store, inbox, .. } = fleet;
    drop((store, inbox));
    while server.sql(&sessions.replace("SCHEMA", &schema)) != "0" {
        std::thread::yield_now();
    }
    let after = rows_read(server, &schema);
    assert!(after.0 - before.0 < MANY, "{before:?} {after:?}");
    assert_eq!(after.1, before.1, "a walk over the table");
}

#[test]
fn no_error_has_a_word_of_the_url() {
    let Some(server) = Server::shared() else { return };
    let port = server.port();
    for url in [
        format!("postgres://postgres:marker@127.0.0.1:{port}/no_such_database"),
        format!("postgres://nobody:marker@127.0.0.1:{port}/postgres"),
        format!("postgres://postgres:marker@127.0.0.1:{port}/postgres?sslmode=require"),
        "postgres://postgres:marker@127.0.0.1:1/postgres".to_owned(),
        "postgres://postgres:marker@no.such.host.invalid/postgres?sslmode=disable".to_owned(),
    ] {
        let refused = Postgres::open(&url).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::StoreUnavailable, "{url}");
        let said = format!("{refused} {refused:?}");
        assert!(!said.contains("marker"), "{said}");
        assert!(refused.detail().is_some_and(|detail| detail.len() > 10), "{said}");
    }
    let fleet = Fleet::new(server);
    assert!(!format!("{:?}", fleet.store).contains("postgres@"));
}

#[test]
fn nothing_is_open_before_the_first_use_so_that_a_process_may_fork() {
    let Some(server) = Server::shared() else { return };
    let fleet = Fleet::new(server);
    let of_ours = format!(
        "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%{}.%' AND pid <> pg_backend_pid()",
        fleet.options.schema
    );
    // The connection that it was opened with goes away by itself.
    while server.sql(&of_ours) != "0" {
        std::thread::yield_now();
    }
    assert_eq!(fleet.answer(&transcript(1, "x")), (200, "stored"));
    assert_ne!(server.sql(&of_ours), "0");
}

#[test]
fn large_bodies_come_back_whole() {
    let Some(server) = Server::shared() else { return };
    let fleet = Fleet::new(server);
    let noise: String =
        (0..3_000_000_u32).map(|at| char::from(b'a' + (at.wrapping_mul(2_654_435_761) >> 27) as u8 % 26)).collect();
    let body = transcript(1, &noise);
    assert_eq!(fleet.answer(&body), (200, "stored"));
    assert!(fleet.inbox.claim(1).unwrap().remove(0).body == body);
}

#[test]
fn a_call_that_nobody_answers_ends_in_time() {
    let Some(server) = Server::shared() else { return };
    let options = Options { deadline: 300, ..server.fresh() };
    // Somebody takes the connection and says nothing.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url =
        format!("postgres://postgres@127.0.0.1:{}/postgres?connect_timeout=1", silent.local_addr().unwrap().port());
    assert_eq!(Postgres::open_with(&url, options).unwrap_err().kind(), ErrorKind::StoreBusy);
    assert_eq!(Postgres::migrate(&url).unwrap_err().kind(), ErrorKind::StoreUnavailable);
}
