//! A request of the crate `http`, received: what the tower layer and the axum extractor have in common.
//!
//! The head is judged before a byte of body is read. Then the body is read: in time, inflated, and never larger than
//! allowed. The store is asked on a thread that may block.

use std::io::{self, Write as _};
use std::pin::pin;
use std::time::Duration;

use bytes::{Buf, Bytes};
use flate2::write::MultiGzDecoder;
use http::request::Parts;
use http::{HeaderValue, Response, StatusCode};
use http_body::Body;
use http_body_util::BodyExt as _;
use ringback::head::Encoding;
use ringback::policy::{Answer, Backing, Policy, Situation};
use ringback::{ErrorKind, Head};
use tokio::time::timeout;

use crate::inbox::Decision;
use crate::receiver::Receiver;

/// How long a body may take in all.
const WITHIN: Duration = Duration::from_secs(60);

/// Receives a request. The task may be dropped before the body is there; from then on the delivery is kept in any case.
pub(crate) async fn receive<B>(receiver: &Receiver, parts: Parts, body: B) -> Decision
where
    B: Body,
    B::Data: Buf,
{
    let policy = receiver.gate().policy();
    let admitted = match receiver.admit(&head_of(&parts)) {
        Ok(admitted) => admitted,
        Err(answer) => return Decision::Answer(answer),
    };
    let (limit, encoding) = (receiver.gate().body_limit(&admitted), head_of(&parts).encoding());
    let mut body = match timeout(WITHIN, read(body, encoding, limit)).await {
        Ok(Ok(body)) => body,
        Ok(Err(Broken::TooLarge)) => return Decision::Answer(receiver.gate().too_large()),
        // There is nothing that could be kept, with a store or without.
        Ok(Err(Broken::Damaged)) => return Decision::Answer(Policy::new(Backing::Memory).answer(Situation::Malformed)),
        Ok(Err(Broken::Cut)) | Err(_) => {
            return Decision::Answer(policy.answer(Situation::Incomplete).because(ErrorKind::UnexpectedEnd.into()));
        }
    };
    let there = receiver.clone();
    let taken = tokio::task::spawn_blocking(move || there.take(admitted, &head_of(&parts), &mut body));
    // Whatever went wrong in there, the sender may come again.
    taken.await.unwrap_or_else(|_| Decision::Answer(policy.answer(Situation::Failed)))
}

/// An answer as a response.
pub(crate) fn response<B: From<Bytes>>(answer: &Answer) -> Response<B> {
    let mut response = Response::new(B::from(Bytes::from_static(answer.body().as_bytes())));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let fields = response.headers_mut();
    fields.insert(http::header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    for (name, value) in answer.headers() {
        fields.insert(*name, HeaderValue::from_static(value));
    }
    response
}

/// The head as the core sees it.
fn head_of(parts: &Parts) -> Head<'_> {
    let target = parts.uri.path_and_query().map_or("/", |target| target.as_str());
    let headers = parts.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
    Head::new(parts.method.as_str(), target).headers(headers)
}

/// Why there is no body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Broken {
    /// It ended too early.
    Cut,
    /// It is not compressed as it claims to be.
    Damaged,
    /// It is over the limit.
    TooLarge,
}

/// Reads a body of at most `limit` decoded bytes.
async fn read<B>(body: B, encoding: Encoding, limit: u64) -> Result<Vec<u8>, Broken>
where
    B: Body,
    B::Data: Buf,
{
    let mut body = pin!(body);
    let mut room = MultiGzDecoder::new(Room { bytes: Vec::new(), limit, full: false });
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else { return Err(Broken::Cut) };
        // Trailers mean nothing here.
        let Ok(mut data) = frame.into_data() else { continue };
        while data.has_remaining() {
            let piece = data.chunk();
            let length = piece.len();
            let written = match encoding {
                Encoding::Identity => room.get_mut().write_all(piece),
                _ => room.write_all(piece),
            };
            if written.is_err() {
                return Err(if room.get_ref().full { Broken::TooLarge } else { Broken::Damaged });
            }
            data.advance(length);
        }
    }
    // The checksum comes last: if it is wrong or missing, the next attempt may be whole.
    if encoding != Encoding::Identity && room.try_finish().is_err() {
        return Err(if room.get_ref().full { Broken::TooLarge } else { Broken::Cut });
    }
    Ok(std::mem::take(&mut room.get_mut().bytes))
}

/// Where the bytes go.
struct Room {
    bytes: Vec<u8>,
    limit: u64,
    full: bool,
}

impl io::Write for Room {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        if (self.bytes.len() + data.len()) as u64 > self.limit {
            self.full = true;
            return Err(io::ErrorKind::Other.into());
        }
        self.bytes.extend_from_slice(data);
        Ok(data.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use http_body_util::Full;

    use super::*;

    fn read_all(sent: &[u8], encoding: Encoding, limit: u64) -> Result<Vec<u8>, Broken> {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(read(Full::new(Bytes::copy_from_slice(sent)), encoding, limit))
    }

    fn gzip(data: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(data).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn a_body_has_at_most_its_limit() {
        assert_eq!(read_all(b"12345", Encoding::Identity, 5), Ok(b"12345".to_vec()));
        assert_eq!(read_all(b"123456", Encoding::Identity, 5), Err(Broken::TooLarge));
        assert_eq!(read_all(&gzip(b"12345"), Encoding::Gzip, 5), Ok(b"12345".to_vec()));
        assert_eq!(read_all(&gzip(&vec![0; 50_000_000]), Encoding::Gzip, 100_000), Err(Broken::TooLarge));
    }

    #[test]
    fn compressed_data_is_checked() {
        let whole = gzip(b"hello, hello, hello");
        for end in 0..whole.len() {
            assert_eq!(read_all(&whole[..end], Encoding::Gzip, 100), Err(Broken::Cut), "{end}");
        }
        assert_eq!(read_all(b"not gzip at all", Encoding::Gzip, 100), Err(Broken::Damaged));
    }
}
