//! Texts, and questions about their parts.

use mainstay_core::definition::FieldKind;

use super::{Kind, Name, Place, Writer, quote};
use crate::expressions::world::TEXTS;

const PATTERNS: [&str; 7] = ["a", "^a?$", "", "(?i)GRÜ", "[^a-z]", "\\d+|.b", "^.$"];
const PATTERNS_MAX: usize = 6;

impl<'a> Writer<'a> {
    fn text_place(&mut self, selects: bool) -> Option<Place<'a>> {
        self.field(|kind| match kind {
            FieldKind::Text(_) | FieldKind::Email | FieldKind::Url => true,
            FieldKind::Select { .. } => selects,
            _ => false,
        })
    }

    /// A text that is no select: beside a select only its options may stand.
    pub(super) fn text(&mut self, depth: usize) -> String {
        let shapes = if depth == 0 { 4 } else { 10 };
        match self.choices.below(shapes) {
            0 => quote(self.choices.text(&TEXTS)),
            1 | 2 => self
                .text_place(false)
                .map_or_else(|| "'a'".to_owned(), |place| place.text),
            3 if self.has_caller() => "request.method".to_owned(),
            3 => "'GET'".to_owned(),
            4 => {
                let text = self.any_text(depth - 1);
                format!("{text}.lowerAscii()")
            }
            5 => self.choice(Kind::Text, depth).expect("there always is a text"),
            6 => {
                let kinds = [
                    Kind::Integer,
                    Kind::Number,
                    Kind::DateTime,
                    Kind::Date,
                    Kind::Decimal { scale: 2 },
                ];
                let kind = *self.choices.pick(&kinds);
                // A date that is written out beside nothing is a text, which does as well.
                let value = self.value(kind, depth - 1).unwrap_or_else(|| "1".to_owned());
                format!("string({value})")
            }
            7 => {
                let text = self.any_text(depth - 1);
                match self.choices.below(3) {
                    0 => format!("{text}.upperAscii()"),
                    1 => format!("{text}.trim()"),
                    _ => format!(
                        "{text}.replace({}, {})",
                        self.any_text(depth - 1),
                        self.any_text(depth - 1)
                    ),
                }
            }
            8 => {
                let (text, start) = (self.any_text(depth - 1), self.integer(depth - 1));
                match self.choices.below(3) {
                    0 => format!("{text}.charAt({start})"),
                    1 => format!("{text}.substring({start})"),
                    _ => format!("{text}.substring({start}, {})", self.integer(depth - 1)),
                }
            }
            _ => format!("({} + {})", self.any_text(depth - 1), self.any_text(depth - 1)),
        }
    }

    /// A text, the value of a select, or an item, where no literal stands beside it.
    pub(super) fn any_text(&mut self, depth: usize) -> String {
        match self.choices.below(4) {
            1 => self
                .text_place(true)
                .map_or_else(|| "'a'".to_owned(), |place| place.text),
            2 => self.item().map_or_else(|| "'a'".to_owned(), |(name, _)| name),
            _ => self.text(depth),
        }
    }

    fn item(&mut self) -> Option<(String, Vec<String>)> {
        self.scope.iter().rev().find_map(|name| match name {
            Name::Item { name, options } => Some((name.clone(), options.clone())),
            Name::Record { .. } => None,
        })
    }

    /// A text with the options that it must be one of.
    fn chosen(&mut self) -> Option<(String, Vec<String>)> {
        if self.choices.below(2) == 1
            && let Some(item) = self.item()
        {
            return Some(item);
        }
        let place = self.field(|kind| matches!(kind, FieldKind::Select { .. }))?;
        match place.kind {
            FieldKind::Select { options } => Some((place.text, options.clone())),
            _ => None,
        }
    }

    pub(super) fn text_comparison(&mut self, depth: usize) -> String {
        let sign = self.pick_text(&["==", "!=", "<", ">="]);
        if self.choices.below(3) == 2
            && let Some((text, options)) = self.chosen()
        {
            let option = quote(self.choices.pick::<String>(&options));
            return match self.choices.below(3) {
                0 => format!("{text} {sign} {option}"),
                1 => format!("{option} {sign} {text}"),
                _ => format!(
                    "{text} in [{option}, {}]",
                    quote(self.choices.pick::<String>(&options))
                ),
            };
        }
        let left = self.text(depth);
        if self.choices.below(5) == 4 {
            let options = [quote(self.choices.text(&TEXTS)), quote(self.choices.text(&TEXTS))];
            return format!("{left} in [{}]", options.join(", "));
        }
        format!("{left} {sign} {}", self.text(depth))
    }

    pub(super) fn text_test(&mut self, depth: usize) -> String {
        let text = self.any_text(depth);
        match self.choices.below(4) {
            3 if self.patterns < PATTERNS_MAX => {
                self.patterns += 1;
                format!("{text}.matches({})", quote(self.choices.text(&PATTERNS)))
            }
            test => {
                let test = ["startsWith", "endsWith", "contains"][test % 3];
                format!("{text}.{test}({})", self.any_text(depth))
            }
        }
    }

    /// `text in record.tags`
    pub(super) fn item_membership(&mut self) -> String {
        let Some(place) = self.field(|kind| matches!(kind, FieldKind::MultiSelect { .. })) else {
            return "false".to_owned();
        };
        let FieldKind::MultiSelect { options, .. } = place.kind else {
            unreachable!("only such fields were asked for")
        };
        let item = match self.choices.below(3) {
            0 => quote(self.choices.pick::<String>(options)),
            1 => self
                .text_place(true)
                .map_or_else(|| quote(&options[0]), |place| place.text),
            _ => self
                .text_place(false)
                .map_or_else(|| quote(&options[0]), |place| format!("({} + '')", place.text)),
        };
        format!("{item} in {}", place.text)
    }
}
