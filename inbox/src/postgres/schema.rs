//! The tables and functions, what is asked of them, and how older ones become these.
//!
//! A schema has two numbers: its version, and the oldest version of the program that may still use it. A migration adds,
//! and leaves what it replaces in place until the next one: so this version and the one before it run side by side, and a
//! fleet is brought up one process after the other once the tables have been changed. What is asked often are functions
//! with their version in the name, which spares the planning of each statement and needs no prepared ones.

use ringback::ErrorKind;
use ringback::identity::Seed;
use tokio_postgres::Client;
use tokio_postgres::types::Type;

use super::connection::failure;
use super::rows::column;
use crate::error::Error;

/// One step for each version: the first makes everything, each other one adds to what the version before it made.
const STEPS: [&str; 1] = [include_str!("schema.sql")];

/// The oldest version of the program that may use the schema as the last step leaves it: the one before this, at most.
const OLDEST: i64 = 1;

/// The version of the schema that this program makes, and the least that it needs.
const VERSION: i64 = STEPS.len() as i64;

/// The advisory lock of those who migrate: "Rngb".
const LOCK: i64 = 0x526e_6762;

/// The statements, with the name of the schema in them.
pub struct Statements {
    pub look: String,
    pub write: String,
    /// Writes nothing, and says so when everything that was read is durable wherever a commit has to be.
    pub confirm: String,
    pub change: String,
    /// Work for one claim, held until the transaction ends.
    pub hold_work: String,
    pub work: String,
    pub due_deliveries: String,
    pub due_submissions: String,
    pub due_bodies: String,
    pub deliveries: String,
    pub submissions: String,
    pub body: String,
    pub tally: String,
    pub lock: String,
    pub state: String,
    pub boot: String,
    pub scrub: String,
    schema: String,
}

/// The moment as a stable expression, so that an index can be walked up to it.
const MOMENT: &str = "coalesce($2, (extract(epoch FROM now()) * 1000)::bigint)";

/// That nobody handles another one of its submission, and that none before it may be claimed.
fn its_turn(moment: &str) -> String {
    format!(
        "(d.scope IS NULL OR (NOT EXISTS (SELECT 1 FROM ringback.deliveries r WHERE r.scope = d.scope
            AND r.phase::integer = 3 AND r.due > {moment} AND r.sequence <> d.sequence)
        AND NOT EXISTS (SELECT 1 FROM ringback.deliveries r WHERE r.scope = d.scope AND r.phase::integer IN (2, 3)
            AND r.due <= {moment} AND r.sequence < d.sequence)))"
    )
}

/// So many parameters, from this one on.
fn places(from: usize, count: usize) -> String {
    (from..from + count).map(|place| format!("${place}")).collect::<Vec<_>>().join(", ")
}

impl Statements {
    /// The statements for a schema of this name, which [`is_name`] has seen.
    pub fn new(schema: &str) -> Statements {
        let named = |sql: &str| sql.replace("ringback.", &format!("{schema}."));
        let due = |condition: &str| {
            named(&format!(
                "SELECT d.id FROM ringback.deliveries d WHERE {condition} AND d.due <= {MOMENT}
                 ORDER BY d.due, d.sequence LIMIT $1"
            ))
        };
        Statements {
            look: named("SELECT * FROM ringback.look_1($1, $2, $3, $4)"),
            write: named(&format!(
                "SELECT CASE WHEN ringback.hold_1({}) THEN ringback.change_1({}) ELSE -1 END",
                places(1, 9),
                places(10, 36)
            )),
            confirm: named(&format!(
                "SELECT CASE WHEN ringback.hold_1({}) AND pg_logical_emit_message(true, 'ringback', '') IS NOT NULL
                 THEN 0::bigint ELSE -1 END",
                places(1, 9)
            )),
            change: named(&format!("SELECT ringback.change_1({})", places(1, 36))),
            hold_work: named("SELECT w FROM ringback.work_1($1, $2) AS w"),
            work: due(&format!("d.queued AND {}", its_turn(MOMENT))),
            due_deliveries: due("d.phase IN (1, 4, 5)"),
            due_submissions: named(&format!(
                "SELECT s.scope FROM ringback.submissions s WHERE s.due <= {MOMENT} ORDER BY s.due LIMIT $1"
            )),
            due_bodies: due("d.phase = 4 AND d.has_body"),
            deliveries: named(&format!(
                "SELECT d.sequence, d.id, d.scope, d.phase, d.due, d.claim, d.arrivals, d.failures, d.marks, d.first,
                    d.fingerprint, d.kind, d.closes, d.reason, d.job, d.request_id, d.sender, d.route, d.content_type,
                    d.length, d.tags, d.has_body, {}
                 FROM ringback.deliveries d",
                its_turn("coalesce($1, (extract(epoch FROM now()) * 1000)::bigint)")
            )),
            submissions: named(
                "SELECT s.scope, s.expected, s.arrived, s.overdue, s.deliveries, s.bound, s.due, s.job, s.request_id,
                    s.context, s.since
                 FROM ringback.submissions s",
            ),
            body: named(
                "SELECT b.form, b.bytes, b.length FROM ringback.bodies b
                 WHERE b.delivery = (SELECT d.sequence FROM ringback.deliveries d WHERE d.id = $1)",
            ),
            tally: named("SELECT d.phase, count(*) FROM ringback.deliveries d GROUP BY d.phase"),
            lock: named("SELECT d.id FROM ringback.deliveries d WHERE d.id = $1 FOR NO KEY UPDATE"),
            state: named(
                "SELECT m.name, m.value, current_setting('synchronous_commit'), current_setting('fsync'),
                    current_setting('full_page_writes'), current_setting('default_transaction_isolation'),
                    current_setting('server_encoding'), current_setting('transaction_read_only'),
                    (extract(epoch FROM clock_timestamp()) * 1000)::bigint
                 FROM ringback.meta m WHERE m.name IN ('version', 'oldest', 'seed')",
            ),
            boot: named(
                "WITH changed AS (
                    INSERT INTO ringback.meta AS m (name, value) VALUES ('boot', $1)
                    ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE m.value <> excluded.value RETURNING 1
                 ) UPDATE ringback.deliveries SET due = 0 WHERE phase IN (2, 3) AND EXISTS (SELECT 1 FROM changed)",
            ),
            scrub: named("VACUUM ringback.bodies, ringback.deliveries, ringback.submissions, ringback.meta"),
            schema: schema.into(),
        }
    }
}

/// Whether a schema may have this name: it goes into statements as it is.
pub fn is_name(name: &str) -> bool {
    let begins = name.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase() || byte == b'_');
    let holds = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    begins && holds && name.len() <= 48 && !name.starts_with("pg_")
}

/// Makes sure that the database keeps what it acknowledges and has tables that this version understands. Gives the seed
/// of the store and the time of the database.
pub async fn check(client: &Client, statements: &Statements) -> Result<(Seed, i64), Error> {
    let found = client.query_typed(&statements.state, &[]).await.map_err(failure)?;
    let (mut version, mut oldest, mut seed) = (0, 0, None);
    for row in &found {
        let value: &[u8] = column(row, 1)?;
        match column::<&str>(row, 0)? {
            "version" => version = number(value),
            "oldest" => oldest = number(value),
            _ => seed = value.try_into().ok(),
        }
    }
    let (Some(row), Some(seed)) = (found.first(), seed) else { return Err(ErrorKind::StoreUnmigrated.into()) };
    fits(version, oldest)?;
    let setting = |at| column::<&str>(row, at);
    if !matches!(setting(2)?, "on" | "remote_apply") {
        let detail = format_args!("synchronous_commit is {} for this role and database", setting(2)?);
        return Err(Error::new(ErrorKind::StoreUnsafe, detail));
    }
    for (at, name) in [(3, "fsync"), (4, "full_page_writes")] {
        if setting(at)? != "on" {
            return Err(Error::new(ErrorKind::StoreUnsafe, format_args!("{name} is {}", setting(at)?)));
        }
    }
    if setting(5)? != "read committed" {
        let detail = format_args!("default_transaction_isolation is {}: it has to be read committed", setting(5)?);
        return Err(Error::new(ErrorKind::StoreUnsafe, detail));
    }
    if !matches!(setting(6)?, "UTF8" | "SQL_ASCII") {
        return Err(Error::new(ErrorKind::StoreUnsafe, format_args!("its encoding is {}, not UTF8", setting(6)?)));
    }
    if setting(7)? == "on" {
        return Err(Error::new(ErrorKind::StoreReadOnly, "the database is a standby, or read-only"));
    }
    Ok((Seed(seed), column(row, 8)?))
}

fn fits(version: i64, oldest: i64) -> Result<(), Error> {
    if oldest > VERSION {
        let detail = format_args!("its schema is {version} and asks for {oldest}, this version knows {VERSION}");
        return Err(Error::new(ErrorKind::StoreNewer, detail));
    }
    if version < VERSION {
        let detail = format_args!("its schema is {version}, this version needs {VERSION}");
        return Err(Error::new(ErrorKind::StoreUnmigrated, detail));
    }
    Ok(())
}

/// Brings the schema to this version, in one transaction; does nothing if it is there. Gives the version that it had.
pub async fn migrate(client: &mut Client, statements: &Statements) -> Result<i64, Error> {
    let schema = &statements.schema;
    let named = |sql: &str| sql.replace("ringback.", &format!("{schema}."));
    let transaction = client.transaction().await.map_err(failure)?;
    transaction.query_typed("SELECT pg_advisory_xact_lock($1)", &[(&LOCK, Type::INT8)]).await.map_err(failure)?;
    let there = "SELECT count(c.oid), count(c.oid) FILTER (WHERE c.relname = 'meta'), count(*) FROM pg_namespace n
        LEFT JOIN pg_class c ON c.relnamespace = n.oid WHERE n.nspname = $1";
    let there = transaction.query_typed_one(there, &[(schema, Type::TEXT)]).await.map_err(failure)?;
    let version = match (column::<i64>(&there, 0)?, column::<i64>(&there, 1)?) {
        (0, _) => 0,
        (_, 0) => {
            let detail = format_args!("the schema {schema} belongs to another program");
            return Err(Error::new(ErrorKind::StoreCorrupt, detail));
        }
        _ => {
            let meta = named("SELECT name, value FROM ringback.meta WHERE name IN ('version', 'oldest')");
            let (mut version, mut oldest) = (0, 0);
            for row in transaction.query_typed(&meta, &[]).await.map_err(failure)? {
                let value = number(column(&row, 1)?);
                if column::<&str>(&row, 0)? == "version" { version = value } else { oldest = value }
            }
            if version >= VERSION {
                return fits(version, oldest).map(|()| version);
            }
            version
        }
    };
    // Even with IF NOT EXISTS it would ask for a right that is not needed.
    if column::<i64>(&there, 2)? == 0 {
        let make = format!("CREATE SCHEMA {schema}");
        transaction.batch_execute(&make).await.map_err(failure)?;
    }
    for step in STEPS.iter().skip(usize::try_from(version).unwrap_or(0)) {
        transaction.batch_execute(&named(step)).await.map_err(failure)?;
    }
    let seed: [u8; 32] = crate::random()?;
    let set = named(
        "INSERT INTO ringback.meta AS m (name, value) VALUES ('version', int8send($1)), ('oldest', int8send($2)), ('seed', $3)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE m.name <> 'seed'",
    );
    let parameters: [super::rows::Parameter<'_>; 3] =
        [(&VERSION, Type::INT8), (&OLDEST, Type::INT8), (&&seed[..], Type::BYTEA)];
    transaction.query_typed(&set, &parameters).await.map_err(failure)?;
    transaction.commit().await.map_err(failure)?;
    Ok(version)
}

fn number(bytes: &[u8]) -> i64 {
    bytes.try_into().map_or(0, i64::from_be_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_before_and_the_one_after_fit_and_others_do_not() {
        assert_eq!(fits(VERSION, OLDEST), Ok(()));
        assert_eq!(fits(VERSION + 1, VERSION), Ok(()), "a later migration that leaves room for this version");
        assert_eq!(fits(VERSION + 2, VERSION + 1).map_err(|error| error.kind()), Err(ErrorKind::StoreNewer));
        assert_eq!(fits(VERSION - 1, 0).map_err(|error| error.kind()), Err(ErrorKind::StoreUnmigrated));
        assert!((VERSION - 1..=VERSION).contains(&OLDEST));
    }

    #[test]
    fn a_name_that_could_end_a_statement_is_no_name() {
        for name in ["ringback", "_x1", "team_a"] {
            assert!(is_name(name), "{name}");
        }
        for name in ["", "1x", "a b", "a;b", "a.b", "A", "\"a\"", "pg_catalog", &"a".repeat(49)] {
            assert!(!is_name(name), "{name}");
        }
    }

    #[test]
    fn every_statement_speaks_of_the_schema_that_was_chosen() {
        let statements = Statements::new("team_a");
        for sql in [&statements.look, &statements.write, &statements.deliveries, &statements.scrub, &statements.state] {
            assert!(sql.contains("team_a.") && !sql.contains("ringback."), "{sql}");
        }
    }
}
