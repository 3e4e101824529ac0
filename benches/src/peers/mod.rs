//! Every task done with every engine, the way its documentation recommends for speed: buffers are kept between
//! documents, strings are borrowed where that is possible.
//!
//! One file for each engine, with a function for each task that takes one body; what an engine keeps between bodies is a
//! type of its own. All of them panic on a document that they refuse: documents here are valid.

pub mod jiter;
pub mod ringback;
pub mod serde_json;
pub mod simd_json;
#[cfg(feature = "peers")]
pub mod simdjson;
pub mod sonic;
pub mod typed;
#[cfg(feature = "peers")]
pub mod yyjson;
