//! Whose turn it is on one connection: what its reading side and its service tell each other.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Waker};

use hyper::http::request::Parts;
use ringback::Head;
use tokio::sync::Notify;

use super::place::Place;

/// The state that the two sides of a connection share.
pub struct Turn {
    state: Mutex<State>,
    way: Notify,
}

struct State {
    /// A request is being received or answered: no other head is looked at.
    busy: bool,
    /// The head of that request has both lengths, of which the parser behind shows only one.
    ambiguous: bool,
    /// Where the body of that request ends is known to the parser behind only, so that nothing may follow it.
    last: bool,
    proven: bool,
    /// What the connection occupies, until it has to give way.
    place: Option<Place>,
    reader: Option<Waker>,
}

impl Turn {
    /// A connection of a stranger, in this place.
    pub fn new(place: Place) -> Turn {
        let state =
            State { busy: false, ambiguous: false, last: false, proven: false, place: Some(place), reader: None };
        Turn { state: Mutex::new(state), way: Notify::new() }
    }

    /// A head has arrived.
    pub fn begin(&self, ambiguous: bool, last: bool) {
        let mut state = self.state();
        (state.busy, state.ambiguous, state.last) = (true, ambiguous, last);
    }

    /// Its answer is ready, so the next head may come.
    pub fn end(&self) {
        let mut state = self.state();
        state.busy = false;
        if let Some(reader) = state.reader.take() {
            reader.wake();
        }
    }

    /// Whether a request is under way; if so, `context` is woken at its end.
    pub fn is_busy(&self, context: &Context<'_>) -> bool {
        let mut state = self.state();
        if state.busy {
            state.reader = Some(context.waker().clone());
        }
        state.busy
    }

    /// What the core is told about the head of the request. All occurrences of a header are given.
    pub fn head<'p>(&self, parts: &'p Parts) -> Head<'p> {
        let target = parts.uri.path_and_query().map_or("/", |target| target.as_str());
        let headers = parts.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
        let head = Head::new(parts.method.as_str(), target).headers(headers);
        if !self.state().ambiguous {
            return head;
        }
        // The library has dropped one of the two lengths.
        head.header("content-length", b"0").header("transfer-encoding", b"chunked")
    }

    /// Whether the connection must end with this request.
    pub fn is_last(&self) -> bool {
        self.state().last
    }

    /// The sender is known: the connection may stay, and frees its place among the unknown ones.
    pub fn prove(&self) {
        let mut state = self.state();
        state.proven = true;
        if let Some(place) = &mut state.place {
            place.unproven = None;
        }
    }

    /// Whether the sender has been known at some time.
    pub fn is_proven(&self) -> bool {
        self.state().proven
    }

    /// Gives the place to somebody else, unless a request is under way: the connection ends.
    pub fn give_way(&self) -> Option<Place> {
        let mut state = self.state();
        let place = if state.busy { None } else { state.place.take() };
        if place.is_some() {
            self.way.notify_one();
        }
        place
    }

    /// Waits until the connection has to end for somebody else.
    pub async fn given_way(&self) {
        self.way.notified().await;
    }

    /// Whether the connection has to end for somebody else.
    #[cfg(test)]
    pub fn has_given_way(&self) -> bool {
        self.state().place.is_none()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
