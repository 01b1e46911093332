//! A room to import messages into.

use std::collections::HashMap;

use crate::support::{Answer, Folder};

pub(crate) const SAMPLE: &str = "app/samples/bicycle-room.csv";

/// The annotation application with its seed, and the id of the empty container.
pub(crate) struct Rooms {
    pub(crate) folder: Folder,
    container: String,
}

impl Rooms {
    pub(crate) fn new() -> Self {
        Self::seeded(Folder::with_template("annotation"))
    }

    /// With data in files, whichever engine the tests are run for.
    pub(crate) fn in_files() -> Self {
        Self::seeded(Folder::with_template("annotation").in_files())
    }

    fn seeded(folder: Folder) -> Self {
        folder.run(&["seed", "--app", "app"]).assert_done();
        let containers = folder
            .run(&["export", "containers", "--format", "csv", "--app", "app"])
            .out;
        let room = containers
            .lines()
            .find(|line| line.contains("Bicycle repair room"))
            .unwrap();
        let container = room.split(',').next().unwrap().to_owned();
        Self { folder, container }
    }

    /// Imports as the README of the application says.
    pub(crate) fn import(&self, file: &str, more: &[&str]) -> Answer {
        let container = format!("container={}", self.container);
        let mut args = vec!["import", "items", file, "--app", "app", "--set", &container];
        for mapping in [
            "turn_id=turn_id",
            "user_id=author_name",
            "turn_text=content",
            "thread=thread",
            "created=sent_at",
            "reply_to_turn=parent.turn_id",
        ] {
            args.extend(["--map", mapping]);
        }
        args.extend(more);
        self.folder.run(&args)
    }

    /// The room's items: turn, and turn of the parent.
    pub(crate) fn replies(&self) -> Vec<(i64, Option<i64>)> {
        let answer = self
            .folder
            .run(&["export", "items", "--format", "jsonl", "--app", "app"]);
        let items: Vec<serde_json::Value> = answer
            .assert_done()
            .out
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        let turns: HashMap<&str, i64> = items
            .iter()
            .map(|item| {
                (
                    item["id"].as_str().unwrap(),
                    item["turn_id"].as_i64().unwrap_or(0),
                )
            })
            .collect();
        let own = items
            .iter()
            .filter(|item| item["container"] == self.container.as_str());
        let mut replies: Vec<(i64, Option<i64>)> = own
            .map(|item| {
                (
                    item["turn_id"].as_i64().unwrap(),
                    item["parent"].as_str().map(|parent| turns[parent]),
                )
            })
            .collect();
        replies.sort_unstable();
        replies
    }

    /// What the file says.
    pub(crate) fn wanted(&self) -> Vec<(i64, Option<i64>)> {
        let sample = self.folder.read(SAMPLE);
        let mut rows: Vec<(i64, Option<i64>)> = rows_of(&sample)
            .iter()
            .map(|row| {
                let (first, rest) = row.split_once(',').unwrap();
                // The text may have commas in it; what comes after it has none.
                let reply = rest.rsplit(',').nth(2).unwrap();
                (first.parse().unwrap(), reply.parse().ok())
            })
            .collect();
        rows.sort_unstable();
        rows
    }
}

fn rows_of(csv: &str) -> Vec<&str> {
    csv.lines().skip(1).collect()
}

/// The file with some lines changed; lines count from 1, the header's.
pub(crate) fn with_lines(csv: &str, changes: &[(usize, &str)]) -> String {
    let mut lines: Vec<&str> = csv.lines().collect();
    for (line, text) in changes {
        lines[line - 1] = text;
    }
    lines.join("\n") + "\n"
}
