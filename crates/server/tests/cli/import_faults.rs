use crate::rooms::{Rooms, SAMPLE, with_lines};

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
    let rows = "1,,,,,\n".repeat(250);
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
