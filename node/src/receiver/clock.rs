//! Clocks that go when they are told to: for tests of programs that receive.

use std::sync::Arc;

use ringback_inbox::{Clock as _, ManualClock};

use crate::env::{Env, Failed, Value};

/// `clock(now)`: the number of a clock that shows this moment, in milliseconds since 1970.
pub(super) fn clock<'e>(env: Env<'e>, arguments: &[Value<'e>]) -> Result<Value<'e>, Failed> {
    let clock = Arc::new(ManualClock::new(env.size(arguments[0])? as u64));
    let number = env.desk(|desk| desk.clocks.add(clock))?;
    env.small(number)
}

/// `advance(clock, milliseconds)`: the moment that it shows now.
pub(super) fn advance<'e>(env: Env<'e>, arguments: &[Value<'e>]) -> Result<Value<'e>, Failed> {
    let (number, span) = (env.size(arguments[0])?, env.size(arguments[1])? as u64);
    let clock = env.desk(|desk| desk.clocks.find(number).cloned())?.ok_or(Failed::ARGUMENTS)?;
    clock.advance(span);
    env.number(clock.now().wall as f64)
}

/// `leaveClock(clock)`: no program has it any more.
pub(super) fn leave<'e>(env: Env<'e>, arguments: &[Value<'e>]) -> Result<Value<'e>, Failed> {
    let number = env.size(arguments[0])?;
    env.desk(|desk| desk.clocks.take(number).is_some()).and_then(|there| env.boolean(there))
}
