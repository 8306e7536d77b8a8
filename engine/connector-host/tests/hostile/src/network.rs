//! Requests to where they should not go, of shapes that they should not have.

use tocsin_connector::{http, smtp};

pub fn get(url: &str, headers: Vec<(String, String)>) -> Result<http::Response, http::Error> {
    send("GET", url, headers, vec![])
}

fn send(method: &str, url: &str, headers: Vec<(String, String)>, body: Vec<u8>) -> Result<http::Response, http::Error> {
    http::send(&http::Request { method: method.into(), url: url.into(), headers, body, timeout_ms: Some(600_000) })
}

fn seen(result: Result<http::Response, http::Error>) -> String {
    match result {
        Ok(answer) => format!("answered {} with {} bytes", answer.status, answer.body.len()),
        Err(error) => format!("{error:?}"),
    }
}

pub fn once(url: &str) -> String {
    seen(get(url, vec![]))
}

/// Goes on to where the answer points.
pub fn follow(url: &str) -> String {
    let answer = get(url, vec![]);
    match answer.as_ref().ok().and_then(|answer| answer.header("location")) {
        Some(location) => once(location),
        None => seen(answer),
    }
}

/// A header, or a request, of its own making inside of something else.
pub fn inject(into: &str, url: &str) -> String {
    let header = |name: &str, value: &str| vec![(name.to_owned(), value.to_owned())];
    seen(match into {
        "value" => get(url, header("x-a", "1\r\nx-b: 2")),
        "name" => get(url, header("x-a: 1\r\nx-b", "2")),
        "host" => get(url, header("Host", "intra")),
        "length" => get(url, header("Content-Length", "0")),
        "method" => send("GET / HTTP/1.1\r\nx-b: 2\r\n\r\nGET", url, vec![], vec![]),
        _ => get(&format!("{url} HTTP/1.1\r\nx-b: 2\r\n\r\n"), vec![]),
    })
}

pub fn large_body(url: &str) -> String {
    seen(send("POST", url, vec![], vec![0; 2 << 20]))
}

pub fn many_headers(url: &str) -> String {
    seen(get(url, (0..100).map(|n| (format!("x-{n}"), "y".to_owned())).collect()))
}

pub fn many(url: &str) -> String {
    let mut count = 0;
    loop {
        match get(url, vec![]) {
            Ok(_) => count += 1,
            Err(error) => return format!("{count} then {error:?}"),
        }
    }
}

/// It never asked for mail.
pub fn mail() -> String {
    let envelope = smtp::Envelope { sender: None, recipients: vec!["ops@example.org".into()] };
    format!("{:?}", smtp::send(&envelope, b"Subject: x\r\n\r\n").map(|_| ()))
}
