//! The tables, and how older ones become these.

use ringback::ErrorKind;
use ringback::identity::Seed;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use super::failure;
use crate::error::Error;

/// One step for each version: the first makes the tables, each other one changes those of the version before it.
/// `user_version` says how many were taken.
const STEPS: [&str; 1] = [include_str!("schema.sql")];

/// "Rngb": tells that a file is one of ours (`application_id`).
const APPLICATION: i32 = 0x526e_6762;

/// Brings the tables to this version, draws the seed if there is none, and voids what depends on an earlier boot.
///
/// `known` is the seed that this process has computed names with: a file that was removed gets it again, and one that
/// has another is somebody else's.
pub fn prepare(connection: &mut Connection, boot: &[u8], known: Option<Seed>) -> Result<Seed, Error> {
    let version: i64 = pragma(connection, "user_version")?;
    let application: i64 = pragma(connection, "application_id")?;
    let latest = STEPS.len() as i64;
    if version > latest {
        return Err(Error::new(
            ErrorKind::StoreNewer,
            format_args!("its schema is {version}, this version knows {latest}"),
        ));
    }
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).map_err(failure)?;
    if application != i64::from(APPLICATION) && (tables > 0 || version > 0) {
        return Err(Error::new(ErrorKind::StoreCorrupt, "the file is a database of another program"));
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failure)?;
    // Another process may have been faster.
    let version: i64 = pragma(&transaction, "user_version")?;
    for step in STEPS.iter().skip(usize::try_from(version).unwrap_or(0)) {
        transaction.execute_batch(step).map_err(failure)?;
    }
    if version < latest {
        transaction.pragma_update(None, "application_id", APPLICATION).map_err(failure)?;
        transaction.pragma_update(None, "user_version", latest).map_err(failure)?;
    }
    let seed = match meta(&transaction, "seed")? {
        Some(seed) => seed.try_into().map_err(|_| Error::new(ErrorKind::StoreCorrupt, "its seed is damaged"))?,
        None => {
            let seed = known.map_or_else(crate::random, |seed| Ok(seed.0))?;
            set_meta(&transaction, "seed", &seed)?;
            seed
        }
    };
    if known.is_some_and(|known| known.0 != seed) {
        return Err(Error::new(ErrorKind::StoreReplaced, "another store lies in its place: restart to use that"));
    }
    if meta(&transaction, "boot")?.as_deref() != Some(boot) {
        // What the core's `resume` says of an inbox: nothing of the other monotonic clock holds.
        transaction.execute("UPDATE deliveries SET due = 0 WHERE phase IN (2, 3)", []).map_err(failure)?;
        set_meta(&transaction, "boot", boot)?;
    }
    transaction.commit().map_err(failure)?;
    Ok(Seed(seed))
}

fn pragma(connection: &Connection, name: &str) -> Result<i64, Error> {
    connection.query_row(&format!("PRAGMA {name}"), [], |row| row.get(0)).map_err(failure)
}

fn meta(connection: &Connection, name: &str) -> Result<Option<Vec<u8>>, Error> {
    let mut statement = connection.prepare_cached("SELECT value FROM meta WHERE name = ?1").map_err(failure)?;
    statement.query_row([name], |row| row.get(0)).optional().map_err(failure)
}

fn set_meta(connection: &Connection, name: &str, value: &[u8]) -> Result<(), Error> {
    let set = "INSERT INTO meta (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2";
    connection.execute(set, params![name, value]).map_err(failure).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;
    use ringback::ledger::{Delivery, Fingerprint, Phase, Rules, delivery};
    use ringback::time::Now;

    #[test]
    fn another_boot_does_what_the_core_says() {
        for phase in Phase::ALL {
            let fingerprint = Fingerprint::from_bytes([0; 16]);
            let row = Delivery {
                phase,
                claim: 1,
                arrivals: 1,
                failures: 0,
                brief: false,
                begun: false,
                late: false,
                revises: false,
                first: 0,
                due: 77,
                fingerprint,
            };
            let due = if matches!(phase as u8, 2 | 3) { 0 } else { 77 };
            assert_eq!(delivery::resume(&Rules::stored(), row, Now::new(5, 5)), Delivery { due, ..row });
        }
    }

    #[test]
    fn preparing_twice_changes_nothing_and_keeps_the_seed() {
        let mut connection = Connection::open_in_memory().unwrap();
        let first = prepare(&mut connection, b"boot", None).unwrap();
        assert_eq!(prepare(&mut connection, b"boot", None).unwrap().0, first.0);
    }

    #[test]
    fn a_new_file_gets_the_known_seed_and_one_with_another_is_refused() {
        let mut connection = Connection::open_in_memory().unwrap();
        assert_eq!(prepare(&mut connection, b"boot", Some(Seed([7; 32]))).unwrap().0, [7; 32]);
        let refused = prepare(&mut connection, b"boot", Some(Seed([8; 32]))).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::StoreReplaced);
    }

    #[test]
    fn a_schema_from_the_future_and_a_foreign_database_are_refused() {
        let mut connection = Connection::open_in_memory().unwrap();
        prepare(&mut connection, b"boot", None).unwrap();
        connection.pragma_update(None, "user_version", STEPS.len() as i64 + 1).unwrap();
        assert_eq!(prepare(&mut connection, b"boot", None).unwrap_err().kind(), ErrorKind::StoreNewer);

        let mut connection = Connection::open_in_memory().unwrap();
        connection.execute_batch("CREATE TABLE theirs (a)").unwrap();
        assert_eq!(prepare(&mut connection, b"boot", None).unwrap_err().kind(), ErrorKind::StoreCorrupt);
    }
}
