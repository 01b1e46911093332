//! The typed expression: what is left when names are resolved and types are known.

use std::ops::Range;
use std::sync::Arc;

use crate::definition::{CollectionId, FieldAt, FieldId};
use crate::ids::RecordId;

/// A typed expression.
#[derive(Debug, Clone)]
pub struct Expr {
    pub node: Node,
    pub ty: Type,
    /// Can the value be null?
    pub nullable: bool,
    /// Bytes of the expression's own text; the reader adds where that text stands in its file.
    pub span: Range<usize>,
}

impl Expr {
    /// True when every part is.
    pub(crate) fn all_of(parts: Vec<Self>) -> Self {
        Self::joined(Node::And, parts)
    }

    /// True when one part is.
    pub(crate) fn any_of(parts: Vec<Self>) -> Self {
        Self::joined(Node::Or, parts)
    }

    /// Conditions joined to one, which stands where the first does.
    fn joined(join: impl Fn(Vec<Self>) -> Node, parts: Vec<Self>) -> Self {
        Self {
            ty: Type::Bool,
            nullable: parts.iter().any(|part| part.nullable),
            span: parts.first().map_or(0..0, |part| part.span.clone()),
            node: join(parts),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    Bool,
    Int,
    Number,
    /// Scaled integers with this many digits after the point; both sides of an operator have the same scale.
    Decimal {
        scale: u8,
    },
    /// text, select, email, url
    Text,
    DateTime,
    Date,
    /// Microseconds.
    Duration,
    /// An id; with the collection it points to when that is known (a relation, `id`, `auth.id`).
    Id(Option<CollectionId>),
    /// The items of a `multi_select`.
    Texts,
    /// Any JSON; only `== null`, `!= null` and `has` are possible.
    Json,
    /// The literal null.
    Null,
}

#[derive(Debug, Clone)]
pub enum Node {
    Literal(Literal),
    /// The time of the request, microseconds.
    Now,
    /// `request.method` as text.
    RequestMethod,
    /// `auth.id`: the signed-in user. Absent for anyone else.
    AuthId,
    /// The share whose link the caller has opened. Absent for anyone else.
    AuthShare,
    /// `auth.verified`: has the signed-in user shown that they have their address? False for nobody.
    AuthVerified,
    /// A column of a record.
    Field {
        record: RecordPath,
        field: FieldId,
    },
    /// The item that `exists` or `all` over a `multi_select` looks at.
    Item(Variable),

    Not(Box<Expr>),
    And(Vec<Expr>),
    Or(Vec<Expr>),
    If {
        condition: Box<Expr>,
        then: Box<Expr>,
        otherwise: Box<Expr>,
    },
    /// Both sides have one type (or one is `Null`). Equality is exact for null, except for what
    /// [`reads_auth`](super::reads_auth).
    Compare {
        operator: Comparison,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    /// Null when the result does not fit 64 bits or a finite double, and for a division by zero.
    Arithmetic {
        operator: Arithmetic,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    Negate(Box<Expr>),
    /// An integer seen as a number, for comparisons and sums with numbers.
    ToNumber(Box<Expr>),
    /// The value in the type of this expression; null when it has no counterpart there.
    Convert(Box<Expr>),
    /// `item in [..]`; the options have the item's type and are never null.
    InList {
        item: Box<Expr>,
        options: Vec<Expr>,
    },
    /// `item in record.tags`
    InTexts {
        item: Box<Expr>,
        texts: Box<Expr>,
    },
    /// `id in record.assignees`, over a relation to many or a way back
    InRecords {
        item: Box<Expr>,
        records: Records,
    },
    /// `has(x)`: is the value there?
    Has(Box<Expr>),

    StartsWith {
        text: Box<Expr>,
        prefix: Box<Expr>,
    },
    EndsWith {
        text: Box<Expr>,
        suffix: Box<Expr>,
    },
    Contains {
        text: Box<Expr>,
        part: Box<Expr>,
    },
    /// RE2 syntax, searched for anywhere in the text.
    Matches {
        text: Box<Expr>,
        pattern: Pattern,
    },
    /// ASCII letters only, as in CEL's string extensions.
    LowerAscii(Box<Expr>),
    /// What stands before the dot, then the arguments.
    TextFunction(TextFunction, Vec<Expr>),
    /// Characters of a text, or items of a `multi_select`.
    Size(Box<Expr>),
    /// How many records a relation to many or a way back holds.
    Count(Records),
    /// `exists`, `all` or `exists_one` over records; `variable` stands for each in `body`.
    Quantifier {
        quantifier: Quantifier,
        records: Records,
        variable: Variable,
        body: Box<Expr>,
    },
    /// The same over the items of a `multi_select`; `Node::Item(variable)` stands for each in `body`.
    TextQuantifier {
        quantifier: Quantifier,
        texts: Box<Expr>,
        variable: Variable,
        body: Box<Expr>,
    },
}

#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    Null,
    Bool(bool),
    /// Also a duration or time in microseconds, or a scaled decimal.
    Int(i64),
    Real(f64),
    /// Also a date as `YYYY-MM-DD`.
    Text(String),
    Id(RecordId),
}

/// A bound variable of a quantifier: unique within its expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Variable(pub u16);

/// A record reached from a root by relations to one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordPath {
    pub root: Root,
    /// Relation fields to follow, in order; each belongs to the collection reached so far.
    pub steps: Vec<FieldAt>,
    /// The collection of the record at the end.
    pub collection: CollectionId,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Root {
    /// The stored record.
    Record,
    /// The record as it would be after the write.
    Input,
    /// The signed-in user's record. Absent for anyone else.
    Auth,
    /// The record that a quantifier looks at.
    Variable(Variable),
}

/// A set of records reached from a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Records {
    pub from: RecordPath,
    pub via: Via,
    /// The collection of the records in the set.
    pub collection: CollectionId,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via {
    /// A relation to many, declared on the collection of `from`.
    Many(FieldId),
    /// A way back: every record whose relation (to one or to many) points to `from`.
    Back(FieldAt),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantifier {
    Exists,
    All,
    ExistsOne,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// Functions of CEL's string extensions. Positions count characters from 0; a position that the text does not have gives
/// null.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextFunction {
    /// ASCII letters only.
    UpperAscii,
    /// Without the characters of Unicode's `White_Space` at both ends.
    Trim,
    /// Every part; an empty one stands before each character and at the end.
    Replace,
    /// From a position to the end, or to before another one.
    Substring,
    /// Of the first part, or -1.
    IndexOf,
    /// Of the last part, or -1.
    LastIndexOf,
    /// Empty at the end of the text.
    CharAt,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arithmetic {
    Add,
    Subtract,
    /// Of one type on both sides, or a decimal and an integer, which gives a decimal of the same scale.
    Multiply,
    /// Integers towards zero.
    Divide,
    /// Of integers; has the sign of the left side.
    Modulo,
    /// text + text
    Concatenate,
}

/// A regular expression that is known to compile.
#[derive(Debug, Clone)]
pub struct Pattern(pub Arc<regex::Regex>);
