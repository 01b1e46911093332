//! One user fills rooms with messages, a thousand in every request, in all rooms in turn.

use std::fmt::Write as _;

use anyhow::{Result, ensure};
use memchr::memmem;

use super::expect_status;
use crate::load::Workload;
use crate::request::Request;
use crate::response::Response;
use crate::world::message_text;

const BATCH_RECORDS: u32 = 1_000;

#[derive(Debug)]
pub(crate) struct Filling<'a> {
    pub(crate) path: &'a str,
    pub(crate) authorization: &'a str,
    pub(crate) rooms: &'a [String],
    /// Messages so far.
    pub(crate) next: u32,
    /// Messages in the end, a multiple of a thousand.
    pub(crate) end: u32,
}

impl Filling<'_> {
    fn batch(&self) -> String {
        let mut body = r#"{"mode":"all_or_nothing","operations":["#.to_owned();
        for number in self.next..self.next + BATCH_RECORDS {
            let (room, text) = (
                &self.rooms[number as usize % self.rooms.len()],
                message_text(number),
            );
            write!(
                body,
                r#"{{"op":"create","collection":"messages","data":{{"room":"{room}","text":"{text}"}}}},"#
            )
            .expect("writing to a string cannot fail");
        }
        body.pop();
        body.push_str("]}");
        body
    }
}

impl Workload for Filling<'_> {
    fn next(&mut self, request: &mut Vec<u8>) -> Option<usize> {
        if self.next >= self.end {
            return None;
        }
        let body = self.batch();
        *request = Request::post(self.path, &body)
            .authorized(self.authorization)
            .to_bytes();
        self.next += BATCH_RECORDS;
        Some(0)
    }

    fn check(&mut self, _ticket: usize, response: &Response<'_>) -> Result<()> {
        expect_status(response, 200)?;
        let created = memmem::find_iter(&response.body, b"\"status\":201").count();
        ensure!(
            created == BATCH_RECORDS as usize,
            "{created} records instead of {BATCH_RECORDS}"
        );
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_valid_json_with_the_rooms_in_turn() {
        let rooms = ["a".to_owned(), "b".to_owned()];
        let filling = Filling {
            path: "/",
            authorization: "",
            rooms: &rooms,
            next: 0,
            end: 1_000,
        };
        let body: serde_json::Value = serde_json::from_str(&filling.batch()).unwrap();
        assert_eq!(body["operations"].as_array().unwrap().len(), 1_000);
        assert_eq!(body["operations"][3]["data"]["room"], "b");
        assert_eq!(body["operations"][3]["data"]["text"], message_text(3));
    }
}
