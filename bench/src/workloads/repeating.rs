//! One request again and again, with one right answer.

use anyhow::{Result, ensure};

use super::expect_status;
use crate::load::Workload;
use crate::response::Response;

#[derive(Debug)]
pub(crate) struct Repeating {
    pub(crate) request: Vec<u8>,
    pub(crate) body: &'static str,
}

impl Workload for Repeating {
    fn next(&mut self, request: &mut Vec<u8>) -> Option<usize> {
        request.extend_from_slice(&self.request);
        Some(0)
    }

    fn check(&mut self, _ticket: usize, response: &Response<'_>) -> Result<()> {
        expect_status(response, 200)?;
        ensure!(response.body.as_ref() == self.body.as_bytes(), "another body");
        Ok(())
    }
}
