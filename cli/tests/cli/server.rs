//! A server under test, and what is needed to talk to it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use base64ct::{Base64, Encoding as _};
use ringback::credential::{Audience, Job, Keyring, TicketKey, TicketText, TicketUse};
use ringback::time::{Expiry, UnixMillis};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

/// How long anything may take before a test gives up: it is never waited for when all is well.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// The program under test.
pub fn ringback() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ringback"));
    // Whatever is made where nobody says where must not lie among the sources.
    command.current_dir(env!("CARGO_TARGET_TMPDIR"));
    for name in ["TICKET_KEYS", "BASIC", "EXTRA_SECRET", "FORWARD_SECRET", "STORE"] {
        command.env_remove(format!("RINGBACK_{name}"));
    }
    command
}

/// What a finished program wrote.
pub fn text(output: &[u8]) -> String {
    String::from_utf8(output.to_vec()).expect("the program writes UTF-8")
}

/// A directory that goes away with the test.
pub struct Directory(PathBuf);

impl Directory {
    pub fn new() -> Directory {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::create_dir_all(&path).unwrap();
        Directory(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Writes a file that only its owner can read.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        use std::os::unix::fs::OpenOptionsExt as _;
        let path = self.0.join(name);
        let mut file =
            std::fs::OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&path).unwrap();
        file.write_all(content.as_ref()).unwrap();
        path
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A running server.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
    pub directory: Directory,
    lines: Receiver<String>,
    printer: Option<JoinHandle<()>>,
    errors: Arc<Mutex<String>>,
    complainer: Option<JoinHandle<()>>,
}

/// A server that has ended.
pub struct Ended {
    pub status: ExitStatus,
    /// The event lines that nobody has asked for.
    pub lines: Vec<Value>,
    /// Everything on standard error.
    pub errors: String,
}

/// The Basic pair that [`Server::start`] configures.
pub const PAIR: &str = "hook:correct-horse";

impl Server {
    /// A server without a store that lets [`PAIR`] in, with these arguments in addition.
    pub fn in_memory(arguments: &[&str]) -> Server {
        Server::start(&[&["--store", "memory"], arguments].concat())
    }

    /// A server that lets [`PAIR`] in, with these arguments in addition.
    pub fn start(arguments: &[&str]) -> Server {
        Server::start_in(Directory::new(), &[&["--basic", PAIR], arguments].concat())
    }

    /// A server that lets the tickets of [`ticket`] in, with these arguments in addition.
    pub fn with_tickets(arguments: &[&str]) -> Server {
        let directory = Directory::new();
        let keys = directory.file("keys", key_file());
        Server::start_in(directory, &[&["--ticket-keys", keys.to_str().unwrap()], arguments].concat())
    }

    /// A server with exactly these arguments, which works in this directory.
    pub fn start_in(directory: Directory, arguments: &[&str]) -> Server {
        let mut command = ringback();
        command.args(["serve", "--listen", "127.0.0.1:0"]).args(arguments).current_dir(directory.path());
        Server::spawn(directory, command)
    }

    /// A worker: a server without an address, whose directory is somebody else's.
    pub fn spawn_worker(mut command: Command) -> Server {
        command.stdout(Stdio::piped());
        Server::spawn_until(Directory::new(), command, |line| {
            line.contains(" works").then(|| SocketAddr::from(([127, 0, 0, 1], 0)))
        })
    }

    /// A server that this command starts, whose standard output nobody reads.
    pub fn spawn_unread(directory: Directory, mut command: Command) -> Server {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        command.stdout(writer);
        Server::spawn_until(directory, command, listens)
    }

    /// A server that this command starts.
    pub fn spawn(directory: Directory, mut command: Command) -> Server {
        command.stdout(Stdio::piped());
        Server::spawn_until(directory, command, listens)
    }

    fn spawn_until(directory: Directory, mut command: Command, ready: impl Fn(&str) -> Option<SocketAddr>) -> Server {
        let mut child = command.stdin(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let (sender, lines) = channel();
        let printer = child
            .stdout
            .take()
            .map(|out| std::thread::spawn(move || print_lines(out, |line| sender.send(line).is_ok())));
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let errors = Arc::new(Mutex::new(String::new()));
        let address = loop {
            let mut line = String::new();
            if stderr.read_line(&mut line).unwrap() == 0 {
                panic!("the server did not start: {}", errors.lock().unwrap());
            }
            errors.lock().unwrap().push_str(&line);
            if let Some(address) = ready(&line) {
                break address;
            }
        };
        let all = Arc::clone(&errors);
        let complainer = std::thread::spawn(move || {
            let mut line = String::new();
            while stderr.read_line(&mut line).unwrap_or(0) > 0 {
                all.lock().unwrap().push_str(&line);
                line.clear();
            }
        });
        Server { child, address, directory, lines, printer, errors, complainer: Some(complainer) }
    }

    pub fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    /// The next event line.
    pub fn line(&self) -> Value {
        let line = self.lines.recv_timeout(PATIENCE).expect("an event line");
        serde_json::from_str(&line).expect("an event line is JSON")
    }

    /// Runs curl on the hook with [`PAIR`] and these arguments.
    pub fn curl(&self, arguments: &[&str]) -> Response {
        curl(&[&["-u", PAIR, &self.url()], arguments].concat())
    }

    /// Runs curl on the hook with this ticket and these arguments.
    pub fn curl_with(&self, ticket: &TicketText, arguments: &[&str]) -> Response {
        curl(&[&["-u", ticket.as_str(), &self.url()], arguments].concat())
    }

    /// Posts a JSON body.
    pub fn post(&self, body: &str) -> Response {
        self.curl(&["-H", "content-type: application/json", "-d", body])
    }

    /// Sends bytes as they are and returns all that comes back until the connection ends.
    pub fn raw(&self, request: impl AsRef<[u8]>) -> String {
        let mut stream = self.connect();
        stream.write_all(request.as_ref()).unwrap();
        rest(stream)
    }

    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    pub fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// Asks the server to stop and waits for its end.
    pub fn stop(self) -> Ended {
        self.signal(Signal::TERM);
        self.wait()
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Runs another command of the program in the directory of the server.
    pub fn ringback(&self, arguments: &[&str]) -> Output {
        ringback().args(arguments).current_dir(self.directory.path()).stdin(Stdio::null()).output().unwrap()
    }

    /// Waits for the end of the server.
    pub fn wait(self) -> Ended {
        self.wait_and_keep().0
    }

    /// Waits for the end of the server; its directory is for another one.
    pub fn wait_and_keep(mut self) -> (Ended, Directory) {
        let status = self.child.wait().unwrap();
        self.printer.take().map(JoinHandle::join).transpose().unwrap();
        self.complainer.take().unwrap().join().unwrap();
        let lines = self.lines.try_iter().map(|line| serde_json::from_str(&line).unwrap()).collect();
        let errors = self.errors.lock().unwrap().clone();
        let directory = std::mem::replace(&mut self.directory, Directory::new());
        (Ended { status, lines, errors }, directory)
    }

    /// Waits until a file in its directory is there to the end of a line, and reads it.
    pub fn appears(&self, name: &str) -> String {
        let path = self.directory.path().join(name);
        let end = Instant::now() + PATIENCE;
        loop {
            match std::fs::read_to_string(&path) {
                Ok(text) if text.ends_with('\n') => return text,
                _ => assert!(Instant::now() < end, "{name} does not appear: {}", self.errors()),
            }
            std::thread::yield_now();
        }
    }

    /// Everything on standard error so far.
    pub fn errors(&self) -> String {
        self.errors.lock().unwrap().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn listens(line: &str) -> Option<SocketAddr> {
    let (_, rest) = line.split_once("listens on http://")?;
    rest.split('/').next().unwrap().parse().ok()
}

fn print_lines(out: ChildStdout, mut print: impl FnMut(String) -> bool) {
    for line in BufReader::new(out).lines().map_while(Result::ok) {
        if !print(line) {
            break;
        }
    }
}

/// Waits until something holds that will.
#[track_caller]
pub fn eventually(mut holds: impl FnMut() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !holds() {
        assert!(Instant::now() < end, "it does not come to hold");
        std::thread::yield_now();
    }
}

/// Waits until this word is on standard error, and gives all that is there.
pub fn errors_with(server: &Server, word: &str) -> String {
    eventually(|| server.errors().contains(word));
    server.errors()
}

/// All that comes until the connection ends, in whatever way.
pub fn rest(mut stream: TcpStream) -> String {
    let mut answer = Vec::new();
    let mut part = [0; 4096];
    loop {
        match stream.read(&mut part) {
            Ok(0) => break,
            Ok(length) => answer.extend_from_slice(&part[..length]),
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => break,
            Err(error) => panic!("the connection was not ended: {error}"),
        }
    }
    String::from_utf8_lossy(&answer).into_owned()
}

/// What curl got.
#[derive(Debug)]
pub struct Response {
    /// 0 if there was no answer.
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Response {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (other, value) = line.split_once(':')?;
            other.eq_ignore_ascii_case(name).then_some(value.trim())
        })
    }
}

/// Runs curl.
pub fn curl(arguments: &[&str]) -> Response {
    let Output { stdout, .. } =
        Command::new("curl").args(["-s", "-i", "--max-time", "20"]).args(arguments).output().expect("curl is there");
    let answer = String::from_utf8_lossy(&stdout).into_owned();
    let mut answer = answer.as_str();
    loop {
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((answer, ""));
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        if status != 100 {
            return Response { status, head: head.to_owned(), body: body.to_owned() };
        }
        answer = body;
    }
}

/// `Authorization` for [`PAIR`].
pub fn authorization() -> String {
    format!("Basic {}", Base64::encode_string(PAIR.as_bytes()))
}

/// A head with [`PAIR`] and these fields.
pub fn head(fields: &str) -> String {
    format!("POST /hook HTTP/1.1\r\nHost: a\r\nAuthorization: {}\r\n{fields}\r\n", authorization())
}

const MASTER: [u8; 32] = [7; 32];

/// A key file that goes with [`ticket`].
pub fn key_file() -> String {
    format!("test:{}\n", Base64::encode_string(&MASTER))
}

/// A ticket that expires then. Each has a scope of its own.
pub fn ticket_until(for_use: TicketUse, job: &str, expiry: UnixMillis) -> TicketText {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let keys = [TicketKey::new(&MASTER, Audience::default()).unwrap()];
    let mut tid = [0; 12];
    tid[..4].copy_from_slice(&COUNT.fetch_add(1, Ordering::Relaxed).to_le_bytes());
    let now = expiry.min(wall());
    Keyring::new(&keys).unwrap().mint(for_use, Job::parse(job).unwrap(), Expiry::At(expiry), tid, now).unwrap()
}

/// A ticket for a document that has not expired.
pub fn ticket(job: &str) -> TicketText {
    ticket_until(TicketUse::Document, job, wall() + 3_600_000)
}

pub fn wall() -> UnixMillis {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as u64
}

/// A transcript.
pub fn transcript(request_id: &str, text: &str) -> String {
    format!(
        r#"{{"metadata":{{"request_id":"{request_id}","duration":25.933313,"channels":1,"tags":["a","b"],"extra":{{"k":"v"}}}},"results":{{"channels":[{{"alternatives":[{{"transcript":"{text}","confidence":0.99,"words":[{{"word":"{text}","start":0.1,"end":0.4,"confidence":0.99}}]}}]}}]}}}}"#
    )
}

/// A request id.
pub const ID: &str = "0191f3c2-4f3e-7cc0-8000-000000000001";
