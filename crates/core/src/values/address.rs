//! E-mail addresses and URLs: practical checks that refuse what nobody can mail or open.

use super::{Refusal, Value};
use crate::limits::{EMAIL_CHARACTERS_MAX, URL_CHARACTERS_MAX};

/// Characters before the `@` (RFC 5321, 4.5.3.1.1).
const LOCAL_PART_MAX: usize = 64;
/// Characters of a host name and of one of its labels (RFC 1035, 2.3.4).
const HOST_MAX: usize = 253;
const HOST_LABEL_MAX: usize = 63;

/// An address such as `ada@example.org`. Quoted local parts and addresses in brackets, which the standard allows and
/// no one uses, are refused.
pub(super) fn email(text: String) -> Result<Value, Refusal> {
    if text.chars().count() > EMAIL_CHARACTERS_MAX {
        return Err(Refusal::new(format!(
            "has more than {EMAIL_CHARACTERS_MAX} characters"
        )));
    }
    let good = text.split_once('@').is_some_and(|(local, domain)| {
        let dots_stand_between = !local.starts_with('.') && !local.ends_with('.') && !local.contains("..");
        (1..=LOCAL_PART_MAX).contains(&local.chars().count())
            && local.chars().all(is_local_character)
            && dots_stand_between
            && domain.contains('.')
            && is_host_name(domain)
    });
    if good {
        Ok(Value::Text(text))
    } else {
        Err(Refusal::new("is not an e-mail address such as ada@example.org"))
    }
}

/// Letters and digits of any script (RFC 6531) and the signs of RFC 5322's atoms.
fn is_local_character(character: char) -> bool {
    character.is_alphanumeric() || ".!#$%&'*+/=?^_`{|}~-".contains(character)
}

/// An absolute `http` or `https` URL with a host.
pub(super) fn url(text: String) -> Result<Value, Refusal> {
    if text.len() > URL_CHARACTERS_MAX && text.chars().count() > URL_CHARACTERS_MAX {
        return Err(Refusal::new(format!(
            "has more than {URL_CHARACTERS_MAX} characters"
        )));
    }
    if text
        .chars()
        .any(|character| character.is_control() || character.is_whitespace())
    {
        return Err(Refusal::new("must not contain spaces or control characters"));
    }
    let Some(rest) = without_scheme(&text) else {
        return Err(Refusal::new("must start with http:// or https://"));
    };
    let authority = &rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())];
    // Browsers read a backslash as a slash; quotes and angle brackets end a link in other people's programs.
    let unsafe_sign = text.contains(['\\', '<', '>', '"']);
    if authority.contains('@') && !unsafe_sign {
        // All it is still used for is to make a link look as if it led elsewhere.
        return Err(Refusal::new("must not contain a user name or password"));
    }
    if unsafe_sign || !is_authority(authority) {
        return Err(Refusal::new("is not a URL such as https://example.org/page"));
    }
    Ok(Value::Text(text))
}

fn without_scheme(text: &str) -> Option<&str> {
    ["https://", "http://"].into_iter().find_map(|scheme| {
        let start = text.get(..scheme.len())?;
        start.eq_ignore_ascii_case(scheme).then(|| &text[scheme.len()..])
    })
}

/// `host`, `host:port`, `1.2.3.4` or `[::1]`.
fn is_authority(authority: &str) -> bool {
    if let Some(rest) = authority.strip_prefix('[') {
        return rest.split_once(']').is_some_and(|(address, after)| {
            address.parse::<std::net::Ipv6Addr>().is_ok()
                && (after.is_empty() || after.strip_prefix(':').is_some_and(is_port))
        });
    }
    match authority.split_once(':') {
        Some((host, port)) => is_host_name(host) && is_port(port),
        None => is_host_name(authority),
    }
}

fn is_port(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<u16>().is_ok()
}

/// Labels of letters (of any script), digits and inner hyphens between dots.
fn is_host_name(host: &str) -> bool {
    host.len() <= HOST_MAX
        && host.split('.').all(|label| {
            (1..=HOST_LABEL_MAX).contains(&label.chars().count())
                && label
                    .chars()
                    .all(|character| character.is_alphanumeric() || character == '-')
                && !label.starts_with('-')
                && !label.ends_with('-')
        })
}
