//! Questions about many: `exists`, `all` and `exists_one` over records or items, and `in`.

use std::ops::Range;

use cel::common::ast::{Expr as Ast, IdedExpr, ListExpr};

use super::analysis::is_null;
use super::errors::{ExpressionError, Typed};
use super::expr::{Expr, Node, Quantifier, RecordPath, Records, Root, Type, Variable};
use super::literals::id_literal;
use super::operators::same_type;
use super::resolve::{Binding, Bound, Named, ROOTS};
use super::typer::{Typer, type_name};
use crate::definition::FieldAt;
use crate::limits::QUANTIFIER_DEPTH_MAX;

/// What can be asked about each of.
enum Many {
    Records(Records),
    Texts(Expr),
}

/// A set that starts at `auth` is nobody's when nobody is signed in; any other set that cannot be reached is empty.
pub(super) fn may_be_unknown(records: &Records) -> bool {
    records.from.root == Root::Auth
}

impl Typer<'_> {
    pub(super) fn quantifier(
        &mut self,
        quantifier: Quantifier,
        [set, variable, body]: [&IdedExpr; 3],
        span: Range<usize>,
    ) -> Typed<Expr> {
        if self.bindings.len() == QUANTIFIER_DEPTH_MAX {
            let message =
                format!("at most {QUANTIFIER_DEPTH_MAX} of these questions stand inside one another");
            return self.fail(span, message);
        }
        let many = self.many(set);
        let name = self.variable_name(variable);
        let (many, name) = (many?, name?);
        let variable =
            Variable(u16::try_from(self.items.len()).expect("an expression has at most 4,096 bytes"));
        let (bound, item) = match &many {
            Many::Records(records) => {
                let (root, collection) = (Root::Variable(variable), records.collection);
                (
                    Bound::Record(RecordPath {
                        root,
                        steps: Vec::new(),
                        collection,
                    }),
                    None,
                )
            }
            Many::Texts(texts) => (Bound::Item(variable), field_at(texts)),
        };
        self.items.push(item);
        self.bindings.push(Binding { name, bound });
        let body = self.condition(body);
        self.bindings.pop();
        let body = Box::new(body?);
        let (node, nullable) = match many {
            Many::Records(records) => {
                let nullable = body.nullable || may_be_unknown(&records);
                (
                    Node::Quantifier {
                        quantifier,
                        records,
                        variable,
                        body,
                    },
                    nullable,
                )
            }
            Many::Texts(texts) => {
                let nullable = body.nullable || texts.nullable;
                (
                    Node::TextQuantifier {
                        quantifier,
                        texts: Box::new(texts),
                        variable,
                        body,
                    },
                    nullable,
                )
            }
        };
        Ok(Expr {
            node,
            ty: Type::Bool,
            nullable,
            span,
        })
    }

    fn many(&mut self, set: &IdedExpr) -> Typed<Many> {
        let place = self.source.span(set);
        let what = match self.resolve(set)? {
            Named::Records(records) => return Ok(Many::Records(records)),
            Named::Value(expr) if expr.ty == Type::Texts => return Ok(Many::Texts(expr)),
            Named::Value(expr) => type_name(expr.ty),
            Named::Record(_) | Named::Request => "a single record",
        };
        let error = ExpressionError::new(place, format!("this is {what}, and not many"));
        self.report(
            error.hint("a relation to many, the way back of a relation or a multi_select is needed here"),
        )
    }

    fn variable_name(&mut self, variable: &IdedExpr) -> Typed<String> {
        let span = self.source.span(variable);
        let Ast::Ident(name) = &variable.expr else {
            let error = ExpressionError::new(span, "a name for each of them is needed here");
            return self.report(error.hint("write `exists(x, x.field == ...)`"));
        };
        if ROOTS.contains(&name.as_str()) || name.starts_with('.') {
            return self.fail(
                span,
                format!("`{name}` has a meaning already; choose another name"),
            );
        }
        if self.bindings.iter().any(|binding| binding.name == *name) {
            return self.fail(
                span,
                format!("`{name}` is taken by the question around this one; choose another name"),
            );
        }
        Ok(name.clone())
    }

    /// `item in set`
    pub(super) fn membership(&mut self, item: &IdedExpr, set: &IdedExpr, span: Range<usize>) -> Typed<Expr> {
        if let Ast::List(list) = &set.expr {
            return self.in_list(item, list, self.source.span(set), span);
        }
        let item = self.value(item);
        let many = self.many(set);
        let (item, many) = (item?, many?);
        match many {
            Many::Records(records) => self.in_records(item, records, span),
            Many::Texts(texts) => self.in_texts(item, texts, span),
        }
    }

    fn in_list(
        &mut self,
        item: &IdedExpr,
        list: &ListExpr,
        list_span: Range<usize>,
        span: Range<usize>,
    ) -> Typed<Expr> {
        let item = self.value(item);
        let typed: Vec<Typed<Expr>> = list.elements.iter().map(|option| self.value(option)).collect();
        let mut item = item?;
        let options = typed.into_iter().collect::<Typed<Vec<Expr>>>()?;
        let Some(first) = options.first() else {
            return self.fail(list_span, "nothing is in an empty list");
        };
        // A written-out item takes the type of the options, and they in turn take its type.
        item = match self.fit(item, first) {
            Ok(item) => item,
            Err(error) => return self.report(error),
        };
        if is_null(&item) || matches!(item.ty, Type::Texts | Type::Json) {
            let error = ExpressionError::new(
                item.span.clone(),
                format!("{} is never in a list", type_name(item.ty)),
            );
            return self.report(error.hint("compare with null by `== null`"));
        }
        let fitted: Vec<Typed<Expr>> = options
            .into_iter()
            .map(|option| self.list_option(option, &item))
            .collect();
        let options = fitted.into_iter().collect::<Typed<Vec<Expr>>>()?;
        let nullable = item.nullable;
        Ok(Expr {
            node: Node::InList {
                item: Box::new(item),
                options,
            },
            ty: Type::Bool,
            nullable,
            span,
        })
    }

    fn list_option(&mut self, option: Expr, item: &Expr) -> Typed<Expr> {
        let option = match self.fit(option, item) {
            Ok(option) => option,
            Err(error) => return self.report(error),
        };
        if option.nullable {
            let error = ExpressionError::new(option.span, "this may be null, and a list holds no null");
            return self.report(error.hint("write `a == b || a == c` in place of `a in [b, c]`"));
        }
        if same_type(option.ty, item.ty) {
            return Ok(option);
        }
        let message = format!("{} is never {}", type_name(item.ty), type_name(option.ty));
        self.fail(option.span, message)
    }

    fn in_records(&mut self, item: Expr, records: Records, span: Range<usize>) -> Typed<Expr> {
        let item = match id_literal(item, records.collection) {
            Ok(item) => item,
            Err(error) => return self.report(error),
        };
        let of = &self.definition.collection(records.collection).name;
        let message = match item.ty {
            ty if same_type(ty, Type::Id(Some(records.collection))) => {
                let nullable = item.nullable || may_be_unknown(&records);
                let node = Node::InRecords {
                    item: Box::new(item),
                    records,
                };
                return Ok(Expr {
                    node,
                    ty: Type::Bool,
                    nullable,
                    span,
                });
            }
            Type::Id(Some(other)) => {
                let other = &self.definition.collection(other).name;
                format!("the set holds ids of `{of}`, and this is an id of `{other}`")
            }
            other => format!("the set holds ids of `{of}`, and this is {}", type_name(other)),
        };
        let error = ExpressionError::new(item.span, message);
        self.report(error.hint("to ask about a field of each record, use `exists(x, x.field == ...)`"))
    }

    fn in_texts(&mut self, item: Expr, texts: Expr, span: Range<usize>) -> Typed<Expr> {
        if item.ty != Type::Text {
            let message = format!("a multi_select holds texts, and this is {}", type_name(item.ty));
            return self.fail(item.span, message);
        }
        if let Node::Literal(super::expr::Literal::Text(text)) = &item.node
            && let Err(error) = self.check_option(text, &texts, &item.span)
        {
            return self.report(error);
        }
        let nullable = item.nullable || texts.nullable;
        let node = Node::InTexts {
            item: Box::new(item),
            texts: Box::new(texts),
        };
        Ok(Expr {
            node,
            ty: Type::Bool,
            nullable,
            span,
        })
    }
}

fn field_at(expr: &Expr) -> Option<FieldAt> {
    match &expr.node {
        Node::Field { record, field } => Some(FieldAt {
            collection: record.collection,
            field: *field,
        }),
        _ => None,
    }
}
