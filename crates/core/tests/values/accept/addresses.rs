//! E-mail addresses and URLs.

use super::*;

#[test]
fn emails() {
    for good in [
        "ada@example.org",
        "a.b+c@mail.example.co.uk",
        "o'neil@example.org",
        "ä@exämple.org",
        "a@1.2",
    ] {
        takes("email", &[(json!(good), text(good))]);
    }
    let longest = format!(
        "{}@{}.org",
        "a".repeat(64),
        ["b".repeat(61), "c".repeat(61), "d".repeat(61)].join(".")
    );
    assert_eq!(longest.len(), 254);
    takes("email", &[(json!(longest), text(&longest))]);
    refuses(
        "email",
        &[(json!(format!("{longest}a")), "has more than 254 characters")],
    );
    for bad in [
        "",
        "ada",
        "@example.org",
        "ada@",
        "ada@example",
        "ada@@example.org",
        "a da@example.org",
        "ada@exa mple.org",
        "\"ada\"@example.org",
        "ada@-example.org",
        "ada@example-.org",
        "ada@.org",
        "ada@example.",
        "ada@example..org",
        ".ada@example.org",
        "ada.@example.org",
        "a..a@example.org",
        "ada@[1.2.3.4]",
        "ada@example.org\n",
        "<ada@example.org>",
        "ada@exa_mple.org",
        &format!("{}@example.org", "a".repeat(65)),
    ] {
        refuses(
            "email",
            &[(json!(bad), "is not an e-mail address such as ada@example.org")],
        );
    }
    refuses("email", &[(json!(3), "must be a string, not a number")]);
}

#[test]
fn urls() {
    for good in [
        "https://example.org",
        "http://localhost:8080/a?b=c#d",
        "HTTPS://EXAMPLE.ORG/",
        "https://1.2.3.4/",
        "http://[::1]:80/",
        "https://example.org/ä?q=a|b&r={x}",
        "https://exämple.org/@ada",
        "https://example.org?x",
    ] {
        takes("url", &[(json!(good), text(good))]);
    }
    for bad in [
        "https://",
        "https:///path",
        "https://?x",
        "https://exa_mple.org",
        "https://.org",
        "https://a..b",
        "https://example.org:99999",
        "https://example.org:8a",
        "https://[::1",
        "https://[1.2.3.4]",
        "https://example.org\\@evil.org",
        "https://example.org/<script>",
        "https://example.org/\"x",
    ] {
        refuses(
            "url",
            &[(json!(bad), "is not a URL such as https://example.org/page")],
        );
    }
    let scheme = "must start with http:// or https://";
    let space = "must not contain spaces or control characters";
    refuses(
        "url",
        &[
            (json!(""), scheme),
            (json!("example.org"), scheme),
            (json!("ftp://example.org"), scheme),
            (json!("javascript:alert(1)"), scheme),
            (json!("//example.org"), scheme),
            (json!("https:/example.org"), scheme),
            (json!("https://exa mple.org"), space),
            (json!(" https://example.org"), space),
            (json!("https://example.org/\u{7f}"), space),
            (
                json!("https://example.org@evil.org"),
                "must not contain a user name or password",
            ),
            (
                json!(format!("https://a.b/{}", "c".repeat(2_037))),
                "has more than 2048 characters",
            ),
        ],
    );
}
