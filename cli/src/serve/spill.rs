//! A body that is too large for memory, on its way to the disk.
//!
//! The disk blocks, and the connection must not: a thread of its own writes what comes, piece by piece, and the connection waits
//! when it is more than some pieces ahead. The memory of all that is paid for until the last of it is written or thrown
//! away, also when the connection has gone meanwhile.

use std::sync::Arc;

use ringback::policy::Answer;
use ringback_inbox::Oversize;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::task::JoinHandle;

use super::budget::Hold;

/// The way to the disk. Dropping it takes away what is there.
pub struct Spill {
    pieces: mpsc::Sender<Piece>,
    /// A permit for each byte that may be ahead of the disk.
    room: Arc<Semaphore>,
    writer: JoinHandle<Option<Answer>>,
    /// What is answered if the writer is not there to say it.
    unavailable: Answer,
}

enum Piece {
    Bytes(Vec<u8>, Option<OwnedSemaphorePermit>),
    End,
}

/// How many bytes make a piece.
pub const PIECE: usize = 256 * 1024;
/// How many bytes may be ahead of the disk, unless a single piece has more, and goes alone.
const AHEAD: usize = 4 * PIECE;
/// The memory that it takes: what is ahead, a piece that is filled meanwhile, and what is gathered to be written.
pub const MEMORY: u64 = (AHEAD + 3 * PIECE) as u64;

impl Spill {
    /// Writes there from now on, in memory that `hold` pays for. To be called within a runtime.
    pub fn new(oversize: Oversize, hold: Hold, unavailable: Answer) -> Spill {
        let mut oversize = Some(oversize);
        Spill::begin(hold, unavailable, move |part| match part {
            Some(bytes) => oversize.as_mut()?.write(bytes).err(),
            None => oversize.take().map(Oversize::finish),
        })
    }

    /// The same for any disk: it is given one part after the other, and nothing at the end. An answer of it ends all.
    fn begin(
        hold: Hold,
        unavailable: Answer,
        mut disk: impl FnMut(Option<&[u8]>) -> Option<Answer> + Send + 'static,
    ) -> Spill {
        let (pieces, mut coming) = mpsc::channel(AHEAD / PIECE);
        let writer = tokio::task::spawn_blocking(move || {
            let answer = write(&mut coming, &mut disk);
            // What nobody writes any more is gone before what was paid for it is given back.
            drop((coming, disk));
            drop(hold);
            answer
        });
        Spill { pieces, room: Arc::new(Semaphore::new(AHEAD)), writer, unavailable }
    }

    /// Writes the next bytes; the answer if nothing more is wanted.
    pub async fn write(&mut self, bytes: Vec<u8>) -> Option<Answer> {
        let permits = u32::try_from(bytes.len().min(AHEAD)).unwrap_or(u32::MAX);
        let permit = Arc::clone(&self.room).acquire_many_owned(permits).await.ok();
        match self.pieces.send(Piece::Bytes(bytes, permit)).await {
            Ok(()) => None,
            Err(_) => Some(self.answer().await),
        }
    }

    /// Keeps it, and says what to answer.
    pub async fn finish(mut self) -> Answer {
        // If the writer has ended before, it has an answer.
        let _ = self.pieces.send(Piece::End).await;
        self.answer().await
    }

    async fn answer(&mut self) -> Answer {
        (&mut self.writer).await.ok().flatten().unwrap_or(self.unavailable)
    }
}

/// Writes what comes until its end, and what to answer. Nothing if it did not come whole.
fn write(coming: &mut mpsc::Receiver<Piece>, disk: &mut impl FnMut(Option<&[u8]>) -> Option<Answer>) -> Option<Answer> {
    loop {
        let Piece::Bytes(bytes, _permit) = coming.blocking_recv()? else { return disk(None) };
        for part in bytes.chunks(PIECE) {
            // Nobody waits for it any more, and it will not become whole.
            if coming.is_closed() {
                return None;
            }
            if let Some(answer) = disk(Some(part)) {
                return Some(answer);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, Sender, channel};
    use std::time::Duration;

    use ringback::policy::{Backing, Policy, Situation};
    use tokio::time::timeout;

    use super::super::budget::Budget;
    use super::*;

    /// A way to a disk that takes a part whenever it is told to, and says how large it was.
    fn slow(budget: &Arc<Budget>) -> (Spill, Sender<()>, Receiver<usize>) {
        let ((go, told), (say, said)) = (channel(), channel());
        let mut hold = budget.hold(false, None).unwrap();
        assert!(hold.grow_to(MEMORY));
        let stored = Policy::new(Backing::Inbox).answer(Situation::Stored);
        let spill = Spill::begin(hold, Policy::new(Backing::Inbox).answer(Situation::Unavailable), move |part| {
            let _ = told.recv();
            let _ = say.send(part.map_or(0, <[u8]>::len));
            part.is_none().then_some(stored)
        });
        (spill, go, said)
    }

    fn runtime() -> tokio::runtime::Runtime {
        tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap()
    }

    #[test]
    fn no_more_is_ahead_of_the_disk_than_is_paid_for() {
        let (budget, soon) = (Budget::new(MEMORY, 0, 0), Duration::from_millis(100));
        runtime().block_on(async {
            let (mut spill, go, said) = slow(&budget);
            // What is larger than all the room goes alone.
            assert_eq!(spill.write(vec![0; AHEAD + 1]).await, None);
            assert!(timeout(soon, spill.write(vec![0; 1])).await.is_err());
            (0..5).for_each(|_| go.send(()).unwrap());
            for _ in 0..4 {
                assert_eq!(spill.write(vec![0; PIECE]).await, None);
            }
            assert!(timeout(soon, spill.write(vec![0; 1])).await.is_err());
            drop(go);
            assert_eq!(spill.finish().await.situation, Situation::Stored);
            assert_eq!(said.iter().collect::<Vec<_>>(), [PIECE, PIECE, PIECE, PIECE, 1, PIECE, PIECE, PIECE, PIECE, 0]);
        });
    }

    #[test]
    fn what_is_abandoned_is_paid_for_until_it_is_gone_and_not_written() {
        let budget = Budget::new(MEMORY, 0, 0);
        let runtime = runtime();
        let (go, said) = runtime.block_on(async {
            let (mut spill, go, said) = slow(&budget);
            assert_eq!(spill.write(vec![0; AHEAD]).await, None);
            go.send(()).unwrap();
            assert_eq!(said.recv(), Ok(PIECE));
            (go, said)
        });
        assert!(!budget.hold(false, None).unwrap().grow_to(1), "the disk has not taken the second part");
        drop(go);
        // The end of the runtime is that of the writer.
        drop(runtime);
        assert!(said.iter().count() <= 1);
        assert!(budget.hold(false, None).unwrap().grow_to(MEMORY));
    }
}
