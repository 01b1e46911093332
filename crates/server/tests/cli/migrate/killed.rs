//! The process is killed at each step, and in the middle of steps: the next one goes on.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::Stdio;
use std::time::Duration;

use super::{MANY, Notes, RATED};
use crate::moving::change;

/// What a test does before its act, and the act.
type Case = (&'static [&'static [&'static str]], &'static [&'static str]);

const APPLY: Case = (&[], &["apply"]);
const CONTRACT: Case = (&[&["apply"], &["new", "--contract", "--yes"]], &["apply"]);
const DOWN: Case = (&[&["apply"]], &["down"]);

fn prepared(before: &[&[&str]]) -> Notes {
    let notes = Notes::new(MANY);
    notes.change(RATED);
    for args in before {
        notes.migrate(args).assert_done();
    }
    notes
}

/// Runs the act with pauses, and kills it at the pause after so many steps; tells how many there were.
fn kill_after(notes: &Notes, act: &[&str], steps: usize) -> usize {
    let args = ["migrate"].iter().chain(act);
    let args: Vec<&str> = args
        .chain(&["--pause", "--app", "app", "--data", "data"])
        .copied()
        .collect();
    let mut command = notes.folder.command(&args);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    let mut process = command.spawn().unwrap();
    let mut keys = process.stdin.take().unwrap();
    let mut told = 0;
    for line in BufReader::new(process.stderr.take().unwrap()).lines() {
        if !line.unwrap().contains("press Enter") {
            continue;
        }
        told += 1;
        if told == steps {
            process.kill().unwrap();
            break;
        }
        writeln!(keys).unwrap();
    }
    process.wait().unwrap();
    told
}

/// On a server a killed process holds its lease until that runs out, which is not waited for here.
fn let_lease_run_out(notes: &Notes) {
    if notes.is_on_server() {
        change(&notes.place(), "UPDATE _leases SET expires_at = 0");
    }
}

/// The act is done again until it is done: an interrupted one first, which an `apply` goes on with.
fn go_on(notes: &Notes, act: &[&str]) {
    let_lease_run_out(notes);
    let status = notes.migrate(&["status"]);
    let is_interrupted = status.out.contains("interrupted  ");
    let is_over = notes.ask("SELECT count(*) FROM _progress") == [["0"]];
    assert_eq!(is_interrupted, !is_over, "{}", status.out);
    if is_interrupted {
        status.assert_failed();
        let answer = notes.migrate(act);
        assert!(
            answer
                .assert_done()
                .err
                .contains("was interrupted; going on with it"),
            "{}",
            answer.err
        );
    }
}

fn assert_each_step(case: Case) {
    let (before, act) = case;
    let undisturbed = prepared(before);
    undisturbed.migrate(act).assert_done();
    let wanted = undisturbed.everything();
    let mut steps = 1;
    loop {
        let notes = prepared(before);
        let told = kill_after(&notes, act, steps);
        if told < steps {
            assert_same(&notes, &wanted);
            break;
        }
        go_on(&notes, act);
        assert_same(&notes, &wanted);
        steps += 1;
    }
    assert!(steps > 1, "there was no step");
}

/// Ids are made anew in each database; everything else is the same.
fn assert_same(notes: &Notes, wanted: &[Vec<Vec<String>>]) {
    let found = notes.everything();
    let (rows, wanted_rows) = (found.len() - 1, wanted.len() - 1);
    assert_eq!(found[..rows], wanted[..wanted_rows]);
    assert_eq!(without_ids(&found[rows]), without_ids(&wanted[wanted_rows]));
    notes.migrate(&["status"]);
}

/// Every value but ids and times.
fn without_ids(rows: &[Vec<String>]) -> Vec<Vec<&String>> {
    let mut rows: Vec<Vec<&String>> = rows
        .iter()
        .map(|row| row.iter().filter(|value| value.len() < 12).collect())
        .collect();
    rows.sort();
    rows
}

#[test]
fn apply_goes_on_after_each_step() {
    assert_each_step(APPLY);
}

#[test]
fn contract_goes_on_after_each_step() {
    assert_each_step(CONTRACT);
}

#[test]
fn down_goes_on_after_each_step() {
    assert_each_step(DOWN);
}

#[test]
fn apply_goes_on_wherever_it_was_killed() {
    let undisturbed = prepared(&[]);
    undisturbed.migrate(&["apply"]).assert_done();
    let wanted = undisturbed.everything();
    let notes = prepared(&[]);
    for number in 0_u64..20 {
        let args = ["migrate", "apply", "--app", "app", "--data", "data"];
        let mut process = notes.folder.spawn(&args);
        // At times spread over what it takes: no outcome depends on which.
        std::thread::sleep(Duration::from_millis(5 + (number * 7_919) % 60));
        process.kill().unwrap();
        process.wait().unwrap();
        let_lease_run_out(&notes);
        if notes.ask("SELECT count(*) FROM _migrations") == [["2"]] {
            go_on(&notes, &["apply"]);
            assert_same(&notes, &wanted);
            notes.migrate(&["down"]).assert_done();
        }
    }
    notes.migrate(&["apply"]).assert_done();
    assert_same(&notes, &wanted);
}

/// The cursor is put behind half of the rows by hand: those before it are not looked at again.
#[test]
fn an_interrupted_backfill_goes_on_from_its_cursor() {
    let Some(notes) = before_slices() else { return };
    let sql = if notes.is_on_server() {
        "SELECT id::text FROM notes ORDER BY id LIMIT 1 OFFSET 1499"
    } else {
        "SELECT lower(hex(id)) FROM notes ORDER BY id LIMIT 1 OFFSET 1499"
    };
    let id = notes.ask(sql)[0][0].replace('-', "");
    let id = [&id[..8], &id[8..12], &id[12..16], &id[16..20], &id[20..]].join("-");
    let mut progress = progress(&notes);
    progress["after"] = serde_json::json!([id]);
    let text = progress.to_string().replace('\'', "''");
    change(
        &notes.place(),
        &format!("UPDATE _progress SET progress = '{text}'"),
    );
    notes.migrate(&["apply"]).assert_done();
    let worked_out = notes.ask("SELECT count(*) FROM notes WHERE stars_2 IS NOT NULL");
    assert_eq!(worked_out, [["1500"]]);
}

/// Killed before a step that goes through the rows in slices; none where the engine has no such step.
fn before_slices() -> Option<Notes> {
    let mut killed = (1..).map_while(|steps| {
        let notes = prepared(&[]);
        let told = kill_after(&notes, &["apply"], steps);
        let_lease_run_out(&notes);
        (told == steps).then_some(notes)
    });
    let found = killed.find(|notes| next_step(notes).is_some_and(|step| step["slices"].is_object()));
    assert!(found.is_some(), "no step goes through the rows");
    found
}

fn progress(notes: &Notes) -> serde_json::Value {
    let rows = notes.ask("SELECT progress FROM _progress");
    rows.first().map_or(serde_json::Value::Null, |row| {
        serde_json::from_str(&row[0]).unwrap()
    })
}

fn next_step(notes: &Notes) -> Option<serde_json::Value> {
    let progress = progress(notes);
    let at = usize::try_from(progress["at"].as_u64()?).unwrap();
    progress["steps"].get(at).cloned()
}
