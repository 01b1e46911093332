//! Values: the way in from JSON and from text, and the way out.

mod accept;
mod kinds;
mod round_trip;
mod text;
