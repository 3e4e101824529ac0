//! HTTP/1.1 on a line, as much of it as a sender of callbacks needs: one request, one answer, bodies of known length.

use ringback::Head;
use ringback::json;
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
    let mut request = Request { head: Head::new(text(method), text(target)), length: 0 };
    while let Some((line, after)) = cut(rest, b'\n') {
        rest = after;
        if let Some((name, value)) = cut(line, b':') {
            // The head itself takes white space off the value, the end of the line included.
            request.head.add(text(name), value);
        }
    }
    request.length = request.head.content_length().unwrap_or_default();
    Some(request)
}

/// What stands before and behind the first of these bytes.
#[inline(never)]
fn cut(text: &[u8], at: u8) -> Option<(&[u8], &[u8])> {
    let at = text.iter().position(|&byte| byte == at)?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// Whatever is no text is like nothing that is looked for.
fn text(bytes: &[u8]) -> &str {
    json::text(bytes).unwrap_or_default()
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
    say("HTTP/1.1 ");
    say_number(usize::from(answer.status));
    say(" \r\n");
    for (name, value) in answer.headers() {
        say(name);
        say(": ");
        say(value);
        say("\r\n");
    }
    let body = answer.body();
    say("content-length: ");
    say_number(body.len());
    say("\r\n\r\n");
    say(body);
}

/// Three digits are enough for every status and for the length of every body; a length may begin with zeros.
#[inline(never)]
fn say_number(number: usize) {
    let mut digits = [b'0'; 3];
    let mut rest = number;
    for digit in digits.iter_mut().rev() {
        *digit += (rest % 10) as u8;
        rest /= 10;
    }
    board::write(Stream::Line, &digits);
}

#[inline(never)]
fn say(text: &str) {
    board::write(Stream::Line, text.as_bytes());
}
