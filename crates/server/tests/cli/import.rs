use std::collections::HashMap;

use crate::support::{Answer, Folder};

const SAMPLE: &str = "app/samples/bicycle-room.csv";

/// The annotation application with its seed, and the id of the empty container.
struct Rooms {
    folder: Folder,
    container: String,
}

impl Rooms {
    fn new() -> Self {
        let folder = Folder::with_template("annotation");
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
    fn import(&self, file: &str, more: &[&str]) -> Answer {
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
    fn replies(&self) -> Vec<(i64, Option<i64>)> {
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
    fn wanted(&self) -> Vec<(i64, Option<i64>)> {
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
fn with_lines(csv: &str, changes: &[(usize, &str)]) -> String {
    let mut lines: Vec<&str> = csv.lines().collect();
    for (line, text) in changes {
        lines[line - 1] = text;
    }
    lines.join("\n") + "\n"
}

#[test]
fn import_a_room_with_its_replies() {
    let rooms = Rooms::new();
    rooms
        .import(SAMPLE, &["--dry-run"])
        .assert_done()
        .assert_out("43 rows: 43 would be created, 0 there already, 0 refused\n");
    assert_eq!(rooms.replies(), []);
    let answer = rooms.import(SAMPLE, &[]);
    answer
        .assert_done()
        .assert_out("43 rows: 43 created, 0 there already, 0 refused\n");
    assert_eq!(answer.err, "");
    let replies = rooms.replies();
    assert_eq!(replies, rooms.wanted());
    assert!(replies.iter().filter(|(_, parent)| parent.is_some()).count() > 20);
}

#[test]
fn import_again_makes_no_duplicates() {
    let rooms = Rooms::new();
    rooms.import(SAMPLE, &[]).assert_done();
    for more in [&[][..], &["--valid-rows-only"]] {
        let answer = rooms.import(SAMPLE, more);
        answer
            .assert_done()
            .assert_out("43 rows: 0 created, 43 there already, 0 refused\n");
    }
    assert_eq!(rooms.replies().len(), 43);
}

#[test]
fn import_with_replies_that_point_forward() {
    for more in [&[][..], &["--valid-rows-only"]] {
        let rooms = Rooms::new();
        let sample = rooms.folder.read(SAMPLE);
        let mut lines: Vec<&str> = sample.lines().collect();
        lines[1..].reverse();
        rooms.folder.write("reversed.csv", lines.join("\r\n"));
        rooms
            .import("reversed.csv", more)
            .assert_done()
            .assert_out("43 rows: 43 created, 0 there already, 0 refused\n");
        assert_eq!(rooms.replies(), rooms.wanted());
        // In one go: nothing was changed afterwards.
        let items = rooms
            .folder
            .run(&["export", "items", "--format", "csv", "--app", "app"])
            .out;
        assert!(
            items
                .lines()
                .skip(1)
                .all(|line| line.split(',').nth(1) == Some("1"))
        );
    }
}

#[test]
fn import_with_replies_to_records_of_the_same_room() {
    let rooms = Rooms::new();
    let sample = rooms.folder.read(SAMPLE);
    let lines: Vec<&str> = sample.lines().collect();
    rooms.folder.write("first.csv", lines[..20].join("\n"));
    let rest: Vec<&str> = std::iter::once(&lines[0]).chain(&lines[20..]).copied().collect();
    rooms.folder.write("rest.csv", rest.join("\n"));
    rooms.import("first.csv", &[]).assert_done();
    rooms.import("rest.csv", &[]).assert_done();
    assert_eq!(rooms.replies(), rooms.wanted());
    // Turn 101 is in another room of the seed.
    let other = with_lines(&sample, &[(2, "3001,hanna,hello,101,,")]);
    rooms.folder.write("other.csv", other);
    rooms.import("other.csv", &[]).assert_failed().assert_err(
        "other.csv:2: reply_to_turn: there is no turn_id 101 in items, nor in this file
error: 1 of 43 rows have faults; nothing was imported
",
    );
}

const BROKEN: &[(usize, &str)] = &[
    (3, "x,system,joined,,,"),
    (16, "2015,ludo,to nobody,9999,,"),
    (27, "2026,ludo,to the one to nobody,2015,,yesterday"),
    (31, "2030,system,,,,"),
    (38, "2034,mira_k,a turn that line 35 has,,,"),
    (39, "2038,mira_k"),
    (40, "2039,mira_k,a circle,2040,,"),
    (41, "2040,mira_k,a circle,2039,,"),
    (
        42,
        "2041,mira_k,to line 37 which replies to 2037 that is gone,2036,,",
    ),
];

const BROKEN_FAULTS: &str = "\
broken.csv:3: turn_id: must be an integer of at most 64 bits
broken.csv:16: reply_to_turn: there is no turn_id 9999 in items, nor in this file
broken.csv:27: created: is not a date and time: expected RFC 3339 with an offset, such as 2026-01-31T12:00:00Z
broken.csv:27: reply_to_turn: refers to line 16, which has faults
broken.csv:31: turn_text: is required
broken.csv:37: reply_to_turn: there is no turn_id 2037 in items, nor in this file
broken.csv:38: turn_id: line 35 has the same value already, and it must be unique
broken.csv:39: the row has 2 cells, the header has 6; is a quote missing?
broken.csv:40: reply_to_turn: the references from here lead in a circle
broken.csv:41: reply_to_turn: the references from here lead in a circle
broken.csv:42: reply_to_turn: refers to line 37, which has faults
";

#[test]
fn import_of_a_broken_file_tells_every_fault_and_changes_nothing() {
    let rooms = Rooms::new();
    rooms
        .folder
        .write("broken.csv", with_lines(&rooms.folder.read(SAMPLE), BROKEN));
    let answer = rooms.import("broken.csv", &[]);
    let wanted = format!("{BROKEN_FAULTS}error: 10 of 43 rows have faults; nothing was imported\n");
    answer.assert_failed().assert_err(&wanted);
    answer.assert_out("");
    assert_eq!(rooms.replies(), []);
}

#[test]
fn import_of_the_valid_rows_of_a_broken_file() {
    let rooms = Rooms::new();
    rooms
        .folder
        .write("broken.csv", with_lines(&rooms.folder.read(SAMPLE), BROKEN));
    let answer = rooms.import("broken.csv", &["--valid-rows-only"]);
    answer.assert_done().assert_err(BROKEN_FAULTS);
    answer.assert_out("43 rows: 33 created, 0 there already, 10 refused\n");
    assert_eq!(rooms.replies().len(), 33);
}

#[test]
fn import_shows_a_hundred_faults_and_counts_the_others() {
    let rooms = Rooms::new();
    let rows: String = (0..250).map(|turn| format!("{turn},,,,,\n")).collect();
    rooms.folder.write(
        "empty.csv",
        format!("turn_id,user_id,turn_text,reply_to_turn,thread,created\n{rows}"),
    );
    let answer = rooms.import("empty.csv", &[]);
    let lines: Vec<&str> = answer.assert_failed().err.lines().collect();
    assert_eq!(lines[0], "empty.csv:2: turn_text: is required");
    assert_eq!(lines[99], "empty.csv:101: turn_text: is required");
    assert_eq!(
        lines[100..],
        [
            "and 150 more faults",
            "error: 250 of 250 rows have faults; nothing was imported"
        ]
    );
}

#[test]
fn import_in_slices_finds_the_rows_of_earlier_slices() {
    let rooms = Rooms::new();
    // The first row replies to the last, every other one to the first; the last two are the same turn.
    let last = 2_500;
    let mut rows = format!("1,a,first,{last},,\n");
    for turn in 2..=last {
        let reply = if turn == last {
            String::new()
        } else {
            "1".to_owned()
        };
        rows.push_str(&format!("{turn},a,text,{reply},,\n"));
    }
    rows.push_str("2,a,again,,,\n");
    rooms.folder.write(
        "long.csv",
        format!("turn_id,user_id,turn_text,reply_to_turn,thread,created\n{rows}"),
    );
    let answer = rooms.import("long.csv", &["--valid-rows-only"]);
    answer
        .assert_done()
        .assert_err("long.csv:2502: turn_id: line 3 has the same value already, and it must be unique\n");
    answer.assert_out("2501 rows: 2500 created, 0 there already, 1 refused\n");
    let replies = rooms.replies();
    assert_eq!(replies[0], (1, Some(last)));
    assert!(
        replies[1..replies.len() - 1]
            .iter()
            .all(|(_, parent)| *parent == Some(1))
    );
}

#[test]
fn import_with_a_mapping_that_does_not_fit() {
    let rooms = Rooms::new();
    let args = [
        "import",
        "items",
        SAMPLE,
        "--app",
        "app",
        "--map",
        "text=content",
        "--map",
        "thread=author_name.name",
    ];
    let more = [
        "--set",
        "version=3",
        "--set",
        "colour=red",
        "--map",
        "turn_id=sequence",
        "--set",
        "sequence=1",
    ];
    let args: Vec<&str> = args.into_iter().chain(more).collect();
    rooms.folder.run(&args).assert_failed().assert_err(
        "error: the import does not fit the collection or the file
  `version` is set by Mainstay
  items has no field `colour`
  the file has no column `text`; its columns are turn_id, user_id, turn_text, reply_to_turn, thread, created
  `author_name.name`: `author_name` is not a relation to one record
  `sequence` gets a value twice
  items needs `container`: map a column to it or set it for all rows
",
    );
}

#[test]
fn import_of_a_file_that_is_not_there() {
    let rooms = Rooms::new();
    let answer = rooms.import("none.csv", &[]);
    assert!(
        answer
            .assert_failed()
            .err
            .starts_with("error: none.csv cannot be opened\n")
    );
}
