//! Values, comparisons and functions.

use mainstay_core::Value;
use mainstay_core::definition::FieldId;
use mainstay_core::rules::{Comparison, Expr, Literal, Node, RecordPath, Root, Type, Variable, reads_auth};

use super::Compiler;
use crate::sql::names::{column, table};
use crate::sql::statement::Slot;

impl Compiler<'_> {
    pub(super) fn comparison(
        &mut self,
        operator: Comparison,
        left: &Expr,
        right: &Expr,
        wanted: bool,
    ) -> String {
        let operator = if wanted { operator } else { opposite(operator) };
        if let Some(text) = self.null_test(operator, left, right) {
            return text;
        }
        let auth_left = reads_auth(left);
        let auth_right = reads_auth(right);
        let (left_sql, right_sql) = (self.value(left), self.value(right));
        match operator {
            // An equality that is merely "not true" with null needs no null-safe form, and can use an index.
            Comparison::Equal if auth_left || auth_right || !left.nullable || !right.nullable => {
                format!("({left_sql} = {right_sql})")
            }
            Comparison::Equal => self.dialect.same(&left_sql, &right_sql),
            Comparison::NotEqual => {
                let mut text = if left.nullable || right.nullable {
                    self.dialect.not_same(&left_sql, &right_sql)
                } else {
                    format!("({left_sql} <> {right_sql})")
                };
                // Who is nobody is not "somebody else": with an absent user the comparison is unknown.
                for (depends, sql) in [(auth_left, &left_sql), (auth_right, &right_sql)] {
                    if depends {
                        text = format!("({text} AND {sql} IS NOT NULL)");
                    }
                }
                text
            }
            ordering => format!("({left_sql} {} {right_sql})", sign(ordering)),
        }
    }

    /// `x == null` and `x != null` ask whether the value is there.
    fn null_test(&mut self, operator: Comparison, left: &Expr, right: &Expr) -> Option<String> {
        let is_null = |expr: &Expr| matches!(expr.node, Node::Literal(Literal::Null));
        let other = match (is_null(left), is_null(right)) {
            (true, _) => right,
            (false, true) => left,
            (false, false) => return None,
        };
        let value = self.value(other);
        match operator {
            Comparison::Equal => {
                let known = self.somebody(other);
                Some(format!("({value} IS NULL{known})"))
            }
            Comparison::NotEqual => Some(format!("({value} IS NOT NULL)")),
            _ => Some("(NULL)".to_owned()),
        }
    }

    pub(super) fn in_list(&mut self, item: &Expr, options: &[Expr], wanted: bool) -> String {
        let item = self.value(item);
        let options: Vec<String> = options.iter().map(|option| self.value(option)).collect();
        let not = if wanted { "" } else { "NOT " };
        if options.is_empty() {
            // SQL's empty list is false even for null; in the language it is unknown.
            return format!(
                "({item} IS NOT NULL AND {})",
                if wanted { "FALSE" } else { "TRUE" }
            );
        }
        format!("({item} {not}IN ({}))", options.join(", "))
    }

    fn item(&mut self, variable: Variable) -> String {
        let item = format!("{}.value", self.alias_of(variable));
        self.dialect.by_code_point(&item)
    }

    /// The address that was confirmed may be another one by now.
    fn auth_verified(&mut self) -> String {
        let user = self.auth_id();
        format!(
            r#"EXISTS (SELECT 1 FROM _verified_addresses AS _proof JOIN "users" AS _proved
             ON _proved."id" = _proof.user_id AND _proved."email" = _proof.email WHERE _proof.user_id = {user})"#
        )
    }

    pub(super) fn scalar(&mut self, expr: &Expr) -> String {
        match &expr.node {
            Node::Literal(literal) => self.literal(literal),
            Node::Now => self.slot(Slot::Now),
            Node::RequestMethod => self.slot(Slot::Method),
            Node::AuthId => self.auth_id(),
            Node::AuthShare => self.slot(Slot::AuthShare),
            Node::AuthVerified => self.auth_verified(),
            Node::Field { record, field } => self.field(record, *field),
            Node::Item(variable) => self.item(*variable),
            Node::If {
                condition,
                then,
                otherwise,
            } => {
                let (yes, no) = (self.truth(condition, true), self.truth(condition, false));
                let (then, otherwise) = (self.value(then), self.value(otherwise));
                format!("(CASE WHEN {yes} THEN {then} WHEN {no} THEN {otherwise} END)")
            }
            Node::Arithmetic { .. } | Node::Negate(_) => {
                let text = self.sum(expr);
                match expr.ty {
                    Type::Number | Type::Text => text,
                    _ => self.dialect.exact_integer(&text),
                }
            }
            Node::ToNumber(inner) => {
                let value = self.value(inner);
                self.dialect.to_real(&value)
            }
            Node::Convert(inner) => {
                let value = self.value(inner);
                self.dialect.convert(inner.ty, expr.ty, &value)
            }
            Node::TextFunction(function, operands) => {
                let operands: Vec<String> = operands.iter().map(|operand| self.value(operand)).collect();
                self.dialect.text_function(*function, &operands)
            }
            Node::StartsWith { text, prefix } => {
                let (text, prefix) = (self.value(text), self.value(prefix));
                self.dialect.starts_with(&text, &prefix)
            }
            Node::EndsWith { text, suffix } => {
                let (text, suffix) = (self.value(text), self.value(suffix));
                self.dialect.ends_with(&text, &suffix)
            }
            Node::Contains { text, part } => {
                let (text, part) = (self.value(text), self.value(part));
                self.dialect.contains(&text, &part)
            }
            Node::Matches { text, pattern } => {
                let text = self.value(text);
                let dialect = self.dialect;
                dialect.matches(&text, pattern.0.as_str(), |pattern| self.constant(pattern))
            }
            Node::LowerAscii(text) => {
                let text = self.value(text);
                self.dialect.lower_ascii(&text)
            }
            Node::Size(inner) if inner.ty == Type::Texts => {
                let texts = self.value(inner);
                self.dialect.json_length(&texts)
            }
            Node::Size(text) => {
                let text = self.value(text);
                self.dialect.characters(&text)
            }
            Node::Count(records) => self.count(records),
            _ => self.value(expr),
        }
    }

    /// A sum whose integers may have been too large: SQLite then goes on with floating-point numbers, up to the end of
    /// the sum, so that one look at its end tells. A look at each step would double the text each time.
    fn sum(&mut self, expr: &Expr) -> String {
        match &expr.node {
            Node::Arithmetic {
                operator,
                left,
                right,
            } => self.part(|compiler| {
                let (left, right) = (compiler.sum(left), compiler.sum(right));
                compiler
                    .dialect
                    .arithmetic(*operator, &left, &right, expr.ty == Type::Number)
            }),
            Node::Negate(inner) => self.part(|compiler| {
                let inner = compiler.sum(inner);
                compiler.dialect.negate(&inner, expr.ty == Type::Number)
            }),
            _ => self.value(expr),
        }
    }

    fn literal(&mut self, literal: &Literal) -> String {
        match literal {
            Literal::Null => "NULL".to_owned(),
            Literal::Bool(true) => "TRUE".to_owned(),
            Literal::Bool(false) => "FALSE".to_owned(),
            Literal::Int(number) => self.constant(Value::Int(*number)),
            Literal::Real(number) => self.constant(Value::Real(*number)),
            Literal::Text(text) => self.constant(Value::Text(text.clone())),
            Literal::Id(id) => self.constant(Value::Id(*id)),
        }
    }

    /// A column of the record at the end of a path.
    pub(super) fn field(&mut self, record: &RecordPath, field: FieldId) -> String {
        let Some((last, before)) = record.steps.split_last() else {
            return self.root_field(record, field);
        };
        let reached = RecordPath {
            root: record.root,
            steps: before.to_vec(),
            collection: last.collection,
        };
        let id = self.field(&reached, last.field);
        self.field_of(record.collection, &id, field)
    }

    fn root_field(&mut self, record: &RecordPath, field: FieldId) -> String {
        let definition = self.definition;
        let of = definition.collection(record.collection).field(field);
        let name = column(of);
        match record.root {
            Root::Record if self.record_is_input => {
                let value = self.input(of);
                self.masked(of, None, value)
            }
            // A table's own constraints name bare columns: the table may be built under another name first.
            Root::Record if self.record.is_empty() => name,
            Root::Record => {
                let value = format!("{}.{name}", self.record);
                self.masked(of, None, value)
            }
            Root::Input => self.input(of),
            Root::Variable(variable) => {
                let alias = self.alias_of(variable).to_owned();
                self.masked(of, Some(&alias), format!("{alias}.{name}"))
            }
            Root::Auth => {
                // Everybody may know themselves.
                let guarded = std::mem::replace(&mut self.guarded, false);
                let id = self.auth_id();
                let text = self.field_of(record.collection, &id, field);
                self.guarded = guarded;
                text
            }
        }
    }

    /// A column of the record with this id; null when there is none, or when it is deleted.
    fn field_of(&mut self, collection: mainstay_core::CollectionId, id: &str, field: FieldId) -> String {
        let definition = self.definition;
        let target = definition.collection(collection);
        let alias = self.next_alias();
        let visible = self.visible(collection, &alias);
        let of = target.field(field);
        let value = self.masked(of, Some(&alias), format!("{alias}.{}", column(of)));
        format!(
            "(SELECT {value} FROM {} AS {alias} WHERE {alias}.\"id\" = {id}{visible})",
            table(target),
        )
    }
}

fn opposite(operator: Comparison) -> Comparison {
    match operator {
        Comparison::Equal => Comparison::NotEqual,
        Comparison::NotEqual => Comparison::Equal,
        Comparison::Less => Comparison::GreaterOrEqual,
        Comparison::LessOrEqual => Comparison::Greater,
        Comparison::Greater => Comparison::LessOrEqual,
        Comparison::GreaterOrEqual => Comparison::Less,
    }
}

fn sign(operator: Comparison) -> &'static str {
    match operator {
        Comparison::Equal => "=",
        Comparison::NotEqual => "<>",
        Comparison::Less => "<",
        Comparison::LessOrEqual => "<=",
        Comparison::Greater => ">",
        Comparison::GreaterOrEqual => ">=",
    }
}
