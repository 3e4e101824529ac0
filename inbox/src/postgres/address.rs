//! The URL of a database, and how it is spoken to: with TLS and a verified name, unless it is on this machine or told
//! otherwise.
//!
//! `sslmode` and `sslrootcert` mean what they mean to libpq, with two differences: without `sslmode`, a database on another
//! machine is verified in full, where libpq would let anybody answer; and `verify-ca` looks at the name as well. What goes
//! wrong with a URL is said without a word of it, for there may be a password in any place of it.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use ringback::ErrorKind;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode, TargetSessionAttrs};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::error::Error;

/// Where a database is, and how it is spoken to.
#[derive(Clone)]
pub struct Address {
    pub config: Config,
    /// Nothing if it is spoken to in the clear.
    pub tls: Option<MakeRustlsConnect>,
}

/// How a server proves who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Proof {
    /// There is no TLS.
    Clear,
    /// TLS if the server has it, whoever it is.
    Prefer,
    /// TLS, whoever the server is.
    Anybody,
    /// TLS, and the server is the one of the URL.
    Verified,
}

/// Shorter than the deadline of whoever waits: with a second address there is time for that one too.
pub const CONNECT: Duration = Duration::from_millis(1_200);
/// How long nothing may come back before a connection is given up as dead.
const SILENCE: Duration = Duration::from_secs(10);

impl Address {
    /// The address that a URL means.
    pub fn parse(url: &str) -> Result<Address, Error> {
        let invalid = || Error::from(ErrorKind::StoreUrlInvalid);
        let rest = url.strip_prefix("postgres://").or_else(|| url.strip_prefix("postgresql://")).ok_or_else(invalid)?;
        // A question mark before the first @ belongs to a password.
        let place = rest.find('@').map_or(0, |at| at + 1);
        let (base, query) = match rest[place..].find('?') {
            Some(at) => (&rest[..place + at], &rest[place + at + 1..]),
            None => (rest, ""),
        };
        let (mut proof, mut roots, mut others) = (None, None, Vec::new());
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            match pair.split_once('=') {
                Some(("sslmode", mode)) => proof = Some(Proof::parse(mode).ok_or_else(invalid)?),
                Some(("sslrootcert", path)) => roots = Some(unescape(path).ok_or_else(invalid)?),
                _ => others.push(pair),
            }
        }
        let mut plain = format!("postgres://{base}");
        if !others.is_empty() {
            plain = format!("{plain}?{}", others.join("&"));
        }
        let mut config: Config = plain.parse().map_err(|_| invalid())?;
        if config.get_hosts().is_empty() {
            return Err(invalid());
        }
        let proof = match (proof, &roots) {
            (None, _) if config.get_hosts().iter().all(is_here) && roots.is_none() => Proof::Clear,
            // As libpq has it: whoever names a root wants to see it.
            (None, _) | (Some(Proof::Anybody), Some(_)) => Proof::Verified,
            (Some(proof), _) => proof,
        };
        if config.get_password().is_none()
            && let Ok(password) = std::env::var("PGPASSWORD")
        {
            config.password(password);
        }
        if config.get_application_name().is_none() {
            config.application_name("ringback");
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT);
        }
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(SILENCE);
        }
        config.keepalives_idle(SILENCE);
        // Never a standby: of several hosts, the one that may be written.
        config.target_session_attrs(TargetSessionAttrs::ReadWrite);
        config.ssl_mode(match proof {
            Proof::Clear => SslMode::Disable,
            Proof::Prefer => SslMode::Prefer,
            Proof::Anybody | Proof::Verified => SslMode::Require,
        });
        let tls = match proof {
            Proof::Clear => None,
            proof => Some(tls(proof, roots.as_deref())?),
        };
        Ok(Address { config, tls })
    }
}

impl Proof {
    fn parse(mode: &str) -> Option<Proof> {
        Some(match mode {
            "disable" => Proof::Clear,
            "allow" | "prefer" => Proof::Prefer,
            "require" => Proof::Anybody,
            "verify-ca" | "verify-full" => Proof::Verified,
            _ => return None,
        })
    }
}

fn is_here(host: &Host) -> bool {
    match host {
        #[cfg(unix)]
        Host::Unix(_) => true,
        Host::Tcp(name) => name == "localhost" || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback()),
    }
}

fn unescape(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let digits = [rest.next()?, rest.next()?];
                u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok()
}

fn tls(proof: Proof, roots: Option<&str>) -> Result<MakeRustlsConnect, Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let failed = |error: &dyn std::fmt::Display| Error::new(ErrorKind::StoreUnavailable, format_args!("TLS: {error}"));
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|error| failed(&error))?;
    let config = match proof {
        Proof::Verified => {
            let mut store = RootCertStore::empty();
            match roots {
                Some(path) => {
                    let found = CertificateDer::pem_file_iter(path)
                        .map_err(|error| failed(&format!("sslrootcert: {error}")))?;
                    for root in found {
                        let root = root.map_err(|error| failed(&format!("sslrootcert: {error}")))?;
                        store.add(root).map_err(|error| failed(&format!("sslrootcert: {error}")))?;
                    }
                }
                None => {
                    store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
                }
            }
            if store.is_empty() {
                return Err(failed(&"no certificate of an authority was found"));
            }
            builder.with_root_certificates(store).with_no_client_auth()
        }
        _ => {
            let verifier = Arc::new(Nobody(provider));
            builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth()
        }
    };
    Ok(MakeRustlsConnect::new(config))
}

/// Verifies nobody: what `sslmode=require` asks for, TLS against listeners only.
#[derive(Debug)]
struct Nobody(Arc<CryptoProvider>);

impl ServerCertVerifier for Nobody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signature, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signature, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(url: &str) -> (SslMode, bool) {
        let address = Address::parse(url).unwrap();
        (address.config.get_ssl_mode(), address.tls.is_some())
    }

    #[test]
    fn another_machine_is_verified_and_this_one_spoken_to_in_the_clear() {
        assert_eq!(mode("postgres://u@127.0.0.1/d"), (SslMode::Disable, false));
        assert_eq!(mode("postgres://u@localhost/d"), (SslMode::Disable, false));
        assert_eq!(mode("postgresql://u@%2Frun%2Fpostgresql/d"), (SslMode::Disable, false));
        assert_eq!(mode("postgres://u@127.0.0.1/d?sslmode=require"), (SslMode::Require, true));
        assert_eq!(mode("postgres://u@db.example.com/d?sslmode=disable"), (SslMode::Disable, false));
        assert_eq!(mode("postgres://u@db.example.com/d?sslmode=prefer"), (SslMode::Prefer, true));
        assert_eq!(mode("postgres://u@db.example.com/d?sslmode=require&application_name=x"), (SslMode::Require, true));
    }

    #[test]
    fn a_root_that_is_not_there_is_an_error_and_not_a_weaker_check() {
        let refused = Address::parse("postgres://u@db.example.com/d?sslrootcert=/nowhere/root.pem").err().unwrap();
        assert_eq!(refused.kind(), ErrorKind::StoreUnavailable);
        let refused =
            Address::parse("postgres://u@db.example.com/d?sslmode=require&sslrootcert=%2Fnowhere").err().unwrap();
        assert_eq!(refused.kind(), ErrorKind::StoreUnavailable);
    }

    #[test]
    fn a_url_that_is_not_understood_is_refused_without_a_word_of_it() {
        for url in [
            "mysql://u:marker@h/d",
            "postgres://u:mar?ker=1@h/d?x",
            "postgres://u:marker@h/d?marker=1",
            "postgres://u:marker@h:notaport/d",
            "postgres://u:marker@h/d?sslmode=marker",
            "postgres://u:marker@h/d?sslrootcert=%zz",
            "postgres://u:marker",
            "postgres://",
            "host=h password=marker",
            "",
        ] {
            let refused = Address::parse(url).err().unwrap_or_else(|| panic!("{url} is taken"));
            assert_eq!(refused.kind(), ErrorKind::StoreUrlInvalid, "{url}");
            assert!(!format!("{refused} {refused:?}").contains("marker"), "{url}");
        }
    }

    #[test]
    fn a_question_mark_in_a_password_begins_no_parameters() {
        let address = Address::parse("postgres://u:what?sslmode=x@127.0.0.1/d").unwrap();
        assert_eq!(address.config.get_password(), Some(&b"what?sslmode=x"[..]));
    }

    #[test]
    fn only_what_may_be_written_is_connected_to_and_not_waited_for_long() {
        let address = Address::parse("postgres://u@127.0.0.1,127.0.0.2/d?target_session_attrs=any").unwrap();
        assert_eq!(address.config.get_target_session_attrs(), TargetSessionAttrs::ReadWrite);
        assert_eq!(address.config.get_connect_timeout(), Some(&CONNECT));
    }
}
