//! Values: the way in from JSON and from text, and the way out.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod accept;
mod kinds;
mod round_trip;
mod text;
