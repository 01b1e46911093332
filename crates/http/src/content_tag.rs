//! The `ETag` of an answer that is the same for everybody: the digest of its content.

use axum::http::{HeaderMap, HeaderValue, header};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};

/// Half of the digest: two contents with one tag do not happen.
const BYTES: usize = 16;

/// A strong validator (RFC 9110, section 8.8.3), in its quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ContentTag(String);

impl ContentTag {
    pub(crate) fn of(content: &[u8]) -> Self {
        let digest = digest(&SHA256, content);
        let digits = URL_SAFE_NO_PAD.encode(&digest.as_ref()[..BYTES]);
        Self(format!("\"{digits}\""))
    }

    pub(crate) fn header(&self) -> HeaderValue {
        HeaderValue::try_from(&self.0).expect("letters and digits in quotes are ASCII")
    }

    /// Does the client have this content already (`If-None-Match`)?
    pub(crate) fn is_known(&self, headers: &HeaderMap) -> bool {
        let given = headers.get_all(header::IF_NONE_MATCH).iter();
        let mut given = given
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','));
        given.any(|tag| {
            let tag = tag.trim();
            tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == self.0
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_known_by_its_text_alone() {
        let tag = ContentTag::of(b"content");
        let known = |given: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::IF_NONE_MATCH, HeaderValue::try_from(given).unwrap());
            tag.is_known(&headers)
        };
        let text = tag.header().to_str().unwrap().to_owned();
        assert!(known(&text));
        assert!(known(&format!("\"other\", W/{text}")));
        assert!(known("*"));
        assert!(!known("\"other\""));
        assert!(!known(text.trim_matches('"')));
        assert_ne!(tag, ContentTag::of(b"other"));
    }
}
