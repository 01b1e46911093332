//! The least of HTTP/1.1 (RFC 9112) that is needed to read an answer: the status, and a body that is either counted
//! (`Content-Length`) or chunked.

use std::borrow::Cow;

use anyhow::{Context as _, Result, bail};
use memchr::memmem;

/// An answer that has arrived completely.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Response<'a> {
    pub(crate) status: u16,
    pub(crate) body: Cow<'a, [u8]>,
    /// The connection is of no use after this answer.
    pub(crate) closes: bool,
}

impl Response<'_> {
    pub(crate) fn into_owned(self) -> Response<'static> {
        Response {
            status: self.status,
            body: Cow::Owned(self.body.into_owned()),
            closes: self.closes,
        }
    }

    pub(crate) fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }
}

enum Framing {
    Counted(usize),
    Chunked,
}

/// Reads the answer at the start of `received`; `None` when more bytes are needed. Only one request is under way on
/// a connection, so bytes after the answer are an error.
pub(crate) fn parse(received: &[u8]) -> Result<Option<Response<'_>>> {
    let Some(head_end) = memmem::find(received, b"\r\n\r\n") else {
        return Ok(None);
    };
    let (head, rest) = (&received[..head_end], &received[head_end + 4..]);
    let status = status_of(head)?;
    let mut framing = Framing::Counted(0);
    let mut closes = false;
    for line in head.split(|byte| *byte == b'\n').skip(1) {
        let Some(colon) = memchr::memchr(b':', line) else {
            bail!("a header line without a colon")
        };
        let (name, value) = (&line[..colon], line[colon + 1..].trim_ascii());
        if name.eq_ignore_ascii_case(b"content-length") {
            let length = std::str::from_utf8(value)?
                .parse()
                .context("the Content-Length is not a number")?;
            framing = Framing::Counted(length);
        } else if name.eq_ignore_ascii_case(b"transfer-encoding") {
            framing = Framing::Chunked;
        } else if name.eq_ignore_ascii_case(b"connection") {
            closes = value.eq_ignore_ascii_case(b"close");
        }
    }
    let body = match framing {
        Framing::Counted(length) if rest.len() < length => None,
        Framing::Counted(length) if rest.len() > length => bail!("bytes after the end of the answer"),
        Framing::Counted(_) => Some(Cow::Borrowed(rest)),
        Framing::Chunked => unchunk(rest)?.map(Cow::Owned),
    };
    Ok(body.map(|body| Response { status, body, closes }))
}

/// `HTTP/1.1 200 OK`
fn status_of(head: &[u8]) -> Result<u16> {
    let digits = head.strip_prefix(b"HTTP/1.1 ").and_then(|rest| rest.get(..3));
    let digits = digits.context("the answer does not begin with an HTTP/1.1 status line")?;
    std::str::from_utf8(digits)?
        .parse()
        .context("the status is not a number")
}

/// Joins the chunks (RFC 9112, section 7.1); `None` while the last one is missing. Trailers are not expected.
fn unchunk(mut rest: &[u8]) -> Result<Option<Vec<u8>>> {
    let mut body = Vec::with_capacity(rest.len());
    loop {
        let Some(line_end) = memmem::find(rest, b"\r\n") else {
            return Ok(None);
        };
        let size = std::str::from_utf8(&rest[..line_end])?.trim();
        let size = usize::from_str_radix(size, 16).context("the size of a chunk is not a number")?;
        let Some(chunk) = rest.get(line_end + 2..line_end + 2 + size + 2) else {
            return Ok(None);
        };
        let Some(data) = chunk.strip_suffix(b"\r\n") else {
            bail!("a chunk without its end of line")
        };
        rest = &rest[line_end + 2 + size + 2..];
        if size > 0 {
            body.extend_from_slice(data);
        } else if rest.is_empty() {
            return Ok(Some(body));
        } else {
            bail!("bytes after the end of the answer");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(received: &[u8]) -> Response<'_> {
        parse(received)
            .expect("a valid answer")
            .expect("a complete answer")
    }

    const COUNTED: &[u8] = b"HTTP/1.1 201 Created\r\ncontent-length: 5\r\nDate: now\r\n\r\nhello";
    const CHUNKED: &[u8] =
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n";

    #[test]
    fn counted_body() {
        let response = parsed(COUNTED);
        assert_eq!(
            (response.status, response.body.as_ref()),
            (201, b"hello".as_slice())
        );
    }

    #[test]
    fn chunked_body() {
        let response = parsed(CHUNKED);
        assert_eq!(
            (response.status, response.body.as_ref()),
            (200, b"hello".as_slice())
        );
    }

    #[test]
    fn header_names_in_any_case() {
        let response = parsed(b"HTTP/1.1 200 OK\r\nCONTENT-LENGTH:2\r\nConnection: Close\r\n\r\nok");
        assert_eq!(response.body.as_ref(), b"ok");
        assert!(response.closes);
    }

    #[test]
    fn no_body() {
        let response = parsed(b"HTTP/1.1 204 No Content\r\nDate: now\r\n\r\n");
        assert_eq!((response.status, response.body.as_ref()), (204, b"".as_slice()));
    }

    #[test]
    fn every_cut_asks_for_more() {
        for whole in [COUNTED, CHUNKED] {
            for end in 0..whole.len() {
                assert_eq!(
                    parse(&whole[..end]).expect("the start of a valid answer"),
                    None,
                    "cut at {end}"
                );
            }
        }
    }

    #[test]
    fn bytes_after_the_answer_are_refused() {
        for whole in [COUNTED, CHUNKED] {
            let mut longer = whole.to_vec();
            longer.push(b'x');
            assert!(parse(&longer).is_err());
        }
    }

    #[test]
    fn nonsense_is_refused() {
        for received in [
            b"SSH-2.0\r\n\r\n".as_slice(),
            b"HTTP/1.1 abc\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
            b"HTTP/1.1 200 OK\r\ncontent-length: five\r\n\r\n",
            b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
            b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nabc",
        ] {
            assert!(parse(received).is_err(), "{}", String::from_utf8_lossy(received));
        }
    }
}
