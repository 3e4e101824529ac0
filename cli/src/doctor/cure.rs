//! Which line cures a refusal: told from the status, and from how servers give themselves away.

use crate::simulate::wire::{Ending, Reply};

/// What cures that an attempt ended so; `bytes` is how large its body was.
pub fn of(ending: &Ending, bytes: usize) -> Option<String> {
    let reply = match ending {
        Ending::Answered(reply) => reply,
        Ending::Silent => {
            return Some(
                "answer within 10 s: keep the body, answer 200, and do the work afterwards (in FastAPI an `async def` that \
                 blocks stops every other request too)"
                    .into(),
            );
        }
        Ending::Unreachable(_) => {
            return Some("start the server, or open its port to the world; Deepgram waits 1 s for a connection".into());
        }
        Ending::Untrusted(_) => {
            return Some("a certificate that browsers trust, with its whole chain: certbot --nginx, or Caddy".into());
        }
        Ending::Broken(_) => {
            return Some(
                "read the body to its end before closing, and look into the log of the server and its proxies".into(),
            );
        }
    };
    let said = String::from_utf8_lossy(&reply.body).to_lowercase();
    let line = match reply.status {
        413 => return Some(too_large(reply, &said, bytes)),
        401 => {
            "give the credentials (--basic, --ticket-keys); if they are right, a proxy takes `Authorization` away: nginx \
             `proxy_set_header Authorization $http_authorization;`, Apache `CGIPassAuth On`"
        }
        403 if said.contains("csrf") => "Django: `@csrf_exempt` above the view, for Deepgram has no token",
        403 => "let POST from anywhere reach this path: Deepgram publishes no source addresses to allow",
        400 if said.contains("requestdatatoobig") || said.contains("<h1>bad request (400)</h1>") => {
            "Django: `DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024 * 1024` in settings.py (the default is 2.5 MB)"
        }
        400 if said.contains("json") => "take any RFC 8259 JSON: keep the bytes first, and parse afterwards",
        404 => "check the path of the callback URL, slash at the end included",
        405 => "route POST and PUT to the handler",
        408 => "a longer time for bodies: nginx `client_body_timeout 60s;`, Node `server.requestTimeout = 60_000`",
        411 => "take bodies without a length: a proxy may send them in chunks",
        415 => "take `application/json` with or without a charset, and `application/octet-stream`",
        422 => {
            "FastAPI: take `request: Request` and `await request.body()` instead of a model, for documents grow members"
        }
        300..=399 => return Some(moved(reply)),
        431 => "room for 16 KiB of headers",
        500 if said.contains("append_slash") => {
            "Django: end the callback URL with a slash, or set `APPEND_SLASH = False`"
        }
        503 => "it asks to come again: look into its log, for after 5 minutes of that transcripts are lost",
        502 | 504 => "the proxy did not get an answer from the server behind it in time: answer first, work afterwards",
        500..=599 => "look into the log of the server: whatever fails is sent eleven times and then lost",
        _ => return None,
    };
    Some(line.to_owned())
}

/// Bodies over a limit: every server has another word for it.
fn too_large(reply: &Reply, said: &str, bytes: usize) -> String {
    let field = |name| reply.field(name).unwrap_or_default().to_lowercase();
    let (server, powered) = (field("server"), field("x-powered-by"));
    let line = if said.contains("fst_err_ctp_body_too_large") {
        "Fastify: `Fastify({ bodyLimit: 64 * 1024 * 1024 })` (the default is 1 MiB)"
    } else if powered.contains("next") || said.contains("body exceeded") {
        "Next.js: `export const config = { api: { bodyParser: { sizeLimit: '64mb' } } }` (the default is 1 MB)"
    } else if powered.contains("express")
        || said.contains("payloadtoolargeerror")
        || said.contains("entity too large") && server.is_empty()
    {
        "Express: `express.json({ limit: '64mb' })` (the default is 100 kB)"
    } else if said.contains("length limit exceeded") {
        "axum: `.layer(DefaultBodyLimit::max(64 * 1024 * 1024))` (the default is 2 MB)"
    } else if server.starts_with("nginx") || said.contains("<center>nginx") {
        "nginx: `client_max_body_size 64m;` in `server` (the default is 1 MB)"
    } else if server.starts_with("apache") {
        "Apache: `LimitRequestBody 67108864`"
    } else if server.starts_with("werkzeug") {
        "Flask: `app.config['MAX_CONTENT_LENGTH'] = 64 * 1024 * 1024`"
    } else {
        return format!(
            "raise the limit on bodies, of the server and of every proxy before it, to 64 MB: {bytes} bytes were too many"
        );
    };
    line.to_owned()
}

/// Redirects, which are failures.
fn moved(reply: &Reply) -> String {
    match reply.field("location") {
        Some(to) => format!("Deepgram follows no redirect: use the URL that it leads to as the callback, {to}"),
        None => "answer 2xx: a redirect is a failure".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(status: u16, fields: &[(&str, &str)], body: &str) -> String {
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        of(&Ending::Answered(Reply { status, fields, body: body.into() }), 1).unwrap_or_default()
    }

    #[test]
    fn servers_are_told_apart_by_what_they_say() {
        for (fields, body, part) in [
            (&[("X-Powered-By", "Express")][..], "", "express.json"),
            (&[("Server", "nginx/1.22.1")], "<html>", "client_max_body_size"),
            (&[], "Failed to buffer the request body: length limit exceeded", "DefaultBodyLimit"),
            (&[], "Body exceeded 1mb limit", "sizeLimit"),
            (&[], r#"{"code":"FST_ERR_CTP_BODY_TOO_LARGE"}"#, "bodyLimit"),
            (&[("Server", "Werkzeug/3")], "", "MAX_CONTENT_LENGTH"),
            (&[("Server", "unknown")], "", "raise the limit"),
        ] {
            assert!(answered(413, fields, body).contains(part), "{part}: {}", answered(413, fields, body));
        }
    }

    #[test]
    fn a_redirect_names_where_it_leads() {
        assert!(answered(307, &[("location", "/hook/")], "").ends_with("/hook/"));
    }

    #[test]
    fn refusals_of_django_have_their_own_lines() {
        assert!(answered(403, &[], "CSRF verification failed").contains("csrf_exempt"));
        assert!(answered(400, &[], "<h1>Bad Request (400)</h1>").contains("DATA_UPLOAD_MAX_MEMORY_SIZE"));
    }
}
