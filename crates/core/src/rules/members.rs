//! `record.members.includes(auth.id, "owner")`: a question about the members that `[members]` declares.

use std::ops::Range;

use cel::common::ast::IdedExpr;

use super::errors::{ExpressionError, Typed};
use super::expr::{Comparison, Expr, Literal, Node, Quantifier, RecordPath, Records, Root, Type, Variable};
use super::operators::same_type;
use super::quantifiers::may_be_unknown;
use super::resolve::Named;
use super::typer::{Typer, type_name};
use crate::definition::{FieldId, Members};

impl Typer<'_> {
    /// Is the user a member, in one of the roles if there are any? Nothing but a shorter way to write `exists`.
    pub(super) fn includes(
        &mut self,
        set: &IdedExpr,
        user: &IdedExpr,
        roles: &[&IdedExpr],
        span: Range<usize>,
    ) -> Typed<Expr> {
        let records = self.member_records(set);
        let user = self.value(user);
        let roles: Vec<Typed<Expr>> = roles.iter().map(|role| self.value(role)).collect();
        let ((records, members), user) = (records?, user?);
        let variable =
            Variable(u16::try_from(self.items.len()).expect("an expression has at most 4,096 bytes"));
        self.items.push(None);
        let users = Type::Id(Some(self.definition.users));
        if !same_type(user.ty, users) {
            let error = ExpressionError::new(
                user.span.clone(),
                format!("a user is needed here, and this is {}", type_name(user.ty)),
            );
            return self.report(error.hint("the signed-in user is `auth.id`"));
        }
        let field = |field: FieldId, ty| Expr {
            node: Node::Field {
                record: RecordPath {
                    root: Root::Variable(variable),
                    steps: Vec::new(),
                    collection: records.collection,
                },
                field,
            },
            ty,
            nullable: false,
            span: span.clone(),
        };
        let condition = |node, nullable| Expr {
            node,
            ty: Type::Bool,
            nullable,
            span: span.clone(),
        };
        let nullable = user.nullable;
        let is_user = Node::Compare {
            operator: Comparison::Equal,
            left: Box::new(field(members.user, users)),
            right: Box::new(user),
        };
        let mut body = condition(is_user, nullable);
        let role = field(members.role, Type::Text);
        let roles = roles.into_iter().map(|option| self.role(option?, &role));
        let options = roles
            .collect::<Vec<_>>()
            .into_iter()
            .collect::<Typed<Vec<Expr>>>()?;
        if !options.is_empty() {
            let has_role = Node::InList {
                item: Box::new(role),
                options,
            };
            body = condition(Node::And(vec![body, condition(has_role, false)]), nullable);
        }
        let nullable = body.nullable || may_be_unknown(&records);
        let node = Node::Quantifier {
            quantifier: Quantifier::Exists,
            records,
            variable,
            body: Box::new(body),
        };
        Ok(condition(node, nullable))
    }

    fn member_records(&mut self, set: &IdedExpr) -> Typed<(Records, Members)> {
        let place = self.source.span(set);
        if let Named::Records(records) = self.resolve(set)?
            && let Some(members) = &self.definition.collection(records.collection).members
        {
            return Ok((records, members.clone()));
        }
        let error = ExpressionError::new(
            place,
            "`includes` asks about the members of a record, and these are none",
        );
        self.report(
            error.hint("a collection has them with a table `[members]`; of other sets ask `.exists(x, ...)`"),
        )
    }

    /// A role that is written out.
    fn role(&mut self, option: Expr, role: &Expr) -> Typed<Expr> {
        let Node::Literal(Literal::Text(text)) = &option.node else {
            return self.fail(option.span, "a role is needed here, written out as a text");
        };
        match self.check_option(text, role, &option.span) {
            Ok(()) => Ok(option),
            Err(error) => self.report(error),
        }
    }
}
