//! The reading side of a connection: heads in time, one after the other, and no ambiguous framing.
//!
//! It stands between the socket and the HTTP library and hands a head on when it is there in full. That is what makes
//! three things possible which the library does not offer: an idle connection waits longer than a head that has begun;
//! a head with both `Content-Length` and `Transfer-Encoding` is noticed (the library follows RFC 9112 section 6.1 and
//! lets the second one win; here such a request is refused, for whoever sends it means to be read in two ways); and
//! nothing is read beyond the request at hand, so that a client who goes away cancels nothing.
//!
//! On the way out it lingers: after an early answer it reads and drops for a while what the client is still sending.
//! Otherwise the system would reset the connection, and the client might never see the answer.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use hyper::server::conn::http1;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, ReadBuf, Take};
use tokio::time::{Sleep, sleep};

use super::turn::Turn;

/// The most bytes of a head.
const MAX_HEAD: usize = 16 * 1024;
/// The most fields of a head.
const MAX_FIELDS: usize = 100;

/// The HTTP library, set up to stand behind an intake.
pub fn http() -> http1::Builder {
    let mut http = http1::Builder::new();
    http.header_read_timeout(None).max_headers(MAX_FIELDS).max_header_size(MAX_HEAD).half_close(true);
    http
}

/// A connection as the HTTP library sees it.
pub struct Intake<S> {
    /// Limited to what may be read next.
    stream: Take<S>,
    turn: Arc<Turn>,
    head_within: Duration,
    idle_within: Duration,
    /// What was read and not yet handed on.
    buffer: Vec<u8>,
    /// How much of it may be handed on.
    open: usize,
    next: Next,
    wait: Option<Wait>,
    linger: Option<Linger>,
}

/// What the next bytes are.
enum Next {
    Head,
    /// So many bytes of a body, and then a head.
    Body(u64),
    /// Everything until the connection ends.
    Rest,
}

/// Waiting for a head, or for the rest of one.
struct Wait {
    begun: bool,
    sleep: Pin<Box<Sleep>>,
}

/// Waiting for the client to stop sending.
struct Linger {
    left: usize,
    sleep: Pin<Box<Sleep>>,
}

const LINGER: Duration = Duration::from_secs(5);
const LINGER_BYTES: usize = 64 * 1024 * 1024;

impl<S: AsyncRead + Unpin> Intake<S> {
    /// A connection that has just been accepted.
    pub fn new(stream: S, turn: Arc<Turn>, head_within: Duration, idle_within: Duration) -> Intake<S> {
        let (stream, buffer, next) = (stream.take(0), Vec::new(), Next::Head);
        Intake { stream, turn, head_within, idle_within, buffer, open: 0, next, wait: None, linger: None }
    }

    /// Waits for a whole head, and opens it. What is no head is opened too: the library answers it.
    fn poll_head(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        // Each turn of the loop looks at new bytes only; what was there before may hold an end.
        let mut seen = 0;
        loop {
            // Empty lines in front of a head mean nothing (RFC 9112 section 2.2).
            let empty = self.buffer.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            self.buffer.drain(..empty);
            if let Some(framing) = Framing::of(&self.buffer, seen) {
                self.wait = None;
                self.turn.begin(framing.both, matches!(framing.next, Next::Rest));
                self.open = framing.length;
                self.next = framing.next;
                return Poll::Ready(Ok(()));
            }
            seen = self.buffer.len();
            self.poll_wait(context)?;
            let mut room = [0; 4096];
            let mut room = ReadBuf::new(&mut room);
            self.stream.set_limit(room.remaining() as u64);
            ready!(Pin::new(&mut self.stream).poll_read(context, &mut room))?;
            if room.filled().is_empty() {
                self.open = self.buffer.len();
                self.next = Next::Rest;
                return Poll::Ready(Ok(()));
            }
            self.buffer.extend_from_slice(room.filled());
        }
    }

    /// Sees to it that somebody wakes the connection when the head is late.
    fn poll_wait(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        let begun = !self.buffer.is_empty();
        if self.wait.as_ref().is_none_or(|wait| wait.begun != begun) {
            let patience = if begun || !self.turn.is_proven() { self.head_within } else { self.idle_within };
            self.wait = Some(Wait { begun, sleep: Box::pin(sleep(patience)) });
        }
        let late = self.wait.as_mut().is_some_and(|wait| wait.sleep.as_mut().poll(context).is_ready());
        if late { Err(io::ErrorKind::TimedOut.into()) } else { Ok(()) }
    }

    /// So many bytes of a body have been passed.
    fn pass(&mut self, length: usize) {
        if let Next::Body(left) = &mut self.next {
            *left = left.saturating_sub(length as u64);
        }
    }

    /// Hands on what is open.
    fn hand_on(&mut self, out: &mut ReadBuf<'_>) {
        let length = self.open.min(out.remaining());
        out.put_slice(&self.buffer[..length]);
        self.buffer.drain(..length);
        self.open -= length;
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Intake<S> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, out: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        loop {
            if this.open > 0 {
                this.hand_on(out);
                return Poll::Ready(Ok(()));
            }
            let limit = match &mut this.next {
                Next::Head if this.turn.is_busy(context) => return Poll::Pending,
                Next::Head => {
                    ready!(this.poll_head(context))?;
                    if this.open == 0 {
                        return Poll::Ready(Ok(()));
                    }
                    continue;
                }
                Next::Body(0) => {
                    this.next = Next::Head;
                    continue;
                }
                Next::Body(left) => usize::try_from(*left).unwrap_or(usize::MAX),
                Next::Rest => usize::MAX,
            };
            if !this.buffer.is_empty() {
                this.open = limit.min(this.buffer.len());
                this.pass(this.open);
                continue;
            }
            this.stream.set_limit(limit as u64);
            let before = out.filled().len();
            ready!(Pin::new(&mut this.stream).poll_read(context, out))?;
            this.pass(out.filled().len() - before);
            return Poll::Ready(Ok(()));
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Intake<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(self.stream.get_mut()).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(self.stream.get_mut()).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let stream = this.stream.get_mut();
        if this.linger.is_none() {
            ready!(Pin::new(&mut *stream).poll_shutdown(context))?;
        }
        let linger = this.linger.get_or_insert_with(|| Linger { left: LINGER_BYTES, sleep: Box::pin(sleep(LINGER)) });
        let mut room = [0; 16 * 1024];
        while linger.left > 0 && linger.sleep.as_mut().poll(context).is_pending() {
            let mut room = ReadBuf::new(&mut room);
            match ready!(Pin::new(&mut *stream).poll_read(context, &mut room)) {
                Ok(()) if !room.filled().is_empty() => linger.left = linger.left.saturating_sub(room.filled().len()),
                // The client has ended, in whatever way.
                _ => break,
            }
        }
        Poll::Ready(Ok(()))
    }
}

/// How a head is framed, and what follows it.
struct Framing {
    /// How many bytes to hand on.
    length: usize,
    next: Next,
    /// Whether it has both lengths.
    both: bool,
}

impl Framing {
    /// The framing of the head that `bytes` begin with; none if it is not there in full. Of a long or faulty head all is
    /// handed on, to be refused. The first `seen` bytes are known not to hold an end.
    fn of(bytes: &[u8], seen: usize) -> Option<Framing> {
        let all = Framing { length: bytes.len(), next: Next::Rest, both: false };
        let ends = |at: usize| bytes[at..].starts_with(b"\n\n") || bytes[at..].starts_with(b"\n\r\n");
        if !(seen.saturating_sub(3)..bytes.len()).any(ends) {
            return (bytes.len() >= MAX_HEAD).then_some(all);
        }
        let mut fields = [httparse::EMPTY_HEADER; MAX_FIELDS];
        let mut request = httparse::Request::new(&mut fields);
        let Ok(httparse::Status::Complete(length)) = request.parse(bytes) else { return Some(all) };
        let named = |name: &'static str| {
            request.headers.iter().filter(move |field| field.name.eq_ignore_ascii_case(name)).map(|field| field.value)
        };
        let chunked = named("transfer-encoding").next().is_some();
        let lengths = named("content-length").next().is_some();
        let next = match (chunked, lengths) {
            (false, false) => Next::Body(0),
            (false, true) => {
                let mut lengths = named("content-length").map(read_length);
                match lengths.next().flatten() {
                    Some(length) if lengths.all(|other| other == Some(length)) => Next::Body(length),
                    _ => Next::Rest,
                }
            }
            (true, _) => Next::Rest,
        };
        Some(Framing { length, next, both: chunked && lengths })
    }
}

fn read_length(value: &[u8]) -> Option<u64> {
    let digits = value.trim_ascii();
    let plain = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    std::str::from_utf8(digits).ok().filter(|_| plain)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn framing(text: &str) -> Option<Framing> {
        Framing::of(text.as_bytes(), 0)
    }

    #[test]
    fn a_head_is_handed_on_when_it_is_whole() {
        let head = "POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\n";
        for end in 0..head.len() {
            assert!(framing(&head[..end]).is_none());
        }
        let found = framing(&format!("{head}hello")).unwrap();
        assert_eq!(found.length, head.len());
        assert!(matches!(found.next, Next::Body(5)));
    }

    #[test]
    fn a_head_that_arrives_in_pieces_is_found() {
        let head = "POST / HTTP/1.1\r\nHost: a\r\n\r\n";
        for seen in 0..head.len() {
            assert!(Framing::of(head.as_bytes(), seen).is_some(), "{seen}");
        }
    }

    #[test]
    fn both_lengths_are_noticed_in_either_order() {
        for fields in [
            "Content-Length: 5\r\nTransfer-Encoding: chunked",
            "transfer-encoding: chunked\r\ncontent-length: 5",
            "Transfer-Encoding: x\r\nContent-Length: x",
        ] {
            let found = framing(&format!("POST / HTTP/1.1\r\n{fields}\r\n\r\n")).unwrap();
            assert!(found.both && matches!(found.next, Next::Rest), "{fields}");
        }
        assert!(!framing("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n").unwrap().both);
    }

    #[test]
    fn what_is_no_head_is_left_to_the_parser_behind() {
        for text in ["\u{0}\n\n", "GET / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n"] {
            assert!(matches!(framing(text).unwrap().next, Next::Rest), "{text:?}");
        }
        let endless = "x".repeat(MAX_HEAD);
        assert_eq!(framing(&endless).unwrap().length, MAX_HEAD);
    }
}
