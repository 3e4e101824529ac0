//! The options of `ringback simulate`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{ArgGroup, Args, ValueEnum};
use ringback::time::Millis;

use super::body::Product;
use super::fault::Fault;
use super::features::Features;
use crate::keys::KeySource;
use crate::span;

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("way").required(true).args(["to", "listen"])))]
pub struct Simulate {
    /// Deliver straight to this receiver; user name and password may stand in the URL
    #[arg(long, value_name = "URL")]
    pub to: Option<String>,
    /// Answer submissions as Deepgram does, and deliver to the callbacks that they name
    #[arg(long, value_name = "ADDR")]
    pub listen: Option<SocketAddr>,
    /// Let callbacks have ports that Deepgram does not call (with --listen)
    #[arg(long, requires = "listen")]
    pub any_port: bool,
    /// How long a job takes (with --listen)
    #[arg(long, value_name = "TIME", default_value = "0s", value_parser = span::parse)]
    pub after: Millis,
    /// A host besides this machine that may be delivered to, by name. Repeatable
    #[arg(long, value_name = "HOST")]
    pub allow_host: Vec<String>,

    /// What is delivered, one after the other; with --listen what was submitted, unless this is failure or stream
    #[arg(
        long,
        value_name = "KIND",
        value_enum,
        value_delimiter = ',',
        default_value = "transcript",
        help_heading = "Deliveries"
    )]
    pub kind: Vec<Product>,
    /// How many submissions there are, and with --listen after how many it ends [default: 1, with --listen no end]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=10_000_000), help_heading = "Deliveries")]
    pub count: Option<u64>,
    /// How many submissions begin each second [default: as fast as they are taken]
    #[arg(long, value_name = "R", value_parser = positive, help_heading = "Deliveries")]
    pub rate: Option<f64>,
    /// How many attempts are under way at once
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=4096), help_heading = "Deliveries")]
    pub at_once: u16,
    /// How long the recordings are, one after the other
    #[arg(
        long,
        value_name = "LIST",
        value_delimiter = ',',
        default_value = "3",
        value_parser = minutes,
        help_heading = "Deliveries"
    )]
    pub minutes: Vec<f64>,
    /// What documents hold: switches such as diarize,utterances,smart_format and pairs such as search=storm or
    /// language=multi
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = feature, help_heading = "Deliveries")]
    pub features: Vec<(String, String)>,
    /// A tag of the submissions. Repeatable
    #[arg(long, value_name = "TAG", help_heading = "Deliveries")]
    pub tag: Vec<String>,
    /// Metadata that is echoed: KEY:VALUE. Repeatable
    #[arg(long, value_name = "PAIR", help_heading = "Deliveries")]
    pub extra: Vec<String>,
    /// Deliver this file instead, as it is. Repeatable
    #[arg(long, value_name = "FILE", help_heading = "Deliveries")]
    pub file: Vec<PathBuf>,
    /// POST or PUT
    #[arg(long, value_enum, default_value_t = Method::Post, help_heading = "Deliveries")]
    pub method: Method,

    /// The user name and password that deliveries have: USER:PASS
    #[arg(long, value_name = "PAIR", help_heading = "Credentials")]
    pub basic: Option<String>,
    #[command(flatten, next_help_heading = "Credentials")]
    pub keys: KeySource,
    /// Put tickets into the path
    #[arg(long, help_heading = "Credentials")]
    pub ticket_in_path: bool,
    /// Send no credentials, even if there are ticket keys
    #[arg(long, conflicts_with_all = ["basic", "ticket_keys"], help_heading = "Credentials")]
    pub no_credentials: bool,

    /// How much shorter the pauses between attempts are than Deepgram's 30s
    #[arg(long, value_name = "N", default_value_t = 1.0, value_parser = positive, help_heading = "Schedule")]
    pub speed: f64,
    /// How many attempts follow the first
    #[arg(long, value_name = "N", default_value_t = 10, help_heading = "Schedule")]
    pub retries: u32,
    /// How long a connection may take
    #[arg(long, value_name = "TIME", default_value = "1s", value_parser = span::parse, help_heading = "Schedule")]
    pub connect_within: Millis,
    /// How long an answer may take
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = span::parse, help_heading = "Schedule")]
    pub answer_within: Millis,

    /// What goes wrong: a list, or all
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = faults, help_heading = "Faults")]
    pub faults: Vec<Vec<Fault>>,
    /// How probable each of them is for a delivery
    #[arg(long, value_name = "P", default_value_t = 0.3, value_parser = probability, help_heading = "Faults")]
    pub fault_rate: f64,
    /// What documents and faults follow from
    #[arg(long, value_name = "N", default_value_t = 1, help_heading = "Faults")]
    pub seed: u64,

    /// What the receiver has handled, a line each: the output of `ringback serve`, or any lines that hold the request id
    /// or the job. It tells what was doubled
    #[arg(long, value_name = "FILE", help_heading = "Verdict")]
    pub handled: Option<PathBuf>,
    /// How long that is waited for
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = span::parse, help_heading = "Verdict")]
    pub handled_within: Millis,
    /// One JSON object a line, for programs
    #[arg(long, help_heading = "Verdict")]
    pub json: bool,
    /// The verdict alone, without the attempts
    #[arg(long, help_heading = "Verdict")]
    pub quiet: bool,
}

impl Simulate {
    /// How long the recording of this submission is, counted from 1. Where kinds take turns too, each length has its turn
    /// with each of them.
    pub fn minutes(&self, submission: u64) -> f64 {
        let at = (submission.saturating_sub(1) as usize / self.kind.len().max(1)) % self.minutes.len().max(1);
        self.minutes.get(at).copied().unwrap_or_default()
    }

    /// The faults that are asked for.
    pub fn faults(&self) -> Vec<Fault> {
        self.faults.concat()
    }

    /// The features that are asked for.
    pub fn features(&self) -> Features {
        let mut features = Features::default();
        for (name, value) in &self.features {
            features.set(name, value);
        }
        for tag in &self.tag {
            features.set("tag", tag);
        }
        for pair in &self.extra {
            features.set("extra", pair);
        }
        features
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Method {
    Post,
    Put,
}

impl Method {
    /// As it stands in a request.
    pub const fn name(self) -> &'static str {
        match self {
            Method::Post => "POST",
            Method::Put => "PUT",
        }
    }
}

fn feature(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').unwrap_or((text, "true"));
    if Features::default().set(name, value) {
        Ok((name.to_owned(), value.to_owned()))
    } else {
        Err(format!("expected {}, alternatives=N, search=TERM or language=TAG", Features::SWITCHES.join(", ")))
    }
}

fn faults(text: &str) -> Result<Vec<Fault>, String> {
    if text == "all" {
        return Ok(Fault::value_variants().to_vec());
    }
    Fault::from_str(text, false).map(|fault| vec![fault]).map_err(|_| {
        let names: Vec<String> = Fault::value_variants().iter().map(|fault| super::timeline::name(*fault)).collect();
        format!("expected all, or some of {}", names.join(", "))
    })
}

fn positive(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|number| (0.001..=1e6).contains(number)).ok_or_else(|| "expected 0.001 to 1000000".into())
}

fn minutes(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|number| (0.0..=1440.0).contains(number)).ok_or_else(|| "expected 0 to 1440".into())
}

fn probability(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|number| (0.0..=1.0).contains(number)).ok_or_else(|| "expected 0 to 1".into())
}
