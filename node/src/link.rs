//! The way from other threads back into JavaScript, and promises.
//!
//! Work that takes long is done on threads of a pool; its answer travels as a closure that runs where JavaScript does.

use std::collections::VecDeque;
use std::ffi::c_void;
use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use napi_sys as sys;

use crate::env::{Env, Failed, Value};

/// What is done where JavaScript runs.
pub(crate) type Message = Box<dyn for<'e> FnOnce(Env<'e>) + Send>;

/// What a promise becomes, made where JavaScript runs.
pub(crate) type Outcome = Box<dyn for<'e> FnOnce(Env<'e>) -> Result<Value<'e>, Failed> + Send>;

/// The way into one world. It keeps the process running only while somebody waits.
pub(crate) struct Link {
    function: Mutex<Option<Function>>,
    holds: AtomicUsize,
}

struct Function(sys::napi_threadsafe_function);

// SAFETY: a function that is made for being called from any thread; `Link` uses it under a lock and not after its end.
unsafe impl Send for Function {}

/// A promise that is not settled. It belongs to the world that it was made in.
pub(crate) struct Deferred(sys::napi_deferred);

// SAFETY: it is carried through other threads, and used only where it was made.
unsafe impl Send for Deferred {}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Link {
    /// A way into this world.
    pub(crate) fn open(env: Env<'_>) -> Result<Arc<Link>, Failed> {
        let name = env.string("ringback")?.raw();
        let mut function = ptr::null_mut();
        // SAFETY: a value of this call, no data to be finalized, and room for the result.
        let status = unsafe {
            sys::napi_create_threadsafe_function(
                env.raw(),
                ptr::null_mut(),
                ptr::null_mut(),
                name,
                0,
                1,
                ptr::null_mut(),
                None,
                ptr::null_mut(),
                Some(arrive),
                &raw mut function,
            )
        };
        crate::env::check(status)?;
        // SAFETY: made just now, in this world.
        crate::env::check(unsafe { sys::napi_unref_threadsafe_function(env.raw(), function) })?;
        Ok(Arc::new(Link { function: Mutex::new(Some(Function(function))), holds: AtomicUsize::new(0) }))
    }

    /// Sends something to be done there; `false` if that world has ended, and it will never be done.
    pub(crate) fn send(&self, message: Message) -> bool {
        let mut function = lock(&self.function);
        let Some(Function(raw)) = *function else { return false };
        let data = Box::into_raw(Box::new(message));
        // SAFETY: the function has not ended, for we have the lock and it is still there.
        let status = unsafe {
            sys::napi_call_threadsafe_function(raw, data.cast(), sys::ThreadsafeFunctionCallMode::nonblocking)
        };
        if status == sys::Status::napi_ok {
            return true;
        }
        // It is closing, and must not be touched any more.
        *function = None;
        // SAFETY: nobody took it.
        drop(unsafe { Box::from_raw(data) });
        false
    }

    /// Keeps the process running until [`release`](Link::release).
    pub(crate) fn hold(&self, env: Env<'_>) {
        if self.holds.fetch_add(1, Ordering::AcqRel) == 0
            && let Some(Function(raw)) = &*lock(&self.function)
        {
            // SAFETY: the function is there, and this is its world.
            unsafe { sys::napi_ref_threadsafe_function(env.raw(), *raw) };
        }
    }

    /// One reason less to keep the process running.
    pub(crate) fn release(&self, env: Env<'_>) {
        if self.holds.fetch_sub(1, Ordering::AcqRel) == 1
            && let Some(Function(raw)) = &*lock(&self.function)
        {
            // SAFETY: the function is there, and this is its world.
            unsafe { sys::napi_unref_threadsafe_function(env.raw(), *raw) };
        }
    }

    /// Nothing goes there any more.
    pub(crate) fn close(&self) {
        if let Some(Function(raw)) = lock(&self.function).take() {
            let mode = sys::ThreadsafeFunctionReleaseMode::abort;
            // SAFETY: it has not ended, and nobody has it after this.
            unsafe { sys::napi_release_threadsafe_function(raw, mode) };
        }
    }

    /// Does a job on a thread of the pool, and settles a promise with what it answers.
    pub(crate) fn run<'e>(
        self: &Arc<Link>,
        env: Env<'e>,
        job: impl FnOnce() -> Outcome + Send + 'static,
    ) -> Result<Value<'e>, Failed> {
        let (deferred, promise) = Deferred::new(env)?;
        self.hold(env);
        let link = self.clone();
        spawn(Box::new(move || {
            let outcome = job();
            link.clone().send(Box::new(move |env| {
                link.release(env);
                let settled = outcome(env);
                deferred.settle(env, settled);
            }));
        }));
        Ok(promise)
    }
}

impl Deferred {
    /// A promise, and the way to settle it.
    pub(crate) fn new(env: Env<'_>) -> Result<(Deferred, Value<'_>), Failed> {
        let (mut deferred, mut promise) = (ptr::null_mut(), ptr::null_mut());
        // SAFETY: room for both results.
        crate::env::check(unsafe { sys::napi_create_promise(env.raw(), &raw mut deferred, &raw mut promise) })?;
        Ok((Deferred(deferred), env.value(promise)))
    }

    /// Settles the promise.
    pub(crate) fn settle(self, env: Env<'_>, settled: Result<Value<'_>, Failed>) {
        match settled {
            // SAFETY: settled once, for it is given away; a value of this call.
            Ok(value) => _ = unsafe { sys::napi_resolve_deferred(env.raw(), self.0, value.raw()) },
            Err(failed) => {
                if let Ok(error) = env.error(&failed) {
                    self.reject(env, error);
                }
            }
        }
    }

    /// Rejects the promise with this value.
    pub(crate) fn reject(self, env: Env<'_>, reason: Value<'_>) {
        // SAFETY: settled once, for it is given away; a value of this call.
        unsafe { sys::napi_reject_deferred(env.raw(), self.0, reason.raw()) };
    }
}

/// A message arrives where JavaScript runs.
unsafe extern "C" fn arrive(raw: sys::napi_env, _: sys::napi_value, _: *mut c_void, data: *mut c_void) {
    // SAFETY: made by `send` with `Box::into_raw`, and arrives once.
    let message = unsafe { Box::from_raw(data.cast::<Message>()) };
    if !raw.is_null() {
        // SAFETY: Node-API says that this is the world, and that it lasts for this call.
        let env = unsafe { Env::new(raw) };
        let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| message(env)));
    }
}

/// Something to do on a thread.
type Job = Box<dyn FnOnce() + Send>;

/// Threads that come when they are needed and go when they are not. Jobs may block: most wait for a disk.
struct Pool {
    state: Mutex<State>,
    work: Condvar,
}

struct State {
    jobs: VecDeque<Job>,
    idle: usize,
    threads: usize,
}

/// The most threads. What comes in meanwhile waits.
const THREADS: usize = 64;
/// How long a thread stays without a job.
const IDLE: Duration = Duration::from_secs(10);

static POOL: Pool =
    Pool { state: Mutex::new(State { jobs: VecDeque::new(), idle: 0, threads: 0 }), work: Condvar::new() };

/// Does a job on a thread of the pool.
pub(crate) fn spawn(job: Job) {
    let mut state = lock(&POOL.state);
    state.jobs.push_back(job);
    if state.idle >= state.jobs.len() || state.threads == THREADS {
        drop(state);
        POOL.work.notify_one();
        return;
    }
    let made = std::thread::Builder::new().name("ringback".into()).spawn(serve);
    if made.is_ok() {
        state.threads += 1;
    }
}

fn serve() {
    let mut state = lock(&POOL.state);
    loop {
        if let Some(job) = state.jobs.pop_front() {
            drop(state);
            let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(job));
            state = lock(&POOL.state);
            continue;
        }
        state.idle += 1;
        let (woken, waited) = POOL.work.wait_timeout(state, IDLE).unwrap_or_else(PoisonError::into_inner);
        state = woken;
        state.idle -= 1;
        if waited.timed_out() && state.jobs.is_empty() {
            state.threads -= 1;
            return;
        }
    }
}
