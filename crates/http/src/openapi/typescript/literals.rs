//! Texts, names and comments of TypeScript.

/// A text between the quotes that Prettier would choose: those that leave less to escape.
pub(super) fn text(value: &str) -> String {
    let doubles = value.matches('"').count();
    let quote = if doubles > value.matches('\'').count() {
        '\''
    } else {
        '"'
    };
    let mut out = String::from(quote);
    for character in value.chars() {
        match character {
            '\\' => out.push_str("\\\\"),
            character if character == quote => out.extend(['\\', character]),
            // Line ends of JavaScript, and what nobody can see.
            character if character.is_control() || matches!(character, '\u{2028}' | '\u{2029}') => {
                out.push_str(&format!("\\u{:04x}", u32::from(character)));
            }
            character => out.push(character),
        }
    }
    out.push(quote);
    out
}

/// A comment for the declaration that follows, with `indent` spaces in front; nothing for no text.
pub(super) fn comment(about: &str, indent: usize) -> String {
    let about = about.trim().replace("*/", "*\\/");
    if about.is_empty() {
        return String::new();
    }
    let margin = " ".repeat(indent);
    let lines: Vec<&str> = about.lines().map(str::trim_end).collect();
    if let [line] = lines[..] {
        return format!("{margin}/** {line} */\n");
    }
    let mut out = format!("{margin}/**\n");
    for line in lines {
        out.push_str(format!("{margin} * {line}").trim_end());
        out.push('\n');
    }
    out.push_str(&format!("{margin} */\n"));
    out
}
