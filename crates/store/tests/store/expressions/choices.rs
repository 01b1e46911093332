//! Chance as a tape of numbers.
//!
//! What is made from a tape gets simpler as the tape gets shorter and its numbers smaller, so that proptest, which knows
//! nothing of expressions, shrinks them to readable ones. Every choice lists its simplest answer first.

pub(crate) struct Choices<'t> {
    tape: &'t [u16],
}

impl<'t> Choices<'t> {
    pub(crate) fn new(tape: &'t [u16]) -> Self {
        Self { tape }
    }

    /// A number below `count`; 0 when the tape has ended.
    pub(crate) fn below(&mut self, count: usize) -> usize {
        let Some((first, rest)) = self.tape.split_first() else {
            return 0;
        };
        self.tape = rest;
        usize::from(*first) % count
    }

    pub(crate) fn pick<'v, T>(&mut self, values: &'v [T]) -> &'v T {
        &values[self.below(values.len())]
    }

    pub(crate) fn text<'v>(&mut self, texts: &[&'v str]) -> &'v str {
        texts[self.below(texts.len())]
    }

    pub(crate) fn has_ended(&self) -> bool {
        self.tape.is_empty()
    }
}
