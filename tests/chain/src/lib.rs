//! The programs of a chain, run side by side: servers of ours and of others, proxies, the command.
//!
//! Whoever runs these tests says where the command is (`RINGBACK_COMMAND`), and where Python (`RINGBACK_PYTHON`) and the
//! packages of npm (`NODE_PATH`) are, with what the manifests beside this crate name: the step `chain` does. It also says
//! where the Python is that has our own package (`RINGBACK_PACKAGE_PYTHON`).

pub mod package;

pub mod judge;

use std::io::{BufRead as _, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

pub use rustix::process::Signal;
use rustix::process::{Pid, kill_process};
use serde_json::Value;

/// How long anything may take before a test gives up: it is never waited for when all is well.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// The root of the checkout.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The `ringback` command, with nothing configured from outside.
#[must_use]
pub fn ringback() -> Command {
    let mut command = Command::new(variable("RINGBACK_COMMAND"));
    for name in ["TICKET_KEYS", "BASIC", "EXTRA_SECRET", "FORWARD_SECRET"] {
        command.env_remove(format!("RINGBACK_{name}"));
    }
    command
}

/// `ringback serve` on a free port, working in this directory and keeping deliveries there; more arguments can follow.
#[must_use]
pub fn serve(directory: &Directory) -> Command {
    let mut command = ringback();
    command.args(["serve", "--listen", "127.0.0.1:0"]).current_dir(directory.path(""));
    command
}

/// One of the example servers, built by the step.
#[must_use]
pub fn example(name: &str) -> PathBuf {
    Path::new(&variable("RINGBACK_COMMAND")).with_file_name(name)
}

/// A port that was free just now.
#[must_use]
pub fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port is free").port()
}

/// Waits until somebody listens there.
pub fn wait_for_port(port: u16) {
    let begun = std::time::Instant::now();
    while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(begun.elapsed() < PATIENCE, "nobody listens on port {port}");
        std::thread::yield_now();
    }
}

/// Python, in an environment that has the packages.
#[must_use]
pub fn python(script: &str) -> Command {
    let mut command = Command::new(variable("RINGBACK_PYTHON"));
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join(script));
    command
}

/// Node; it finds the packages by itself.
#[must_use]
pub fn node(script: &str) -> Command {
    let mut command = Command::new("node");
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join(script));
    command
}

fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run `cargo xtask test chain`"))
}

/// A directory that goes away with the test.
pub struct Directory(PathBuf);

impl Directory {
    /// An empty directory.
    #[must_use]
    pub fn new() -> Directory {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("ringback-chain-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).expect("a directory can be made");
        Directory(path)
    }

    /// A path in it.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Writes a file that only its owner can read.
    #[must_use]
    pub fn file(&self, name: &str, content: &str) -> String {
        use std::io::Write as _;
        use std::os::unix::fs::OpenOptionsExt as _;
        let path = self.path(name);
        let mut options = std::fs::OpenOptions::new();
        let file = options.create(true).truncate(true).write(true).mode(0o600).open(&path);
        file.and_then(|mut file| file.write_all(content.as_bytes())).expect("a file can be written");
        path.display().to_string()
    }
}

impl Default for Directory {
    fn default() -> Directory {
        Directory::new()
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A program that runs until it is ended. What it writes to standard output lies in a file.
pub struct Program {
    child: Child,
    said: Receiver<String>,
    out: PathBuf,
    /// Where it listens, as it has said.
    pub url: String,
}

impl Program {
    /// Starts a server and waits until it says on standard error where it listens.
    #[must_use]
    pub fn start(command: &mut Command, out: PathBuf) -> Program {
        let mut program = Program::launch(command, out);
        program.url = program.wait_for("http://");
        program
    }

    /// Starts a program.
    #[must_use]
    pub fn launch(command: &mut Command, out: PathBuf) -> Program {
        let file = std::fs::File::create(&out).expect("a file can be written");
        command.stdin(Stdio::null()).stdout(file).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let (sender, said) = channel();
        let errors = BufReader::new(child.stderr.take().expect("it is piped"));
        // Read to the end, whether or not anybody listens: a full pipe would stop the program.
        std::thread::spawn(move || {
            for line in errors.lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        Program { child, said, out, url: String::new() }
    }

    /// Waits for a line with this in it, and gives the word that begins with it.
    pub fn wait_for(&mut self, beginning: &str) -> String {
        let mut all = String::new();
        loop {
            let line =
                self.said.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("it does not say where it listens: {all}"));
            if let Some(at) = line.find(beginning) {
                return line[at..].split_whitespace().next().unwrap_or_default().to_owned();
            }
            all += &line;
            all.push('\n');
        }
    }

    /// Where its standard output lies.
    #[must_use]
    pub fn out(&self) -> &Path {
        &self.out
    }

    /// Its process.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits until it has ended by itself.
    pub fn finish(&mut self) -> ExitStatus {
        self.child.wait().expect("it ends")
    }

    /// Asks it to stop, and waits until it has.
    pub fn stop(mut self) -> ExitStatus {
        self.signal(Signal::TERM);
        self.child.wait().expect("it ends")
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) {
        let _ = kill_process(Pid::from_child(&self.child), signal);
    }

    /// Ends it with this signal, and gives what else it has said on standard error.
    pub fn end(mut self, signal: Signal) -> (ExitStatus, Vec<String>) {
        self.signal(signal);
        let status = self.child.wait().expect("it ends");
        // What it has started may still hold the pipe for a moment.
        (status, std::iter::from_fn(|| self.said.recv_timeout(PATIENCE).ok()).collect())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a program printed that has ended, and its exit code.
pub struct Printed {
    /// The exit code.
    pub code: Option<i32>,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub errors: String,
}

impl Printed {
    /// The lines of standard output, each a JSON object.
    #[must_use]
    pub fn lines(&self) -> Vec<Value> {
        let line = |line: &str| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}\n{}", self.errors));
        self.out.lines().map(line).collect()
    }

    /// The last of them.
    #[must_use]
    pub fn last(&self) -> Value {
        self.lines().pop().unwrap_or_else(|| panic!("nothing was printed: {}", self.errors))
    }
}

/// Runs a program to its end.
#[must_use]
pub fn run(command: &mut Command) -> Printed {
    let output = command.stdin(Stdio::null()).output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("it writes UTF-8");
    Printed { code: output.status.code(), out: text(output.stdout), errors: text(output.stderr) }
}

/// nginx in front of a server, with the limits that it has by itself, or with lines of one's own in `server`. None if it
/// is not there.
#[must_use]
pub fn nginx(directory: &Directory, upstream: &str, lines: &str) -> Option<Program> {
    let authority = upstream.trim_start_matches("http://").split('/').next().unwrap_or_default();
    // It cannot tell which port it was given, so that has to be known before. Somebody else may take it meanwhile.
    proxy(directory, free_port(), "", lines, authority)
}

/// nginx on this port, in front of servers on these, which take turns; started again, it is found where it was. None if
/// it is not there.
#[must_use]
pub fn balancer(directory: &Directory, port: u16, servers: &[u16]) -> Option<Program> {
    // One that is away is asked again at once: it comes back sooner than the pause that it would be given.
    let servers: String = servers.iter().map(|port| format!("server 127.0.0.1:{port} max_fails=0; ")).collect();
    proxy(directory, port, &format!("upstream fleet {{ {servers}}}"), "client_max_body_size 64m;", "fleet")
}

fn proxy(directory: &Directory, port: u16, http: &str, server: &str, authority: &str) -> Option<Program> {
    let nginx = ["/usr/sbin/nginx", "/usr/local/sbin/nginx", "/usr/bin/nginx"]
        .into_iter()
        .find(|path| Path::new(path).is_file())?;
    let folder = directory.path("nginx");
    std::fs::create_dir_all(&folder).expect("a directory can be made");
    let (folder, temporary) = (folder.display(), |name: &str| format!("{name}_temp_path {}/{name};", folder.display()));
    let paths: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(temporary).concat();
    let configuration = format!(
        "daemon off; master_process off; error_log stderr notice; pid {folder}/pid; events {{}}\nhttp {{ access_log off; {paths} \
         {http} server {{ listen 127.0.0.1:{port}; {server} location / {{ proxy_pass http://{authority}; }} }} }}\n"
    );
    let file = directory.file("nginx.conf", &configuration);
    let mut program = Program::launch(
        Command::new(nginx).args(["-c", &file, "-p"]).arg(directory.path("nginx")),
        directory.path("nginx.out"),
    );
    // It says this once its socket is open.
    program.wait_for("getrlimit");
    program.url = format!("http://127.0.0.1:{port}/hook");
    Some(program)
}

/// Reads all of it.
#[must_use]
pub fn text(path: &Path) -> String {
    let mut text = String::new();
    let file = std::fs::File::open(path);
    file.and_then(|mut file| file.read_to_string(&mut text))
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text
}

/// A key file, the same in every test.
pub const KEYS: &str = "test:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n";
