//! `ringback key`: ticket keys, made and listed.

use std::fmt::Write as _;
use std::process::ExitCode;

use ringback::credential::Audience;
use ringback_inbox::receiver::{Keys, new_line};

use crate::arguments::{Key, KeyCommand};
use crate::clock::{Date, wall};
use crate::keys;
use crate::refusal::{Refusal, print};

/// Runs the command.
pub fn run(arguments: &Key) -> Result<ExitCode, Refusal> {
    match &arguments.command {
        KeyCommand::New { name } => {
            // Keys are rotated, so the day says which is which.
            let name = name.clone().unwrap_or_else(|| Date(wall()).to_string());
            print(&new_line(&name)?)
        }
        KeyCommand::List { file, keys } => {
            let keys = match file {
                Some(file) => {
                    let found = Keys::read(file, Audience::new(&keys.audience)?)?;
                    keys::warn(&found);
                    found
                }
                None => keys::required(keys)?,
            };
            let mut out = String::new();
            for (at, (name, key)) in keys.names.iter().zip(keys.keyring.keys()).enumerate() {
                let role = if at == 0 { "mints and verifies" } else { "verifies" };
                // A string takes any text.
                let _ = writeln!(out, "{name}\t{}\t{role}", key.kid());
            }
            print(&out)
        }
    }
}
