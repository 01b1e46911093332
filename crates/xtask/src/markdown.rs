//! A shallow reading of Markdown: lines outside fenced blocks, code spans and links.

#[derive(Debug)]
pub(crate) struct Line<'a> {
    /// Counted from 1.
    pub(crate) number: usize,
    pub(crate) text: &'a str,
    /// What stands between backticks.
    pub(crate) code_spans: Vec<&'a str>,
    /// Targets of links and images, without their titles.
    pub(crate) link_targets: Vec<String>,
}

/// The lines of a document that are not part of a fenced code block.
pub(crate) fn lines_outside_fences(document: &str) -> Vec<Line<'_>> {
    let mut fence: Option<&str> = None;
    let mut lines = Vec::new();
    for (index, text) in document.lines().enumerate() {
        let marker = fence_marker(text);
        match (fence, marker) {
            (None, Some(_)) => fence = marker,
            (Some(opened), Some(found)) if found.starts_with(opened) => fence = None,
            (Some(_), _) => {}
            (None, None) => lines.push(line(index + 1, text)),
        }
    }
    lines
}

fn fence_marker(text: &str) -> Option<&str> {
    let trimmed = text.trim_start();
    let first = trimmed.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let length = trimmed.len() - trimmed.trim_start_matches(first).len();
    // A fence of backticks has none after it: that would be a code span.
    let is_fence = length >= 3 && !(first == '`' && trimmed[length..].contains('`'));
    is_fence.then(|| &trimmed[..length])
}

fn line(number: usize, text: &str) -> Line<'_> {
    let mut code_spans = Vec::new();
    let mut prose = String::new();
    let mut rest = text;
    while let Some(start) = rest.find('`') {
        prose.push_str(&rest[..start]);
        let ticks = rest[start..].len() - rest[start..].trim_start_matches('`').len();
        let inner = &rest[start + ticks..];
        let Some(end) = inner.find(&rest[start..start + ticks]) else {
            break;
        };
        code_spans.push(inner[..end].trim());
        rest = &inner[end + ticks..];
    }
    prose.push_str(rest);
    Line {
        number,
        text,
        code_spans,
        link_targets: link_targets(&prose),
    }
}

fn link_targets(prose: &str) -> Vec<String> {
    let inline = prose.match_indices("](").filter_map(|(at, opening)| {
        let inner = &prose[at + opening.len()..];
        closing_parenthesis(inner).map(|end| &inner[..end])
    });
    let definition = prose
        .trim_start()
        .strip_prefix('[')
        .and_then(|after| after.split_once("]:"))
        .map(|(_, target)| target);
    inline
        .chain(definition)
        .map(without_title)
        .filter(|target| !target.is_empty())
        .collect()
}

fn closing_parenthesis(inner: &str) -> Option<usize> {
    let mut depth = 1_usize;
    for (at, c) in inner.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

fn without_title(target: &str) -> String {
    let target = target.trim();
    if let Some((inside, _)) = target.strip_prefix('<').and_then(|after| after.split_once('>')) {
        return inside.to_owned();
    }
    target.split_whitespace().next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fenced_blocks_are_skipped() {
        let document = "one\n```rust\ntwo\n~~~\n```\nthree\n~~~~\nfour\n~~~\n~~~~\nfive";
        let texts: Vec<&str> = lines_outside_fences(document)
            .iter()
            .map(|line| line.text)
            .collect();
        assert_eq!(texts, ["one", "three", "five"]);
    }

    #[test]
    fn links_lose_their_titles() {
        let document = "[a](b/c.md \"title\") ![d](<e f.png>) [g](h_(i).md)\n[j]: k.md";
        let lines = lines_outside_fences(document);
        assert_eq!(lines[0].link_targets, ["b/c.md", "e f.png", "h_(i).md"]);
        assert_eq!(lines[1].link_targets, ["k.md"]);
    }

    #[test]
    fn code_spans_hide_links() {
        let lines = lines_outside_fences("`a` and ``b ` [c](d)`` and [e](f)");
        assert_eq!(lines[0].code_spans, ["a", "b ` [c](d)"]);
        assert_eq!(lines[0].link_targets, ["f"]);
    }
}
