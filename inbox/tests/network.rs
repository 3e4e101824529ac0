//! What stands between a store and its server: TLS, and a pooler that shares out connections transaction by transaction.
#![cfg(feature = "postgres")]

mod rig;

use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use rig::server::{Server, skip};
use rig::{BASIC, Folder, gate, transcript};
use ringback::ErrorKind;
use ringback::Head;
use ringback::ledger::{Outcome, Settled};
use ringback_inbox::postgres::Options;
use ringback_inbox::{Decision, Inbox, Postgres, Settings};

fn answer(inbox: &Inbox, body: &[u8]) -> (u16, &'static str) {
    let gate = gate(inbox.seed());
    let head = Head::new("POST", "/hook").header("authorization", BASIC.as_bytes());
    match inbox.receive(&gate, &head, &mut body.to_vec()) {
        Decision::Answer(answer) => (answer.status, answer.situation.name()),
        Decision::Handle(work) => panic!("{work:?} is to be handled at once"),
    }
}

/// A pooler in front of a server, with two connections for everybody. It ends when it is dropped.
struct Pooler(Child, u16);

impl Pooler {
    fn start(server: &Server, folder: &Folder) -> Option<Pooler> {
        let Some(program) =
            ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer"].into_iter().find(|path| Path::new(path).is_file())
        else {
            skip("no pooler is installed (Debian: pgbouncer)");
            return None;
        };
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let settings = format!(
            "[databases]\npostgres = host=127.0.0.1 port={} user=postgres\n[pgbouncer]\nlisten_addr = 127.0.0.1\n\
             listen_port = {port}\nunix_socket_dir =\nauth_type = any\npool_mode = transaction\ndefault_pool_size = 2\n",
            server.port()
        );
        let file = folder.path().join("pgbouncer.ini");
        std::fs::write(&file, settings).unwrap();
        let mut command = server.as_its_user(program);
        let child = command.arg("-q").arg(&file).stdin(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let pooler = Pooler(child, port);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            std::thread::yield_now();
        }
        Some(pooler)
    }

    fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.1)
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// More threads than the pooler has connections, so that every statement may come to another session.
#[test]
fn a_pooler_may_give_every_statement_another_session() {
    let Some(server) = Server::shared() else { return };
    let folder = Folder::new();
    let Some(pooler) = Pooler::start(server, &folder) else { return };
    let options = Options { direct: Some(server.url()), ..server.fresh() };
    let inbox = Inbox::new(Postgres::open_with(&pooler.url(), options).unwrap(), Settings::default());
    const EACH: u64 = 20;
    let settled: usize = std::thread::scope(|scope| {
        for sender in 0..4 {
            let inbox = inbox.clone();
            scope.spawn(move || {
                for number in 0..EACH {
                    assert_eq!(answer(&inbox, &transcript(sender * EACH + number, "words")), (200, "stored"));
                }
            });
        }
        let workers: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let mut settled = 0;
                    while inbox.ledger().tally().unwrap()[3] < 4 * EACH {
                        for work in inbox.claim(3).unwrap() {
                            assert_eq!(inbox.settle(work.claim, Outcome::Done), Ok(Settled::Done));
                            settled += 1;
                        }
                    }
                    settled
                })
            })
            .collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).sum()
    });
    assert_eq!(settled as u64, 4 * EACH);
    assert_eq!(answer(&inbox, &transcript(1, "words")), (200, "repeat"));
}

/// An authority, and a certificate of it for `localhost`; false without openssl.
fn certify(folder: &Path) -> bool {
    let script = r#"
        set -e
        openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=authority -keyout root.key -out root.pem \
            -addext basicConstraints=critical,CA:TRUE
        openssl req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout server.key -out server.csr
        printf 'subjectAltName=DNS:localhost\nbasicConstraints=CA:FALSE\n' > extensions
        openssl x509 -req -in server.csr -CA root.pem -CAkey root.key -CAcreateserial -days 2 -extfile extensions -out server.pem
        openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=stranger -keyout other.key -out other.pem
    "#;
    let out = Command::new("sh").args(["-c", script]).current_dir(folder).output();
    out.is_ok_and(|out| out.status.success())
}

#[test]
fn a_server_proves_who_it_is_before_it_hears_a_word() {
    let folder = Folder::new();
    if !certify(folder.path()) {
        return skip("no openssl to make certificates with (Debian: openssl)");
    }
    let Some(server) = Server::start(&[]) else { return };
    let options = server.fresh();
    server.give("server.pem", &std::fs::read(folder.path().join("server.pem")).unwrap());
    server.give("server.key", &std::fs::read(folder.path().join("server.key")).unwrap());
    server.crash();
    server.configure(&["ssl = on", "ssl_cert_file = 'server.pem'", "ssl_key_file = 'server.key'"]);
    server.begin();
    let open = |host: &str, parameters: &str| {
        let url = format!("postgres://postgres:marker@{host}:{}/postgres?{parameters}", server.port());
        Postgres::open_with(&url, options.clone())
    };
    let root = |name: &str| format!("sslrootcert={}", folder.path().join(name).display());
    let speaks_tls = "SELECT count(*) > 0 FROM pg_stat_ssl WHERE ssl";

    let store = open("localhost", &format!("sslmode=verify-full&{}", root("root.pem"))).unwrap();
    let inbox = Inbox::new(store, Settings::default());
    assert_eq!(answer(&inbox, &transcript(1, "words")), (200, "stored"));
    assert_eq!(server.sql(speaks_tls), "t");
    drop(inbox);
    for (host, parameters, said) in [
        ("localhost", "sslmode=verify-full".to_owned(), "UnknownIssuer"),
        ("localhost", format!("sslmode=verify-full&{}", root("other.pem")), ""),
        ("127.0.0.1", format!("sslmode=verify-full&{}", root("root.pem")), "not valid for name"),
        ("127.0.0.1", format!("sslmode=require&{}", root("root.pem")), "not valid for name"),
    ] {
        let refused = open(host, &parameters).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::StoreUnavailable, "{parameters}");
        let text = refused.to_string();
        assert!(text.contains(said) && !text.contains("marker"), "{parameters}: {text}");
    }
    for mode in ["require", "prefer", "disable"] {
        assert!(open("127.0.0.1", &format!("sslmode={mode}")).is_ok(), "{mode}");
    }
}
