//! Members list the newest messages of their rooms. The expected pages are known because nothing is written
//! between the first messages and this workload.

use anyhow::Result;

use super::record_bytes::{expect_members_in_order, member};
use super::{Tour, expect_status};
use crate::load::Workload;
use crate::request::Request;
use crate::response::Response;
use crate::target::Target;
use crate::world::World;

pub(crate) const PAGE_ITEMS: usize = 20;

#[derive(Debug)]
pub(crate) struct Listing {
    pages: Vec<Page>,
    /// The page and the request of every question.
    questions: Vec<(usize, Vec<u8>)>,
    tour: Tour,
}

#[derive(Debug)]
struct Page {
    room: Vec<u8>,
    /// Newest first.
    ids: Vec<Vec<u8>>,
}

impl Listing {
    pub(crate) fn new(target: &dyn Target, world: &World) -> Self {
        let mut pages = Vec::new();
        let mut questions = Vec::new();
        for (index, room) in world.rooms.iter().enumerate() {
            let newest = world
                .messages
                .iter()
                .rev()
                .filter(|message| world.room_of(message.number) == index);
            let ids = newest
                .take(PAGE_ITEMS)
                .map(|message| member("id", &message.id))
                .collect();
            pages.push(Page {
                room: member("room", &room.id),
                ids,
            });
            let path = target.newest_path(&room.id, PAGE_ITEMS);
            for user in &room.members {
                let reader = &world.users[*user].authorization;
                questions.push((index, Request::get(&path).authorized(reader).to_bytes()));
            }
        }
        let tour = Tour::new(questions.len());
        Self {
            pages,
            questions,
            tour,
        }
    }
}

impl Workload for Listing {
    fn next(&mut self, request: &mut Vec<u8>) -> Option<usize> {
        let ticket = self.tour.next();
        request.extend_from_slice(&self.questions[ticket].1);
        Some(ticket)
    }

    fn check(&mut self, ticket: usize, response: &Response<'_>) -> Result<()> {
        expect_status(response, 200)?;
        let page = &self.pages[self.questions[ticket].0];
        expect_members_in_order(&response.body, &page.ids, &page.room)
    }
}
