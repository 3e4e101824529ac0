//! A body that is too large for memory, on its way to the disk.
//!
//! The disk blocks, and the connection must not: a thread of its own writes what comes, piece by piece, and the connection waits
//! when it is more than some pieces ahead.

use bytes::Bytes;
use ringback::policy::Answer;
use ringback_inbox::Oversize;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// The way to the disk. Dropping it takes away what is there.
pub struct Spill {
    pieces: mpsc::Sender<Piece>,
    writer: JoinHandle<Option<Answer>>,
    /// What is answered if the writer is not there to say it.
    unavailable: Answer,
}

enum Piece {
    Bytes(Bytes),
    End,
}

/// How many pieces may be on their way.
const AHEAD: usize = 8;

impl Spill {
    /// Writes there from now on. To be called within a runtime.
    pub fn new(mut oversize: Oversize, unavailable: Answer) -> Spill {
        let (pieces, mut coming) = mpsc::channel(AHEAD);
        let writer = tokio::task::spawn_blocking(move || {
            loop {
                match coming.blocking_recv() {
                    Some(Piece::Bytes(bytes)) => {
                        if let Err(answer) = oversize.write(&bytes) {
                            return Some(answer);
                        }
                    }
                    Some(Piece::End) => return Some(oversize.finish()),
                    // It did not come whole.
                    None => return None,
                }
            }
        });
        Spill { pieces, writer, unavailable }
    }

    /// Writes the next bytes; the answer if nothing more is wanted.
    pub async fn write(&mut self, bytes: Bytes) -> Option<Answer> {
        match self.pieces.send(Piece::Bytes(bytes)).await {
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
