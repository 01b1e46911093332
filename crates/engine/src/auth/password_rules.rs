//! What a password may be: long enough, not one that everybody tries first, and not made of what everybody knows (NIST SP
//! 800-63B, OWASP ASVS 5.0 6.2). It is taken exactly as it was typed; small and capital letters make a difference to the
//! hash, but not to these rules.

use mainstay_core::definition::Definition;
use mainstay_core::{Code, Problem, limits};

use crate::failure::Failure;

/// One a line, in small letters; where it is from stands in the file beside it.
const COMMON: &str = include_str!("common_passwords/list.txt");
/// Shorter words stand in any sentence.
const WORD_CHARACTERS_MIN: usize = 4;

/// Refuses a password that is too short, too long or too easy to guess for the account with this address.
pub(crate) fn check_password(definition: &Definition, email: &str, password: &str) -> Result<(), Failure> {
    let Some(message) = fault(definition, email, password) else {
        return Ok(());
    };
    Err(Problem::field(Code::ValidationFailed, "password", message).into())
}

fn fault(definition: &Definition, email: &str, password: &str) -> Option<String> {
    let (min, max) = (limits::PASSWORD_CHARACTERS_MIN, limits::PASSWORD_CHARACTERS_MAX);
    if !(min..=max).contains(&password.chars().count()) {
        return Some(format!("must have {min} to {max} characters"));
    }
    let password = password.to_lowercase();
    if is_common(&password) {
        let message = "is one of the passwords that are used the most: choose another one, best a sentence";
        return Some(message.to_owned());
    }
    let rest = without(&password, &known_words(definition, email));
    if rest != password && (rest.trim().chars().count() < min || is_common(rest.trim())) {
        return Some(format!(
            "must not be made of the name of the application or the e-mail address: without them, at least {min} \
             characters must be left"
        ));
    }
    None
}

fn is_common(password: &str) -> bool {
    COMMON.lines().any(|common| common == password)
}

/// What everybody knows of the application and the account, in small letters, the longest first.
fn known_words(definition: &Definition, email: &str) -> Vec<String> {
    let texts = [definition.name.as_str(), definition.title.as_str(), email];
    let mut words: Vec<String> = texts
        .iter()
        .flat_map(|text| {
            let parts = text.split(|character: char| !character.is_alphanumeric());
            std::iter::once(*text).chain(text.split('@')).chain(parts)
        })
        .map(|word| word.trim().to_lowercase())
        .filter(|word| word.chars().count() >= WORD_CHARACTERS_MIN)
        .collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    words.dedup();
    words
}

fn without(password: &str, words: &[String]) -> String {
    words
        .iter()
        .fold(password.to_owned(), |rest, word| rest.replace(word, ""))
}

#[cfg(test)]
mod tests {
    use mainstay_core::definition::SourceFile;

    use super::*;

    fn refused(password: &str) -> bool {
        let file = SourceFile {
            path: "mainstay.toml".to_owned(),
            text: "name = \"choir-books\"\ntitle = \"Choir and Books\"".to_owned(),
        };
        let definition = Definition::read(vec![file]).expect("the definition is valid");
        fault(&definition, "ida.berg@bakery.example", password).is_some()
    }

    #[test]
    fn the_list_has_ten_thousand_lines_that_length_alone_would_let_pass() {
        assert_eq!(COMMON.lines().count(), 10_000);
        let fits = |line: &str| line.len() >= limits::PASSWORD_CHARACTERS_MIN && line == line.to_lowercase();
        assert!(COMMON.lines().all(fits));
    }

    #[test]
    fn common_passwords_are_refused_however_they_are_written() {
        for password in ["password", "PassWord", "12345678", "qwertyuiop", "1q2w3e4r"] {
            assert!(refused(password), "{password}");
        }
    }

    #[test]
    fn what_everybody_knows_is_refused() {
        for password in [
            "choir-books",
            "Choir and Books",
            "ChoirBooks!1",
            "choirchoirchoir",
            "ida.berg@bakery.example",
            "bakery2026",
            "choirpassword",
        ] {
            assert!(refused(password), "{password}");
        }
    }

    #[test]
    fn any_other_password_of_the_right_length_is_taken() {
        for password in [
            "        ",
            "aaaa bbbb",
            "correct horse",
            "ein langer Satz über den Chor",
            "we bought books for the choir of 40",
            "пароль из слов",
            "🥖🥐🥨🍞🥯🧇🥞🧁",
            &"é".repeat(256),
        ] {
            assert!(!refused(password), "{password}");
        }
        for password in ["", "1234567", "🥖🥐🥨🍞🥯🧇🥞", &"a".repeat(257)] {
            assert!(refused(password), "{password}");
        }
    }
}
