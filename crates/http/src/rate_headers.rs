//! `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-11): how often somebody may ask, and how often
//! they still may.

use std::fmt::Write as _;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use mainstay_engine::rates::Standing;

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const LIMIT: HeaderName = HeaderName::from_static("ratelimit");

/// Says how the caller stands with each rate that was counted.
pub(crate) fn tell(standings: &[Standing], headers: &mut HeaderMap) {
    if standings.is_empty() {
        return;
    }
    let (mut policies, mut limits) = (String::new(), String::new());
    for (position, standing) in standings.iter().enumerate() {
        let separator = if position > 0 { ", " } else { "" };
        let name = format!("\"{}\"", standing.name());
        let rate = standing.rate;
        write!(
            policies,
            "{separator}{name};q={};w={}",
            rate.requests, rate.seconds
        )
        .expect("a string can be written to");
        let full_in = standing.full_in_micros.unsigned_abs().div_ceil(1_000_000);
        write!(limits, "{separator}{name};r={};t={full_in}", standing.remaining)
            .expect("a string can be written to");
    }
    let value = |text: String| HeaderValue::try_from(text).expect("names and digits are ASCII");
    headers.insert(POLICY, value(policies));
    headers.insert(LIMIT, value(limits));
}
