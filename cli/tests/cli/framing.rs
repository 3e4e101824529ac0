//! Requests that could be read in two ways, and requests that keep a connection open.

use std::io::Write as _;

use crate::server::{ID, Server, head, rest, transcript};

#[test]
fn both_lengths_are_refused_in_either_order() {
    let server = Server::start(&[]);
    for fields in
        ["Content-Length: 2\r\nTransfer-Encoding: chunked\r\n", "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n"]
    {
        let answer = server.raw(head(fields) + "2\r\n{}\r\n0\r\n\r\n");
        assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
        assert_eq!(answer.matches("HTTP/1.1").count(), 1, "{answer}");
    }
    assert!(server.stop().lines.is_empty());
}

#[test]
fn shapes_that_hide_a_second_request_are_refused() {
    let server = Server::start(&[]);
    for fields in [
        "Content-Length: 2\r\nContent-Length: 3\r\n",
        "Content-Length: 2, 2\r\n",
        "Content-Length: +2\r\n",
        "Content-Length: 0x2\r\n",
        "Transfer-Encoding: xchunked\r\n",
        "Transfer-Encoding: chunked, identity\r\n",
        "Transfer-Encoding: gzip, chunked\r\n",
        "Transfer-Encoding : chunked\r\n",
        "X: a\r\n Transfer-Encoding: chunked\r\n",
    ] {
        let answer = server.raw(head(fields) + "{}");
        assert!(answer.starts_with("HTTP/1.1 400 "), "{fields}: {answer}");
        assert_eq!(answer.matches("HTTP/1.1").count(), 1, "{fields}: {answer}");
    }
    assert!(server.stop().lines.is_empty());
}

#[test]
fn requests_on_one_connection_are_answered_in_order() {
    let server = Server::start(&[]);
    let request = |text: &str, id: &str, more: &str| {
        let body = transcript(id, text);
        head(&format!("Content-Length: {}\r\n{more}", body.len())) + &body
    };
    let first = request("one", ID, "");
    let second = request("two", "2", "Connection: close\r\n");
    // All at once, so that the second head comes with the first body.
    let answers = server.raw(first + "\r\n" + &second);
    assert_eq!(answers.matches("HTTP/1.1 200 OK").count(), 2, "{answers}");
    assert_eq!(
        (server.line()["transcript"].as_str(), server.line()["transcript"].as_str()),
        (Some("one"), Some("two"))
    );
}

#[test]
fn a_head_behind_a_chunked_body_is_not_read() {
    let server = Server::start(&[]);
    let body = transcript(ID, "one");
    let chunked = format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len());
    let request = head("Transfer-Encoding: chunked\r\n") + &chunked;
    let answers = server.raw(request.clone() + &request);
    assert_eq!(answers.matches("HTTP/1.1").count(), 1, "{answers}");
    assert!(answers.starts_with("HTTP/1.1 200 "), "{answers}");
}

#[test]
fn a_body_that_the_sender_does_not_finish_is_asked_for_again() {
    let server = Server::start(&[]);
    let mut stream = server.connect();
    stream.write_all((head("Content-Length: 50\r\n") + "{\"a\":").as_bytes()).unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    let answer = rest(stream);
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
}

#[test]
fn a_sender_who_goes_away_cancels_nothing() {
    let server = Server::start(&[]);
    let body = transcript(ID, "hello");
    let mut stream = server.connect();
    stream.write_all((head(&format!("Content-Length: {}\r\n", body.len())) + &body).as_bytes()).unwrap();
    drop(stream);
    assert_eq!(server.line()["transcript"], "hello");
}

#[test]
fn strangers_are_not_kept() {
    let server = Server::start(&[]);
    let answer = server.raw("POST /hook HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}");
    assert!(answer.starts_with("HTTP/1.1 401 ") && answer.contains("connection: close"), "{answer}");
}

#[test]
fn heads_have_limits() {
    let server = Server::start(&[]);
    let long = server.raw(head(&format!("X: {}\r\n", "x".repeat(17_000))));
    assert!(long.starts_with("HTTP/1.1 431 "), "{long}");
    let many = server.raw(head(&"X: x\r\n".repeat(100)));
    assert!(many.starts_with("HTTP/1.1 431 "), "{many}");
}
