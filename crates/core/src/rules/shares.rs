//! `record.shared("edit")`: is a record shared with whoever asks, to this level at least?

use std::ops::Range;

use cel::common::ast::IdedExpr;

use super::errors::{ExpressionError, Typed};
use super::expr::{
    Comparison, Expr, Literal, Node, Quantifier, RecordPath, Records, Root, Type, Variable, Via,
};
use super::resolve::Named;
use super::typer::Typer;
use crate::definition::{CollectionId, Definition, FieldAt, FieldId, SharedGroup, Sharing, SystemField};

/// What a share lets its holder do; each level has those before it in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ShareLevel {
    Read,
    Comment,
    Edit,
}

impl ShareLevel {
    pub const ALL: [Self; 3] = [Self::Read, Self::Comment, Self::Edit];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Comment => "comment",
            Self::Edit => "edit",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.as_str() == name)
    }
}

/// The records of a collection that are shared with whoever asks: as the user, or by the link that they opened.
pub(crate) fn shared_by(
    definition: &Definition,
    sharing: &Sharing,
    collection: CollectionId,
    level: ShareLevel,
) -> Expr {
    let record = RecordPath {
        root: Root::Record,
        steps: Vec::new(),
        collection,
    };
    // Beside the variables of any rule that this is joined to.
    shared(
        definition,
        sharing,
        &record,
        level,
        [3, 2, 1, 0].map(|before| Variable(u16::MAX - before)),
        0..0,
    )
}

impl Typer<'_> {
    /// Nothing but a shorter way to write an `exists` over the shares of the record for each way to hold one.
    pub(super) fn shared(
        &mut self,
        record: &IdedExpr,
        level: Option<&IdedExpr>,
        span: Range<usize>,
    ) -> Typed<Expr> {
        if let Some(error) = self.out_of_place("auth", &span) {
            return self.report(error);
        }
        let place = self.source.span(record);
        let path = self.shared_path(record, &place);
        let level = self.level(level);
        let (path, level) = (path?, level?);
        let definition = self.definition;
        let Some(sharing) = &definition.collection(path.collection).sharing else {
            let name = &definition.collection(path.collection).name;
            let error = ExpressionError::new(place, format!("records of {name} are not shared"));
            return self.report(error.hint("add `share = true` to that collection"));
        };
        let variables = std::array::from_fn(|_| self.next_variable());
        Ok(shared(definition, sharing, &path, level, variables, span))
    }

    fn shared_path(&mut self, record: &IdedExpr, place: &Range<usize>) -> Typed<RecordPath> {
        match self.resolve(record)? {
            Named::Record(path) if path.root != Root::Auth => Ok(path),
            Named::Value(Expr {
                node: Node::Field { record, field },
                ..
            }) if self.is_relation(&record, field) => self.followed(record, field, place.clone()),
            _ => {
                let error = ExpressionError::new(place.clone(), "`shared` asks about a record");
                self.report(error.hint("write `record.shared()`, or `record.list.shared(\"edit\")`"))
            }
        }
    }

    fn is_relation(&self, record: &RecordPath, field: FieldId) -> bool {
        let at = FieldAt {
            collection: record.collection,
            field,
        };
        // `record.list.id` is the same to the typer as `record.list`.
        self.definition.field(at).relation().is_some()
    }

    fn level(&mut self, level: Option<&IdedExpr>) -> Typed<ShareLevel> {
        let Some(level) = level else {
            return Ok(ShareLevel::Read);
        };
        let level = self.value(level)?;
        let known = match &level.node {
            Node::Literal(Literal::Text(text)) => ShareLevel::from_name(text),
            _ => None,
        };
        let message = "a level is needed here, written out: \"read\", \"comment\" or \"edit\"";
        known.map_or_else(|| self.fail(level.span, message), Ok)
    }

    fn next_variable(&mut self) -> Variable {
        let number = u16::try_from(self.items.len()).expect("an expression has at most 4,096 bytes");
        self.items.push(None);
        Variable(number)
    }
}

fn shared(
    definition: &Definition,
    sharing: &Sharing,
    record: &RecordPath,
    level: ShareLevel,
    [by_user, by_link, by_group, member]: [Variable; 4],
    span: Range<usize>,
) -> Expr {
    let build = Build {
        sharing,
        record,
        level,
        span,
    };
    let users = Type::Id(Some(definition.users));
    let user = build.of_share(by_user, sharing.user, users, true);
    let id = build.of_share(
        by_link,
        SystemField::Id.id(),
        Type::Id(Some(sharing.collection)),
        false,
    );
    let auth = build.expr(Node::AuthId, users, true);
    let link = build.expr(Node::AuthShare, Type::Id(Some(sharing.collection)), true);
    let (user, link) = (build.equal(user, auth), build.equal(id, link));
    // A question each: so each is asked with an index, and a change of one share concerns its holders alone.
    let mut ways = vec![build.exists(by_user, user), build.exists(by_link, link)];
    if let Some(group) = sharing.group {
        let of_group = build.of_group(definition, group, by_group, member);
        ways.extend(of_group.map(|member| build.exists(by_group, member)));
    }
    Expr::any_of(ways)
}

struct Build<'a> {
    sharing: &'a Sharing,
    record: &'a RecordPath,
    level: ShareLevel,
    span: Range<usize>,
}

impl Build<'_> {
    fn expr(&self, node: Node, ty: Type, nullable: bool) -> Expr {
        Expr {
            node,
            ty,
            nullable,
            span: self.span.clone(),
        }
    }

    fn of_share(&self, share: Variable, field: FieldId, ty: Type, nullable: bool) -> Expr {
        let record = RecordPath {
            root: Root::Variable(share),
            steps: Vec::new(),
            collection: self.sharing.collection,
        };
        self.expr(Node::Field { record, field }, ty, nullable)
    }

    /// Is whoever asks a member of the group that the share is with?
    fn of_group(
        &self,
        definition: &Definition,
        group: SharedGroup,
        share: Variable,
        member: Variable,
    ) -> Option<Expr> {
        let made = definition.collection(group.members).members.as_ref()?;
        let users = Type::Id(Some(definition.users));
        let record = RecordPath {
            root: Root::Variable(member),
            steps: Vec::new(),
            collection: group.members,
        };
        let user = self.expr(
            Node::Field {
                record,
                field: made.user,
            },
            users,
            false,
        );
        let from = RecordPath {
            root: Root::Variable(share),
            steps: vec![FieldAt {
                collection: self.sharing.collection,
                field: group.field,
            }],
            collection: group.collection,
        };
        let records = Records {
            from,
            via: Via::Back(FieldAt {
                collection: group.members,
                field: made.parent,
            }),
            collection: group.members,
        };
        let node = Node::Quantifier {
            quantifier: Quantifier::Exists,
            records,
            variable: member,
            body: Box::new(self.equal(user, self.expr(Node::AuthId, users, true))),
        };
        Some(self.expr(node, Type::Bool, true))
    }

    fn compare(&self, operator: Comparison, left: Expr, right: Expr, nullable: bool) -> Expr {
        let node = Node::Compare {
            operator,
            left: Box::new(left),
            right: Box::new(right),
        };
        self.expr(node, Type::Bool, nullable)
    }

    fn equal(&self, left: Expr, right: Expr) -> Expr {
        self.compare(Comparison::Equal, left, right, true)
    }

    /// Is there a share of this holder with the level, which has not come to its end?
    fn exists(&self, share: Variable, holder: Expr) -> Expr {
        let mut parts = vec![holder];
        if self.level > ShareLevel::Read {
            let enough = ShareLevel::ALL.into_iter().filter(|level| *level >= self.level);
            let options = enough
                .map(|level| {
                    let text = Literal::Text(level.as_str().to_owned());
                    self.expr(Node::Literal(text), Type::Text, false)
                })
                .collect();
            let item = Box::new(self.of_share(share, self.sharing.level, Type::Text, false));
            parts.push(self.expr(Node::InList { item, options }, Type::Bool, false));
        }
        let ends = || self.of_share(share, self.sharing.expires_at, Type::DateTime, true);
        let never = self.compare(
            Comparison::Equal,
            ends(),
            self.expr(Node::Literal(Literal::Null), Type::Null, true),
            false,
        );
        let later = self.compare(
            Comparison::Greater,
            ends(),
            self.expr(Node::Now, Type::DateTime, false),
            true,
        );
        parts.push(Expr::any_of(vec![never, later]));
        let at = FieldAt {
            collection: self.sharing.collection,
            field: self.sharing.target,
        };
        let node = Node::Quantifier {
            quantifier: Quantifier::Exists,
            records: Records {
                from: self.record.clone(),
                via: Via::Back(at),
                collection: self.sharing.collection,
            },
            variable: share,
            body: Box::new(Expr::all_of(parts)),
        };
        self.expr(node, Type::Bool, true)
    }
}
