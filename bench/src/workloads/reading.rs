//! Members read single messages by id.

use anyhow::Result;

use super::record_bytes::{expect_member, member};
use super::{Tour, expect_status};
use crate::client::Client;
use crate::load::Workload;
use crate::request::Request;
use crate::response::Response;
use crate::target::Target;
use crate::world::{Message, World, message_text};

#[derive(Debug)]
pub(crate) struct Reading {
    questions: Vec<Question>,
    tour: Tour,
}

#[derive(Debug)]
struct Question {
    request: Vec<u8>,
    id: Vec<u8>,
    room: Vec<u8>,
    text: Vec<u8>,
}

impl Reading {
    pub(crate) fn new(target: &dyn Target, world: &World, messages: &[Message]) -> Self {
        let path = target.records_path("messages");
        let question = |message: &Message| {
            let path = format!("{path}/{}", message.id);
            let reader = &world.author_of(message.number).authorization;
            Question {
                request: Request::get(&path).authorized(reader).to_bytes(),
                id: member("id", &message.id),
                room: member("room", &world.rooms[world.room_of(message.number)].id),
                text: member("text", &message_text(message.number)),
            }
        };
        Self {
            questions: messages.iter().map(question).collect(),
            tour: Tour::new(messages.len()),
        }
    }
}

impl Reading {
    /// Asks every question once.
    pub(crate) fn ask_all(&self, client: &mut Client) -> Result<()> {
        for question in &self.questions {
            let answer = client.exchange(&question.request)?;
            question.check(&answer)?;
        }
        Ok(())
    }
}

impl Question {
    fn check(&self, response: &Response<'_>) -> Result<()> {
        expect_status(response, 200)?;
        for member in [&self.id, &self.room, &self.text] {
            expect_member(&response.body, member)?;
        }
        Ok(())
    }
}

impl Workload for Reading {
    fn next(&mut self, request: &mut Vec<u8>) -> Option<usize> {
        let ticket = self.tour.next();
        request.extend_from_slice(&self.questions[ticket].request);
        Some(ticket)
    }

    fn check(&mut self, ticket: usize, response: &Response<'_>) -> Result<()> {
        self.questions[ticket].check(response)
    }
}
