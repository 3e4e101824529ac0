//! The native half of the npm package `ringback`.
//!
//! JavaScript has the classes, the documentation and the types; Rust has the memory and the work. Between them stand a few
//! plain functions, for a call of raw Node-API costs 25 ns and an object for each word is ruinous.
//!
//! # What is where
//!
//! * [`env`]: Node-API, with lifetimes and errors. Nothing else calls it.
//! * [`held`]: a body and the views of it, in one piece of memory: the one place that extends a lifetime.
//! * [`link`]: threads, and the way back from them.
//! * [`parse`]: a body in, a kind out. [`view`]: what a view says. [`columns`]: the words of a transcript as numbers.
//! * [`receiver`]: requests, handlers, submissions.
//!
//! # Who is trusted
//!
//! Bodies are anybody's. The JavaScript beside this crate is ours, but a program can get hold of these functions if it
//! wants to, so each of them checks what it is given: a wrong argument is a `TypeError`, and never more.

mod columns;
mod env;
mod held;
mod link;
mod parse;
mod receiver;
mod view;

use env::{Env, Failed, Function, Value};

/// The functions around payloads, under their names in JavaScript.
const FUNCTIONS: &[(&str, Function)] = &[
    ("init", init),
    ("errors", errors),
    ("kinds", kinds),
    ("headSize", parse::head_size),
    ("parse", parse::parse),
    ("parseLarge", parse::parse_large),
    ("requestId", view::request_id),
    ("transcript", view::transcript),
    ("root", view::root),
    ("place", view::place),
    ("member", view::member),
    ("elements", view::elements),
    ("pairs", view::pairs),
    ("raw", view::raw),
    ("pointer", view::pointer),
    ("body", view::body),
    ("columns", columns::columns),
    ("texts", columns::texts),
];

/// `init(scratch, makeError)`: the memory that answers of several numbers are written to, and the function that makes errors.
fn init<'e>(env: Env<'e>, arguments: &[Value<'e>]) -> Result<Value<'e>, Failed> {
    let [scratch, make_error, ..] = *arguments else { return Err(Failed::ARGUMENTS) };
    env.begin(scratch, make_error)?;
    env.undefined()
}

/// `errors()`: the table of errors, as a flat list of code, name, message, fault.
fn errors<'e>(env: Env<'e>, _: &[Value<'e>]) -> Result<Value<'e>, Failed> {
    let table = ringback::ErrorKind::ALL.iter().flat_map(|kind| {
        let fault = match kind.fault() {
            ringback::error::Fault::Sender => "sender",
            ringback::error::Fault::Caller => "caller",
            ringback::error::Fault::Limit => "limit",
            ringback::error::Fault::Operator => "operator",
            _ => "unknown",
        };
        [env.number(f64::from(kind.code())), env.string(kind.name()), env.string(kind.message()), env.string(fault)]
    });
    env.array(table)
}

/// `kinds()`: the names of kinds, at the places of their numbers minus one.
fn kinds<'e>(env: Env<'e>, _: &[Value<'e>]) -> Result<Value<'e>, Failed> {
    env.array(ringback::payload::Kind::ALL.iter().map(|kind| env.string(kind.name())))
}

env::module!(FUNCTIONS, receiver::FUNCTIONS);
