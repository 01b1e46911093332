//! The page about migrations, followed step by step.

use std::fs;

use crate::support::{Folder, repository_file};

#[test]
fn the_page_can_be_followed_step_by_step() {
    let page = repository_file("docs/migrations.md");
    let folder = Folder::new();
    let (mut commands, mut failures) = (0, 0);
    for block in page.split("```").skip(1).step_by(2) {
        let (language, text) = block.split_once('\n').unwrap();
        match language {
            "toml" | "csv" => {
                let (path, text) = text.split_once('\n').unwrap();
                folder.write(path.strip_prefix("# ").unwrap(), text);
            }
            "sh" | "sh fails" => {
                for line in text.lines() {
                    if let Some(file) = line.strip_prefix("rm ") {
                        fs::remove_file(folder.path(file)).unwrap();
                        continue;
                    }
                    let words = words(line);
                    let answer = folder.run(&words.iter().map(String::as_str).collect::<Vec<_>>()[1..]);
                    if language == "sh" {
                        answer.assert_done();
                        commands += 1;
                    } else {
                        answer.assert_failed();
                        assert!(
                            format!("{answer:?}").contains("cannot be converted"),
                            "{answer:?}"
                        );
                        failures += 1;
                    }
                }
            }
            other => panic!("what is a block of {other:?}?"),
        }
    }
    assert_eq!((commands, failures), (14, 2));
    let notes = folder.run(&["export", "notes", "--format", "csv", "--app", "app"]);
    assert!(notes.assert_done().out.contains("Paper,,3"), "{notes:?}");
}

/// The words of a command; those in quotes are one.
fn words(line: &str) -> Vec<String> {
    let parts = line.split('"').enumerate();
    let words = parts.flat_map(|(number, part)| {
        if number % 2 == 1 {
            vec![part.to_owned()]
        } else {
            part.split_whitespace().map(str::to_owned).collect()
        }
    });
    words.collect()
}
