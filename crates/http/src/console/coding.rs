//! Which compression of a file a client takes (RFC 9110, section 12.5.3).

use axum::http::{HeaderMap, header};

/// A content coding, the smallest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coding {
    Brotli,
    Gzip,
    Identity,
}

impl Coding {
    pub(super) const ALL: [Self; 3] = [Self::Brotli, Self::Gzip, Self::Identity];

    /// As headers name it; nothing is said of a file as it is.
    pub(super) fn name(self) -> Option<&'static str> {
        match self {
            Self::Brotli => Some("br"),
            Self::Gzip => Some("gzip"),
            Self::Identity => None,
        }
    }

    /// What the names of such files end in.
    pub(super) fn suffix(self) -> &'static str {
        match self {
            Self::Brotli => ".br",
            Self::Gzip => ".gz",
            Self::Identity => "",
        }
    }
}

/// How much the client wants the coding, in thousandths; 0 for one that it does not take.
pub(super) fn accepted(headers: &HeaderMap, coding: Coding) -> u16 {
    let values = headers.get_all(header::ACCEPT_ENCODING).iter();
    let listed: Vec<(&str, u16)> = values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(weighed)
        .collect();
    let weight_of = |name: &str| {
        let mut found = listed
            .iter()
            .filter(|(listed, _)| listed.eq_ignore_ascii_case(name));
        found.next().map(|(_, weight)| *weight)
    };
    let name = coding.name().unwrap_or("identity");
    let unlisted = u16::from(coding == Coding::Identity);
    weight_of(name).or_else(|| weight_of("*")).unwrap_or(unlisted)
}

/// `gzip;q=0.5`; one that is no weight is not taken.
fn weighed(listed: &str) -> Option<(&str, u16)> {
    let (name, parameters) = listed.split_once(';').unwrap_or((listed, ""));
    let weight = match parameters.trim() {
        "" => 1000,
        parameters => {
            let text = parameters
                .strip_prefix("q=")
                .or_else(|| parameters.strip_prefix("Q="))?;
            let weight: f32 = text.trim().parse().ok()?;
            thousandths(weight)?
        }
    };
    Some((name.trim(), weight))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the number is between 0 and 1000"
)]
fn thousandths(weight: f32) -> Option<u16> {
    (0.0..=1.0)
        .contains(&weight)
        .then(|| (weight * 1000.0).round() as u16)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn weights_decide_and_what_is_not_listed_is_not_taken() {
        for (given, weights) in [
            ("", [0, 0, 1]),
            ("gzip, deflate, br, zstd", [1000, 1000, 1]),
            ("gzip;q=0.5, br;q=0.25", [250, 500, 1]),
            ("BR ; Q=1", [1000, 0, 1]),
            ("br;q=0", [0, 0, 1]),
            ("*", [1000, 1000, 1000]),
            ("*;q=0, gzip", [0, 1000, 0]),
            ("identity;q=0, br", [1000, 0, 0]),
            ("br;q=2, gzip;q=x", [0, 0, 1]),
            ("br;q=NaN", [0, 0, 1]),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(given));
            let found = Coding::ALL.map(|coding| accepted(&headers, coding));
            assert_eq!(found, weights, "{given}");
        }
        let none = Coding::ALL.map(|coding| accepted(&HeaderMap::new(), coding));
        assert_eq!(none, [0, 0, 1]);
    }
}
