//! Requests as bytes, built once and sent many times.

use std::fmt::Write as _;

#[derive(Debug, Clone, Copy)]
pub(crate) struct Request<'a> {
    pub(crate) method: &'static str,
    pub(crate) path: &'a str,
    /// The value of the `Authorization` header.
    pub(crate) authorization: Option<&'a str>,
    pub(crate) body: Option<&'a str>,
}

impl<'a> Request<'a> {
    pub(crate) fn get(path: &'a str) -> Self {
        Self {
            method: "GET",
            path,
            authorization: None,
            body: None,
        }
    }

    pub(crate) fn post(path: &'a str, body: &'a str) -> Self {
        Self {
            method: "POST",
            path,
            authorization: None,
            body: Some(body),
        }
    }

    pub(crate) fn authorized(self, authorization: &'a str) -> Self {
        Self {
            authorization: Some(authorization),
            ..self
        }
    }

    pub(crate) fn to_bytes(self) -> Vec<u8> {
        let mut head = format!("{} {} HTTP/1.1\r\nHost: localhost\r\n", self.method, self.path);
        if let Some(authorization) = self.authorization {
            put_header(&mut head, "Authorization", authorization);
        }
        let body = self.body.unwrap_or_default();
        if self.body.is_some() {
            put_header(&mut head, "Content-Type", "application/json");
            put_header(&mut head, "Content-Length", &body.len().to_string());
        }
        head.push_str("\r\n");
        head.push_str(body);
        head.into_bytes()
    }
}

fn put_header(head: &mut String, name: &str, value: &str) {
    write!(head, "{name}: {value}\r\n").expect("writing to a string cannot fail");
}

/// `text` as it must stand in a query string.
pub(crate) fn percent_encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len() * 2);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            write!(encoded, "%{byte:02X}").expect("writing to a string cannot fail");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_with_everything() {
        let bytes = Request::post("/x", "{}").authorized("Bearer t").to_bytes();
        assert_eq!(
            String::from_utf8(bytes).unwrap(),
            "POST /x HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer t\r\n\
             Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
        );
    }

    #[test]
    fn reserved_characters_are_encoded() {
        assert_eq!(percent_encode("room == \"a-1\""), "room%20%3D%3D%20%22a-1%22");
    }
}
