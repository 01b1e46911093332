//! What a person recognises a session by: the browser and the system, from the `User-Agent`. For people, never for
//! decisions: anyone can send any text.

use axum::http::{HeaderMap, header};
use mainstay_core::limits::DEVICE_CHARACTERS_MAX;

/// The first that is found counts: most browsers say that they are others, too.
const BROWSERS: [(&str, &str); 8] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];
const SYSTEMS: [(&str, &str); 8] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
    ("X11", "Unix"),
];

/// Such as `Firefox on Linux`; of other programs the name that they give themselves.
pub(crate) fn device_of(headers: &HeaderMap) -> Option<String> {
    let agent = headers.get(header::USER_AGENT)?.to_str().ok()?;
    let find = |words: &[(&str, &'static str)]| {
        let found = words.iter().find(|(word, _)| agent.contains(word));
        found.map(|(_, name)| *name)
    };
    let browser = find(&BROWSERS).filter(|_| agent.starts_with("Mozilla/"));
    let text = match (browser, find(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        (None, _) => {
            let name = agent.split_whitespace().next()?;
            name.chars().take(DEVICE_CHARACTERS_MAX).collect()
        }
    };
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(agent: &str) -> Option<String> {
        let mut headers = HeaderMap::new();
        headers.insert(header::USER_AGENT, agent.parse().unwrap());
        device_of(&headers)
    }

    #[test]
    fn devices_are_named_as_people_know_them() {
        for (agent, device) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
                "Firefox on Linux",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 \
                 Safari/537.36 Edg/140.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Safari/604.1",
                "Safari on iPhone",
            ),
            ("curl/8.5.0", "curl/8.5.0"),
            ("my-robot/1 (Linux; Chrome/1)", "my-robot/1"),
        ] {
            assert_eq!(seen(agent).as_deref(), Some(device));
        }
        assert_eq!(seen(&"x".repeat(5_000)).unwrap().len(), DEVICE_CHARACTERS_MAX);
        assert_eq!((seen(" "), device_of(&HeaderMap::new())), (None, None));
    }
}
