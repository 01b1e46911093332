use crate::rooms::{Rooms, SAMPLE, with_lines};

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
