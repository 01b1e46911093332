use super::Notes;
use crate::moving::change;

/// What somebody did by hand, per engine, and what is told of it.
struct Hand {
    sqlite: &'static str,
    postgres: &'static str,
    told: [&'static str; 2],
}

const HANDS: &[Hand] = &[
    Hand {
        sqlite: "ALTER TABLE notes ADD COLUMN extra TEXT",
        postgres: "ALTER TABLE notes ADD COLUMN extra text",
        told: ["the column notes.extra is in no migration"; 2],
    },
    Hand {
        sqlite: "DROP INDEX \"notes.index.stars\"",
        postgres: "DROP INDEX \"notes.index.stars\"",
        told: ["the index notes.index.stars of notes is missing"; 2],
    },
    Hand {
        sqlite: "CREATE INDEX by_hand ON notes (title)",
        postgres: "CREATE INDEX by_hand ON notes (title)",
        told: ["the index by_hand of notes is in no migration"; 2],
    },
    Hand {
        sqlite: "CREATE TABLE by_hand (a TEXT)",
        postgres: "CREATE TABLE by_hand (a text)",
        told: ["the table by_hand is in no migration"; 2],
    },
    Hand {
        sqlite: "",
        postgres: "ALTER TABLE notes ALTER COLUMN title DROP NOT NULL",
        told: ["", "notes: title is `text`, and should be `text NOT NULL`"],
    },
    Hand {
        sqlite: "",
        postgres: "ALTER TABLE notes ALTER COLUMN version TYPE integer",
        told: [
            "",
            "notes: version is `integer NOT NULL`, and should be `bigint NOT NULL`",
        ],
    },
    Hand {
        sqlite: "",
        postgres: "ALTER TABLE notes DROP CONSTRAINT \"notes.title.length\"",
        told: ["", "the constraint notes.title.length of notes is missing"],
    },
    Hand {
        sqlite: "",
        postgres: "ALTER TABLE notes ADD CONSTRAINT by_hand CHECK (true)",
        told: ["", "by_hand of notes is in no migration"],
    },
    Hand {
        sqlite: "ALTER TABLE notes RENAME COLUMN stars TO stray",
        postgres: "ALTER TABLE notes DROP COLUMN stars",
        told: ["the column notes.stars is missing"; 2],
    },
];

/// SQLite changes constraints only with another table.
const BY_REBUILD: &[(&str, &str, &str)] = &[
    (
        "\"title\" TEXT NOT NULL",
        "\"title\" TEXT",
        "notes: title is `TEXT`, and should be `TEXT NOT NULL`",
    ),
    ("\"title\" TEXT", "\"title\" INTEGER", "notes: title is `INTEGER"),
    (
        "CONSTRAINT \"notes.title.length\"",
        "CONSTRAINT \"notes.title.other\"",
        "the constraint notes.title.length of notes is missing",
    ),
];

#[test]
fn each_kind_of_drift_is_told() {
    for hand in HANDS {
        let notes = Notes::new(0);
        let on_server = notes.is_on_server();
        let sql = if on_server { hand.postgres } else { hand.sqlite };
        if !sql.is_empty() {
            change(&notes.place(), sql);
            assert_told(&notes, hand.told[usize::from(on_server)]);
        }
    }
}

#[test]
fn drift_of_a_table_that_was_made_anew() {
    for (from, to, told) in BY_REBUILD {
        let notes = Notes::new(0);
        if notes.is_on_server() {
            return;
        }
        let create = &notes.ask("SELECT sql FROM sqlite_schema WHERE name = 'notes'")[0][0];
        assert!(create.contains(from), "{from:?} is not in:\n{create}");
        change(&notes.place(), "DROP TABLE notes");
        change(&notes.place(), &create.replacen(from, to, 1));
        assert_told(&notes, told);
    }
}

fn assert_told(notes: &Notes, told: &str) {
    let answer = notes.migrate(&["status"]);
    assert_eq!(answer.status, 1, "{told:?}: {answer:?}");
    assert!(
        answer
            .out
            .lines()
            .any(|line| line.starts_with("differs") && line.contains(told)),
        "{told:?} is not in:\n{}",
        answer.out
    );
}
