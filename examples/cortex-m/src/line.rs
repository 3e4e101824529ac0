//! HTTP/1.1 on a line, as much of it as a sender of callbacks needs: one request, one answer, bodies of known length.

use ringback::Head;
use ringback::policy::Answer;

use crate::board::{self, Stream};

/// The most bytes of a request line with its headers.
pub const LONGEST_HEAD: usize = 1024;

/// A request whose body has not been read yet.
pub struct Request<'h> {
    pub head: Head<'h>,
    /// How many bytes of body follow.
    pub length: u64,
}

/// Waits for the next request; none when the line has ended, or when no request can be made out on it any more.
#[inline(never)]
pub fn read_head(room: &mut [u8; LONGEST_HEAD]) -> Option<Request<'_>> {
    let mut length = 0;
    while !room.get(..length)?.ends_with(b"\r\n\r\n") {
        if board::read(room.get_mut(length..length + 1)?) == 0 {
            return None;
        }
        length += 1;
    }
    let (first, mut rest) = cut(room.get(..length)?, b'\n')?;
    let (method, first) = cut(first, b' ')?;
    let (target, _) = cut(first, b' ')?;
    let mut head = Head::new(text(method), text(target));
    while let Some((line, after)) = cut(rest, b'\n') {
        rest = after;
        if let Some((name, value)) = cut(line, b':') {
            // The head itself takes white space off the value, the end of the line included.
            head = head.header(text(name), value);
        }
    }
    let length = head.content_length().unwrap_or(0);
    Some(Request { head, length })
}

/// What stands before and behind the first of these bytes.
#[inline(never)]
fn cut(text: &[u8], at: u8) -> Option<(&[u8], &[u8])> {
    let at = text.iter().position(|&byte| byte == at)?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// Whatever is no text is like nothing that is looked for.
fn text(bytes: &[u8]) -> &str {
    core::str::from_utf8(bytes).unwrap_or_default()
}

/// Reads the body into the room; what does not arrive is missing at its end.
pub fn read_body(length: u64, room: &mut [u8]) -> &mut [u8] {
    let wanted = usize::try_from(length).unwrap_or(usize::MAX).min(room.len());
    let mut filled = 0;
    while let Some(rest @ [_, ..]) = room.get_mut(filled..wanted) {
        match board::read(rest) {
            0 => break,
            more => filled += more,
        }
    }
    room.get_mut(..filled).unwrap_or_default()
}

/// Reads a body that nobody wants.
pub fn skip(mut length: u64) {
    let mut room = [0; 32];
    while length > 0 {
        let more = read_body(length.min(room.len() as u64), &mut room).len();
        if more == 0 {
            return;
        }
        length -= more as u64;
    }
}

/// Sends the answer to the request that was read last.
#[inline(never)]
pub fn write(answer: &Answer) {
    let digit = |number: usize| b'0' + (number % 10) as u8;
    let status = usize::from(answer.status);
    say(b"HTTP/1.1 ");
    say(&[digit(status / 100), digit(status / 10), digit(status), b' ', b'\r', b'\n']);
    for (name, value) in answer.headers() {
        for part in [name, ": ", value, "\r\n"] {
            say(part.as_bytes());
        }
    }
    // Every body is shorter than a hundred bytes.
    let body = answer.body();
    say(b"content-length: ");
    say(&[digit(body.len() / 10), digit(body.len()), b'\r', b'\n', b'\r', b'\n']);
    say(body.as_bytes());
}

#[inline(never)]
fn say(bytes: &[u8]) {
    board::write(Stream::Line, bytes);
}
