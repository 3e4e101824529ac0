//! A spool: where deliveries go while the store cannot take them.
//!
//! It is a file of a fixed size in a folder of its own, best on another disk than the store. From the first failure of
//! the store on, a delivery is written there, flushed, and answered as if it were in the store. When the store is back,
//! each goes into it in the order of arrival, through the same decision as always: what has come twice meanwhile is told
//! apart there. What follows for a submission of which something lies in the spool goes there as well, so that it is
//! not overtaken. When the file is full, the answer is 503, as without a spool.
//!
//! ```
//! use ringback_inbox::{Inbox, Settings, Spool, Sqlite};
//!
//! # let folder = std::env::temp_dir().join(format!("ringback-spool-doc-{}", std::process::id()));
//! # std::fs::create_dir_all(&folder)?;
//! let store = Sqlite::open(folder.join("inbox.db"))?;
//! let spool = Spool::open(folder.join("spool"), 1 << 20)?;
//! let inbox = Inbox::with_spool(store.into(), Settings::default(), spool);
//! assert!(inbox.spool().unwrap().load().is_empty());
//! # drop(inbox);
//! # std::fs::remove_dir_all(&folder)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What it promises
//!
//! What was answered is there after a kill and after a power cut, if the disk obeys flush. A frame that was torn was never
//! answered. A frame that the disk has damaged later is counted in [`Load::damaged`], and those behind it are found all the
//! same. What was taken out is overwritten with zeros; so after [`Inbox::forget`](crate::Inbox::forget) and
//! [`Inbox::purge`](crate::Inbox::purge), which empty it first, no trace is left of what was erased.
//!
//! One process uses one spool.

mod frames;
mod record;

use std::collections::{HashMap, VecDeque};
use std::path::Path;
use std::sync::Mutex;

use ringback::ErrorKind;
use ringback::ledger::{DeliveryId, Fingerprint, ScopeKey};

pub(crate) use record::Record;

use crate::error::Error;
use crate::{disk, killpoint, lock};
use frames::{Frame, Frames, Mark, START};

/// A spool. See the [module](self).
pub struct Spool {
    frames: Frames,
    process: u32,
    state: Mutex<State>,
    /// The number of the last frame that is known to be on the disk.
    flushed: Mutex<u64>,
    /// Held by whoever empties it.
    emptying: Mutex<()>,
}

#[derive(Default)]
struct State {
    slots: VecDeque<Slot>,
    ids: HashMap<DeliveryId, Fingerprint>,
    scopes: HashMap<ScopeKey, usize>,
    /// The number of the next frame.
    next: u64,
    /// Where the next frame begins.
    end: u64,
    /// A flush has failed, and nobody knows what is on the disk. It heals when the spool is empty.
    broken: bool,
    damaged: u64,
    emptied: u64,
}

#[derive(Clone, Copy)]
struct Slot {
    frame: Frame,
    id: DeliveryId,
    fingerprint: Fingerprint,
    scope: Option<ScopeKey>,
}

/// What lies in a spool, and what has become of the rest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Load {
    /// Deliveries that wait for the store.
    pub deliveries: u64,
    /// Bytes that are taken. They are given back when the spool is empty.
    pub bytes: u64,
    /// Bytes that there are.
    pub capacity: u64,
    /// Deliveries that have gone into the store since it was opened.
    pub emptied: u64,
    /// Pieces that were damaged on the disk: each was a delivery that is lost.
    pub damaged: u64,
}

/// What became of a delivery that was to be spooled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Put {
    /// It is there, and durable.
    Kept,
    /// The same lies there already.
    Repeat,
}

/// The usual size: 256 MiB.
pub const SIZE: u64 = 256 << 20;
/// How many go into the store before their place is wiped.
const PORTION: usize = 64;
/// Less room than this is not worth reading a body.
const LITTLE: u64 = 64 << 10;

impl Spool {
    /// Opens the spool in this folder, which is made if it is not there, with a file of so many bytes.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::SpoolBusy`], [`ErrorKind::SpoolUnavailable`], [`ErrorKind::SpoolDamaged`];
    /// [`ErrorKind::StoreRemote`] on a network file system; [`ErrorKind::StoreNewer`].
    pub fn open(folder: impl AsRef<Path>, size: u64) -> Result<Spool, Error> {
        let folder = folder.as_ref();
        if let Some(name) = disk::remote(if folder.is_dir() { folder } else { folder.parent().unwrap_or(folder) }) {
            return Err(Error::new(ErrorKind::StoreRemote, format_args!("{} ({name})", folder.display())));
        }
        let mut state = State::default();
        let mut strange = 0;
        let (frames, found) = Frames::open(folder, size, |frame, payload| match Record::decode(&payload) {
            Some(record) => state.add(frame, &record),
            None => strange += 1,
        })?;
        state.slots.make_contiguous().sort_by_key(|slot| slot.frame.number);
        (state.next, state.end, state.damaged) = (found.next, found.end, found.damaged + strange);
        let flushed = Mutex::new(found.next - 1);
        let spool = Spool {
            frames,
            process: std::process::id(),
            state: Mutex::new(state),
            flushed,
            emptying: Mutex::default(),
        };
        let mut state = lock(&spool.state);
        if state.slots.is_empty() {
            // What is left of a frame that was torn must not be found again.
            spool.begin_anew(&mut state)?;
        }
        drop(state);
        Ok(spool)
    }

    /// What lies in it.
    #[must_use]
    pub fn load(&self) -> Load {
        let state = lock(&self.state);
        Load {
            deliveries: state.slots.len() as u64,
            bytes: state.end - START,
            capacity: self.frames.capacity(),
            emptied: state.emptied,
            damaged: state.damaged,
        }
    }

    /// Whether nothing lies in the spool of this folder, whichever process uses it: what was to be erased may still wait
    /// there, and would come into the store afterwards.
    #[must_use]
    pub fn is_empty(folder: &Path) -> bool {
        frames::is_empty(folder)
    }

    /// Whether it could take a delivery now.
    pub(crate) fn check(&self) -> Result<(), Error> {
        self.check_process()?;
        let state = lock(&self.state);
        if state.broken {
            return Err(ErrorKind::SpoolUnavailable.into());
        }
        match state.end - START + LITTLE <= self.frames.capacity() {
            true => Ok(()),
            false => Err(ErrorKind::SpoolFull.into()),
        }
    }

    /// Whether something of this submission lies here.
    pub(crate) fn holds(&self, scope: ScopeKey) -> bool {
        lock(&self.state).scopes.contains_key(&scope)
    }

    /// Takes a delivery, and returns when it is durable.
    pub(crate) fn put(&self, record: &Record) -> Result<Put, Error> {
        self.check_process()?;
        let payload = record.encode();
        let (put, number) = {
            let mut state = lock(&self.state);
            if state.broken {
                return Err(ErrorKind::SpoolUnavailable.into());
            }
            if state.ids.get(&record.id) == Some(&record.arrival.fingerprint) {
                (Put::Repeat, state.next - 1)
            } else {
                let frame = self.frames.write(state.end, state.next, &payload)?;
                state.next += 1;
                state.end = frame.end();
                state.add(frame, record);
                (Put::Kept, frame.number)
            }
        };
        killpoint::at("spooling");
        self.flush(number)?;
        killpoint::at("spooled");
        Ok(put)
    }

    /// Hands everything over, oldest first, as long as `take` takes it.
    pub(crate) fn empty(&self, mut take: impl FnMut(Record) -> Result<(), Error>) -> Result<(), Error> {
        self.check_process()?;
        let _alone = lock(&self.emptying);
        loop {
            let portion: Vec<_> = lock(&self.state).slots.iter().take(PORTION).copied().collect();
            if portion.is_empty() {
                return Ok(());
            }
            let (mut gone, mut damaged, mut refused) = (0, 0, None);
            for slot in &portion {
                match self.frames.read(slot.frame).and_then(|payload| Record::decode(&payload)) {
                    Some(record) => match take(record) {
                        Ok(()) => killpoint::at("unspooled"),
                        Err(error) => {
                            refused = Some(error);
                            break;
                        }
                    },
                    None => damaged += 1,
                }
                gone += 1;
            }
            self.take_out(portion.get(..gone).unwrap_or_default(), damaged)?;
            if let Some(error) = refused {
                return Err(error);
            }
        }
    }

    /// These are in the store: nothing is left of them here.
    fn take_out(&self, slots: &[Slot], damaged: u64) -> Result<(), Error> {
        let Some(last) = slots.last() else { return Ok(()) };
        self.frames.mark(Mark { number: last.frame.number, end: last.frame.end() })?;
        slots.iter().try_for_each(|slot| self.frames.wipe(slot.frame.start(), slot.frame.end()))?;
        let mut state = lock(&self.state);
        state.damaged += damaged;
        state.emptied += slots.len() as u64 - damaged;
        slots.iter().for_each(|slot| state.remove(slot));
        match state.slots.is_empty() {
            true => self.begin_anew(&mut state),
            false => Ok(()),
        }
    }

    /// Begins at the beginning: nothing lies there any more.
    fn begin_anew(&self, state: &mut State) -> Result<(), Error> {
        // Nearly all of it is wiped already; what is not was torn.
        self.frames.wipe(START, state.end)?;
        self.frames.sync()?;
        self.frames.mark(Mark { number: state.next - 1, end: START })?;
        self.frames.sync()?;
        (state.end, state.broken) = (START, false);
        Ok(())
    }

    /// Flushes once for all who have written meanwhile.
    fn flush(&self, number: u64) -> Result<(), Error> {
        let mut flushed = lock(&self.flushed);
        if *flushed >= number {
            return Ok(());
        }
        let written = lock(&self.state).next - 1;
        let synced = if killpoint::planted("spool-not-flushed") { Ok(()) } else { self.frames.sync() };
        match synced {
            Ok(()) => {
                *flushed = written;
                Ok(())
            }
            Err(error) => {
                // What a failed flush leaves on the disk, no later one can tell.
                lock(&self.state).broken = true;
                Err(error)
            }
        }
    }

    fn check_process(&self) -> Result<(), Error> {
        match self.process == std::process::id() {
            true => Ok(()),
            false => Err(ErrorKind::StoreForked.into()),
        }
    }
}

impl State {
    fn add(&mut self, frame: Frame, record: &Record) {
        let (id, scope, fingerprint) = (record.id, record.arrival.scope, record.arrival.fingerprint);
        self.slots.push_back(Slot { frame, id, fingerprint, scope });
        self.ids.insert(id, fingerprint);
        if let Some(scope) = scope {
            *self.scopes.entry(scope).or_default() += 1;
        }
    }

    fn remove(&mut self, slot: &Slot) {
        self.slots.pop_front();
        // Another body may have come under the same name since.
        if self.ids.get(&slot.id) == Some(&slot.fingerprint) {
            self.ids.remove(&slot.id);
        }
        if let Some(scope) = slot.scope
            && let Some(count) = self.scopes.get_mut(&scope)
        {
            *count -= 1;
            if *count == 0 {
                self.scopes.remove(&scope);
            }
        }
    }
}

impl Load {
    /// Whether nothing waits.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.deliveries == 0
    }
}

impl std::fmt::Debug for Spool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Spool").field("load", &self.load()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::FileExt;
    use std::path::PathBuf;

    struct Place(PathBuf);

    impl Place {
        fn new(name: &str) -> Place {
            Place(std::env::temp_dir().join(format!("ringback-spool-{name}-{}", std::process::id())))
        }

        fn open(&self) -> Spool {
            Spool::open(&self.0, 64 << 10).unwrap()
        }

        fn bytes(&self) -> Vec<u8> {
            fs::read(frames::file(&self.0)).unwrap()
        }

        fn write(&self, bytes: &[u8], at: u64) {
            fs::OpenOptions::new().write(true).open(frames::file(&self.0)).unwrap().write_all_at(bytes, at).unwrap();
        }
    }

    impl Drop for Place {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn record(number: u8) -> Record {
        let [mut record, _] = record::tests::records();
        record.id = DeliveryId::from_bytes([number; 16]);
        record.facts.id = record.id;
        record.arrival.delivery = Some(record.id);
        record
    }

    /// What comes out, by the numbers that went in.
    fn emptied(spool: &Spool) -> Vec<u8> {
        let mut out = Vec::new();
        let taken = spool.empty(|taken| {
            assert_eq!(taken, record(taken.id.as_bytes()[0]));
            out.push(taken.id.as_bytes()[0]);
            Ok(())
        });
        assert_eq!(taken, Ok(()));
        out
    }

    #[test]
    fn what_went_in_comes_out_in_order_after_it_was_opened_again_and_once() {
        let place = Place::new("order");
        let spool = place.open();
        for number in 1..=3 {
            assert_eq!(spool.put(&record(number)), Ok(Put::Kept));
        }
        assert_eq!(spool.put(&record(2)), Ok(Put::Repeat));
        drop(spool);
        let spool = place.open();
        assert_eq!(spool.load().deliveries, 3);
        assert!(spool.holds(record(1).arrival.scope.unwrap()));
        assert_eq!(emptied(&spool), [1, 2, 3]);
        assert!(!spool.holds(record(1).arrival.scope.unwrap()));
        assert_eq!(spool.load(), Load { capacity: 60 << 10, emptied: 3, ..Load::default() });
        drop(spool);
        assert_eq!(emptied(&place.open()), []);
    }

    #[test]
    fn what_the_store_refuses_stays_and_is_offered_again() {
        let place = Place::new("refused");
        let spool = place.open();
        (1..=3).for_each(|number| assert_eq!(spool.put(&record(number)), Ok(Put::Kept)));
        let mut left = 1;
        let refused = spool.empty(|_| {
            left -= 1;
            if left < 0 { Err(ErrorKind::StoreBusy.into()) } else { Ok(()) }
        });
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::StoreBusy);
        assert_eq!(spool.put(&record(4)), Ok(Put::Kept));
        drop(spool);
        assert_eq!(emptied(&place.open()), [2, 3, 4]);
    }

    #[test]
    fn a_full_spool_says_so_and_has_room_again_when_it_is_empty() {
        let place = Place::new("full");
        let spool = place.open();
        assert_eq!(spool.check(), Err(ErrorKind::SpoolFull.into()), "so small a one is not worth reading a body");
        let kept: Vec<u8> = (1..=255).take_while(|number| spool.put(&record(*number)).is_ok()).collect();
        assert_eq!(spool.put(&record(0)).unwrap_err().kind(), ErrorKind::SpoolFull);
        assert!(kept.len() > 50);
        assert_eq!(emptied(&spool), kept);
        assert_eq!(spool.put(&record(0)), Ok(Put::Kept));
    }

    #[test]
    fn another_process_is_told_that_it_is_in_use() {
        let place = Place::new("busy");
        let _spool = place.open();
        assert_eq!(Spool::open(&place.0, 64 << 10).unwrap_err().kind(), ErrorKind::SpoolBusy);
    }

    #[test]
    fn nothing_is_left_of_what_came_out() {
        let place = Place::new("trace");
        let spool = place.open();
        spool.put(&record(1)).unwrap();
        assert!(place.bytes().windows(7).any(|bytes| bytes == b"call-42"), "the test would see it");
        assert!(!Spool::is_empty(&place.0));
        emptied(&spool);
        assert!(place.bytes()[START as usize..].iter().all(|byte| *byte == 0));
        assert!(Spool::is_empty(&place.0));
    }

    #[test]
    fn a_torn_frame_is_not_there_and_what_follows_it_later_is() {
        let place = Place::new("torn");
        let spool = place.open();
        spool.put(&record(1)).unwrap();
        let end = START + spool.load().bytes;
        spool.put(&record(2)).unwrap();
        drop(spool);
        // Half of a sector of the second has not come to the disk.
        place.write(&[0; 200], end + 100);
        let spool = place.open();
        assert_eq!((spool.load().deliveries, spool.load().damaged), (1, 0));
        spool.put(&record(3)).unwrap();
        assert_eq!(emptied(&spool), [1, 3]);
        assert!(place.bytes()[START as usize..].iter().all(|byte| *byte == 0));
    }

    #[test]
    fn a_damaged_frame_is_counted_and_hides_nothing() {
        for place_of_damage in [0, 10, 60, 200] {
            let place = Place::new(&format!("damaged-{place_of_damage}"));
            let spool = place.open();
            spool.put(&record(1)).unwrap();
            let end = START + spool.load().bytes;
            spool.put(&record(2)).unwrap();
            spool.put(&record(3)).unwrap();
            drop(spool);
            let byte = place.bytes()[(end + place_of_damage) as usize];
            place.write(&[byte ^ 1], end + place_of_damage);
            let spool = place.open();
            assert_eq!((spool.load().deliveries, spool.load().damaged), (2, 1));
            assert_eq!(emptied(&spool), [1, 3]);
        }
    }

    #[test]
    fn what_looks_like_a_frame_in_a_body_is_none() {
        let place = Place::new("forged");
        let spool = place.open();
        spool.put(&record(1)).unwrap();
        let end = START + spool.load().bytes;
        drop(spool);
        // A true frame of this very file, moved to another place.
        let bytes = place.bytes();
        place.write(&bytes[START as usize..end as usize], end + 1024);
        let spool = place.open();
        assert_eq!(spool.load().deliveries, 1);
    }

    #[test]
    fn a_damaged_head_is_refused_and_left_alone() {
        let place = Place::new("head");
        place.open().put(&record(1)).unwrap();
        place.write(b"x", 20);
        let before = place.bytes();
        assert_eq!(Spool::open(&place.0, 64 << 10).unwrap_err().kind(), ErrorKind::SpoolDamaged);
        assert_eq!(place.bytes(), before);
    }

    #[test]
    fn a_file_of_zeros_is_a_new_one_and_a_folder_that_cannot_be_is_said() {
        let place = Place::new("zeros");
        fs::create_dir_all(&place.0).unwrap();
        fs::write(frames::file(&place.0), vec![0; 64 << 10]).unwrap();
        place.open().put(&record(1)).unwrap();
        assert_eq!(emptied(&place.open()), [1]);
        let refused = Spool::open(frames::file(&place.0).join("x"), 64 << 10).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::SpoolUnavailable);
    }

    #[test]
    fn its_room_is_taken_from_the_disk_at_once() {
        use std::os::unix::fs::MetadataExt;
        let place = Place::new("room");
        let _spool = Spool::open(&place.0, 1 << 20).unwrap();
        let file = fs::metadata(frames::file(&place.0)).unwrap();
        assert_eq!((file.len(), file.mode() & 0o777), (1 << 20, 0o600));
        assert!(file.blocks() * 512 >= 1 << 20);
    }

    #[test]
    fn cut_at_every_sector_it_never_panics_and_never_makes_anything_up() {
        let place = Place::new("cut");
        let spool = place.open();
        (1..=6).for_each(|number| assert_eq!(spool.put(&record(number)), Ok(Put::Kept)));
        let end = START + spool.load().bytes;
        drop(spool);
        let whole = place.bytes();
        for at in (START..end).step_by(256) {
            place.write(&whole, 0);
            place.write(&[0xff; 256], at);
            let spool = place.open();
            let out = emptied(&spool);
            // Behind the end of a frame there is nothing to be damaged.
            assert!(out.len() >= 5 && out.is_sorted_by(|one, next| one < next), "{at}: {out:?}");
        }
    }
}
