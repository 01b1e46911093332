//! `Mainstay-Position`: from which state of the database on somebody sees what they wrote.
//!
//! An answer to a write tells it where there are replicas. A read that gives it back may be answered by any replica that
//! has come as far; one without it is answered by the primary.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use mainstay_core::{Code, Problem};
use mainstay_engine::Position;

const POSITION: HeaderName = HeaderName::from_static("mainstay-position");

pub(crate) fn tell(position: Position, headers: &mut HeaderMap) {
    if position == Position::default() {
        return;
    }
    let text = format!("{:x}", position.0);
    headers.insert(POSITION, HeaderValue::from_str(&text).expect("digits are ASCII"));
}

pub(crate) fn asked_for(headers: &HeaderMap) -> Result<Option<Position>, Problem> {
    let Some(value) = headers.get(POSITION) else {
        return Ok(None);
    };
    let number = value
        .to_str()
        .ok()
        .and_then(|text| u64::from_str_radix(text, 16).ok());
    number.map(|number| Some(Position(number))).ok_or_else(|| {
        Problem::new(
            Code::InvalidParameter,
            "Mainstay-Position is not one that an answer has given; send it back as it came, or 0 for any state",
        )
    })
}
