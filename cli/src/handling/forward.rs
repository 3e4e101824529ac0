//! `--forward`: each delivery is posted to another server, signed as a Standard Webhook.
//!
//! The signature is that of the Standard Webhooks specification: `v1,` and the base64 of HMAC-SHA256 over
//! `id.timestamp.body`. The id is the delivery id, the same at every attempt, so the receiver can use it as an
//! idempotency key. The header `ringback-fence` holds the fencing number of the claim: of two attempts that overlap, the one
//! with the lower number has lost its lease. Nothing of the request that came in is passed on but the body, as it was decoded, and its content
//! type. Redirects are not followed and proxies not asked: the body goes where it was told to.

use std::path::Path;
use std::time::Duration;

use base64ct::{Base64, Encoding as _};
use bytes::Bytes;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http_body_util::{BodyExt as _, Full};
use hyper::header::{CONTENT_TYPE, USER_AGENT};
use hyper::{Request, Uri};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use ringback::ledger::Outcome;
use sha2::Sha256;

use super::Parcel;
use crate::clock::wall;
use crate::refusal::Refusal;
use crate::{random, secret_file};

/// Where deliveries are posted to.
pub struct Forward {
    target: Uri,
    client: Transport,
    secret: Hmac<Sha256>,
}

enum Transport {
    Plain(Client<HttpConnector, Full<Bytes>>),
    Tls(Client<HttpsConnector<HttpConnector>, Full<Bytes>>),
}

/// The secret file that is made where none is configured.
const OWN_FILE: &str = "ringback.whsec";
/// What a secret begins with, in the notation of Standard Webhooks.
const PREFIX: &str = "whsec_";
/// The header with the fencing number.
const FENCE: &str = "ringback-fence";
const CONNECT: Duration = Duration::from_secs(3);

impl Forward {
    /// Posts to this URL and signs with this secret, or with one that is made and kept.
    pub fn new(target: &str, secret: Option<String>) -> Result<Forward, Refusal> {
        let target: Uri = target.parse().map_err(|_| Refusal::usage("--forward: expected a URL"))?;
        let has_credentials = target.authority().is_some_and(|authority| authority.as_str().contains('@'));
        if target.host().is_none() || has_credentials {
            return Err(Refusal::usage("--forward: expected a URL with a host and without credentials"));
        }
        let mut connector = HttpConnector::new();
        connector.set_connect_timeout(Some(CONNECT));
        connector.set_nodelay(true);
        let builder = || {
            let mut builder = Client::builder(TokioExecutor::new());
            builder.pool_max_idle_per_host(8);
            builder
        };
        let client = match target.scheme_str() {
            Some("http") => Transport::Plain(builder().build(connector)),
            Some("https") => {
                connector.enforce_http(false);
                let trusted = HttpsConnectorBuilder::new().with_native_roots().map_err(|error| {
                    Refusal::failure(format_args!("--forward: the system has no trusted certificates: {error}"))
                })?;
                Transport::Tls(builder().build(trusted.https_only().enable_http1().wrap_connector(connector)))
            }
            _ => return Err(Refusal::usage("--forward: expected a URL that begins with http:// or https://")),
        };
        let secret = match secret {
            Some(secret) => read_secret(&secret)?,
            None => {
                let path = Path::new(OWN_FILE);
                secret_file::keep(path, || {
                    Ok(format!("{PREFIX}{}\n", Base64::encode_string(&random::bytes::<32>()?)))
                })?;
                read_secret(&secret_file::read(path)?)?
            }
        };
        Ok(Forward { target, client, secret })
    }

    /// Posts one delivery. Anything but a status of 200 to 299 is a failure.
    pub async fn post(&self, parcel: Parcel) -> Outcome {
        let id = parcel.id.clone();
        match self.send(parcel).await {
            Ok(status) if status.is_success() => Outcome::Done,
            Ok(status) => {
                tracing::warn!(id, status = status.as_u16(), "the forward target did not take a delivery");
                Outcome::Failed
            }
            Err(problem) => {
                tracing::warn!(id, problem, "the forward target could not be reached");
                Outcome::Failed
            }
        }
    }

    async fn send(&self, parcel: Parcel) -> Result<hyper::StatusCode, &'static str> {
        let Parcel { id, fence, content_type, body, .. } = parcel;
        let body = Bytes::from(body);
        let timestamp = (wall() / 1000).to_string();
        let mut request = Request::post(self.target.clone())
            .header(USER_AGENT, concat!("ringback/", env!("CARGO_PKG_VERSION")))
            .header("webhook-id", &id)
            .header("webhook-timestamp", &timestamp)
            .header("webhook-signature", self.sign(&id, &timestamp, &body))
            .header(FENCE, fence);
        if let Some(content_type) = content_type {
            request = request.header(CONTENT_TYPE, content_type);
        }
        let request = request.body(Full::new(body)).map_err(|_| "the request cannot be written")?;
        let answer = match &self.client {
            Transport::Plain(client) => client.request(request).await,
            Transport::Tls(client) => client.request(request).await,
        };
        // The texts of these errors may hold what the other side said.
        let answer =
            answer.map_err(|error| if error.is_connect() { "no connection" } else { "the connection broke" })?;
        let status = answer.status();
        // A short body that is read to its end leaves a connection that can be used again.
        let mut answer = answer.into_body();
        let mut left = 64 * 1024_usize;
        while let Some(Ok(frame)) = answer.frame().await {
            left = match left.checked_sub(frame.data_ref().map_or(0, Bytes::len)) {
                Some(left) => left,
                None => break,
            };
        }
        Ok(status)
    }

    fn sign(&self, id: &str, timestamp: &str, body: &[u8]) -> String {
        let mut mac = self.secret.clone();
        for part in [id.as_bytes(), b".", timestamp.as_bytes(), b".", body] {
            mac.update(part);
        }
        format!("v1,{}", Base64::encode_string(&mac.finalize().into_bytes()))
    }
}

fn read_secret(text: &str) -> Result<Hmac<Sha256>, Refusal> {
    let secret = text.trim().strip_prefix(PREFIX).and_then(|text| Base64::decode_vec(text).ok());
    let secret = secret.filter(|secret| (24..=64).contains(&secret.len())).ok_or_else(|| {
        Refusal::usage("the forward secret is whsec_ and base64 of 24 to 64 bytes: leave it out, and one is made")
    })?;
    Ok(Hmac::new_from_slice(&secret).expect("HMAC takes a key of any length"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Worked out by an independent implementation of HMAC-SHA256.
    #[test]
    fn the_signature_is_that_of_the_specification() {
        let secret = format!("whsec_{}", Base64::encode_string(&[7; 32]));
        let forward = Forward::new("http://127.0.0.1:9/x", Some(secret)).unwrap();
        assert_eq!(forward.sign("msg", "1795000000", b"{}"), "v1,Yhymt2UdEDmCMVjogWJogfseN0fsNb71oz+cKMPazEo=");
    }

    #[test]
    fn secrets_of_the_wrong_shape_are_refused() {
        let short = format!("whsec_{}", Base64::encode_string(&[7; 23]));
        for secret in ["", "whsec_", "whsec_!!", &short, &Base64::encode_string(&[7; 32])] {
            assert!(read_secret(secret).is_err(), "{secret}");
        }
    }

    #[test]
    fn targets_that_are_no_web_server_are_refused() {
        for target in ["", "example.com/x", "ftp://example.com/", "http://user:pass@example.com/"] {
            assert!(Forward::new(target, Some(String::new())).is_err(), "{target}");
        }
    }
}
