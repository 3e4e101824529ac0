//! One attempt on the wire, written byte by byte, so that it can go wrong in the ways that networks have.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::schedule::is_success;
use super::target::Target;

/// What is sent.
#[derive(Clone, Copy, Debug)]
pub struct Request<'r> {
    pub method: &'r str,
    /// The value of `Authorization`.
    pub authorization: Option<&'r str>,
    pub content_type: &'r str,
    /// Fields beside those that every request has.
    pub fields: &'r [(String, String)],
    pub body: &'r [u8],
    pub manner: Manner,
}

/// How it is sent.
#[derive(Clone, Copy, Debug, Default)]
pub struct Manner {
    /// In chunks, without a length.
    pub chunked: bool,
    /// Only the first half of the body, and then nothing more is sent.
    pub cut: bool,
    /// The body in pieces, over this time in all.
    pub slowly: Option<Duration>,
}

/// How an attempt ended.
#[derive(Clone, Debug)]
pub enum Ending {
    Answered(Reply),
    /// There was no connection.
    Unreachable(String),
    /// The certificate, or what TLS is spoken with.
    Untrusted(String),
    /// The connection broke before there was an answer.
    Broken(String),
    /// There was no answer in time.
    Silent,
}

/// What the receiver said.
#[derive(Clone, Debug, Default)]
pub struct Reply {
    pub status: u16,
    pub fields: Vec<(String, String)>,
    /// The beginning of it.
    pub body: Vec<u8>,
}

impl Reply {
    /// The value of a field.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

impl Ending {
    /// Whether a sender would take it for success.
    pub fn is_success(&self) -> bool {
        self.status().is_some_and(is_success)
    }

    /// The status, if there was an answer.
    pub const fn status(&self) -> Option<u16> {
        match self {
            Ending::Answered(reply) => Some(reply.status),
            _ => None,
        }
    }
}

impl std::fmt::Display for Ending {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Ending::Answered(reply) => write!(f, "{}", reply.status),
            Ending::Unreachable(why) => write!(f, "no connection: {why}"),
            Ending::Untrusted(why) => write!(f, "no TLS: {why}"),
            Ending::Broken(why) => write!(f, "broken: {why}"),
            Ending::Silent => f.write_str("no answer in time"),
        }
    }
}

/// One attempt that has been made.
#[derive(Clone, Debug)]
pub struct Attempt {
    pub ending: Ending,
    /// From the first byte of the request to the answer, or to whatever ended it.
    pub took: Duration,
    /// From the last byte of the request to the answer; nothing if the answer came before it.
    pub waited: Duration,
}

/// What connections are made with.
#[derive(Clone)]
pub struct Wire {
    connect: Duration,
    answer: Duration,
    tls: Option<TlsConnector>,
}

impl Wire {
    /// The most of an answer's head and body that is read.
    const MOST: usize = 64 * 1024;

    /// Connects and waits this patiently. Certificates are those that the system trusts; they are read only for a target
    /// that needs them.
    pub fn new(secure: bool, connect: Duration, answer: Duration) -> Result<Wire, String> {
        let tls = if secure { Some(connector()?) } else { None };
        Ok(Wire { connect, answer, tls })
    }

    /// Makes one attempt.
    pub async fn attempt(&self, target: &Target, addresses: &[SocketAddr], request: &Request<'_>) -> Attempt {
        let begun = Instant::now();
        let ending = match self.dial(target, addresses).await {
            Ok(stream) => {
                let begun = Instant::now();
                let (ending, sent) = self.converse(stream, target, request).await;
                let waited = sent.map_or(Duration::ZERO, |sent| sent.elapsed());
                return Attempt { ending, took: begun.elapsed(), waited };
            }
            Err(ending) => ending,
        };
        Attempt { ending, took: begun.elapsed(), waited: Duration::ZERO }
    }

    async fn dial(&self, target: &Target, addresses: &[SocketAddr]) -> Result<Box<dyn Stream>, Ending> {
        let mut why = String::from("no address");
        for address in addresses {
            match timeout(self.connect, TcpStream::connect(address)).await {
                Ok(Ok(stream)) => {
                    let _ = stream.set_nodelay(true);
                    return self.secure(stream, target).await;
                }
                Ok(Err(error)) => why = error.kind().to_string(),
                Err(_) => why = format!("none within {} ms", self.connect.as_millis()),
            }
        }
        Err(Ending::Unreachable(why))
    }

    async fn secure(&self, stream: TcpStream, target: &Target) -> Result<Box<dyn Stream>, Ending> {
        if !target.secure {
            return Ok(Box::new(stream));
        }
        let tls =
            self.tls.as_ref().ok_or_else(|| Ending::Untrusted("the system has no trusted certificates".into()))?;
        let name = ServerName::try_from(target.name().to_owned())
            .map_err(|_| Ending::Untrusted("the host is no name that a certificate can have".into()))?;
        match timeout(self.answer, tls.connect(name, stream)).await {
            Ok(Ok(stream)) => Ok(Box::new(stream)),
            Ok(Err(error)) => Err(Ending::Untrusted(error.to_string())),
            Err(_) => Err(Ending::Untrusted("no handshake in time".into())),
        }
    }

    /// Writes the request and reads the answer, at the same time: a receiver may refuse in the middle. Also when all of it
    /// was sent.
    async fn converse(
        &self,
        stream: Box<dyn Stream>,
        target: &Target,
        request: &Request<'_>,
    ) -> (Ending, Option<Instant>) {
        let (mut reader, mut writer) = tokio::io::split(stream);
        let mut writing = std::pin::pin!(write(&mut writer, target, request));
        let mut reading = std::pin::pin!(read(&mut reader));
        let written = tokio::select! {
            biased;
            reply = &mut reading => return (ended(reply), None),
            written = &mut writing => written,
        };
        let sent = Instant::now();
        let ending = match timeout(self.answer, reading).await {
            Ok(Ok(reply)) => Ending::Answered(reply),
            // What could not be written is the cause, and what could not be read its consequence.
            Ok(Err(error)) => ended(Err(written.err().unwrap_or(error))),
            Err(_) => Ending::Silent,
        };
        (ending, Some(sent))
    }
}

/// What a request and its answer travel on.
trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

fn ended(reply: io::Result<Reply>) -> Ending {
    match reply {
        Ok(reply) => Ending::Answered(reply),
        Err(error) => Ending::Broken(match error.kind() {
            io::ErrorKind::UnexpectedEof => "the connection was ended without an answer".into(),
            io::ErrorKind::InvalidData => error.to_string(),
            kind => kind.to_string(),
        }),
    }
}

async fn write(writer: &mut (impl AsyncWrite + Unpin), target: &Target, request: &Request<'_>) -> io::Result<()> {
    let Request { method, body, manner, .. } = *request;
    let mut head = format!("{method} {} HTTP/1.1\r\nHost: {}\r\n", target.path, target.authority());
    head += concat!("User-Agent: ringback-simulate/", env!("CARGO_PKG_VERSION"), "\r\nConnection: close\r\n");
    if let Some(authorization) = request.authorization {
        head += &format!("Authorization: {authorization}\r\n");
    }
    if !request.content_type.is_empty() {
        head += &format!("Content-Type: {}\r\n", request.content_type);
    }
    for (name, value) in request.fields {
        head += &format!("{name}: {value}\r\n");
    }
    head += &if manner.chunked {
        "Transfer-Encoding: chunked\r\n\r\n".to_owned()
    } else {
        format!("Content-Length: {}\r\n\r\n", body.len())
    };
    writer.write_all(head.as_bytes()).await?;
    let sent = if manner.cut { &body[..body.len() / 2] } else { body };
    let pieces: usize = if manner.slowly.is_some() { 8 } else { 1 };
    let size = if manner.chunked { sent.len().div_ceil(pieces).min(16 * 1024) } else { sent.len().div_ceil(pieces) };
    let pause =
        manner.slowly.map(|all| all / u32::try_from(sent.len().div_ceil(size.max(1)).max(1)).unwrap_or(u32::MAX));
    for piece in sent.chunks(size.max(1)) {
        if manner.chunked {
            writer.write_all(format!("{:x}\r\n", piece.len()).as_bytes()).await?;
        }
        writer.write_all(piece).await?;
        if manner.chunked {
            writer.write_all(b"\r\n").await?;
        }
        if let Some(pause) = pause {
            writer.flush().await?;
            tokio::time::sleep(pause).await;
        }
    }
    if manner.chunked && !manner.cut {
        writer.write_all(b"0\r\n\r\n").await?;
    }
    writer.flush().await?;
    if manner.cut { writer.shutdown().await } else { Ok(()) }
}

async fn read(reader: &mut (impl AsyncRead + Unpin)) -> io::Result<Reply> {
    let mut bytes = Vec::new();
    let (mut reply, length) = loop {
        if let Some((reply, length)) = head(&bytes)? {
            bytes.drain(..length);
            // An interim answer, such as 100, is followed by the real one.
            if reply.status >= 200 {
                let wanted = reply.field("content-length").and_then(|length| length.trim().parse::<usize>().ok());
                break (reply, wanted.unwrap_or(usize::MAX));
            }
            continue;
        }
        if bytes.len() > Wire::MOST {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the head of the answer is too long"));
        }
        if reader.read_buf(&mut bytes).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    };
    // The status is what counts; the rest is for whoever looks for the cause, and not waited for.
    let wanted = length.min(Wire::MOST);
    let rest = async { while bytes.len() < wanted && reader.read_buf(&mut bytes).await.unwrap_or(0) > 0 {} };
    let _ = timeout(Duration::from_millis(500), rest).await;
    bytes.truncate(wanted);
    reply.body = bytes;
    Ok(reply)
}

/// The head of an answer and its length, if all of it is there.
fn head(bytes: &[u8]) -> io::Result<Option<(Reply, usize)>> {
    let mut fields = [httparse::EMPTY_HEADER; 100];
    let mut response = httparse::Response::new(&mut fields);
    match response.parse(bytes) {
        Ok(httparse::Status::Complete(length)) => {
            let text = |field: &httparse::Header<'_>| {
                (field.name.to_owned(), String::from_utf8_lossy(field.value).into_owned())
            };
            let fields = response.headers.iter().map(text).collect();
            Ok(Some((Reply { status: response.code.unwrap_or(0), fields, body: Vec::new() }, length)))
        }
        Ok(httparse::Status::Partial) => Ok(None),
        Err(error) => Err(io::Error::new(io::ErrorKind::InvalidData, format!("the answer is not HTTP: {error}"))),
    }
}

fn connector() -> Result<TlsConnector, String> {
    let found = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    if roots.add_parsable_certificates(found.certs).0 == 0 {
        return Err("the system has no trusted certificates".into());
    }
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    async fn written(body: &[u8], manner: Manner) -> String {
        let target = Target::parse("http://127.0.0.1:8080/hook").unwrap();
        let request = Request {
            method: "POST",
            authorization: Some("Basic x"),
            content_type: "application/json",
            fields: &[],
            body,
            manner,
        };
        let mut out = Vec::new();
        write(&mut out, &target, &request).await.unwrap();
        String::from_utf8(out).unwrap()
    }

    #[tokio::test]
    async fn a_body_is_whole_chunked_or_cut() {
        let whole = written(b"hello", Manner::default()).await;
        assert!(whole.starts_with("POST /hook HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n"), "{whole}");
        assert!(whole.contains("Authorization: Basic x\r\n") && whole.ends_with("Content-Length: 5\r\n\r\nhello"));
        let chunked = written(b"hello", Manner { chunked: true, ..Manner::default() }).await;
        assert!(
            chunked.ends_with("\r\n\r\n5\r\nhello\r\n0\r\n\r\n") && !chunked.contains("Content-Length"),
            "{chunked}"
        );
        let cut = written(b"hello", Manner { cut: true, ..Manner::default() }).await;
        assert!(cut.ends_with("Content-Length: 5\r\n\r\nhe"), "{cut}");
        let both = written(b"hello", Manner { cut: true, chunked: true, ..Manner::default() }).await;
        assert!(both.ends_with("\r\n\r\n2\r\nhe\r\n"), "{both}");
    }

    /// What an attempt makes of a receiver that says this, whatever it is sent, and closes.
    async fn against(said: &'static [u8], body: &[u8]) -> Ending {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ = stream.read(&mut [0; 64]).await.unwrap();
            stream.write_all(said).await.unwrap();
            stream
        });
        let target = Target::parse(&format!("http://{address}/")).unwrap();
        let wire = Wire::new(false, Duration::from_secs(5), Duration::from_secs(20)).unwrap();
        let request = Request {
            method: "POST",
            authorization: None,
            content_type: "",
            fields: &[],
            body,
            manner: Manner::default(),
        };
        let attempt = wire.attempt(&target, &[address], &request).await;
        // Until here the receiver has kept the connection open: closing it with unread bytes would reset it.
        drop(server.await.unwrap());
        attempt.ending
    }

    #[tokio::test]
    async fn answers_are_read_and_interim_ones_passed_over() {
        let said = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\nX-A: b\r\ncontent-length: 0\r\n\r\n";
        let Ending::Answered(reply) = against(said, b"{}").await else { panic!() };
        assert_eq!((reply.status, reply.field("x-a")), (204, Some("b")));
    }

    #[tokio::test]
    async fn an_answer_in_the_middle_of_the_body_is_heard() {
        let said = b"HTTP/1.1 413 Too Large\r\ncontent-length: 9\r\n\r\ntoo large";
        let Ending::Answered(reply) = against(said, &vec![b' '; 20_000_000]).await else { panic!() };
        assert_eq!((reply.status, reply.body.as_slice()), (413, &b"too large"[..]));
    }

    #[tokio::test]
    async fn what_is_no_answer_is_told_apart() {
        assert!(matches!(against(b"SSH-2.0-x\r\n", b"{}").await, Ending::Broken(why) if why.contains("not HTTP")));
        let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        let wire = Wire::new(false, Duration::from_secs(5), Duration::from_secs(20)).unwrap();
        let target = Target::parse(&format!("http://{free}/")).unwrap();
        let request = Request {
            method: "POST",
            authorization: None,
            content_type: "",
            fields: &[],
            body: b"",
            manner: Manner::default(),
        };
        assert!(matches!(wire.attempt(&target, &[free], &request).await.ending, Ending::Unreachable(_)));
    }
}
