//! Conditions: logic, comparisons, and questions about many.

use mainstay_core::definition::FieldKind;

use super::{Kind, Name, QUESTIONS_MAX, Writer};

const EQUALITY: [&str; 2] = ["==", "!="];
const ORDER: [&str; 6] = ["==", "!=", "<", "<=", ">", ">="];

impl Writer<'_> {
    pub(super) fn condition(&mut self, depth: usize) -> String {
        if depth == 0 {
            return self.plain_condition();
        }
        match self.choices.below(15) {
            0 => self.plain_condition(),
            1 => format!("!({})", self.condition(depth - 1)),
            2 | 3 => self.joined("&&", depth),
            4 | 5 => self.joined("||", depth),
            6 => {
                let parts = [(); 3].map(|()| self.condition(depth - 1));
                format!("({} ? {} : {})", parts[0], parts[1], parts[2])
            }
            7 => {
                let sign = self.pick_text(&EQUALITY);
                let (left, right) = (self.condition(depth - 1), self.condition(depth - 1));
                format!("(({left}) {sign} ({right}))")
            }
            8 => {
                let sign = self.pick_text(&EQUALITY);
                format!("(({}) {sign} null)", self.condition(depth - 1))
            }
            9 | 10 => self.question_about_records(depth),
            11 => self.question_about_items(depth),
            12 => {
                let kind = *self.choices.pick(&[Kind::Text, Kind::Integer]);
                let value = self.value(kind, depth - 1).expect("there always is a text");
                format!("bool({value})")
            }
            _ => self.comparison(depth - 1),
        }
    }

    fn joined(&mut self, operator: &str, depth: usize) -> String {
        let count = 2 + self.choices.below(2);
        let parts: Vec<String> = (0..count).map(|_| self.condition(depth - 1)).collect();
        format!("({})", parts.join(&format!(" {operator} ")))
    }

    fn plain_condition(&mut self) -> String {
        match self.choices.below(10) {
            0 => self.pick_text(&["true", "false"]),
            1 => self.flag(),
            2 => self.asked_null(),
            3 => self.asked_has(),
            4 => self.membership(),
            5 => self.item_membership(),
            6 => self.id_comparison(0),
            7 => self.text_test(0),
            _ => self.comparison(0),
        }
    }

    fn flag(&mut self) -> String {
        let place = self.field(|kind| matches!(kind, FieldKind::Boolean));
        place.map_or_else(|| "true".to_owned(), |place| place.text)
    }

    fn asked_null(&mut self) -> String {
        let sign = self.pick_text(&EQUALITY);
        let place = self.field(|_| true).expect("every record has fields");
        if self.choices.below(2) == 0 {
            format!("{} {sign} null", place.text)
        } else {
            format!("null {sign} {}", place.text)
        }
    }

    fn asked_has(&mut self) -> String {
        if self.has_caller() && self.choices.below(4) == 3 {
            return "has(auth.id)".to_owned();
        }
        let place = self.field(|_| true).expect("every record has fields");
        format!("has({})", place.text)
    }

    fn comparison(&mut self, depth: usize) -> String {
        let kind = match self.choices.below(10) {
            0 => Kind::Integer,
            1 => Kind::Text,
            2 => Kind::Number,
            3 => Kind::Decimal { scale: 2 },
            4 => Kind::Decimal { scale: 3 },
            5 => Kind::DateTime,
            6 => Kind::Date,
            7 => Kind::Duration,
            8 => return self.id_comparison(depth),
            _ => return self.text_test(depth),
        };
        if kind == Kind::Text {
            return self.text_comparison(depth);
        }
        if self.choices.below(6) == 5
            && let Some(listed) = self.in_list(kind, depth)
        {
            return listed;
        }
        let sign = self.pick_text(&ORDER);
        let left = self.value(kind, depth);
        let right = match self.choices.below(3) {
            0 => self.literal_beside(kind),
            1 if kind == Kind::Number => Some(self.integer(depth)),
            _ => self.value(kind, depth),
        };
        match (left, right) {
            (Some(left), Some(right)) if self.choices.below(3) == 2 => format!("{right} {sign} {left}"),
            (Some(left), Some(right)) => format!("{left} {sign} {right}"),
            _ => "true".to_owned(),
        }
    }

    fn in_list(&mut self, kind: Kind, depth: usize) -> Option<String> {
        let item = self.value(kind, depth)?;
        let count = 1 + self.choices.below(3);
        let options: Option<Vec<String>> = (0..count).map(|_| self.literal_beside(kind)).collect();
        Some(format!("{item} in [{}]", options?.join(", ")))
    }

    fn id_comparison(&mut self, depth: usize) -> String {
        let kind = self.id_kind();
        if self.choices.below(5) == 4
            && let Some(listed) = self.in_list(kind, depth)
        {
            return listed;
        }
        let sign = self.pick_text(&EQUALITY);
        let left = self.value(kind, depth).expect("an id of this kind is in sight");
        let right = match self.choices.below(2) {
            0 => self.literal_beside(kind),
            _ => self.value(kind, depth),
        };
        format!("{left} {sign} {}", right.expect("an id can be written out"))
    }

    /// `id in set`
    fn membership(&mut self) -> String {
        let Some(set) = self.set(|_| true) else {
            return "true".to_owned();
        };
        let item = match self.choices.below(3) {
            0 => Some(self.id_literal(set.collection)),
            _ => self.id(set.collection, 0),
        };
        let item = item.unwrap_or_else(|| self.id_literal(set.collection));
        format!("{item} in {}", set.text)
    }

    fn question_about_records(&mut self, depth: usize) -> String {
        let inside = self.scope.iter().filter(|name| name.is_variable()).count();
        let Some(set) = self.set(|_| true).filter(|_| inside < QUESTIONS_MAX) else {
            return self.plain_condition();
        };
        let name = self.new_name();
        self.scope.push(Name::Record {
            name: name.clone(),
            collection: set.collection,
        });
        self.question(&set.text, &name, depth)
    }

    fn question_about_items(&mut self, depth: usize) -> String {
        let inside = self.scope.iter().filter(|name| name.is_variable()).count();
        let place = self.field(|kind| matches!(kind, FieldKind::MultiSelect { .. }));
        let Some(place) = place.filter(|_| inside < QUESTIONS_MAX) else {
            return self.plain_condition();
        };
        let FieldKind::MultiSelect { options, .. } = place.kind else {
            unreachable!("only such fields were asked for")
        };
        let name = self.new_name();
        self.scope.push(Name::Item {
            name: name.clone(),
            options: options.clone(),
        });
        self.question(&place.text, &name, depth)
    }

    fn question(&mut self, set: &str, name: &str, depth: usize) -> String {
        let asked = self.pick_text(&["exists", "all", "exists_one"]);
        let body = self.condition(depth - 1);
        self.scope.pop();
        format!("{set}.{asked}({name}, {body})")
    }
}

impl Name {
    fn is_variable(&self) -> bool {
        match self {
            Self::Record { name, .. } | Self::Item { name, .. } => name.starts_with('x'),
        }
    }
}
