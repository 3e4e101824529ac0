//! `ringback doctor`: whether a receiver would lose transcripts, why, and the line that cures it.
//!
//! The deliveries are made up, and a receiver cannot tell them from real ones but by their job, which begins with
//! `simulated-` where tickets are used.

mod chain;
mod cure;
mod finding;
mod local;
mod options;
mod patient;

use std::process::ExitCode;
use std::time::Duration;

use crate::clock::wall;
use crate::keys;
use crate::refusal::{Refusal, print};
use crate::simulate::delivery::Desk;
use crate::simulate::pair;
use crate::simulate::target::{Permitted, Target};
use crate::simulate::wire::Wire;
use finding::{Finding, Grade};
use patient::Patient;

pub use options::Doctor;

/// How long a connection may take here: Deepgram's second, and a little for machines far away.
const CONNECT: Duration = Duration::from_secs(3);

/// Runs the command.
pub fn run(options: &Doctor) -> Result<ExitCode, Refusal> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Refusal::failure(format_args!("threads cannot be started: {error}")))?;
    let findings = runtime.block_on(examine(options))?;
    let told: String =
        findings.iter().map(|finding| if options.json { finding.json() } else { finding.prose() }).collect();
    print(&told)?;
    let bad = findings.iter().any(|finding| finding.grade == Grade::Bad);
    Ok(if bad { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

async fn examine(options: &Doctor) -> Result<Vec<Finding>, Refusal> {
    let mut target = Target::parse(&options.url).map_err(Refusal::usage)?;
    let credentials = target.credentials.take();
    if options.local {
        let permitted = target.permitted(&[]).await;
        let permitted =
            permitted.map_err(|_| Refusal::usage("--local: expected the address of a server on this machine"))?;
        return local::examine(&patient(options, target, permitted, credentials)?).await;
    }
    let mut findings = chain::url(&options.url, options.any_port);
    if findings.iter().any(|finding| finding.grade == Grade::Bad) {
        return Ok(findings);
    }
    let addresses = match target.addresses().await {
        Ok(addresses) => addresses,
        Err(why) => {
            findings.push(Finding::bad(
                "name",
                why,
                Some("an entry in the DNS: Deepgram looks when you submit".into()),
            ));
            return Ok(findings);
        }
    };
    let permitted = Permitted { addresses, near: false };
    let patient = patient(options, target, permitted, credentials)?;
    findings.push(chain::addresses(&patient));
    findings.extend(chain::examine(&patient).await?);
    Ok(findings)
}

fn patient(
    options: &Doctor,
    target: Target,
    permitted: Permitted,
    in_url: Option<(String, String)>,
) -> Result<Patient, Refusal> {
    let pair = pair(options.basic.as_deref())?;
    let fixed = pair.or(in_url);
    let keys = match fixed {
        Some(_) => None,
        None => keys::find(&options.keys)?,
    };
    let wire =
        Wire::new(target.secure, CONNECT, Duration::from_millis(options.answer_within)).map_err(Refusal::failure)?;
    let desk = Desk::new(fixed, keys, options.ticket_in_path, wall());
    Ok(Patient { target, permitted, wire, desk, seed: options.seed })
}
