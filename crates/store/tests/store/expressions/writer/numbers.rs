//! Integers, numbers, decimals, and times.

use mainstay_core::Timestamp;
use mainstay_core::definition::FieldKind;

use super::{Kind, Writer};
use crate::expressions::world::{DATES, TIMES};

const INTEGERS: [&str; 8] = [
    "0",
    "1",
    "2",
    "(-1)",
    "7",
    "9223372036854775807",
    "(-9223372036854775807)",
    "3",
];
const NUMBERS: [&str; 6] = ["0.0", "0.5", "1.0", "(-1.5)", "1e308", "7.25"];
const DECIMALS: [&str; 6] = ["0", "1.5", "12.5", "0.01", "10", "9999999999999.99"];
const DURATIONS: [&str; 5] = ["0s", "1us", "36h", "-1h30m", "2562047788h"];

impl Writer<'_> {
    /// A literal that takes its type from what stands beside it.
    pub(super) fn literal_beside(&mut self, kind: Kind) -> Option<String> {
        Some(match kind {
            Kind::Integer => self.pick_text(&INTEGERS),
            Kind::Number => self.pick_text(&NUMBERS),
            Kind::Decimal { .. } => self.pick_text(&DECIMALS),
            Kind::DateTime => self.time_literal(),
            Kind::Date => quoted_date(self.choices.text(&DATES), self.choices.below(2) == 1),
            Kind::Duration => format!("duration('{}')", self.choices.text(&DURATIONS)),
            Kind::Id(collection) => self.id_literal(collection),
            Kind::Text => return None,
        })
    }

    pub(super) fn integer(&mut self, depth: usize) -> String {
        let shapes = if depth == 0 { 5 } else { 11 };
        match self.choices.below(shapes) {
            0 => self.pick_text(&INTEGERS),
            1 | 2 => self.number_field(|kind| matches!(kind, FieldKind::Integer { .. }), "1"),
            3 => self
                .set(|_| true)
                .map_or_else(|| "1".to_owned(), |set| format!("size({})", set.text)),
            4 => {
                let counted = |kind: &FieldKind| {
                    matches!(
                        kind,
                        FieldKind::MultiSelect { .. } | FieldKind::Text(_) | FieldKind::Email
                    )
                };
                let place = self.field(counted);
                place.map_or_else(|| "1".to_owned(), |place| format!("{}.size()", place.text))
            }
            5 => format!("(-{})", self.integer(depth - 1)),
            6 => self
                .choice(Kind::Integer, depth)
                .expect("there always is an integer"),
            7 => {
                let kinds = [
                    Kind::Text,
                    Kind::Number,
                    Kind::DateTime,
                    Kind::Decimal { scale: 3 },
                    Kind::Integer,
                ];
                let value = self.one_of(&kinds, depth - 1);
                format!("int({value})")
            }
            8 => {
                let function = self.pick_text(&["indexOf", "lastIndexOf"]);
                let (text, part) = (self.any_text(depth - 1), self.any_text(depth - 1));
                format!("{text}.{function}({part})")
            }
            _ => {
                let sign = self.pick_text(&["+", "-", "*", "/", "%"]);
                let (left, right) = (self.integer(depth - 1), self.integer(depth - 1));
                format!("({left} {sign} {right})")
            }
        }
    }

    /// A value of one of some kinds; of the last one when nothing in sight has the kind.
    fn one_of(&mut self, kinds: &[Kind], depth: usize) -> String {
        let kind = *self.choices.pick(kinds);
        self.value(kind, depth)
            .or_else(|| self.value(kinds[kinds.len() - 1], depth))
            .expect("the last kind always is in sight")
    }

    pub(super) fn number(&mut self, depth: usize) -> String {
        let shapes = if depth == 0 { 3 } else { 8 };
        match self.choices.below(shapes) {
            0 => self.pick_text(&NUMBERS),
            1 | 2 => self.number_field(|kind| matches!(kind, FieldKind::Number { .. }), "0.5"),
            3 => format!("(-{})", self.number(depth - 1)),
            4 => self
                .choice(Kind::Number, depth)
                .expect("there always is a number"),
            5 => {
                let kinds = [Kind::Text, Kind::Decimal { scale: 3 }, Kind::Integer];
                format!("double({})", self.one_of(&kinds, depth - 1))
            }
            _ => {
                let sign = self.pick_text(&["+", "-", "*", "/"]);
                let left = self.number(depth - 1);
                let right = if self.choices.below(2) == 0 {
                    self.number(depth - 1)
                } else {
                    self.integer(depth - 1)
                };
                format!("({left} {sign} {right})")
            }
        }
    }

    /// `None` when no decimal of this scale is in sight.
    pub(super) fn decimal(&mut self, scale: u8, depth: usize) -> Option<String> {
        let kind = Kind::Decimal { scale };
        let shapes = if depth == 0 { 1 } else { 7 };
        match self.choices.below(shapes) {
            0 => self
                .field(|kind| matches!(kind, FieldKind::Decimal { scale: found, .. } if *found == scale))
                .map(|place| place.text),
            1 => Some(format!("(-{})", self.decimal(scale, depth - 1)?)),
            2 => self.choice(kind, depth),
            4 => {
                let kinds = [
                    Kind::Text,
                    Kind::Number,
                    Kind::Decimal { scale: 3 },
                    Kind::Integer,
                ];
                Some(format!("decimal({}, {scale})", self.one_of(&kinds, depth - 1)))
            }
            3 => {
                let (decimal, factor) = (self.decimal(scale, depth - 1)?, self.integer(depth - 1));
                Some(if self.choices.below(2) == 0 {
                    format!("({decimal} * {factor})")
                } else {
                    format!("({factor} * {decimal})")
                })
            }
            _ => {
                let sign = self.pick_text(&["+", "-"]);
                let left = self.decimal(scale, depth - 1)?;
                let right = match self.choices.below(2) {
                    0 => self.literal_beside(kind),
                    _ => self.decimal(scale, depth - 1),
                };
                Some(format!("({left} {sign} {})", right?))
            }
        }
    }

    pub(super) fn time(&mut self, depth: usize) -> String {
        let shapes = if depth == 0 { 4 } else { 7 };
        match self.choices.below(shapes) {
            0 => self.time_literal(),
            1 | 2 => {
                let place = self.field(|kind| matches!(kind, FieldKind::DateTime));
                place.map_or_else(|| self.time_literal(), |place| place.text)
            }
            3 if self.has_caller() => self.pick_text(&["now()", "request.time"]),
            3 => "now()".to_owned(),
            4 => self
                .choice(Kind::DateTime, depth)
                .expect("there always is a time"),
            5 => {
                let kinds = [Kind::Text, Kind::Date, Kind::Integer];
                format!("timestamp({})", worked_out(self.one_of(&kinds, depth - 1)))
            }
            _ => {
                let sign = self.pick_text(&["+", "-"]);
                format!("({} {sign} {})", self.time(depth - 1), self.duration(depth - 1))
            }
        }
    }

    fn time_literal(&mut self) -> String {
        let micros = *self.choices.pick(&TIMES);
        let time = Timestamp::from_micros(micros).expect("the times of the tests are in the calendar");
        format!("timestamp('{time}')")
    }

    pub(super) fn date(&mut self, depth: usize) -> String {
        if depth > 0 && self.choices.below(3) == 2 {
            let value = self.one_of(&[Kind::Text, Kind::DateTime], depth - 1);
            return format!("date({})", worked_out(value));
        }
        if self.choices.below(2) == 1
            && let Some(place) = self.field(|kind| matches!(kind, FieldKind::Date))
        {
            return place.text;
        }
        quoted_date(self.choices.text(&DATES), true)
    }

    pub(super) fn duration(&mut self, depth: usize) -> String {
        let literal = format!("duration('{}')", self.choices.text(&DURATIONS));
        if depth == 0 {
            return literal;
        }
        match self.choices.below(4) {
            0 => literal,
            1 => format!("({} - {})", self.time(depth - 1), self.time(depth - 1)),
            2 => format!("(-{})", self.duration(depth - 1)),
            _ => {
                let sign = self.pick_text(&["+", "-"]);
                format!(
                    "({} {sign} {})",
                    self.duration(depth - 1),
                    self.duration(depth - 1)
                )
            }
        }
    }

    fn number_field(&mut self, wanted: impl Fn(&FieldKind) -> bool, otherwise: &str) -> String {
        self.field(wanted)
            .map_or_else(|| otherwise.to_owned(), |place| place.text)
    }
}

/// A text that is written out would have to be a time.
fn worked_out(value: String) -> String {
    if value.starts_with('\'') {
        format!("({value} + '')")
    } else {
        value
    }
}

/// Beside a date its text is enough.
fn quoted_date(date: &str, with_function: bool) -> String {
    if with_function {
        format!("date('{date}')")
    } else {
        format!("'{date}'")
    }
}
