//! The inbox: the operations that a program uses, over any store.

mod arrival;
mod claim;
mod house;
mod oversize;
mod result;
mod spooled;
mod submission;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use ringback::identity::{Identifier, Seed};
use ringback::ledger::{Phase, Rules, ScopeKey};
use ringback::time::{Millis, Now};

pub use arrival::Decision;
pub use claim::Work;
pub use house::{Forgotten, Subject, Swept};
pub use oversize::Oversize;
pub use result::{Reply, Waiting, Wanted};
pub use submission::{Expect, Submission};

use crate::error::Error;
use crate::ledger::{Announced, Entry, Ledger, Reason, Selection, Submitted};
use crate::metrics::{Metrics, Standing};
use crate::spool::Spool;

/// When a sender is answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Answering {
    /// As soon as the delivery is durable; workers handle it afterwards.
    #[default]
    Stored,
    /// When the delivery is durable and has been handled: for platforms that freeze a process once it has replied. The
    /// sender's attempts are then the tries.
    Handled,
}

/// What can be chosen about an inbox.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// When a sender is answered.
    pub answering: Answering,
    /// The rules of the ledger; [`Rules::stored`] with changes.
    pub rules: Rules,
    /// How long the body of a delivery is kept once it is done. Dead letters keep theirs as long as they are remembered.
    pub body_life: Millis,
    /// Hold deliveries whose submission was not announced, until it is. Deliveries with a ticket were announced by
    /// minting it.
    pub require_expected: bool,
    /// The most bytes of a body that is larger than memory and goes to the disk: 256 MiB. 0: there is none.
    pub oversize: u64,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            answering: Answering::Stored,
            rules: Rules::stored(),
            body_life: 86_400_000,
            require_expected: false,
            oversize: 256 << 20,
        }
    }
}

/// An inbox over a store. Clones share it.
#[derive(Clone)]
pub struct Inbox {
    shared: Arc<Shared>,
}

struct Shared {
    ledger: Arc<dyn Ledger>,
    settings: Settings,
    identifier: Identifier,
    metrics: Arc<Metrics>,
    /// Whether a thread notices for waiting tasks that their time is out.
    ticking: AtomicBool,
    spool: Option<Spool>,
    /// Whether a thread empties the spool.
    unspooling: AtomicBool,
}

impl Inbox {
    /// An inbox over this store.
    #[must_use]
    pub fn new(ledger: impl Ledger + 'static, settings: Settings) -> Inbox {
        Inbox::over(Arc::new(ledger), settings)
    }

    /// An inbox over a store that others use too.
    #[must_use]
    pub fn over(ledger: Arc<dyn Ledger>, settings: Settings) -> Inbox {
        Inbox::build(ledger, settings, None, Arc::default())
    }

    /// The same store with other settings, counted together and without a spool: for a program that handles some
    /// deliveries before they are answered, and others afterwards.
    #[must_use]
    pub fn with_settings(&self, settings: Settings) -> Inbox {
        Inbox::build(self.shared.ledger.clone(), settings, None, self.shared.metrics.clone())
    }

    /// An inbox over a store, with a spool for what the store cannot take. It is of no use with [`Answering::Handled`].
    #[must_use]
    pub fn with_spool(ledger: Arc<dyn Ledger>, settings: Settings, spool: Spool) -> Inbox {
        Inbox::build(ledger, settings, Some(spool), Arc::default())
    }

    fn build(ledger: Arc<dyn Ledger>, settings: Settings, spool: Option<Spool>, metrics: Arc<Metrics>) -> Inbox {
        // Nobody but the sender tries again, every 30 seconds: a longer wait would waste its attempts.
        let backoff_limit = match settings.answering {
            Answering::Stored => settings.rules.backoff_limit,
            Answering::Handled => settings.rules.backoff_limit.min(20_000),
        };
        let settings = Settings { rules: Rules { stored: true, backoff_limit, ..settings.rules }, ..settings };
        let identifier = Identifier::new(&ledger.seed());
        let (ticking, unspooling) = (AtomicBool::new(false), AtomicBool::new(false));
        Inbox { shared: Arc::new(Shared { ledger, settings, identifier, metrics, ticking, spool, unspooling }) }
    }

    /// The seed that the gate in front of this inbox is configured with.
    #[must_use]
    pub fn seed(&self) -> Seed {
        self.shared.ledger.seed()
    }

    /// The present moment on the store's clock.
    #[must_use]
    pub fn now(&self) -> Now {
        self.shared.ledger.now()
    }

    /// What was chosen.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.shared.settings
    }

    /// The store.
    #[must_use]
    pub fn ledger(&self) -> &Arc<dyn Ledger> {
        &self.shared.ledger
    }

    /// Submissions that are waited for, the newest first.
    ///
    /// # Errors
    ///
    /// The store cannot be read.
    pub fn pending(&self, limit: usize) -> Result<Vec<Submitted>, Error> {
        self.ledger().submissions(&Announced::Awaited, limit)
    }

    /// Submissions that were reported as overdue, have not arrived since and are still remembered, the newest first.
    ///
    /// # Errors
    ///
    /// The store cannot be read.
    pub fn overdue(&self, limit: usize) -> Result<Vec<Submitted>, Error> {
        self.ledger().submissions(&Announced::Overdue, limit)
    }

    /// Deliveries that are dead and have not been erased, in the order of arrival, after this sequence number.
    ///
    /// # Errors
    ///
    /// The store cannot be read.
    pub fn dead_letters(&self, after: u64, limit: usize) -> Result<Vec<Entry>, Error> {
        let (mut letters, mut after) = (Vec::new(), after);
        while letters.len() < limit {
            let found = self.ledger().deliveries(&Selection::Phase(Phase::Dead), after, limit - letters.len())?;
            let Some(last) = found.last() else { break };
            after = last.sequence;
            letters.extend(found.into_iter().filter(|entry| entry.facts.reason != Some(Reason::Erased)));
        }
        Ok(letters)
    }

    /// Whether it is worth reading a body: asked with the head alone, it answers at once, and never by waiting.
    ///
    /// # Errors
    ///
    /// The store has just failed, or has no room, and neither has a spool: answer 503.
    pub fn check(&self) -> Result<(), Error> {
        self.unspool_soon();
        self.ledger().check().or_else(|error| if self.shared.spool_takes() { Ok(()) } else { Err(error) })
    }

    /// What this process has counted.
    #[must_use]
    pub fn metrics(&self) -> &Metrics {
        &self.shared.metrics
    }

    /// How things stand in the store.
    ///
    /// # Errors
    ///
    /// The store cannot be read.
    pub fn standing(&self) -> Result<Standing, Error> {
        let deliveries = self.ledger().tally()?;
        let oldest = self.ledger().deliveries(&Selection::Unsettled, 0, 1)?.pop();
        let oldest = oldest.map_or(0, |entry| self.now().wall.saturating_sub(entry.row.first));
        // Nobody needs to know more exactly how bad it is.
        let overdue = self.overdue(10_000)?.len() as u64;
        Ok(Standing { deliveries, oldest, overdue })
    }

    fn rules(&self) -> Rules {
        self.shared.settings.rules
    }

    fn submitted(&self, scope: ScopeKey) -> Result<Option<Submitted>, Error> {
        Ok(self.ledger().submissions(&Announced::Scope(scope), 1)?.pop())
    }
}

impl std::fmt::Debug for Inbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Inbox").field("settings", &self.shared.settings).finish_non_exhaustive()
    }
}
