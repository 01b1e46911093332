//! Licence expressions of the SPDX specification, annex "SPDX license expressions", and Cargo's older `MIT/Apache-2.0`.

/// Whether the expression can be satisfied with allowed licences alone; an error says what is not understood.
pub(crate) fn is_satisfied(expression: &str, is_allowed: &dyn Fn(&str) -> bool) -> Result<bool, String> {
    let spaced = expression
        .replace('(', " ( ")
        .replace(')', " ) ")
        .replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut parser = Parser {
        words: &words,
        is_allowed,
    };
    let satisfied = parser.any_of()?;
    match parser.words.first() {
        None => Ok(satisfied),
        Some(word) => Err(format!(
            "unexpected `{word}` in the licence expression `{expression}`"
        )),
    }
}

struct Parser<'a> {
    words: &'a [&'a str],
    is_allowed: &'a dyn Fn(&str) -> bool,
}

impl<'a> Parser<'a> {
    fn any_of(&mut self) -> Result<bool, String> {
        let mut satisfied = self.all_of()?;
        while self.take("OR") {
            satisfied |= self.all_of()?;
        }
        Ok(satisfied)
    }

    fn all_of(&mut self) -> Result<bool, String> {
        let mut satisfied = self.single()?;
        while self.take("AND") {
            satisfied &= self.single()?;
        }
        Ok(satisfied)
    }

    fn single(&mut self) -> Result<bool, String> {
        if self.take("(") {
            let satisfied = self.any_of()?;
            return if self.take(")") {
                Ok(satisfied)
            } else {
                Err("a `(` is never closed".to_owned())
            };
        }
        let licence = self.word()?;
        if self.take("WITH") {
            let exception = self.word()?;
            return Ok((self.is_allowed)(&format!("{licence} WITH {exception}")));
        }
        Ok((self.is_allowed)(licence))
    }

    fn word(&mut self) -> Result<&'a str, String> {
        let (&word, rest) = self
            .words
            .split_first()
            .ok_or("the licence expression ends too early")?;
        self.words = rest;
        Ok(word)
    }

    fn take(&mut self, word: &str) -> bool {
        let found = self
            .words
            .first()
            .is_some_and(|next| next.eq_ignore_ascii_case(word));
        if found {
            self.words = &self.words[1..];
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(expression: &str) -> Result<bool, String> {
        is_satisfied(expression, &|licence| {
            ["MIT", "ISC", "Apache-2.0 WITH LLVM-exception"].contains(&licence)
        })
    }

    #[test]
    fn one_allowed_choice_is_enough() {
        assert_eq!(allowed("GPL-3.0 OR MIT"), Ok(true));
        assert_eq!(allowed("GPL-3.0/MIT"), Ok(true));
        assert_eq!(allowed("GPL-3.0 OR MPL-2.0"), Ok(false));
    }

    #[test]
    fn every_part_of_a_sum_must_be_allowed() {
        assert_eq!(allowed("MIT AND ISC"), Ok(true));
        assert_eq!(allowed("ISC AND (GPL-3.0 OR MIT)"), Ok(true));
        assert_eq!(allowed("MIT AND GPL-3.0"), Ok(false));
    }

    #[test]
    fn an_exception_belongs_to_its_licence() {
        assert_eq!(allowed("Apache-2.0 WITH LLVM-exception"), Ok(true));
        assert_eq!(allowed("Apache-2.0"), Ok(false));
    }

    #[test]
    fn nonsense_is_an_error() {
        assert!(allowed("MIT MIT").is_err());
        assert!(allowed("(MIT").is_err());
        assert!(allowed("").is_err());
    }
}
