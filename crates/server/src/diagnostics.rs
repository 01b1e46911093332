//! Faults of a definition, with the lines they stand in.

use std::path::Path;

use ariadne::{CharSet, Config, IndexType, Label, Report, ReportKind, Source};
use mainstay_core::definition::{Diagnostic, SourceFile};

use crate::application::Faulty;
use crate::printer::Printer;

/// How to print faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// The lines, what is wrong in them, and the way out
    Full,
    /// path:line:column: message, for editors
    Short,
}

pub(crate) fn print(printer: &Printer, faulty: &Faulty, format: Format) {
    for diagnostic in &faulty.diagnostics {
        let text = text_of(&faulty.files, &diagnostic.path);
        let path = shown_path(&faulty.folder, &diagnostic.path);
        match format {
            Format::Short => printer.note(short(diagnostic, &path, text)),
            Format::Full => {
                printer.note(full(diagnostic, &path, text, printer.has_color()).trim_end_matches('\n'));
            }
        }
    }
}

fn text_of<'f>(files: &'f [SourceFile], path: &str) -> &'f str {
    files
        .iter()
        .find(|file| file.path == path)
        .map_or("", |file| &file.text)
}

fn shown_path(folder: &Path, path: &str) -> String {
    folder.join(path).display().to_string()
}

fn short(diagnostic: &Diagnostic, path: &str, text: &str) -> String {
    let (line, column) = diagnostic.position(text);
    let hint = diagnostic
        .hint
        .as_ref()
        .map_or(String::new(), |hint| format!("; {hint}"));
    format!("{path}:{line}:{column}: {}{hint}", diagnostic.message)
}

fn full(diagnostic: &Diagnostic, path: &str, text: &str, color: bool) -> String {
    let span = diagnostic.span.start.min(text.len())..diagnostic.span.end.min(text.len());
    let config = Config::default()
        .with_color(color)
        .with_index_type(IndexType::Byte)
        .with_char_set(CharSet::Unicode);
    let mut report = Report::build(ReportKind::Error, (path, span.clone()))
        .with_config(config)
        .with_message(&diagnostic.message)
        .with_label(Label::new((path, span)).with_message("here"));
    if let Some(hint) = &diagnostic.hint {
        report = report.with_help(hint);
    }
    let mut out = Vec::new();
    report
        .finish()
        .write((path, Source::from(text)), &mut out)
        .expect("memory takes every byte");
    String::from_utf8_lossy(&out).into_owned()
}
