//! A compact form of a typed expression, for comparing with what a test expects.

use mainstay_core::definition::FieldAt;
use mainstay_core::rules::{
    Arithmetic, Comparison, Expr, Literal, Node, Quantifier, RecordPath, Records, Root, Type, Variable, Via,
};

use crate::fixture::definition;

pub(crate) fn render(expr: &Expr) -> String {
    let part = |part: &Expr| render(part);
    let all = |parts: &[Expr], sign: &str| parts.iter().map(render).collect::<Vec<_>>().join(sign);
    match &expr.node {
        Node::Literal(literal) => render_literal(literal, expr.ty),
        Node::Now => "now()".to_owned(),
        Node::RequestMethod => "request.method".to_owned(),
        Node::AuthId => "auth.id".to_owned(),
        Node::AuthShare => "auth.share".to_owned(),
        Node::AuthVerified => "auth.verified".to_owned(),
        Node::Field { record, field } => {
            let at = FieldAt {
                collection: record.collection,
                field: *field,
            };
            format!("{}.{}", path(record), definition().field(at).name)
        }
        Node::Item(variable) => name(*variable),
        Node::Not(operand) => format!("!{}", part(operand)),
        Node::And(parts) => format!("({})", all(parts, " && ")),
        Node::Or(parts) => format!("({})", all(parts, " || ")),
        Node::If {
            condition,
            then,
            otherwise,
        } => {
            format!("({} ? {} : {})", part(condition), part(then), part(otherwise))
        }
        Node::Compare {
            operator,
            left,
            right,
        } => {
            format!("({} {} {})", part(left), comparison(*operator), part(right))
        }
        Node::Arithmetic {
            operator,
            left,
            right,
        } => {
            format!("({} {} {})", part(left), arithmetic(*operator), part(right))
        }
        Node::Negate(operand) => format!("-{}", part(operand)),
        Node::ToNumber(operand) => format!("number({})", part(operand)),
        Node::InList { item, options } => format!("({} in [{}])", part(item), all(options, ", ")),
        Node::InTexts { item, texts } => format!("({} in {})", part(item), part(texts)),
        Node::InRecords { item, records } => format!("({} in {})", part(item), set(records)),
        Node::Has(asked) => format!("has({})", part(asked)),
        _ => render_call(expr),
    }
}

fn render_call(expr: &Expr) -> String {
    let part = |part: &Expr| render(part);
    match &expr.node {
        Node::StartsWith { text, prefix } => format!("starts_with({}, {})", part(text), part(prefix)),
        Node::EndsWith { text, suffix } => format!("ends_with({}, {})", part(text), part(suffix)),
        Node::Contains { text, part: other } => format!("contains({}, {})", part(text), part(other)),
        Node::Matches { text, pattern } => format!("matches({}, {})", part(text), pattern.0),
        Node::Convert(value) => format!("{}({})", type_word(expr.ty), part(value)),
        Node::TextFunction(function, operands) => {
            let operands: Vec<String> = operands.iter().map(part).collect();
            format!("{function:?}({})", operands.join(", "))
        }
        Node::LowerAscii(text) => format!("lower({})", part(text)),
        Node::Size(counted) => format!("size({})", part(counted)),
        Node::Count(records) => format!("count({})", set(records)),
        Node::Quantifier {
            quantifier,
            records,
            variable,
            body,
        } => {
            format!(
                "{}({} of {}: {})",
                word(*quantifier),
                name(*variable),
                set(records),
                part(body)
            )
        }
        Node::TextQuantifier {
            quantifier,
            texts,
            variable,
            body,
        } => {
            format!(
                "{}({} of {}: {})",
                word(*quantifier),
                name(*variable),
                part(texts),
                part(body)
            )
        }
        other => panic!("no call: {other:?}"),
    }
}

fn type_word(ty: Type) -> String {
    match ty {
        Type::Decimal { scale } => format!("decimal_{scale}"),
        other => format!("{other:?}").to_lowercase(),
    }
}

fn render_literal(literal: &Literal, ty: Type) -> String {
    let value = match literal {
        Literal::Null => "null".to_owned(),
        Literal::Bool(value) => value.to_string(),
        Literal::Int(value) => value.to_string(),
        Literal::Real(value) => format!("{value:?}"),
        Literal::Text(value) => format!("{value:?}"),
        Literal::Id(value) => value.to_string(),
    };
    match ty {
        Type::Decimal { scale } => format!("{value}e-{scale}"),
        Type::DateTime | Type::Duration => format!("{value}us"),
        Type::Date => format!("day {value}"),
        _ => value,
    }
}

fn path(record: &RecordPath) -> String {
    let mut text = match record.root {
        Root::Record => "record".to_owned(),
        Root::Input => "input".to_owned(),
        Root::Auth => "auth".to_owned(),
        Root::Variable(variable) => name(variable),
    };
    for step in &record.steps {
        text = format!("{text}.{}", definition().field(*step).name);
    }
    text
}

fn set(records: &Records) -> String {
    let from = path(&records.from);
    match records.via {
        Via::Many(field) => {
            let at = FieldAt {
                collection: records.from.collection,
                field,
            };
            format!("{from}.{}[]", definition().field(at).name)
        }
        Via::Back(at) => {
            format!(
                "{from}<-{}.{}",
                definition().collection(at.collection).name,
                definition().field(at).name
            )
        }
    }
}

fn name(variable: Variable) -> String {
    format!("${}", variable.0)
}

fn word(quantifier: Quantifier) -> &'static str {
    match quantifier {
        Quantifier::Exists => "exists",
        Quantifier::All => "all",
        Quantifier::ExistsOne => "exists_one",
    }
}

fn comparison(operator: Comparison) -> &'static str {
    match operator {
        Comparison::Equal => "==",
        Comparison::NotEqual => "!=",
        Comparison::Less => "<",
        Comparison::LessOrEqual => "<=",
        Comparison::Greater => ">",
        Comparison::GreaterOrEqual => ">=",
    }
}

fn arithmetic(operator: Arithmetic) -> &'static str {
    match operator {
        Arithmetic::Add => "+",
        Arithmetic::Subtract => "-",
        Arithmetic::Multiply => "*",
        Arithmetic::Divide => "/",
        Arithmetic::Modulo => "%",
        Arithmetic::Concatenate => "++",
    }
}
