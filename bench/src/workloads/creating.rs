//! Members write messages into their rooms.

use anyhow::Result;
use memchr::memmem;
use serde_json::json;

use super::expect_status;
use super::record_bytes::{expect_member, id_in, member};
use crate::load::Workload;
use crate::request::Request;
use crate::response::Response;
use crate::target::Target;
use crate::world::{Message, ROOM_MEMBERS, World, message_text};

const DIGITS: usize = 10;

#[derive(Debug)]
pub(crate) struct Creating {
    /// One for every member of every room; consecutive ones lie in different rooms.
    templates: Vec<Template>,
    created: u16,
    text: Numbered,
    next: u32,
    /// The number at which to stop.
    end: Option<u32>,
    acknowledged: u32,
    /// Every message whose number this divides is kept.
    keep_every: u32,
    kept: Vec<Message>,
}

#[derive(Debug)]
struct Template {
    request: Numbered,
    room: Vec<u8>,
}

/// Bytes in which the number of the message is replaced.
#[derive(Debug)]
struct Numbered {
    bytes: Vec<u8>,
    digits_at: usize,
}

impl Numbered {
    fn new(bytes: Vec<u8>) -> Self {
        let zero = message_text(0);
        let digits = zero
            .find(char::is_numeric)
            .expect("the text of a message has a number");
        let text_at = memmem::find(&bytes, zero.as_bytes()).expect("the bytes were made from message 0");
        Self {
            bytes,
            digits_at: text_at + digits,
        }
    }

    fn with(&mut self, mut number: u32) -> &[u8] {
        for digit in self.bytes[self.digits_at..self.digits_at + DIGITS]
            .iter_mut()
            .rev()
        {
            *digit = b'0' + u8::try_from(number % 10).expect("a digit is below ten");
            number /= 10;
        }
        &self.bytes
    }
}

impl Creating {
    pub(crate) fn new(target: &dyn Target, world: &World, keep_every: u32) -> Self {
        let path = target.records_path("messages");
        let template = |number: usize| {
            let number = u32::try_from(number).expect("there are few templates");
            let room = &world.rooms[world.room_of(number)].id;
            let body = json!({ "room": room, "text": message_text(0) }).to_string();
            let author = &world.author_of(number).authorization;
            let request = Request::post(&path, &body).authorized(author).to_bytes();
            Template {
                request: Numbered::new(request),
                room: member("room", room),
            }
        };
        Self {
            templates: (0..world.rooms.len() * ROOM_MEMBERS).map(template).collect(),
            created: target.created(),
            text: Numbered::new(member("text", &message_text(0))),
            next: 0,
            end: None,
            acknowledged: 0,
            keep_every,
            kept: Vec::new(),
        }
    }

    /// Goes on behind the messages that the world has already.
    pub(crate) fn after(target: &dyn Target, world: &World, keep_every: u32) -> Self {
        let next = world.messages.last().map_or(0, |message| message.number + 1);
        Self {
            next,
            acknowledged: next,
            ..Self::new(target, world, keep_every)
        }
    }

    pub(crate) fn stop_after(&mut self, messages: usize) {
        let messages = u32::try_from(messages).expect("fewer messages than u32 can count");
        self.end = Some(self.next + messages);
    }

    /// How many messages the system has acknowledged, the first ones included.
    pub(crate) fn acknowledged(&self) -> u32 {
        self.acknowledged
    }

    pub(crate) fn take_kept(&mut self) -> Vec<Message> {
        std::mem::take(&mut self.kept)
    }
}

impl Workload for Creating {
    fn next(&mut self, request: &mut Vec<u8>) -> Option<usize> {
        let number = self.next;
        if self.end == Some(number) {
            return None;
        }
        self.next += 1;
        let template = number as usize % self.templates.len();
        request.extend_from_slice(self.templates[template].request.with(number));
        Some(number as usize)
    }

    fn check(&mut self, ticket: usize, response: &Response<'_>) -> Result<()> {
        let number = u32::try_from(ticket)?;
        expect_status(response, self.created)?;
        expect_member(&response.body, self.text.with(number))?;
        expect_member(
            &response.body,
            &self.templates[ticket % self.templates.len()].room,
        )?;
        let id = id_in(&response.body)?;
        self.acknowledged += 1;
        if number.is_multiple_of(self.keep_every) {
            self.kept.push(Message {
                id: id.to_owned(),
                number,
            });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_is_replaced_in_place() {
        let mut numbered = Numbered::new(member("text", &message_text(0)));
        assert_eq!(
            numbered.with(1_234_567_890),
            member("text", &message_text(1_234_567_890))
        );
        assert_eq!(numbered.with(7), member("text", &message_text(7)));
    }
}
