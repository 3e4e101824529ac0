//! `ringback doctor`: does this address, through every proxy before it, take callbacks?

use std::net::IpAddr;
use std::time::Duration;

use ringback::callback_url::CallbackUrl;

use super::cure;
use super::finding::Finding;
use super::patient::Patient;
use crate::refusal::Refusal;
use crate::simulate::timeline::span;
use crate::simulate::wire::{Attempt, Ending, Manner};

/// The sizes of bodies that are tried, in megabytes: those where the limits of servers usually are, and what a day of
/// speech may need.
const SIZES: [usize; 5] = [1, 2, 5, 10, 30];
/// What is slow for an answer.
const SLOW: Duration = Duration::from_secs(2);

/// Looks at the URL itself, as Deepgram would.
pub fn url(url: &str, any_port: bool) -> Vec<Finding> {
    match CallbackUrl::new(url).any_port(any_port).check() {
        Err(error) => vec![Finding::bad("URL", error.kind().to_string(), None)],
        Ok(warnings) => {
            let mut findings = vec![Finding::good("URL", "Deepgram would take it")];
            for warning in warnings.iter() {
                findings.push(Finding::doubtful("URL", warning.to_string(), "https:// with a certificate"));
            }
            findings
        }
    }
}

/// Looks at where the host is.
pub fn addresses(patient: &Patient) -> Finding {
    let addresses: Vec<IpAddr> =
        patient.permitted.addresses.iter().map(|address| address.ip().to_canonical()).collect();
    let list = addresses.iter().map(IpAddr::to_string).collect::<Vec<_>>().join(", ");
    let private = |address: &IpAddr| match address {
        IpAddr::V4(ip) => ip.is_loopback() || ip.is_private() || ip.is_link_local() || ip.is_unspecified(),
        IpAddr::V6(ip) => ip.is_loopback() || ip.is_unspecified() || ip.is_unique_local() || ip.is_unicast_link_local(),
    };
    if addresses.iter().any(private) {
        let cure = "a public name: a proxy, or a tunnel such as ngrok or cloudflared, whose URL is the callback";
        return Finding::doubtful("name", format!("{list}: Deepgram cannot reach a private address"), cure);
    }
    Finding::good("name", list)
}

/// Sends what has to arrive, one after the other.
pub async fn examine(patient: &Patient) -> Result<Vec<Finding>, Refusal> {
    let stranger = patient.small(None, "POST", Manner::default()).await;
    let mut findings = Vec::new();
    if stranger.ending.status().is_none() {
        findings.push(Finding::bad("connection", stranger.ending.to_string(), cure::of(&stranger.ending, 0)));
        return Ok(findings);
    }
    let how = if patient.target.secure { "there is one, and its certificate is trusted" } else { "there is one" };
    findings.push(Finding::good("connection", how));
    let open = stranger.ending.is_success();
    findings.push(match &stranger.ending {
        Ending::Answered(reply) if open => Finding::doubtful(
            "strangers",
            format!("somebody without credentials was let in with {}", reply.status),
            "ask for credentials: a ticket or a Basic pair in the callback URL",
        ),
        Ending::Answered(reply) if matches!(reply.status, 401 | 403) => {
            Finding::good("strangers", format!("refused with {}", reply.status))
        }
        ending => Finding::bad("strangers", format!("answered with {ending}"), cure::of(ending, 0)),
    });

    let mut times = Vec::new();
    let (submission, body) = patient.transcript(1, 0)?;
    let known = submission.credentials.is_some() || submission.job.is_some();
    if !open && !known {
        findings.push(Finding::skipped(
            "credentials",
            "none were given: --basic, --ticket-keys, or in the URL; the rest needs them",
        ));
        return Ok(findings);
    }
    let first = patient.send(&submission, &body, "POST", Manner::default()).await;
    times.push(first.waited);
    findings.push(judge("delivery", &first, body.bytes.len(), "a transcript was taken"));
    if !first.ending.is_success() {
        return Ok(findings);
    }
    let again = patient.send(&submission, &body, "POST", Manner::default()).await;
    findings.push(judge("repeat", &again, body.bytes.len(), "the same again was taken, which stops the retries"));

    let (submission, body) = patient.transcript(2, 0)?;
    let put = patient.send(&submission, &body, "PUT", Manner::default()).await;
    findings.push(match put.ending.is_success() {
        true => Finding::good("PUT", "taken"),
        false => Finding::doubtful(
            "PUT",
            format!("answered with {}", put.ending),
            "needed only with callback_method=put: route PUT to the handler too",
        ),
    });
    let (submission, body) = patient.transcript(3, 200_000)?;
    let chunked = patient.send(&submission, &body, "POST", Manner { chunked: true, ..Manner::default() }).await;
    findings.push(judge("chunked", &chunked, body.bytes.len(), "a body without a length was taken"));
    for (at, megabytes) in SIZES.into_iter().enumerate() {
        let (submission, body) = patient.transcript(4 + at as u64, megabytes * 1_000_000)?;
        let sent = patient.send(&submission, &body, "POST", Manner::default()).await;
        times.push(sent.waited);
        let finding = judge("size", &sent, body.bytes.len(), &format!("{megabytes} MB were taken"));
        let refused = !sent.ending.is_success();
        findings.push(Finding {
            said: if refused { format!("{megabytes} MB: {}", finding.said) } else { finding.said },
            ..finding
        });
        if refused {
            break;
        }
    }
    let slowest = times.into_iter().max().unwrap_or_default();
    findings.push(if slowest > SLOW {
        Finding::doubtful(
            "time",
            format!("an answer took {}", span(slowest)),
            "answer as soon as the body is kept: Deepgram waits about 10 s",
        )
    } else {
        Finding::good("time", format!("the slowest answer took {}", span(slowest)))
    });
    Ok(findings)
}

/// Success is good, and everything else loses transcripts.
fn judge(about: &'static str, attempt: &Attempt, bytes: usize, good: &str) -> Finding {
    if attempt.ending.is_success() {
        return Finding::good(about, good);
    }
    Finding::bad(about, format!("answered with {}", attempt.ending), cure::of(&attempt.ending, bytes))
}
