//! A shallow reading of Rust source: enough to find functions and attributes, far from a parser.

#[derive(Debug)]
pub(crate) struct Function<'a> {
    pub(crate) name: &'a str,
    /// Counted from 1.
    pub(crate) line: usize,
    pub(crate) is_async: bool,
    pub(crate) is_test: bool,
}

#[derive(Debug)]
pub(crate) struct Attribute<'a> {
    /// What stands between `#[` and `]`.
    pub(crate) text: &'a str,
    /// Counted from 1.
    pub(crate) line: usize,
}

impl Attribute<'_> {
    /// The last name of the path: `test` for `#[tokio::test(start_paused = true)]`.
    pub(crate) fn name(&self) -> &str {
        let path = self.text.split(['(', '=', ' ', '\n']).next().unwrap_or_default();
        path.rsplit("::").next().unwrap_or_default()
    }
}

/// The source with blanks in place of comments and literals. Lines keep their numbers.
pub(crate) fn code_only(source: &str) -> String {
    let mut code = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(next) = rest.chars().next() {
        let in_word = code.ends_with(is_word_character);
        let skipped = comment_or_literal_length(rest, in_word);
        if skipped == 0 {
            code.push(next);
            rest = &rest[next.len_utf8()..];
        } else {
            let (literal, after) = rest.split_at(skipped);
            code.extend(literal.chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
            rest = after;
        }
    }
    code
}

/// Every named function of `code`, which is source without comments and literals.
pub(crate) fn functions(code: &str) -> Vec<Function<'_>> {
    let mut functions = Vec::new();
    for (at, _) in code.match_indices("fn ") {
        if code[..at].ends_with(is_word_character) {
            continue;
        }
        let name = leading_word(code[at + "fn ".len()..].trim_start());
        if name.is_empty() {
            continue;
        }
        // What belongs to this function starts after the end of whatever stands before it.
        let before = &code[..at];
        let introduction = &before[before.rfind([';', '{', '}']).map_or(0, |end| end + 1)..];
        functions.push(Function {
            name,
            line: line_of(code, at),
            is_async: introduction.split_whitespace().any(|word| word == "async"),
            is_test: attributes(introduction)
                .iter()
                .any(|attribute| matches!(attribute.name(), "test" | "rstest" | "test_case")),
        });
    }
    functions
}

/// Every attribute of `code`, which is source without comments and literals.
pub(crate) fn attributes(code: &str) -> Vec<Attribute<'_>> {
    code.match_indices("#[")
        .map(|(at, opening)| {
            let inner = &code[at + opening.len()..];
            Attribute {
                text: inner[..closing_bracket(inner)].trim(),
                line: line_of(code, at),
            }
        })
        .collect()
}

/// Whether `word` stands in `text` as a word of its own.
pub(crate) fn contains_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        !text[..at].ends_with(is_word_character) && !text[at + word.len()..].starts_with(is_word_character)
    })
}

fn comment_or_literal_length(rest: &str, in_word: bool) -> usize {
    if rest.starts_with("//") {
        return rest.find('\n').unwrap_or(rest.len());
    }
    if rest.starts_with("/*") {
        return block_comment_length(rest);
    }
    if rest.starts_with('"') {
        return quoted_length(rest, '"').unwrap_or(rest.len());
    }
    if rest.starts_with('\'') {
        return character_length(rest);
    }
    if in_word { 0 } else { raw_string_length(rest) }
}

fn block_comment_length(rest: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < rest.len() {
        let here = &rest[at..];
        if here.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if here.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += here.chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

/// The length up to and with the closing quote, backslash escapes skipped.
fn quoted_length(rest: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        if escaped {
            escaped = false;
        } else if c == '\\' {
            escaped = true;
        } else if c == quote {
            return Some(at + c.len_utf8());
        }
    }
    None
}

/// The length of a character literal; 0 when the quote starts a lifetime.
fn character_length(rest: &str) -> usize {
    let mut following = rest.chars().skip(1);
    let is_literal = following.next() == Some('\\') || following.next() == Some('\'');
    if is_literal {
        quoted_length(rest, '\'').unwrap_or(rest.len())
    } else {
        0
    }
}

fn raw_string_length(rest: &str) -> usize {
    let Some(after_prefix) = rest.strip_prefix("br").or_else(|| rest.strip_prefix('r')) else {
        return 0;
    };
    let hashes = after_prefix.len() - after_prefix.trim_start_matches('#').len();
    let Some(body) = after_prefix[hashes..].strip_prefix('"') else {
        return 0;
    };
    let ending = format!("\"{}", "#".repeat(hashes));
    body.find(&ending)
        .map_or(rest.len(), |end| rest.len() - body.len() + end + ending.len())
}

fn closing_bracket(inner: &str) -> usize {
    let mut depth = 1_usize;
    for (at, c) in inner.char_indices() {
        match c {
            '[' => depth += 1,
            ']' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    inner.len()
}

fn leading_word(text: &str) -> &str {
    &text[..text.find(|c| !is_word_character(c)).unwrap_or(text.len())]
}

fn is_word_character(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn line_of(code: &str, at: usize) -> usize {
    1 + code[..at].matches('\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_literals_become_blank() {
        let source =
            "let a = \"x // \\\" y\"; // no\nlet b = r#\"a \" b\"#; /* c /* d */ e */ let c = '\\''; 'x';";
        let code = code_only(source);
        assert_eq!(code.lines().count(), 2);
        let words: Vec<&str> = code.split_whitespace().collect();
        assert_eq!(
            words,
            [
                "let", "a", "=", ";", "let", "b", "=", ";", "let", "c", "=", ";", ";"
            ]
        );
    }

    #[test]
    fn lifetimes_are_code() {
        assert_eq!(code_only("fn a<'x>(b: &'x str) {}"), "fn a<'x>(b: &'x str) {}");
    }

    #[test]
    fn functions_carry_what_stands_before_them() {
        let code = "struct A;\n#[tokio::test(flavor = x)]\nasync fn one() {}\n\nimpl A { pub(crate) fn two(f: fn(u8)) {} }";
        let functions = functions(code);
        assert_eq!(functions.len(), 2);
        assert_eq!((functions[0].name, functions[0].line), ("one", 3));
        assert!(functions[0].is_async && functions[0].is_test);
        assert_eq!(functions[1].name, "two");
        assert!(!functions[1].is_async && !functions[1].is_test);
    }

    #[test]
    fn attributes_have_a_name_and_a_line() {
        let attributes = attributes("\n#[cfg_attr(unix, ignore)]\n#[a::b = c]");
        let found: Vec<(&str, usize)> = attributes.iter().map(|a| (a.name(), a.line)).collect();
        assert_eq!(found, [("cfg_attr", 2), ("b", 3)]);
    }

    #[test]
    fn a_word_stands_alone() {
        assert!(contains_word("route_test!(create_record);", "create_record"));
        assert!(!contains_word("fn create_record_twice()", "create_record"));
    }
}
