//! The questions that are asked under load, and what makes an answer right.

mod creating;
mod filling;
mod listing;
mod reading;
mod record_bytes;
mod repeating;
mod signing_in;

pub(crate) use creating::Creating;
pub(crate) use filling::Filling;
pub(crate) use listing::{Listing, PAGE_ITEMS};
pub(crate) use reading::Reading;
pub(crate) use repeating::Repeating;
pub(crate) use signing_in::SigningIn;

use crate::response::Response;
use anyhow::{Result, ensure};

fn expect_status(response: &Response<'_>, expected: u16) -> Result<()> {
    ensure!(
        response.status == expected,
        "status {} instead of {expected}",
        response.status
    );
    Ok(())
}

/// Visits `0..length` again and again, neighbours far apart, always in the same order.
#[derive(Debug)]
struct Tour {
    position: usize,
    length: usize,
}

impl Tour {
    /// A prime, so that it divides no length in use and every place is visited.
    const STRIDE: usize = 7_919;

    fn new(length: usize) -> Self {
        Self { position: 0, length }
    }

    fn next(&mut self) -> usize {
        self.position = (self.position + Self::STRIDE) % self.length;
        self.position
    }
}
