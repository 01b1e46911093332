//! From a typed expression to SQL.
//!
//! The language has three truth values. `truth` gives SQL that is true exactly when the expression has the wanted
//! truth value, and false or null otherwise; negation is pushed down to the leaves, so that `unknown` can never turn
//! into `true`. `value` gives SQL for the value itself, null when it is null or unknown.

mod masks;
mod quantifiers;
mod scalars;

use mainstay_core::Value;
use mainstay_core::definition::{Collection, CollectionId, Definition, Field};
use mainstay_core::rules::{Expr, Node, Variable, reads_auth};

use super::dialect::{ColumnType, Dialect, Target};
use super::statement::{Slot, Statement};

/// Builds one statement, or the part of one, from expressions.
#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each says one thing about how an expression is read, and they combine freely"
)]
pub struct Compiler<'d> {
    pub(super) definition: &'d Definition,
    pub(super) dialect: Dialect,
    pub(super) statement: Statement,
    record: String,
    variables: Vec<(Variable, String)>,
    aliases: u32,
    /// Every other record that the expression reaches must pass its collection's `read` rule: for what a client wrote.
    guarded: bool,
    /// A value that its field's `read` rule does not let the caller see is null: for what a client wrote or sorts by.
    masks: bool,
    /// Constants stand in the text as literals: for DDL, which takes no bound values.
    inline_constants: bool,
    /// `record` means the input: for a record that is given by its values.
    record_is_input: bool,
    /// Where the signed-in user's id stands, when a statement asks for several users; otherwise it is bound.
    viewer: Option<&'static str>,
    work: Work,
}

/// What has been done for one statement. A part of an expression may stand in its SQL more than once (each truth value
/// is built for both answers), so a small expression of parts inside one another can grow without bound.
#[derive(Debug, Default)]
struct Work {
    visits: u32,
    bytes: usize,
}

/// Expressions visited while building one statement; beyond this it is refused.
const VISITS_MAX: u32 = 20_000;
/// Bytes of SQL made on the way, each part counted again in whatever it is part of.
const BYTES_MAX: usize = 8 * 1024 * 1024;

impl Work {
    fn is_too_much(&self) -> bool {
        self.visits > VISITS_MAX || self.bytes > BYTES_MAX
    }
}

/// The SQL of an expression would be too large.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the expression is too complex: nest fewer conditions inside one another")]
pub struct TooComplex;

/// The value of a conversion ([`Purpose::Convert`](mainstay_core::rules::Purpose::Convert)) as SQL text.
///
/// `record` is the alias of the row: `NEW` and `OLD` of a trigger, or that of a query. Constants stand in the text, and
/// the type is that of the column of a field with the expression's type.
pub fn value_sql(target: Target<'_>, record: &str, expr: &Expr) -> Result<String, TooComplex> {
    let mut compiler = Compiler::with_inline_constants(target, record);
    let value = compiler.value(expr);
    let value = match ColumnType::of_type(expr.ty) {
        Some(ty) if value == "NULL" => target.dialect.typed(value, Some(ty)),
        _ => value,
    };
    compiler.push(&value);
    compiler.finish().map(|statement| statement.text)
}

impl<'d> Compiler<'d> {
    /// `record` is the alias of the stored record's row.
    pub fn new(target: Target<'d>, record: &str) -> Self {
        Self {
            definition: target.definition,
            dialect: target.dialect,
            statement: Statement::default(),
            record: record.to_owned(),
            guarded: false,
            masks: false,
            variables: Vec::new(),
            aliases: 0,
            inline_constants: false,
            record_is_input: false,
            viewer: None,
            work: Work::default(),
        }
    }

    /// For DDL: constants become literals.
    pub(super) fn with_inline_constants(target: Target<'d>, record: &str) -> Self {
        Self {
            inline_constants: true,
            ..Self::new(target, record)
        }
    }

    /// Reads the fields of `record` from the input.
    pub(super) fn reading_record_from_input(mut self) -> Self {
        self.record_is_input = true;
        self
    }

    /// Takes the signed-in user's id from a column.
    pub(super) fn reading_user_from(mut self, column: &'static str) -> Self {
        self.viewer = Some(column);
        self
    }

    /// The signed-in user's id.
    pub(super) fn auth_id(&mut self) -> String {
        match self.viewer {
            Some(column) => column.to_owned(),
            None => self.slot(Slot::AuthId),
        }
    }

    pub fn finish(self) -> Result<Statement, TooComplex> {
        if self.work.is_too_much() {
            Err(TooComplex)
        } else {
            Ok(self.statement)
        }
    }

    /// Builds the SQL of one part, unless too much has been built already: the statement is then refused as a whole,
    /// and what stands in its place does not matter.
    fn part(&mut self, build: impl FnOnce(&mut Self) -> String) -> String {
        self.work.visits += 1;
        if self.work.is_too_much() {
            return "NULL".to_owned();
        }
        let text = build(self);
        self.work.bytes += text.len();
        text
    }

    /// Appends SQL text.
    pub(super) fn push(&mut self, text: &str) {
        self.statement.push(text);
    }

    pub(super) fn push_slot(&mut self, slot: Slot) {
        self.statement.push_slot(slot);
    }

    /// Appends a condition that is true exactly when `expr` is true.
    pub fn push_true(&mut self, expr: &Expr) {
        let text = self.truth(expr, true);
        self.push(&text);
    }

    /// Appends a client's condition. Records that it reaches along relations count only if the client may read them, so
    /// that a filter cannot find out what a rule hides; and values that it may not read are null.
    pub fn push_guarded(&mut self, expr: &Expr) {
        (self.guarded, self.masks) = (true, true);
        self.push_true(expr);
        (self.guarded, self.masks) = (false, false);
    }

    /// Appends a condition that is true exactly when `expr` is false.
    pub fn push_false(&mut self, expr: &Expr) {
        let text = self.truth(expr, false);
        self.push(&text);
    }

    /// The placeholder of a slot, as text to embed.
    pub(super) fn slot(&mut self, slot: Slot) -> String {
        let ty = match &slot {
            Slot::Value(value) => ColumnType::of_value(value),
            Slot::AuthId | Slot::AuthShare => Some(ColumnType::Id),
            Slot::Now => Some(ColumnType::Integer),
            Slot::Method | Slot::InputIds(_) => Some(ColumnType::Text),
            // The statement around it tells.
            Slot::Input(_) | Slot::Argument(_) => None,
        };
        self.typed_slot(slot, ty)
    }

    /// The placeholder of a field of the input.
    pub(super) fn input(&mut self, field: &Field) -> String {
        self.typed_slot(Slot::Input(field.id), Some(ColumnType::of(&field.kind)))
    }

    fn typed_slot(&mut self, slot: Slot, ty: Option<ColumnType>) -> String {
        let start = self.statement.text.len();
        self.statement.push_slot(slot);
        let placeholder = self.statement.text.split_off(start);
        self.dialect.typed(placeholder, ty)
    }

    fn constant(&mut self, value: Value) -> String {
        if self.inline_constants {
            let literal = self.dialect.literal(&value);
            return match value {
                Value::Text(_) => self.dialect.by_code_point(&literal),
                _ => literal,
            };
        }
        self.slot(Slot::Value(value))
    }

    fn next_alias(&mut self) -> String {
        self.aliases += 1;
        format!("t{}", self.aliases)
    }

    fn alias_of(&self, variable: Variable) -> &str {
        self.variables
            .iter()
            .rev()
            .find(|(known, _)| *known == variable)
            .map(|(_, alias)| alias.as_str())
            .expect("typing resolves variables only inside their quantifier")
    }

    /// What keeps a reached record out of sight, to follow a condition: that it is deleted, or that the client who wrote
    /// the expression may not read it.
    fn visible(&mut self, collection: CollectionId, alias: &str) -> String {
        let definition = self.definition;
        let target = definition.collection(collection);
        let mut text = String::new();
        if target.soft_delete {
            text.push_str(&format!(" AND {alias}.\"deleted_at\" IS NULL"));
        }
        if self.guarded {
            text.push_str(" AND ");
            text.push_str(&self.readable(target, alias));
        }
        text
    }

    fn readable(&mut self, target: &'d Collection, alias: &str) -> String {
        match &target.rules.read {
            Some(rule) => self.rule_about(rule, alias),
            None => "FALSE".to_owned(),
        }
    }

    pub(super) fn truth(&mut self, expr: &Expr, wanted: bool) -> String {
        self.part(|compiler| compiler.truth_of(expr, wanted))
    }

    fn truth_of(&mut self, expr: &Expr, wanted: bool) -> String {
        match &expr.node {
            Node::Not(inner) => self.truth(inner, !wanted),
            Node::And(parts) => self.join(parts, wanted, if wanted { " AND " } else { " OR " }),
            Node::Or(parts) => self.join(parts, wanted, if wanted { " OR " } else { " AND " }),
            Node::If {
                condition,
                then,
                otherwise,
            } => {
                let (yes, no) = (self.truth(condition, true), self.truth(condition, false));
                let (then, otherwise) = (self.truth(then, wanted), self.truth(otherwise, wanted));
                format!("(({yes} AND {then}) OR ({no} AND {otherwise}))")
            }
            Node::Compare {
                operator,
                left,
                right,
            } => self.comparison(*operator, left, right, wanted),
            Node::InList { item, options } => self.in_list(item, options, wanted),
            Node::InTexts { item, texts } => self.in_texts(item, texts, wanted),
            Node::InRecords { item, records } => self.in_records(item, records, wanted),
            Node::Has(inner) => {
                let value = self.value(inner);
                if wanted {
                    return format!("({value} IS NOT NULL)");
                }
                let known = self.somebody(inner);
                format!("({value} IS NULL{known})")
            }
            Node::Quantifier {
                quantifier,
                records,
                variable,
                body,
            } => self.record_quantifier(*quantifier, records, *variable, body, wanted),
            Node::TextQuantifier {
                quantifier,
                texts,
                variable,
                body,
            } => self.text_quantifier(*quantifier, texts, *variable, body, wanted),
            _ => {
                let value = self.scalar(expr);
                if wanted {
                    format!("({value})")
                } else {
                    format!("(NOT {value})")
                }
            }
        }
    }

    fn join(&mut self, parts: &[Expr], wanted: bool, operator: &str) -> String {
        let parts: Vec<String> = parts.iter().map(|part| self.truth(part, wanted)).collect();
        format!("({})", parts.join(operator))
    }

    /// The value of an expression; a truth value that has no column of its own is worked out as true, false or null.
    pub(super) fn value(&mut self, expr: &Expr) -> String {
        self.part(|compiler| compiler.value_of(expr))
    }

    fn value_of(&mut self, expr: &Expr) -> String {
        match &expr.node {
            Node::Not(_)
            | Node::And(_)
            | Node::Or(_)
            | Node::Compare { .. }
            | Node::InList { .. }
            | Node::InTexts { .. }
            | Node::InRecords { .. }
            | Node::Has(_)
            | Node::Quantifier { .. }
            | Node::TextQuantifier { .. } => {
                let (yes, no) = (self.truth(expr, true), self.truth(expr, false));
                format!("(CASE WHEN {yes} THEN TRUE WHEN {no} THEN FALSE END)")
            }
            _ => self.scalar(expr),
        }
    }

    /// `AND` somebody is signed in, for a test of absence on what is read from the user: nobody's fields are
    /// unknown.
    fn somebody(&mut self, expr: &Expr) -> String {
        if matches!(expr.node, Node::AuthId) || !reads_auth(expr) {
            return String::new();
        }
        format!(" AND {} IS NOT NULL", self.auth_id())
    }
}
