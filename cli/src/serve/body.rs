//! The body of a delivery: read in time, inflated, and never larger in memory than allowed.

use std::io::{self, Write as _};
use std::time::Duration;

use bytes::Bytes;
use flate2::write::MultiGzDecoder;
use http_body_util::BodyExt as _;
use hyper::body::Body;
use ringback::head::Encoding;
use ringback::policy::Answer;
use tokio::time::{Instant, timeout_at};

use super::budget::Hold;
use super::spill::{self, Spill};

/// A body that has come whole.
pub enum Whole {
    /// It is here, in memory that is paid for.
    Memory(Vec<u8>, Hold),
    /// It was over the limit and went to the disk, and this is the answer.
    Disk(Answer),
}

/// Why there is no body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    /// The connection ended before the body did, or the compressed data did, or its checksum is wrong.
    Cut,
    /// It is not compressed as it claims to be.
    Damaged,
    /// There is no memory for it at the moment.
    NoRoom,
    /// It came too slowly.
    Slow,
    /// It is over the limit, and this is the answer.
    TooLarge(Answer),
}

/// How fast a body has to come.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// How long nothing is asked.
    pub grace: Duration,
    /// How long a body may take in all.
    pub within: Duration,
}

impl Pace {
    /// The bytes per second that are asked after the grace.
    const RATE: u64 = 16 * 1024;

    /// Until when another byte has to come, with so many there.
    fn deadline(&self, start: Instant, received: u64) -> Instant {
        start + self.within.min(self.grace + Duration::from_millis(received.saturating_mul(1000) / Self::RATE))
    }
}

/// After so many steps of inflating, each of which gives some ten kilobytes, others have their turn: what is compressed a
/// thousand times comes in few frames, between which there would be none.
const STEPS: u32 = 8;

/// Reads a body. `length` is what its head announces. What has more than `limit` decoded bytes goes where `begin` says,
/// and so does the hold, which pays for what is on its way there.
pub async fn read<B, F>(
    mut incoming: B,
    encoding: Encoding,
    length: Option<u64>,
    limit: u64,
    begin: F,
    pace: Pace,
    hold: Hold,
) -> Result<Whole, Broken>
where
    B: Body<Data = Bytes> + Unpin,
    F: FnOnce(Hold) -> Result<Spill, Answer>,
{
    let start = Instant::now();
    let way = Way::Memory(hold, begin);
    let mut room = Room { bytes: Vec::new(), limit, way: Some(way), front: None, broken: None };
    let plain = encoding == Encoding::Identity;
    if plain && length.is_some_and(|length| length <= limit) {
        room.reserve(length.unwrap_or(0))?;
    }
    let mut decoder = MultiGzDecoder::new(room);
    let (mut received, mut steps) = (0_u64, 0_u32);
    while let Ok(frame) = timeout_at(pace.deadline(start, received), incoming.frame()).await {
        let Some(frame) = frame else { return end(decoder, plain).await };
        let Ok(frame) = frame else { return Err(Broken::Cut) };
        // Trailers mean nothing here.
        let Ok(data) = frame.into_data() else { continue };
        received += data.len() as u64;
        let mut rest = &data[..];
        while !rest.is_empty() {
            let taken = if plain {
                let taken = rest.len().min(STEP);
                decoder.get_mut().take(&rest[..taken])?;
                taken
            } else {
                steps += 1;
                if steps.is_multiple_of(STEPS) {
                    tokio::task::yield_now().await;
                }
                inflate(&mut decoder, rest)?
            };
            rest = &rest[taken..];
            if let Some(answer) = decoder.get_mut().pass_on(spill::PIECE).await {
                return Ok(Whole::Disk(answer));
            }
        }
    }
    Err(Broken::Slow)
}

/// Inflates some of this, and says how much: what is inflated from it, however well it was compressed, is little.
fn inflate<F>(decoder: &mut MultiGzDecoder<Room<F>>, data: &[u8]) -> Result<usize, Broken>
where
    F: FnOnce(Hold) -> Result<Spill, Answer>,
{
    match decoder.write(data) {
        Ok(taken) if taken > 0 => Ok(taken),
        _ => Err(decoder.get_ref().broken.unwrap_or(Broken::Damaged)),
    }
}

async fn end<F>(mut decoder: MultiGzDecoder<Room<F>>, plain: bool) -> Result<Whole, Broken>
where
    F: FnOnce(Hold) -> Result<Spill, Answer>,
{
    // The checksum comes last: if it is wrong or missing, the next attempt may be whole.
    if !plain && decoder.try_finish().is_err() {
        return Err(decoder.get_ref().broken.unwrap_or(Broken::Cut));
    }
    let room = decoder.get_mut();
    if let Some(answer) = room.pass_on(1).await {
        return Ok(Whole::Disk(answer));
    }
    match room.way.take() {
        Some(Way::Disk(spill)) => Ok(Whole::Disk(spill.finish().await)),
        Some(Way::Memory(hold, _)) => Ok(Whole::Memory(std::mem::take(&mut room.bytes), hold)),
        None => Err(Broken::Cut),
    }
}

/// Where the bytes go. It asks for memory before it takes any.
struct Room<F> {
    bytes: Vec<u8>,
    limit: u64,
    /// There is none after the way to the disk was refused.
    way: Option<Way<F>>,
    /// What was in memory when the limit was exceeded: it goes to the disk first.
    front: Option<Vec<u8>>,
    broken: Option<Broken>,
}

/// Where a body goes.
enum Way<F> {
    /// Into memory, of which so much is paid for; beyond the limit it is asked what then.
    Memory(Hold, F),
    /// To the disk, in pieces.
    Disk(Spill),
}

/// The least memory that is asked for at a time, and the most that is taken at once of what was not compressed.
const STEP: usize = 64 * 1024;

impl<F: FnOnce(Hold) -> Result<Spill, Answer>> Room<F> {
    fn take(&mut self, data: &[u8]) -> Result<(), Broken> {
        let length = self.bytes.len() + data.len();
        if matches!(self.way, Some(Way::Memory(..))) {
            if length as u64 > self.limit {
                self.overflow()?;
            } else if length > self.bytes.capacity() {
                let doubled = length.max(2 * self.bytes.capacity()).max(STEP);
                self.reserve((doubled as u64).min(self.limit))?;
            }
        } else if self.way.is_none() {
            return Err(Broken::Cut);
        }
        self.bytes.extend_from_slice(data);
        Ok(())
    }

    /// The limit is exceeded: everything goes to the disk from now on, or this is the end.
    fn overflow(&mut self) -> Result<(), Broken> {
        let Some(Way::Memory(hold, begin)) = self.way.take() else { return Err(Broken::Cut) };
        self.way = Some(Way::Disk(begin(hold).map_err(Broken::TooLarge)?));
        self.front = Some(std::mem::replace(&mut self.bytes, Vec::with_capacity(spill::PIECE + STEP)));
        Ok(())
    }

    /// Hands on what goes to the disk, if there are so many bytes of it; the answer if nothing more is wanted.
    async fn pass_on(&mut self, least: usize) -> Option<Answer> {
        let Some(Way::Disk(spill)) = &mut self.way else { return None };
        if let Some(front) = self.front.take()
            && let Some(answer) = spill.write(front).await
        {
            return Some(answer);
        }
        if self.bytes.len() < least {
            return None;
        }
        let piece = std::mem::replace(&mut self.bytes, Vec::with_capacity(spill::PIECE + STEP));
        spill.write(piece).await
    }

    fn reserve(&mut self, capacity: u64) -> Result<(), Broken> {
        let Some(Way::Memory(hold, _)) = &mut self.way else { return Err(Broken::Cut) };
        let more = usize::try_from(capacity).unwrap_or(usize::MAX).saturating_sub(self.bytes.len());
        if hold.grow_to(capacity) && self.bytes.try_reserve_exact(more).is_ok() { Ok(()) } else { Err(Broken::NoRoom) }
    }
}

impl<F: FnOnce(Hold) -> Result<Spill, Answer>> io::Write for Room<F> {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        match self.take(data) {
            Ok(()) => Ok(data.len()),
            Err(broken) => {
                self.broken = Some(broken);
                Err(io::ErrorKind::Other.into())
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use http_body_util::Full;
    use ringback::policy::{Backing, Policy, Situation};

    use super::super::budget::Budget;
    use super::*;

    const PACE: Pace = Pace { grace: Duration::from_secs(5), within: Duration::from_secs(60) };

    fn too_large() -> Answer {
        Policy::new(Backing::Memory).answer(Situation::TooLarge)
    }

    fn read_all(sent: &[u8], encoding: Encoding, limit: u64, room: u64) -> Result<Vec<u8>, Broken> {
        let incoming = Full::new(Bytes::copy_from_slice(sent));
        let hold = Budget::new(room, 0, 0).hold(false, None).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let begin = |_| Err(too_large());
        match runtime.block_on(read(incoming, encoding, None, limit, begin, PACE, hold))? {
            Whole::Memory(bytes, _) => Ok(bytes),
            Whole::Disk(answer) => panic!("{answer:?}"),
        }
    }

    fn gzip(data: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(data).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn a_body_has_at_most_its_limit() {
        assert_eq!(read_all(b"12345", Encoding::Identity, 5, 100_000), Ok(b"12345".to_vec()));
        assert_eq!(read_all(b"123456", Encoding::Identity, 5, 100_000), Err(Broken::TooLarge(too_large())));
        assert_eq!(read_all(&gzip(b"12345"), Encoding::Gzip, 5, 100_000), Ok(b"12345".to_vec()));
        assert_eq!(read_all(&gzip(b"123456"), Encoding::Gzip, 5, 100_000), Err(Broken::TooLarge(too_large())));
    }

    #[test]
    fn a_bomb_takes_no_more_than_the_limit() {
        let bomb = gzip(&vec![0; 50_000_000]);
        assert_eq!(read_all(&bomb, Encoding::Gzip, 1_000_000, 1_000_000), Err(Broken::TooLarge(too_large())));
    }

    #[test]
    fn compressed_data_is_checked() {
        let whole = gzip(b"hello, hello, hello");
        for end in 0..whole.len() {
            assert_eq!(read_all(&whole[..end], Encoding::Gzip, 100, 100_000), Err(Broken::Cut), "{end}");
        }
        let mut changed = whole.clone();
        let at = changed.len() - 6;
        changed[at] ^= 1;
        assert_eq!(read_all(&changed, Encoding::Gzip, 100, 100_000), Err(Broken::Cut));
        assert_eq!(read_all(b"not gzip at all", Encoding::Gzip, 100, 100_000), Err(Broken::Damaged));
    }

    #[test]
    fn without_memory_there_is_no_body() {
        assert_eq!(read_all(b"12345", Encoding::Identity, 100, 4), Err(Broken::NoRoom));
        assert_eq!(read_all(&gzip(b"12345"), Encoding::Gzip, 100, 4), Err(Broken::NoRoom));
    }

    #[test]
    fn the_deadline_moves_with_what_came() {
        let start = Instant::now();
        let after = |received| PACE.deadline(start, received) - start;
        assert_eq!(after(0), Duration::from_secs(5));
        assert_eq!(after(16 * 1024), Duration::from_secs(6));
        assert_eq!(after(u64::MAX), Duration::from_secs(60));
    }
}
