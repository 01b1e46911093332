//! The languages that whoever asks wants to read, for the mails that a request leads to.

use axum::http::{HeaderMap, header};
use mainstay_core::limits::LANGUAGE_CHARACTERS_MAX;

const LANGUAGES_MAX: usize = 5;

/// The languages of `Accept-Language` in the order in which they stand there, which is how browsers send them.
pub(crate) fn languages_of(headers: &HeaderMap) -> String {
    let value = headers.get(header::ACCEPT_LANGUAGE);
    let text = value.and_then(|value| value.to_str().ok()).unwrap_or_default();
    let languages = text
        .split(',')
        .map(|language| language.split(';').next().unwrap_or_default().trim())
        .filter(|language| is_language(language));
    languages.take(LANGUAGES_MAX).collect::<Vec<_>>().join(",")
}

fn is_language(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    (2..=LANGUAGE_CHARACTERS_MAX).contains(&text.len()) && text.bytes().all(allowed)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn languages_are_taken_in_their_order() {
        let languages = |text: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static(text));
            languages_of(&headers)
        };
        assert_eq!(languages("de-AT,de;q=0.9, en;q=0.8"), "de-AT,de,en");
        assert_eq!(languages("*, x, ../../etc, fr"), "fr");
        assert_eq!(languages("aa,bb,cc,dd,ee,ff"), "aa,bb,cc,dd,ee");
        assert_eq!(languages_of(&HeaderMap::new()), "");
    }
}
