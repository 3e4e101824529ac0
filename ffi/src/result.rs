//! Results: the core's errors under their fixed numbers, and what can go wrong only in C.
//!
//! The numbers stand here a second time, because the header is generated from this text; a test holds them against the
//! core's table. What comes out of the core is turned into its number by the core, so no kind can be without one.

use ringback_core::ErrorKind;
use ringback_core::error::Fault;

use crate::boundary::guard_or;
use crate::str::ringback_str;

/// What came of a call: `RINGBACK_OK`, or one of the numbers below. Numbers are never reused.
pub type ringback_result = u32;

/// The party that can mend an error.
pub type ringback_fault = u32;

/// The call did what it says.
pub const RINGBACK_OK: ringback_result = 0;

// JSON texts (RFC 8259)
/// The text ends in the middle of a document.
pub const RINGBACK_ERROR_UNEXPECTED_END: ringback_result = 101;
/// Expected a value.
pub const RINGBACK_ERROR_EXPECTED_VALUE: ringback_result = 102;
/// Expected a member name in double quotes.
pub const RINGBACK_ERROR_EXPECTED_KEY: ringback_result = 103;
/// Expected a colon after the member name.
pub const RINGBACK_ERROR_EXPECTED_COLON: ringback_result = 104;
/// Expected a comma or the end of the array or object.
pub const RINGBACK_ERROR_EXPECTED_COMMA_OR_END: ringback_result = 105;
/// Expected true, false or null.
pub const RINGBACK_ERROR_INVALID_LITERAL: ringback_result = 106;
/// Expected a digit.
pub const RINGBACK_ERROR_INVALID_NUMBER: ringback_result = 107;
/// Expected one of " \ / b f n r t, or u and four hexadecimal digits, after the backslash.
pub const RINGBACK_ERROR_INVALID_ESCAPE: ringback_result = 108;
/// A control character in a string must be escaped.
pub const RINGBACK_ERROR_CONTROL_CHARACTER: ringback_result = 109;
/// Expected UTF-8.
pub const RINGBACK_ERROR_INVALID_UTF8: ringback_result = 110;
/// Arrays and objects are nested more than 64 deep.
pub const RINGBACK_ERROR_TOO_DEEP: ringback_result = 111;
/// Expected nothing but white space after the document.
pub const RINGBACK_ERROR_TRAILING_DATA: ringback_result = 112;
/// A JSON text must not begin with a byte order mark.
pub const RINGBACK_ERROR_BYTE_ORDER_MARK: ringback_result = 113;
// Reading what was found
/// A JSON pointer is empty or begins with a slash, and every ~ in it is followed by 0 or 1.
pub const RINGBACK_ERROR_INVALID_POINTER: ringback_result = 121;
/// The buffer is too small for the text.
pub const RINGBACK_ERROR_BUFFER_TOO_SMALL: ringback_result = 122;
// Request identifiers
/// A request id has 1 to 128 visible ASCII characters.
pub const RINGBACK_ERROR_REQUEST_ID_INVALID: ringback_result = 131;
// Heads and bodies
/// A callback is sent with POST or PUT.
pub const RINGBACK_ERROR_METHOD_NOT_ALLOWED: ringback_result = 201;
/// The request has contradictory or repeated framing headers.
pub const RINGBACK_ERROR_BAD_FRAMING: ringback_result = 202;
/// The body is larger than the limit.
pub const RINGBACK_ERROR_BODY_TOO_LARGE: ringback_result = 203;
/// The body is compressed in a way that is not understood: send it as it is, or with gzip.
pub const RINGBACK_ERROR_UNSUPPORTED_ENCODING: ringback_result = 204;
// Credentials that arrive
/// The request carries no credentials.
pub const RINGBACK_ERROR_CREDENTIAL_MISSING: ringback_result = 301;
/// The credentials match no configured pair.
pub const RINGBACK_ERROR_CREDENTIAL_WRONG: ringback_result = 302;
/// The request carries more than one Authorization header.
pub const RINGBACK_ERROR_AUTHORIZATION_REPEATED: ringback_result = 303;
/// Expected Authorization: Basic and base64 of user:password (RFC 7617).
pub const RINGBACK_ERROR_AUTHORIZATION_MALFORMED: ringback_result = 304;
/// The ticket does not have the shape r1.use.kid.exp.tid.job.
pub const RINGBACK_ERROR_TICKET_MALFORMED: ringback_result = 305;
/// The ticket was minted with a key that is not loaded: load the old key after the new one until its tickets have expired.
pub const RINGBACK_ERROR_TICKET_KEY_UNKNOWN: ringback_result = 306;
/// The code of the ticket does not match: it was changed, or minted for another audience.
pub const RINGBACK_ERROR_TICKET_FORGED: ringback_result = 307;
/// The ticket has expired.
pub const RINGBACK_ERROR_TICKET_EXPIRED: ringback_result = 308;
/// The ticket was minted for another use.
pub const RINGBACK_ERROR_TICKET_USE_WRONG: ringback_result = 309;
/// The document carries no extra secret.
pub const RINGBACK_ERROR_SECRET_MISSING: ringback_result = 310;
/// The extra secret of the document is not the configured one.
pub const RINGBACK_ERROR_SECRET_WRONG: ringback_result = 311;
/// The extra secret, or a member that holds it, occurs twice or is no string.
pub const RINGBACK_ERROR_SECRET_AMBIGUOUS: ringback_result = 312;
// Credentials that are configured
/// A ticket key has 32 random bytes or more: make one with `ringback key new`.
pub const RINGBACK_ERROR_KEY_TOO_SHORT: ringback_result = 321;
/// Two loaded keys have the same key id: replace one of them.
pub const RINGBACK_ERROR_KEY_ID_COLLISION: ringback_result = 322;
/// Expected a line of the form name:base64, of 32 to 128 bytes.
pub const RINGBACK_ERROR_KEY_LINE_INVALID: ringback_result = 323;
/// At least one ticket key is needed: make one with `ringback key new`.
pub const RINGBACK_ERROR_KEYRING_EMPTY: ringback_result = 324;
/// An audience has at most 32 bytes.
pub const RINGBACK_ERROR_AUDIENCE_TOO_LONG: ringback_result = 325;
/// A job has 1 to 64 characters out of A-Z a-z 0-9 . _ -.
pub const RINGBACK_ERROR_JOB_INVALID: ringback_result = 326;
/// A ticket lives 30 days at most.
pub const RINGBACK_ERROR_LIFE_TOO_LONG: ringback_result = 327;
/// A user name is not empty and holds neither a colon nor control characters (RFC 7617).
pub const RINGBACK_ERROR_USER_INVALID: ringback_result = 328;
/// A password is not empty and holds no control characters (RFC 7617).
pub const RINGBACK_ERROR_PASSWORD_INVALID: ringback_result = 329;
/// A receiver needs a ticket key, a Basic pair or an extra secret: without one anybody could post to it.
pub const RINGBACK_ERROR_CREDENTIALS_UNCONFIGURED: ringback_result = 330;
/// The name of a sender is not empty and holds no control characters.
pub const RINGBACK_ERROR_SENDER_INVALID: ringback_result = 331;
/// An extra secret has a key without a colon and a value: neither is empty or holds control characters.
pub const RINGBACK_ERROR_SECRET_INVALID: ringback_result = 332;
/// The file of ticket keys cannot be read or made.
pub const RINGBACK_ERROR_KEY_FILE_UNREADABLE: ringback_result = 333;
// Callback URLs
/// Expected a URL such as https://example.com/hook.
pub const RINGBACK_ERROR_URL_MALFORMED: ringback_result = 401;
/// The URL has no scheme: begin it with https://.
pub const RINGBACK_ERROR_URL_SCHEME_MISSING: ringback_result = 402;
/// Deepgram calls http and https, and for streams ws and wss.
pub const RINGBACK_ERROR_URL_SCHEME_UNSUPPORTED: ringback_result = 403;
/// The URL names no host.
pub const RINGBACK_ERROR_URL_HOST_MISSING: ringback_result = 404;
/// Deepgram does not resolve a host name with an underscore: give the host another name.
pub const RINGBACK_ERROR_URL_HOST_UNDERSCORE: ringback_result = 405;
/// Deepgram calls only ports 80, 443, 8080, 8443. Behind ngrok or nginx? Give the public URL.
pub const RINGBACK_ERROR_URL_PORT: ringback_result = 406;
/// A user name must not hold a colon (RFC 7617): choose another one.
pub const RINGBACK_ERROR_URL_USER_COLON: ringback_result = 407;
/// The base URL already holds credentials: take them out, the ticket takes their place.
pub const RINGBACK_ERROR_URL_HAS_CREDENTIALS: ringback_result = 408;
/// A fragment is never sent to a server: take out the # and what follows.
pub const RINGBACK_ERROR_URL_FRAGMENT: ringback_result = 409;
/// GET and DELETE carry no body: use POST or PUT.
pub const RINGBACK_ERROR_METHOD_LOSES_BODY: ringback_result = 410;
/// An extra pair is KEY:VALUE, with a key.
pub const RINGBACK_ERROR_EXTRA_INVALID: ringback_result = 411;
/// An extra pair has at most 2048 characters.
pub const RINGBACK_ERROR_EXTRA_TOO_LONG: ringback_result = 412;
/// A tag has at most 128 characters.
pub const RINGBACK_ERROR_TAG_TOO_LONG: ringback_result = 413;
/// Deepgram sends a callback with POST or PUT.
pub const RINGBACK_ERROR_METHOD_UNKNOWN: ringback_result = 414;
// Routes
/// Two routes have the same rule: only the first would ever match.
pub const RINGBACK_ERROR_ROUTE_REPEATED: ringback_result = 501;
/// There is no room for another route.
pub const RINGBACK_ERROR_ROUTE_TABLE_FULL: ringback_result = 502;
/// Not a kind of delivery: transcript, analysis, audio, failure, stream.results, stream.metadata, stream.utterance_end, stream.speech_started, stream.error, unknown.
pub const RINGBACK_ERROR_KIND_UNKNOWN: ringback_result = 503;
// The ledger
/// The ledger has no room: everything in it is unsettled.
pub const RINGBACK_ERROR_LEDGER_FULL: ringback_result = 601;
/// The claim has ended: its lease lapsed and another claim followed, or it was settled already.
pub const RINGBACK_ERROR_CLAIM_STALE: ringback_result = 602;
/// No delivery with this id is in the ledger.
pub const RINGBACK_ERROR_DELIVERY_UNKNOWN: ringback_result = 603;
/// No such submission is in the ledger.
pub const RINGBACK_ERROR_SUBMISSION_UNKNOWN: ringback_result = 604;
// The store of an inbox, and waiting for what it keeps
/// The store does not accept anything at the moment.
pub const RINGBACK_ERROR_STORE_UNAVAILABLE: ringback_result = 701;
/// The store did not answer in time: another process holds it, or the disk is slow.
pub const RINGBACK_ERROR_STORE_BUSY: ringback_result = 702;
/// The disk of the store is full: make room.
pub const RINGBACK_ERROR_STORE_FULL: ringback_result = 703;
/// The store cannot be written: look at the permissions of its file and folder.
pub const RINGBACK_ERROR_STORE_READ_ONLY: ringback_result = 704;
/// The file is not a store, or it is damaged: restore it from a copy.
pub const RINGBACK_ERROR_STORE_CORRUPT: ringback_result = 705;
/// The file of the store, or its journal, was replaced or removed while it was open.
pub const RINGBACK_ERROR_STORE_REPLACED: ringback_result = 706;
/// The store was written by a younger version: use that version, or a later one.
pub const RINGBACK_ERROR_STORE_NEWER: ringback_result = 707;
/// The store lies on a network file system, where neither locks nor flushes can be relied upon: use a local disk.
pub const RINGBACK_ERROR_STORE_REMOTE: ringback_result = 708;
/// The process has forked since the store was first used: open the store after the fork.
pub const RINGBACK_ERROR_STORE_FORKED: ringback_result = 709;
/// The database has no tables that this version can use: run `ringback migrate`.
pub const RINGBACK_ERROR_STORE_UNMIGRATED: ringback_result = 711;
/// The database does not keep everything that it acknowledges: synchronous_commit, fsync and full_page_writes must be on.
pub const RINGBACK_ERROR_STORE_UNSAFE: ringback_result = 712;
/// A store is sqlite:PATH, postgres://USER@HOST/DATABASE or memory.
pub const RINGBACK_ERROR_STORE_URL_INVALID: ringback_result = 719;
/// The time is out; nothing was consumed.
pub const RINGBACK_ERROR_TIME_OUT: ringback_result = 721;
/// The deadline of the submission has passed without an answer.
pub const RINGBACK_ERROR_SUBMISSION_OVERDUE: ringback_result = 722;
/// The job failed: what Deepgram said about it is in the inbox.
pub const RINGBACK_ERROR_JOB_FAILED: ringback_result = 723;
/// The body is gone: it was purged after its time, or erased on request.
pub const RINGBACK_ERROR_BODY_FORGOTTEN: ringback_result = 724;
// The spool of an inbox
/// The spool is full: it is emptied when the store is back.
pub const RINGBACK_ERROR_SPOOL_FULL: ringback_result = 731;
/// Another process uses the spool: give each process a folder of its own.
pub const RINGBACK_ERROR_SPOOL_BUSY: ringback_result = 732;
/// The spool cannot be written: look at its folder and its disk.
pub const RINGBACK_ERROR_SPOOL_UNAVAILABLE: ringback_result = 733;
/// The file of the spool is damaged, or none of ours: move it away.
pub const RINGBACK_ERROR_SPOOL_DAMAGED: ringback_result = 734;
// What can go wrong only in C
/// There is no such thing, or no more of them. Nothing went wrong.
pub const RINGBACK_NONE: ringback_result = 901;
/// An argument must not be NULL.
pub const RINGBACK_ERROR_NULL_ARGUMENT: ringback_result = 902;
/// A string argument must be UTF-8.
pub const RINGBACK_ERROR_NOT_UTF8: ringback_result = 903;
/// An argument has a number, a size or an alignment that it cannot have.
pub const RINGBACK_ERROR_INVALID_ARGUMENT: ringback_result = 904;
/// The value is not in this payload: it came out of another one.
pub const RINGBACK_ERROR_FOREIGN_VALUE: ringback_result = 905;
/// The value is of another type, or a number that does not fit.
pub const RINGBACK_ERROR_WRONG_TYPE: ringback_result = 906;
/// The object is not in a state for this call: something has to be called before, or was called already.
pub const RINGBACK_ERROR_WRONG_STATE: ringback_result = 907;
/// There is not enough memory.
pub const RINGBACK_ERROR_OUT_OF_MEMORY: ringback_result = 908;
/// A defect of the library was stopped before it reached the caller: report it.
pub const RINGBACK_ERROR_PANIC: ringback_result = 909;

/// Whoever sent the bytes.
pub const RINGBACK_FAULT_SENDER: ringback_fault = 1;
/// The program that calls the library: its configuration or its arguments.
pub const RINGBACK_FAULT_CALLER: ringback_fault = 2;
/// Nobody did wrong; a stated limit was met.
pub const RINGBACK_FAULT_LIMIT: ringback_fault = 3;
/// The library.
pub const RINGBACK_FAULT_LIBRARY: ringback_fault = 4;
/// Whoever runs the machine: its disk, its files, its permissions.
pub const RINGBACK_FAULT_OPERATOR: ringback_fault = 5;

/// What the bindings add to the core's table: number, name, sentence, fault.
const OURS: [(ringback_result, &str, &str, ringback_fault); 10] = [
    (RINGBACK_OK, "ok", "the call did what it says", 0),
    (RINGBACK_NONE, "none", "there is no such thing, or no more of them", 0),
    (RINGBACK_ERROR_NULL_ARGUMENT, "null_argument", "an argument must not be NULL", RINGBACK_FAULT_CALLER),
    (RINGBACK_ERROR_NOT_UTF8, "not_utf8", "a string argument must be UTF-8", RINGBACK_FAULT_CALLER),
    (
        RINGBACK_ERROR_INVALID_ARGUMENT,
        "invalid_argument",
        "an argument has a number, a size or an alignment that it cannot have",
        RINGBACK_FAULT_CALLER,
    ),
    (
        RINGBACK_ERROR_FOREIGN_VALUE,
        "foreign_value",
        "the value is not in this payload: it came out of another one",
        RINGBACK_FAULT_CALLER,
    ),
    (
        RINGBACK_ERROR_WRONG_TYPE,
        "wrong_type",
        "the value is of another type, or a number that does not fit",
        RINGBACK_FAULT_SENDER,
    ),
    (
        RINGBACK_ERROR_WRONG_STATE,
        "wrong_state",
        "the object is not in a state for this call: something has to be called before, or was called already",
        RINGBACK_FAULT_CALLER,
    ),
    (RINGBACK_ERROR_OUT_OF_MEMORY, "out_of_memory", "there is not enough memory", RINGBACK_FAULT_LIMIT),
    (
        RINGBACK_ERROR_PANIC,
        "panic",
        "a defect of the library was stopped before it reached the caller: report it",
        RINGBACK_FAULT_LIBRARY,
    ),
];

/// The sentence for a result: what was expected, and the cure where there is one. It is lower case, without a full stop.
///
/// Parameters: `result`: any number.
///
/// Returns: the sentence; an empty string for a number that is no result of this version.
///
/// Ownership: the string is constant and lives for ever.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_result_message(result: ringback_result) -> ringback_str<'static> {
    guard_or(ringback_str::NONE, || describe(result).map_or(ringback_str::NONE, |row| row.message.into()))
}

/// The name of a result, such as `unexpected_end`, the same in every language.
///
/// Parameters: `result`: any number.
///
/// Returns: the name; an empty string for a number that is no result of this version.
///
/// Ownership: the string is constant and lives for ever.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_result_name(result: ringback_result) -> ringback_str<'static> {
    guard_or(ringback_str::NONE, || describe(result).map_or(ringback_str::NONE, |row| row.name.into()))
}

/// The party that can mend what a result says.
///
/// Parameters: `result`: any number.
///
/// Returns: one of `RINGBACK_FAULT_...`; 0 where there is nothing to mend, and for a number that is no result of this
/// version.
///
/// Ownership: nothing is kept.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn ringback_result_fault(result: ringback_result) -> ringback_fault {
    guard_or(0, || describe(result).map_or(0, |row| row.fault))
}

/// What there is to say about a result.
struct Row {
    name: &'static str,
    message: &'static str,
    fault: ringback_fault,
}

fn describe(result: ringback_result) -> Option<Row> {
    if let Some(&(_, name, message, fault)) = OURS.iter().find(|row| row.0 == result) {
        return Some(Row { name, message, fault });
    }
    let kind = ErrorKind::ALL.iter().find(|kind| ringback_result::from(kind.code()) == result)?;
    let fault = match kind.fault() {
        Fault::Sender => RINGBACK_FAULT_SENDER,
        Fault::Caller => RINGBACK_FAULT_CALLER,
        Fault::Limit => RINGBACK_FAULT_LIMIT,
        Fault::Operator => RINGBACK_FAULT_OPERATOR,
        _ => 0,
    };
    Some(Row { name: kind.name(), message: kind.message(), fault })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The name, the number and the comment of every result in this file, as the header gets them.
    fn written_out() -> Vec<(String, u32, String)> {
        let lines: Vec<&str> = include_str!("result.rs").lines().collect();
        let constants = lines.windows(2).filter_map(|pair| {
            let (name, number) = pair[1].strip_prefix("pub const RINGBACK_")?.split_once(": ringback_result = ")?;
            let number = number.strip_suffix(';')?.parse().ok()?;
            Some((
                name.trim_start_matches("ERROR_").to_lowercase(),
                number,
                pair[0].trim_start_matches("/// ").to_owned(),
            ))
        });
        constants.collect()
    }

    #[test]
    fn every_error_of_the_core_is_written_out_with_its_number_and_its_sentence() {
        let written = written_out();
        for kind in ErrorKind::ALL {
            let (_, number, comment) = written
                .iter()
                .find(|(name, ..)| name == kind.name())
                .unwrap_or_else(|| panic!("{} is not written out", kind.name()));
            assert_eq!(*number, u32::from(kind.code()), "{}", kind.name());
            assert_eq!(comment.to_lowercase(), format!("{}.", kind.message().to_lowercase()));
        }
        assert_eq!(written.len(), ErrorKind::ALL.len() + OURS.len());
    }

    #[test]
    fn what_is_written_out_has_the_name_and_the_sentence_that_the_functions_give() {
        for (name, number, comment) in written_out() {
            let row = describe(number).unwrap();
            assert_eq!(row.name, name);
            assert!(comment.to_lowercase().starts_with(&row.message.to_lowercase()), "{comment}");
        }
    }

    #[test]
    fn our_numbers_are_those_left_to_bindings() {
        assert!(OURS.iter().skip(1).all(|row| (900..1000).contains(&row.0)));
        assert!(describe(1).is_none());
    }
}
