//! A PostgreSQL server for tests: made in a folder of its own, on a port of its own, gone with the process that made it.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use ringback_inbox::Postgres;
use ringback_inbox::postgres::Options;

/// Says that something is not tested here, and why; on a machine that is to test everything, that is a failure.
pub fn skip(why: &str) {
    assert!(std::env::var("CI").as_deref() != Ok("true"), "{why}");
    println!("skipped: {why}");
}

/// A server. Its folder is removed, and it is stopped, when nobody holds it any more or the process has ended, however.
pub struct Server {
    programs: PathBuf,
    folder: PathBuf,
    port: u16,
    /// Waits for the end of its input, and tidies up.
    warden: Child,
}

impl Server {
    /// The server that all tests of this process share; none if the machine has no PostgreSQL, which is said.
    pub fn shared() -> Option<&'static Server> {
        static SHARED: OnceLock<Option<Server>> = OnceLock::new();
        SHARED.get_or_init(|| Server::start(&[])).as_ref()
    }

    /// A server of its own, with these settings; none if the machine has no PostgreSQL, which is said.
    pub fn start(settings: &[&str]) -> Option<Server> {
        let Some(programs) = programs() else {
            skip("no PostgreSQL server is installed (Debian: postgresql)");
            return None;
        };
        let server = Server::empty(programs);
        let data = server.data();
        server.run("initdb", &["-D", &data, "-A", "trust", "-U", "postgres", "--no-sync", "-E", "UTF8", "--locale=C"]);
        server.configure(settings);
        server.begin();
        Some(server)
    }

    /// A standby of this server, from a copy of it. It is not started.
    pub fn standby(&self, name: &str) -> Server {
        let standby = Server::empty(self.programs.clone());
        let source = format!("host=127.0.0.1 port={} user=postgres application_name={name}", self.port);
        standby.run("pg_basebackup", &["-D", &standby.data(), "-d", &source, "-R", "--no-sync", "-c", "fast"]);
        standby.configure(&[]);
        standby
    }

    fn empty(programs: PathBuf) -> Server {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("ringback-postgres-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        if is_root() {
            assert!(Command::new("chown").args(["postgres:", &text(&folder)]).status().unwrap().success());
        }
        // Whoever asks for a port gets one that nobody else has; the server takes it a moment later.
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let tidy = r#"
            trap '' INT TERM HUP
            read -r _
            if pid=$(head -n 1 "$1/data/postmaster.pid" 2>/dev/null); then
                kill -QUIT "$pid"
                for _ in $(seq 100); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
            fi
            rm -rf "$1"
        "#;
        let warden = Command::new("sh")
            .args(["-c", tidy, "warden", &text(&folder)])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Server { programs, folder, port, warden }
    }

    /// Adds to its settings, for its next start.
    pub fn configure(&self, settings: &[&str]) {
        let file = self.folder.join("data/postgresql.conf");
        let mut lines = std::fs::read_to_string(&file).unwrap();
        lines += &format!(
            "\nlisten_addresses = '127.0.0.1'\nport = {}\nunix_socket_directories = ''\nmax_connections = 300\n\
             shared_buffers = '64MB'\nmax_wal_size = '512MB'\nlog_min_messages = warning\n",
            self.port
        );
        for setting in settings {
            lines += &format!("{setting}\n");
        }
        std::fs::write(&file, lines).unwrap();
    }

    /// Starts it, and waits until it takes connections.
    pub fn begin(&self) {
        let log = text(&self.folder.join("log"));
        self.run("pg_ctl", &["-D", &self.data(), "-w", "-t", "60", "-s", "-l", &log, "start"]);
    }

    /// Stops it at once, as a crash does.
    pub fn crash(&self) {
        self.run("pg_ctl", &["-D", &self.data(), "-w", "-m", "immediate", "-s", "stop"]);
    }

    /// Makes a standby the primary.
    pub fn promote(&self) {
        self.run("pg_ctl", &["-D", &self.data(), "-w", "-s", "promote"]);
    }

    /// Changes a setting for everybody, until it is changed again.
    pub fn set(&self, name: &str, value: &str) {
        self.sql(&format!("ALTER SYSTEM SET {name} = {value}"));
        self.sql("SELECT pg_reload_conf()");
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// What the server has written into its log.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }

    /// Asks it something by psql; lines of columns between bars.
    pub fn sql(&self, sql: &str) -> String {
        let out = Command::new(self.programs.join("psql"))
            .args(["-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-d", &self.url(), "-c", sql])
            .output()
            .unwrap();
        assert!(out.status.success(), "{sql}: {}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8(out.stdout).unwrap().trim_end().to_owned()
    }

    /// Options with a schema that nobody else has, and tables in it.
    pub fn fresh(&self) -> Options {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let schema = format!("ringback_{}", COUNT.fetch_add(1, Ordering::Relaxed));
        // A machine may be busy with other tests.
        let options = Options { schema, deadline: 60_000, ..Options::default() };
        assert_eq!(Postgres::migrate_with(&self.url(), &options), Ok(0));
        options
    }

    /// A file for the server alone, beside its data.
    pub fn give(&self, name: &str, bytes: &[u8]) {
        let path = self.folder.join("data").join(name);
        std::fs::write(&path, bytes).unwrap();
        assert!(Command::new("chmod").arg("600").arg(&path).status().unwrap().success());
        if is_root() {
            assert!(Command::new("chown").arg("postgres:").arg(&path).status().unwrap().success());
        }
    }

    /// A program that runs as the server does: it refuses to be run by root.
    pub fn as_its_user(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        if !is_root() {
            return Command::new(program);
        }
        let mut command = Command::new("setpriv");
        command.args(["--reuid=postgres", "--regid=postgres", "--init-groups"]).arg(program);
        command
    }

    fn data(&self) -> String {
        text(&self.folder.join("data"))
    }

    /// Runs one of the server's programs.
    fn run(&self, program: &str, arguments: &[&str]) {
        let program = self.programs.join(program);
        let mut command = self.as_its_user(&program);
        let out = command.args(arguments).current_dir(&self.folder).stdin(Stdio::null()).stdout(Stdio::null());
        let status = out.stderr(Stdio::null()).status().unwrap();
        assert!(status.success(), "{program:?} {arguments:?}: {status}; {}", self.log());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.warden.stdin.take());
        let _ = self.warden.wait();
    }
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

fn text(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}

/// Where the newest server's programs are. Debian keeps them apart by version; others have them on the path.
fn programs() -> Option<PathBuf> {
    let debian =
        std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|entry| entry.path().join("bin"));
    let mut found: Vec<_> = debian.filter(|folder| folder.join("initdb").is_file()).collect();
    found.sort_by_key(|folder| folder.iter().rev().nth(1).and_then(|name| name.to_str()?.parse::<u32>().ok()));
    let path = std::env::var_os("PATH").unwrap_or_default();
    found.pop().or_else(|| std::env::split_paths(&path).find(|folder| folder.join("initdb").is_file()))
}
