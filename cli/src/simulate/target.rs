//! The receiver that is delivered to: its URL taken apart, looked up, and held to what is allowed.

use std::net::SocketAddr;

use hyper::Uri;

/// Where deliveries go.
#[derive(Clone, Debug)]
pub struct Target {
    pub secure: bool,
    /// As it stands in the URL: an IPv6 address in brackets.
    pub host: String,
    pub port: u16,
    /// What is asked for, from the slash on.
    pub path: String,
    /// User name and password, decoded.
    pub credentials: Option<(String, String)>,
}

impl Target {
    /// Takes a URL apart. The error says what is wrong with it and holds none of its credentials.
    pub fn parse(url: &str) -> Result<Target, String> {
        let uri: Uri = url.parse().map_err(|_| "expected a URL such as http://127.0.0.1:8080/hook")?;
        let secure = match uri.scheme_str() {
            Some("http") => false,
            Some("https") => true,
            _ => return Err("expected a URL that begins with http:// or https://".into()),
        };
        let (host, authority) =
            uri.host().zip(uri.authority()).filter(|(host, _)| !host.is_empty()).ok_or("expected a URL with a host")?;
        let credentials = match authority.as_str().rsplit_once('@') {
            Some((pair, _)) => {
                let (user, password) = pair.split_once(':').unwrap_or((pair, ""));
                let decoded = decode(user).zip(decode(password));
                Some(decoded.ok_or("user name and password are no percent-encoded text")?)
            }
            None => None,
        };
        let port = uri.port_u16().unwrap_or(if secure { 443 } else { 80 });
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        Ok(Target { secure, host: host.to_owned(), port, path: path.to_owned(), credentials })
    }

    /// The host without the brackets of an IPv6 address.
    pub fn name(&self) -> &str {
        self.host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(&self.host)
    }

    /// What the field `Host` holds.
    pub fn authority(&self) -> String {
        match (self.secure, self.port) {
            (false, 80) | (true, 443) => self.host.clone(),
            (_, port) => format!("{}:{port}", self.host),
        }
    }

    /// The URL without credentials.
    pub fn shown(&self) -> String {
        format!("{}://{}{}", if self.secure { "https" } else { "http" }, self.authority(), self.path)
    }

    /// The addresses of the host.
    pub async fn addresses(&self) -> Result<Vec<SocketAddr>, String> {
        let found = tokio::net::lookup_host((self.name(), self.port)).await;
        let found: Vec<SocketAddr> =
            found.map_err(|error| format!("{} cannot be resolved: {error}", self.name()))?.collect();
        if found.is_empty() { Err(format!("{} has no address", self.name())) } else { Ok(found) }
    }

    /// The addresses, if all of them are this machine's own or the host is one of those that are allowed by name. A
    /// simulator that posted anywhere would be a weapon.
    pub async fn permitted(&self, allowed: &[String]) -> Result<Permitted, String> {
        let addresses = self.addresses().await?;
        let near = addresses.iter().all(|address| address.ip().to_canonical().is_loopback());
        if near || allowed.iter().any(|host| host.eq_ignore_ascii_case(self.name())) {
            return Ok(Permitted { addresses, near });
        }
        Err(format!("{} is not this machine: if the receiver there is yours, say --allow-host {0}", self.name()))
    }
}

/// Addresses that may be delivered to.
#[derive(Clone, Debug)]
pub struct Permitted {
    pub addresses: Vec<SocketAddr>,
    /// Whether all of them are on this machine.
    pub near: bool,
}

/// Undoes percent-encoding.
pub fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let mut digit = || rest.next().and_then(|digit| char::from(digit).to_digit(16));
                u8::try_from(digit()? << 4 | digit()?).ok()?
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_taken_apart() {
        let target = Target::parse("https://us%20er:p%3Aw@example.com/hook?x=1").unwrap();
        assert_eq!(target.credentials, Some(("us er".into(), "p:w".into())));
        assert_eq!((target.host.as_str(), target.port, target.path.as_str()), ("example.com", 443, "/hook?x=1"));
        assert_eq!(target.shown(), "https://example.com/hook?x=1");
        let target = Target::parse("http://[::1]:8080").unwrap();
        assert_eq!((target.name(), target.authority().as_str(), target.path.as_str()), ("::1", "[::1]:8080", "/"));
    }

    #[test]
    fn what_is_no_web_address_is_refused_without_repeating_it() {
        for url in ["", "secret", "/secret", "ftp://secret@example.com/", "http://%zz:secret@example.com/", "http://"] {
            let refused = Target::parse(url).unwrap_err();
            assert!(!refused.contains("secret"), "{url}: {refused}");
        }
    }

    #[tokio::test]
    async fn other_machines_have_to_be_allowed_by_name() {
        let target = Target::parse("http://192.0.2.7/hook").unwrap();
        assert!(target.permitted(&[]).await.unwrap_err().contains("--allow-host 192.0.2.7"));
        assert!(target.permitted(&["example.com".into()]).await.is_err());
        assert!(!target.permitted(&["192.0.2.7".into()]).await.unwrap().near);
        for near in ["http://127.0.0.1:1/", "http://[::1]:1/", "http://[::ffff:127.0.0.1]:1/"] {
            assert!(Target::parse(near).unwrap().permitted(&[]).await.unwrap().near, "{near}");
        }
    }
}
