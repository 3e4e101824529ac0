//! Every error of Ringback, in one table.
//!
//! [`ErrorKind`] is the table that the C, Python and Node bindings mirror: a fixed number, a fixed name, a sentence,
//! and the party that can mend it. Numbers are never reused. [`Error`] adds where in the input it happened. The numbers
//! from 900 on are left to the bindings, for what cannot happen in Rust: a null pointer, text that is no text.

use core::fmt;

/// The party that can mend an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Fault {
    /// Whoever sent the bytes.
    Sender,
    /// The program that calls Ringback: its configuration or its arguments.
    Caller,
    /// Nobody did wrong; a stated limit was met.
    Limit,
    /// Whoever runs the machine: its disk, its files, its permissions.
    Operator,
}

macro_rules! error_table {
    ($($(#[$group:meta])* $fault:ident { $($code:literal $variant:ident $name:literal $message:literal)* })*) => {
        /// What went wrong. The numbers are part of the contract of every binding and are never reused; 0 is success.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, thiserror::Error)]
        #[non_exhaustive]
        #[repr(u16)]
        // Messages name URLs as people type them.
        #[allow(rustdoc::bare_urls)]
        pub enum ErrorKind {
            $($(
                #[doc = concat!("`", $name, "`: ", $message, ".")]
                #[error($message)]
                $variant = $code,
            )*)*
        }

        impl ErrorKind {
            /// Every kind, in the order of its number.
            pub const ALL: &'static [ErrorKind] = &[$($(ErrorKind::$variant,)*)*];

            /// The name of this kind, the same in every language, such as `unexpected_end`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $($(ErrorKind::$variant => $name,)*)* }
            }

            /// One lower-case sentence without a full stop: what was expected, and the cure where there is one.
            #[must_use]
            pub const fn message(self) -> &'static str {
                match self { $($(ErrorKind::$variant => $message,)*)* }
            }

            /// The party that can mend it.
            #[must_use]
            pub const fn fault(self) -> Fault {
                match self { $($(ErrorKind::$variant => Fault::$fault,)*)* }
            }
        }
    };
}

error_table! {
    // JSON texts (RFC 8259)
    Sender {
        101 UnexpectedEnd "unexpected_end" "the text ends in the middle of a document"
        102 ExpectedValue "expected_value" "expected a value"
        103 ExpectedKey "expected_key" "expected a member name in double quotes"
        104 ExpectedColon "expected_colon" "expected a colon after the member name"
        105 ExpectedCommaOrEnd "expected_comma_or_end" "expected a comma or the end of the array or object"
        106 InvalidLiteral "invalid_literal" "expected true, false or null"
        107 InvalidNumber "invalid_number" "expected a digit"
        108 InvalidEscape "invalid_escape" "expected one of \" \\ / b f n r t, or u and four hexadecimal digits, after the backslash"
        109 ControlCharacter "control_character" "a control character in a string must be escaped"
        110 InvalidUtf8 "invalid_utf8" "expected UTF-8"
        111 TooDeep "too_deep" "arrays and objects are nested more than 64 deep"
        112 TrailingData "trailing_data" "expected nothing but white space after the document"
        113 ByteOrderMark "byte_order_mark" "a JSON text must not begin with a byte order mark"
    }
    // Reading what was found
    Caller {
        121 InvalidPointer "invalid_pointer" "a JSON pointer is empty or begins with a slash, and every ~ in it is followed by 0 or 1"
        122 BufferTooSmall "buffer_too_small" "the buffer is too small for the text"
    }
    // Request identifiers
    Sender {
        131 RequestIdInvalid "request_id_invalid" "a request id has 1 to 128 visible ASCII characters"
    }
    // Heads and bodies
    Sender {
        201 MethodNotAllowed "method_not_allowed" "a callback is sent with POST or PUT"
        202 BadFraming "bad_framing" "the request has contradictory or repeated framing headers"
        203 BodyTooLarge "body_too_large" "the body is larger than the limit"
        204 UnsupportedEncoding "unsupported_encoding" "the body is compressed in a way that is not understood: send it as it is, or with gzip"
    }
    // Credentials that arrive
    Sender {
        301 CredentialMissing "credential_missing" "the request carries no credentials"
        302 CredentialWrong "credential_wrong" "the credentials match no configured pair"
        303 AuthorizationRepeated "authorization_repeated" "the request carries more than one Authorization header"
        304 AuthorizationMalformed "authorization_malformed" "expected Authorization: Basic and base64 of user:password (RFC 7617)"
        305 TicketMalformed "ticket_malformed" "the ticket does not have the shape r1.use.kid.exp.tid.job"
        306 TicketKeyUnknown "ticket_key_unknown" "the ticket was minted with a key that is not loaded: load the old key after the new one until its tickets have expired"
        307 TicketForged "ticket_forged" "the code of the ticket does not match: it was changed, or minted for another audience"
        308 TicketExpired "ticket_expired" "the ticket has expired"
        309 TicketUseWrong "ticket_use_wrong" "the ticket was minted for another use"
        310 SecretMissing "secret_missing" "the document carries no extra secret"
        311 SecretWrong "secret_wrong" "the extra secret of the document is not the configured one"
        312 SecretAmbiguous "secret_ambiguous" "the extra secret, or a member that holds it, occurs twice or is no string"
    }
    // Credentials that are configured
    Caller {
        321 KeyTooShort "key_too_short" "a ticket key has 32 random bytes or more: make one with `ringback key new`"
        322 KeyIdCollision "key_id_collision" "two loaded keys have the same key id: replace one of them"
        323 KeyLineInvalid "key_line_invalid" "expected a line of the form name:base64, of 32 to 128 bytes"
        324 KeyringEmpty "keyring_empty" "at least one ticket key is needed: make one with `ringback key new`"
        325 AudienceTooLong "audience_too_long" "an audience has at most 32 bytes"
        326 JobInvalid "job_invalid" "a job has 1 to 64 characters out of A-Z a-z 0-9 . _ -"
        327 LifeTooLong "life_too_long" "a ticket lives 30 days at most"
        328 UserInvalid "user_invalid" "a user name is not empty and holds neither a colon nor control characters (RFC 7617)"
        329 PasswordInvalid "password_invalid" "a password is not empty and holds no control characters (RFC 7617)"
        330 CredentialsUnconfigured "credentials_unconfigured" "a receiver needs a ticket key, a Basic pair or an extra secret: without one anybody could post to it"
        331 SenderInvalid "sender_invalid" "the name of a sender is not empty and holds no control characters"
        332 SecretInvalid "secret_invalid" "an extra secret has a key without a colon and a value: neither is empty or holds control characters"
        333 KeyFileUnreadable "key_file_unreadable" "the file of ticket keys cannot be read or made"
    }
    // Callback URLs
    Caller {
        401 UrlMalformed "url_malformed" "expected a URL such as https://example.com/hook"
        402 UrlSchemeMissing "url_scheme_missing" "the URL has no scheme: begin it with https://"
        403 UrlSchemeUnsupported "url_scheme_unsupported" "Deepgram calls http and https, and for streams ws and wss"
        404 UrlHostMissing "url_host_missing" "the URL names no host"
        405 UrlHostUnderscore "url_host_underscore" "Deepgram does not resolve a host name with an underscore: give the host another name"
        406 UrlPort "url_port" "Deepgram calls only ports 80, 443, 8080, 8443. Behind ngrok or nginx? Give the public URL"
        407 UrlUserColon "url_user_colon" "a user name must not hold a colon (RFC 7617): choose another one"
        408 UrlHasCredentials "url_has_credentials" "the base URL already holds credentials: take them out, the ticket takes their place"
        409 UrlFragment "url_fragment" "a fragment is never sent to a server: take out the # and what follows"
        410 MethodLosesBody "method_loses_body" "GET and DELETE carry no body: use POST or PUT"
        411 ExtraInvalid "extra_invalid" "an extra pair is KEY:VALUE, with a key"
        412 ExtraTooLong "extra_too_long" "an extra pair has at most 2048 characters"
        413 TagTooLong "tag_too_long" "a tag has at most 128 characters"
        414 MethodUnknown "method_unknown" "Deepgram sends a callback with POST or PUT"
    }
    // Routes
    Caller {
        501 RouteRepeated "route_repeated" "two routes have the same rule: only the first would ever match"
        502 RouteTableFull "route_table_full" "there is no room for another route"
        503 KindUnknown "kind_unknown" "not a kind of delivery: transcript, analysis, audio, failure, stream.results, stream.metadata, stream.utterance_end, stream.speech_started, stream.error, unknown"
    }
    // The ledger
    Limit {
        601 LedgerFull "ledger_full" "the ledger has no room: everything in it is unsettled"
    }
    Caller {
        602 ClaimStale "claim_stale" "the claim has ended: its lease lapsed and another claim followed, or it was settled already"
        603 DeliveryUnknown "delivery_unknown" "no delivery with this id is in the ledger"
        604 SubmissionUnknown "submission_unknown" "no such submission is in the ledger"
    }
    // The store of an inbox
    Operator {
        701 StoreUnavailable "store_unavailable" "the store does not accept anything at the moment"
        702 StoreBusy "store_busy" "the store did not answer in time: another process holds it, or the disk is slow"
        703 StoreFull "store_full" "the disk of the store is full: make room"
        704 StoreReadOnly "store_read_only" "the store cannot be written: look at the permissions of its file and folder"
        705 StoreCorrupt "store_corrupt" "the file is not a store, or it is damaged: restore it from a copy"
        706 StoreReplaced "store_replaced" "the file of the store, or its journal, was replaced or removed while it was open"
        707 StoreNewer "store_newer" "the store was written by a younger version: use that version, or a later one"
        708 StoreRemote "store_remote" "the store lies on a network file system, where neither locks nor flushes can be relied upon: use a local disk"
    }
    Caller {
        709 StoreForked "store_forked" "the process has forked since the store was first used: open the store after the fork"
    }
    Operator {
        711 StoreUnmigrated "store_unmigrated" "the database has no tables that this version can use: run `ringback migrate`"
        712 StoreUnsafe "store_unsafe" "the database does not keep everything that it acknowledges: synchronous_commit, fsync and full_page_writes must be on"
    }
    Caller {
        719 StoreUrlInvalid "store_url_invalid" "a store is sqlite:PATH, postgres://USER@HOST/DATABASE or memory"
    }
    // Waiting for a result
    Limit {
        721 TimeOut "time_out" "the time is out; nothing was consumed"
        722 SubmissionOverdue "submission_overdue" "the deadline of the submission has passed without an answer"
        723 JobFailed "job_failed" "the job failed: what Deepgram said about it is in the inbox"
        724 BodyForgotten "body_forgotten" "the body is gone: it was purged after its time, or erased on request"
    }
    // The spool of an inbox
    Operator {
        731 SpoolFull "spool_full" "the spool is full: it is emptied when the store is back"
        732 SpoolBusy "spool_busy" "another process uses the spool: give each process a folder of its own"
        733 SpoolUnavailable "spool_unavailable" "the spool cannot be written: look at its folder and its disk"
        734 SpoolDamaged "spool_damaged" "the file of the spool is damaged, or none of ours: move it away"
    }
}

impl ErrorKind {
    /// The fixed number of this kind; 0 is success and no kind.
    #[must_use]
    pub const fn code(self) -> u16 {
        self as u16
    }

    /// Whether the input merely ended too early: the next attempt may be whole.
    #[must_use]
    pub const fn is_incomplete(self) -> bool {
        matches!(self, ErrorKind::UnexpectedEnd)
    }
}

/// An error: its kind, and the byte offset in the input where it was noticed (0 where there is no input).
///
/// Line and column are worked out on demand, by [`Error::position`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Error {
    kind: ErrorKind,
    offset: usize,
}

/// A place in a text, for people: both count from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Position {
    /// The line; lines end with a line feed.
    pub line: usize,
    /// The column in bytes.
    pub column: usize,
}

impl Error {
    /// An error of this kind, noticed at this byte offset.
    #[cold]
    #[must_use]
    pub const fn new(kind: ErrorKind, offset: usize) -> Error {
        Error { kind, offset }
    }

    /// What went wrong.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The byte offset at which it was noticed; at most the length of the input.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.offset
    }

    /// Line and column of the offset in `text`, which is the input that failed.
    #[must_use]
    pub fn position(&self, text: &[u8]) -> Position {
        let before = &text[..self.offset.min(text.len())];
        let line_start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
        Position {
            line: 1 + before.iter().filter(|&&byte| byte == b'\n').count(),
            column: 1 + before.len() - line_start,
        }
    }
}

impl From<ErrorKind> for Error {
    fn from(kind: ErrorKind) -> Error {
        Error::new(kind, 0)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}", self.kind, self.offset)
    }
}

impl core::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_names_are_unique_and_ascending() {
        assert!(ErrorKind::ALL.windows(2).all(|pair| pair[0].code() < pair[1].code()));
        assert!(ErrorKind::ALL.iter().all(|kind| kind.code() < 900), "these belong to the bindings");
        for (at, kind) in ErrorKind::ALL.iter().enumerate() {
            assert!(ErrorKind::ALL[..at].iter().all(|other| other.name() != kind.name()), "{kind:?}");
        }
    }

    #[test]
    fn an_error_prints_its_message_and_where() {
        let error = Error::new(ErrorKind::ExpectedValue, 9);
        assert_eq!(std::format!("{error}"), std::format!("{} at byte 9", ErrorKind::ExpectedValue.message()));
    }

    #[test]
    fn position_counts_lines_and_byte_columns_from_one() {
        let text = b"{\n  \"a\": x}";
        assert_eq!(Error::new(ErrorKind::ExpectedValue, 9).position(text), Position { line: 2, column: 8 });
        assert_eq!(Error::new(ErrorKind::ExpectedValue, 0).position(b""), Position { line: 1, column: 1 });
    }
}
