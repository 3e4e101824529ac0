//! The server that is attacked.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64ct::{Base64, Encoding as _};
use ringback::credential::{Audience, Job, Keyring, TicketKey, TicketUse};
use ringback::time::Expiry;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

/// Where the server keeps deliveries.
pub const STORES: &[&str] = &["sqlite:ringback.db", "memory"];

/// The fixed credentials of a sender who is one of several.
pub const TENANT: &str = "tenant:hunter2";

const MASTER: [u8; 32] = [7; 32];

/// A server, as whoever attacks it knows it, and with the eyes of its operator.
pub struct Target {
    child: Child,
    pub address: SocketAddr,
    directory: PathBuf,
    settled: Arc<(Mutex<Settled>, Condvar)>,
    lines: Option<JoinHandle<()>>,
    log: Option<JoinHandle<String>>,
}

/// What was handled, and what there was to read for people.
#[derive(Default)]
pub struct Settled {
    jobs: BTreeMap<String, usize>,
    faults: Vec<String>,
}

impl Target {
    /// Starts a server with this store, which accepts tickets.
    pub fn start(store: &str) -> Target {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("attack-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::create_dir_all(&directory).expect("a folder can be made");
        let keys = directory.join("keys");
        write_secret(&keys, &format!("test:{}\n", Base64::encode_string(&MASTER)));
        let mut command = Command::new(env!("CARGO_BIN_EXE_ringback"));
        for name in ["TICKET_KEYS", "BASIC", "EXTRA_SECRET", "FORWARD_SECRET"] {
            command.env_remove(format!("RINGBACK_{name}"));
        }
        command.args([
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--payload",
            "never",
            "--store",
            store,
            "--basic",
            TENANT,
            "--ticket-keys",
        ]);
        command.arg(&keys).current_dir(&directory);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the server starts");
        let out = child.stdout.take().expect("it was piped");
        let mut errors = BufReader::new(child.stderr.take().expect("it was piped"));
        let mut first = String::new();
        let address = loop {
            let mut line = String::new();
            assert!(errors.read_line(&mut line).expect("it can be read") > 0, "the server did not start: {first}");
            first += &line;
            if let Some((_, rest)) = line.split_once("listens on http://") {
                break rest.split('/').next().unwrap_or_default().parse().expect("an address");
            }
        };
        let settled = Arc::<(Mutex<Settled>, Condvar)>::default();
        let seen = Arc::clone(&settled);
        let lines = Some(std::thread::spawn(move || read_lines(out, &seen)));
        let log = Some(std::thread::spawn(move || {
            let mut bytes = Vec::new();
            let _ = errors.read_to_end(&mut bytes);
            String::from_utf8_lossy(&bytes).into_owned()
        }));
        Target { child, address, directory, settled, lines, log }
    }

    /// The most memory that the server ever had, in bytes.
    pub fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = peak.and_then(|text| text.trim().split(' ').next()?.parse::<u64>().ok());
        kilobytes.unwrap_or(0) * 1024
    }

    /// Waits until each of these jobs was handled, for what is kept first is handled a little later.
    pub fn wait_for(&self, jobs: impl Iterator<Item = String>) {
        let (settled, changed) = &*self.settled;
        let missing: Vec<String> = jobs.collect();
        let settled = settled.lock().expect("nobody panics");
        let some_are_missing = |settled: &mut Settled| missing.iter().any(|job| settled.times(job) == 0);
        drop(changed.wait_timeout_while(settled, Duration::from_secs(30), some_are_missing));
    }

    /// Stops the server, which must still be there, and says what it has handled.
    pub fn end(mut self) -> Result<Settled, String> {
        if let Ok(Some(status)) = self.child.try_wait() {
            return Err(format!("the server ended by itself: {status}"));
        }
        kill_process(Pid::from_child(&self.child), Signal::TERM).map_err(|error| error.to_string())?;
        let status = self.child.wait().map_err(|error| error.to_string())?;
        let ended = self.lines.take().map(JoinHandle::join);
        let mut settled = std::mem::take(&mut *self.settled.0.lock().expect("nobody panics"));
        if !matches!(ended, Some(Ok(()))) {
            settled.faults.push("its lines could not be read".to_owned());
        }
        let log = self.log.take().and_then(|log| log.join().ok()).unwrap_or_default();
        if log.contains("panicked") {
            settled.faults.push("the server panicked".to_owned());
        }
        if let Some(stray) = log.chars().find(|&character| character.is_control() && character != '\n') {
            settled.faults.push(format!("a control character in the log: {stray:?}"));
        }
        if log.contains("INJECTED") {
            settled.faults.push("a log line made up by a stranger".to_owned());
        }
        if !status.success() && status.code() != Some(1) {
            settled.faults.push(format!("the server ended with {status}"));
        }
        Ok(settled)
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}

impl Settled {
    /// How often a delivery for this job was handled.
    pub fn times(&self, job: &str) -> usize {
        self.jobs.get(job).copied().unwrap_or(0)
    }

    fn note(&mut self, line: &[u8]) {
        let Ok(event) = serde_json::from_slice::<Value>(line) else {
            self.faults.push("an event line is no JSON".to_owned());
            return;
        };
        match event["job"].as_str() {
            Some(job) if job.starts_with("smuggled") => self.faults.push("a smuggled delivery was handled".to_owned()),
            Some(job) => *self.jobs.entry(job.to_owned()).or_default() += 1,
            None => {}
        }
    }

    /// What must not have been.
    pub fn faults(self) -> Vec<String> {
        self.faults
    }
}

fn read_lines(out: impl Read, settled: &(Mutex<Settled>, Condvar)) {
    for line in BufReader::new(out).split(b'\n').map_while(Result::ok) {
        settled.0.lock().expect("nobody panics").note(&line);
        settled.1.notify_all();
    }
}

/// The value of an `Authorization` header with a ticket of its own.
pub fn authorization(job: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let keys = [TicketKey::new(&MASTER, Audience::default()).expect("32 bytes")];
    let mut tid = [0; 12];
    tid[..4].copy_from_slice(&COUNT.fetch_add(1, Ordering::Relaxed).to_le_bytes());
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is later").as_millis() as u64;
    let job = Job::parse(job).expect("a job");
    let keyring = Keyring::new(&keys).expect("a key");
    let ticket = keyring.mint(TicketUse::Document, job, Expiry::At(now + 3_600_000), tid, now).expect("a ticket");
    ticket.authorization().as_str().to_owned()
}

fn write_secret(path: &Path, text: &str) {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut file =
        std::fs::OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(path).expect("a file");
    file.write_all(text.as_bytes()).expect("it can be written");
}
