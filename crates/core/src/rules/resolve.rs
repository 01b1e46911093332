//! Names and paths: which record, field, set or variable a name stands for.

use std::ops::Range;

use cel::common::ast::{Expr as Ast, IdedExpr, SelectExpr};

use super::Purpose;
use super::errors::{ExpressionError, Typed, hint_names};
use super::expr::{Expr, Node, RecordPath, Records, Root, Type, Variable, Via};
use super::field_types::type_of;
use super::typer::{Typer, type_name};
use crate::definition::{CollectionId, Field, FieldAt, FieldId};
use crate::limits::PATH_STEPS_MAX;

/// What a name or a path stands for.
#[derive(Debug, Clone)]
pub(super) enum Named {
    Value(Expr),
    Record(RecordPath),
    Records(Records),
    Request,
}

/// A variable of a quantifier.
#[derive(Debug, Clone)]
pub(super) struct Binding {
    pub(super) name: String,
    pub(super) bound: Bound,
}

#[derive(Debug, Clone)]
pub(super) enum Bound {
    /// Each record of a set.
    Record(RecordPath),
    /// Each item of a `multi_select`.
    Item(Variable),
}

pub(super) const REQUEST_HINT: &str = "a request has `request.method` and `request.time`";

/// `auth.verified`
const VERIFIED: &str = "verified";
/// Names with a meaning of their own: no variable may take one.
pub(super) const ROOTS: [&str; 5] = ["record", "input", "auth", "request", "now"];

impl Typer<'_> {
    pub(super) fn resolve(&mut self, ast: &IdedExpr) -> Typed<Named> {
        match &ast.expr {
            Ast::Ident(name) => self.root(name, self.source.span(ast)),
            Ast::Select(select) => self.select(ast, select),
            _ => Ok(Named::Value(self.value(ast)?)),
        }
    }

    fn root(&mut self, name: &str, span: Range<usize>) -> Typed<Named> {
        if let Some(binding) = self.bindings.iter().rev().find(|binding| binding.name == name) {
            return Ok(match &binding.bound {
                Bound::Record(path) => Named::Record(path.clone()),
                Bound::Item(variable) => Named::Value(Expr {
                    node: Node::Item(*variable),
                    ty: Type::Text,
                    nullable: false,
                    span,
                }),
            });
        }
        if let Some(error) = self.out_of_place(name, &span) {
            return self.report(error);
        }
        let path = |root, collection| {
            Named::Record(RecordPath {
                root,
                steps: Vec::new(),
                collection,
            })
        };
        match name {
            "record" => Ok(path(Root::Record, self.scope.collection)),
            "input" => Ok(path(Root::Input, self.scope.collection)),
            "auth" => Ok(path(Root::Auth, self.definition.users)),
            "request" => Ok(Named::Request),
            _ if self.is_filter() && self.has_member(self.scope.collection, name) => {
                let record = RecordPath {
                    root: Root::Record,
                    steps: Vec::new(),
                    collection: self.scope.collection,
                };
                self.member(record, name, span.clone(), span)
            }
            _ => self.unknown_name(name, span),
        }
    }

    /// A root that this kind of expression does not have.
    pub(super) fn out_of_place(&self, name: &str, span: &Range<usize>) -> Option<ExpressionError> {
        use Purpose::{Check, Convert, Create, Delete, Filter, List, Read};
        let (message, hint) = match (name, self.scope.purpose) {
            ("record", Create) => (
                "a create rule has no `record`, because nothing is stored yet",
                Some("use `input`"),
            ),
            ("input", List | Read | Delete | Filter) => (
                "`input` is known in create and update rules only",
                Some("use `record`"),
            ),
            ("input", Check) => (
                "a check has no `input`",
                Some("`record` is the record as it would be stored"),
            ),
            ("auth", Check) => (
                "a check has no `auth`: it holds whoever writes",
                Some("put this into a create or update rule"),
            ),
            ("request", Check) => (
                "a check has no `request`",
                Some("`now()` is the time of the write"),
            ),
            ("input", Convert) => (
                "a conversion has no `input`",
                Some("`record` is the stored record"),
            ),
            ("auth" | "request" | "now", Convert) => (
                "a conversion has only `record`: it gives the same value whoever asks, and when",
                None,
            ),
            _ => return None,
        };
        Some(ExpressionError::new(span.clone(), message).maybe_hint(hint.map(str::to_owned)))
    }

    fn unknown_name<T>(&mut self, name: &str, span: Range<usize>) -> Typed<T> {
        let collection = self.scope.collection;
        let record = if self.scope.purpose == Purpose::Create {
            "input"
        } else {
            "record"
        };
        let hint = if name == "now" {
            Some("the time is written `now()`".to_owned())
        } else if self.has_member(collection, name) {
            Some(format!("a field is written `{record}.{name}`"))
        } else {
            let roots = ROOTS
                .into_iter()
                .filter(|root| self.out_of_place(root, &(0..0)).is_none());
            let roots = roots.map(|root| if root == "now" { "now()" } else { root });
            let variables = self.bindings.iter().map(|binding| binding.name.as_str());
            let mut names: Vec<&str> = variables.chain(roots).collect();
            if self.is_filter() {
                names.extend(self.members(collection));
            }
            hint_names(name, "names", &names)
        };
        self.report(ExpressionError::new(span, format!("there is no `{name}` here")).maybe_hint(hint))
    }

    fn select(&mut self, ast: &IdedExpr, select: &SelectExpr) -> Typed<Named> {
        let operand = self.resolve(&select.operand)?;
        let (name, span) = (select.field.as_str(), self.source.span(ast));
        let name_span = self.source.selected_span(ast);
        match operand {
            Named::Record(path) => self.member(path, name, name_span, span),
            Named::Request => self.request_field(name, name_span, span),
            Named::Records(_) => self.report(
                ExpressionError::new(
                    name_span,
                    "this is a set of records, and has no fields of its own",
                )
                .hint(format!("ask about each record in it: `.exists(x, x.{name} ...)`")),
            ),
            Named::Value(Expr {
                node: Node::Field { record, field },
                ty: Type::Id(_),
                nullable,
                ..
            }) => self.through(
                record,
                &FieldAccess {
                    field,
                    nullable,
                    name,
                    name_span,
                    span,
                },
            ),
            Named::Value(expr) => {
                let message = format!("{} has no fields", type_name(expr.ty));
                self.fail(name_span, message)
            }
        }
    }

    fn request_field(&mut self, name: &str, name_span: Range<usize>, span: Range<usize>) -> Typed<Named> {
        let (node, ty) = match name {
            "method" => (Node::RequestMethod, Type::Text),
            "time" => (Node::Now, Type::DateTime),
            _ => {
                let message = format!("a request has no `{name}`");
                return self.report(ExpressionError::new(name_span, message).hint(REQUEST_HINT));
            }
        };
        Ok(Named::Value(Expr {
            node,
            ty,
            nullable: false,
            span,
        }))
    }

    /// `record.room.name`, where `record.room` is a relation to one.
    fn through(&mut self, record: RecordPath, access: &FieldAccess<'_>) -> Typed<Named> {
        let at = FieldAt {
            collection: record.collection,
            field: access.field,
        };
        let Some(relation) = self.definition.field(at).relation() else {
            return self.fail(access.name_span.clone(), "an id has no fields");
        };
        if access.name == "id" {
            // The relation holds its target's id, so no step is needed.
            return Ok(Named::Value(Expr {
                node: Node::Field {
                    record,
                    field: access.field,
                },
                ty: Type::Id(Some(relation.to)),
                nullable: access.nullable,
                span: access.span.clone(),
            }));
        }
        if self.scope.purpose == Purpose::Convert {
            return self.only_own_columns(access.name_span.clone());
        }
        let record = self.followed(record, access.field, access.span.clone())?;
        self.member(record, access.name, access.name_span.clone(), access.span.clone())
    }

    /// The record that a relation to one leads to.
    pub(super) fn followed(
        &mut self,
        mut record: RecordPath,
        field: FieldId,
        span: Range<usize>,
    ) -> Typed<RecordPath> {
        let at = FieldAt {
            collection: record.collection,
            field,
        };
        let Some(relation) = self.definition.field(at).relation() else {
            return self.fail(span, "an id has no fields");
        };
        if record.steps.len() == PATH_STEPS_MAX {
            let message = format!("a path follows at most {PATH_STEPS_MAX} relations");
            return self.fail(span, message);
        }
        record.steps.push(at);
        record.collection = relation.to;
        Ok(record)
    }

    /// A field or a way back of a record.
    fn member(
        &mut self,
        path: RecordPath,
        name: &str,
        name_span: Range<usize>,
        span: Range<usize>,
    ) -> Typed<Named> {
        let is_auth = path.root == Root::Auth;
        if is_auth && path.steps.is_empty() && name == "id" {
            let ty = Type::Id(Some(self.definition.users));
            return Ok(Named::Value(Expr {
                node: Node::AuthId,
                ty,
                nullable: true,
                span,
            }));
        }
        let collection = self.definition.collection(path.collection);
        if let Some(field) = collection.find_field(name).filter(|field| self.may_name(field)) {
            if !field.is_column() {
                if self.scope.purpose == Purpose::Convert {
                    return self.only_own_columns(name_span);
                }
                let to = field.relation().map_or(path.collection, |relation| relation.to);
                return Ok(Named::Records(Records {
                    from: path,
                    via: Via::Many(field.id),
                    collection: to,
                }));
            }
            // To a client a value that it may not read is null.
            let is_masked = self.is_filter() && field.read.is_some();
            let nullable = is_auth || is_masked || !field.required || !path.steps.is_empty();
            let ty = type_of(field, collection);
            let node = Node::Field {
                record: path,
                field: field.id,
            };
            return Ok(Named::Value(Expr {
                node,
                ty,
                nullable,
                span,
            }));
        }
        let back = collection.find_back(name).map(|back| back.from);
        if let Some(from) = back.filter(|from| self.may_name(self.definition.field(*from))) {
            if self.scope.purpose == Purpose::Convert {
                return self.only_own_columns(name_span);
            }
            let set = Records {
                from: path,
                via: Via::Back(from),
                collection: from.collection,
            };
            return Ok(Named::Records(set));
        }
        // After the fields: an application may have declared one of this name.
        if is_auth && path.steps.is_empty() && name == VERIFIED {
            return Ok(Named::Value(Expr {
                node: Node::AuthVerified,
                ty: Type::Bool,
                nullable: false,
                span,
            }));
        }
        self.unknown_field(path.collection, name, name_span)
    }

    /// A conversion is made of one row: it does not follow a relation.
    fn only_own_columns<T>(&mut self, span: Range<usize>) -> Typed<T> {
        let error = ExpressionError::new(
            span,
            "a conversion reads the record alone, and this is about others",
        );
        self.report(error.hint("name a field that is a column of the record itself"))
    }

    /// A filter comes from a client: what is hidden from it does not exist for it.
    fn may_name(&self, field: &Field) -> bool {
        !(field.hidden && self.is_filter())
    }

    /// The names of fields and of ways back.
    fn members(&self, collection: CollectionId) -> Vec<&str> {
        let collection = self.definition.collection(collection);
        let fields = collection.fields.iter().filter(|field| self.may_name(field));
        let backs = collection
            .backs
            .iter()
            .filter(|back| self.may_name(self.definition.field(back.from)));
        fields
            .map(|field| field.name.as_str())
            .chain(backs.map(|back| back.name.as_str()))
            .collect()
    }

    fn has_member(&self, collection: CollectionId, name: &str) -> bool {
        self.members(collection).contains(&name)
    }

    fn unknown_field<T>(&mut self, collection: CollectionId, name: &str, span: Range<usize>) -> Typed<T> {
        let hint = hint_names(name, "fields", &self.members(collection));
        let message = format!(
            "`{}` has no field `{name}`",
            self.definition.collection(collection).name
        );
        self.report(ExpressionError::new(span, message).maybe_hint(hint))
    }
}

/// The selection of a name on a relation to one.
struct FieldAccess<'a> {
    field: FieldId,
    nullable: bool,
    name: &'a str,
    name_span: Range<usize>,
    span: Range<usize>,
}
