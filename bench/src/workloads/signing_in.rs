//! Users sign in with their passwords, without a pause. A system may refuse some of them to protect the others.

use anyhow::{Result, ensure};
use memchr::memmem;

use super::{Tour, expect_status};
use crate::load::Workload;
use crate::response::Response;
use crate::target::Target;
use crate::world::World;

#[derive(Debug)]
pub(crate) struct SigningIn {
    requests: Vec<Vec<u8>>,
    tour: Tour,
    refused: u32,
}

impl SigningIn {
    pub(crate) fn new(target: &dyn Target, world: &World) -> Self {
        let requests: Vec<_> = world
            .users
            .iter()
            .map(|user| target.sign_in(&user.email))
            .collect();
        let tour = Tour::new(requests.len());
        Self {
            requests,
            tour,
            refused: 0,
        }
    }

    /// How many were answered "too many" or "not now".
    pub(crate) fn refused(&self) -> u32 {
        self.refused
    }
}

impl Workload for SigningIn {
    fn next(&mut self, request: &mut Vec<u8>) -> Option<usize> {
        let ticket = self.tour.next();
        request.extend_from_slice(&self.requests[ticket]);
        Some(ticket)
    }

    fn check(&mut self, _ticket: usize, response: &Response<'_>) -> Result<()> {
        if [429, 503].contains(&response.status) {
            self.refused += 1;
            return Ok(());
        }
        expect_status(response, 200)?;
        ensure!(memmem::find(&response.body, b"token\":\"").is_some(), "no token");
        Ok(())
    }
}
