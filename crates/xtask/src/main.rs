#![doc = include_str!("../README.md")]

mod asvs;
mod checklist;
mod checks;
mod deny_policy;
mod markdown;
mod problem;
mod repository;
mod rust_source;
mod spdx;

use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::checklist::Checklist;
use crate::repository::load;

const HELP: &str = "\
Usage: cargo xtask COMMAND

  check               check the repository; lists every problem with a way out
  checklist           count what is proven of the checklist, by area
  checklist --open    list the items that no test shows yet
  asvs                write docs/security/asvs.md, the state of each requirement of OWASP ASVS
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let mut out = io::stdout().lock();
    let outcome = match arguments.as_slice() {
        ["check"] => check(&mut out),
        ["checklist"] => print_checklist(&mut out, Checklist::table),
        ["checklist", "--open"] => print_checklist(&mut out, Checklist::open_items),
        ["asvs"] => write_asvs(&mut out),
        [] | ["help" | "--help" | "-h"] => print_help(&mut out, ExitCode::SUCCESS),
        _ => print_help(&mut out, ExitCode::from(2)),
    };
    outcome.unwrap_or_else(|error| {
        // Nobody is left to tell when standard error is closed too.
        let _ = writeln!(io::stderr(), "xtask: {error:#}");
        ExitCode::FAILURE
    })
}

fn check(out: &mut impl Write) -> Result<ExitCode> {
    let repository = load::repository(&load::root()?)?;
    let long_files = checks::file_length::worth_splitting(&repository);
    if !long_files.is_empty() {
        writeln!(
            out,
            "note: worth splitting, over {} lines:",
            checks::file_length::NOTED_ABOVE_LINES
        )?;
        for (path, lines) in long_files {
            writeln!(out, "  {lines:5}  {path}")?;
        }
    }
    let problems = checks::run_all(&repository);
    for (check, problem) in &problems {
        writeln!(out, "{problem}  [{check}]")?;
    }
    let files = repository.texts.len();
    let packages = repository.packages.len();
    writeln!(
        out,
        "xtask check: {} checks over {files} files and {packages} packages, {} problems",
        checks::ALL.len(),
        problems.len()
    )?;
    Ok(if problems.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn print_checklist(out: &mut impl Write, view: impl Fn(&Checklist) -> String) -> Result<ExitCode> {
    let path = load::root()?.join(checklist::FILE);
    let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let checklist =
        Checklist::parse(&text).with_context(|| format!("cannot understand {}", checklist::FILE))?;
    write!(out, "{}", view(&checklist))?;
    Ok(ExitCode::SUCCESS)
}

fn write_asvs(out: &mut impl Write) -> Result<ExitCode> {
    let root = load::root()?;
    let path = root.join(asvs::FILE);
    let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let table = asvs::Table::parse(&text).with_context(|| format!("cannot understand {}", asvs::FILE))?;
    let page = root.join(asvs::PAGE);
    std::fs::write(&page, table.page()).with_context(|| format!("cannot write {}", page.display()))?;
    writeln!(out, "{}: {}", asvs::PAGE, table.summary())?;
    Ok(ExitCode::SUCCESS)
}

fn print_help(out: &mut impl Write, status: ExitCode) -> Result<ExitCode> {
    write!(out, "{HELP}")?;
    Ok(status)
}
