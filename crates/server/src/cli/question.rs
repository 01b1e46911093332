//! Questions that only a person can answer, on a terminal.

use std::io::{self, IsTerminal as _};

use mainstay_core::migrations::{Answer, Question};

use crate::printer::Printer;

/// Is there somebody to ask?
pub(super) fn can_ask(printer: &Printer) -> bool {
    io::stdin().is_terminal() && printer.is_watched()
}

/// Asks what became of something that is gone.
pub(super) fn ask_rename(question: &Question, printer: &Printer) -> Answer {
    let Question {
        collection,
        removed,
        candidates,
    } = question;
    let (prefix, what) = match collection {
        Some(collection) => (format!("{collection}."), ""),
        None => (String::new(), "The collection "),
    };
    printer.note(format_args!(
        "{what}{prefix}{removed} is gone. What became of it?"
    ));
    for (candidate, number) in candidates.iter().zip(1..) {
        printer.note(format_args!("  {number}  it was renamed to {prefix}{candidate}"));
    }
    let last = candidates.len() + 1;
    printer.note(format_args!("  {last}  it was removed"));
    loop {
        printer.prompt(format_args!("1 to {last}, or nothing to stop:"));
        let Some(line) = read_line() else {
            return Answer::Unknown;
        };
        match line.parse::<usize>() {
            Ok(number) if number == last => return Answer::Removed,
            Ok(number) if (1..last).contains(&number) => {
                return Answer::RenamedTo(candidates[number - 1].clone());
            }
            _ => printer.note(format_args!("`{line}` is none of these")),
        }
    }
}

/// Asks for a word that nobody types by accident.
pub(super) fn confirm(printer: &Printer, what: &str) -> bool {
    printer.prompt(format_args!("Type `yes` to {what}:"));
    read_line().as_deref() == Some("yes")
}

/// A line without the spaces around it; `None` for an empty one and at the end of the input.
fn read_line() -> Option<String> {
    let mut line = String::new();
    io::stdin().read_line(&mut line).ok()?;
    let line = line.trim();
    (!line.is_empty()).then(|| line.to_owned())
}
