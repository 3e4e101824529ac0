//! The C library of Ringback: an adapter of the core, one file for each C noun.
//!
//! # How a pointer is trusted
//!
//! C can break every rule of Rust; what it must keep is written once, at the head of `ringback.h`, and expressed in types
//! here. A parameter `Option<&T>` is a pointer that is null or valid; `Option<&mut MaybeUninit<T>>` one that may be
//! written to; `Option<Box<T>>` one that came from here and is given back. A [`str::ringback_str`] carries the
//! lifetime of what it points to. So the bodies of the functions are safe Rust, and what is left of `unsafe` is in a few
//! files: [`boundary`] (pointer and length), [`str`] (a string of C), [`held`] (a body with its view),
//! [`shadow`] (decoded strings), [`home`] (a configuration with the gate that borrows it), [`region`] (memory of a ledger).
//!
//! What C hands back by value is not trusted: positions in a document are checked, numbers of kinds and situations too.
//!
//! # How a call fails
//!
//! Every body runs in [`boundary::guard`]: a failure is a `ringback_result`, and so is a panic.

#![allow(non_camel_case_types, reason = "types have the names of the header")]

pub mod answer;
pub mod boundary;
pub mod claim;
pub mod config;
pub mod delivery;
pub mod failure;
pub mod head;
pub mod held;
pub mod home;
pub mod intelligence;
pub mod keyring;
pub mod kind;
pub mod ledger;
pub mod list;
pub mod metadata;
pub mod number;
pub mod payload;
pub mod receiver;
pub mod region;
pub mod request_id;
pub mod result;
pub mod route;
pub mod shadow;
pub mod str;
pub mod stream;
pub mod submission;
pub mod ticket;
pub mod time;
pub mod transcript;
pub mod url;
pub mod value;
pub mod version;
pub mod words;
