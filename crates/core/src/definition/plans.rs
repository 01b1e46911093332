//! `[limits.plans.<name>]`: other rates for the users, and their keys, who are on a plan.
//!
//! Which plan somebody is on is the value of a select field of users, so that whoever may write the field gives plans, and
//! changes of it are records of the journal as any other.

use super::faults::{Faults, Place};
use super::keys::PLAN;
use super::limit_settings::{Plan, Plans};
use super::names::nearest;
use super::toml_reader::Table;
use super::{ClassRates, Collection, FieldKind, application};
use crate::ids::Name;
use crate::rates::RateClass;

/// Plans as they are declared, before the fields of users are known.
#[derive(Debug, Default)]
pub(super) struct Declared<'a> {
    field: Option<(&'a str, Place<'a>)>,
    plans: Vec<(Plan, Place<'a>)>,
}

/// The plans of `[limits]`, whose other rates are `classes`.
pub(super) fn read<'a>(limits: &Table<'a>, classes: &[ClassRates; 6], faults: &mut Faults) -> Declared<'a> {
    let mut plans = Vec::new();
    for named in limits.named_tables("plans") {
        let place = Place::new(limits.file, named.name_span);
        if named.name.parse::<Name>().is_err() {
            let message = format!("`{}` is no name of a plan", named.name);
            let hint = "use lower-case letters, digits and underscores, such as `pro`";
            faults.add(place, message, hint);
            continue;
        }
        let table = Table::open(limits.file, &PLAN, named.table, named.span, faults);
        let mut classes = *classes;
        for (class, rates) in RateClass::ALL.into_iter().zip(&mut classes) {
            if let Some(table) = table.table(class.as_str(), faults) {
                *rates = application::class_rates(&table, *rates);
            }
        }
        let name = named.name.to_owned();
        plans.push((Plan { name, classes }, place));
    }
    let field = limits.text("plan").map(|name| (name, limits.value_place("plan")));
    if field.is_none() && !plans.is_empty() {
        let message = "there are plans, and nothing says who is on which";
        let hint = "name a select field of users: plan = \"plan\"";
        faults.add(limits.place(), message, hint);
    }
    Declared { field, plans }
}

/// Finds the field, and each plan among its options.
pub(super) fn link(declared: Declared<'_>, users: &Collection, faults: &mut Faults) -> Option<Plans> {
    let (name, place) = declared.field?;
    let field = users.find_field(name);
    let Some((field, options)) = field.and_then(|field| Some((field, options_of(&field.kind)?))) else {
        if !faults.is_broken(name) {
            let message = format!("`{name}` is no select field of users");
            let hint = "declare it in collections/users.toml, with the plans as its options";
            faults.add(place, message, hint);
        }
        return None;
    };
    if field.write.is_none() && !field.read_only && !faults.is_broken(name) {
        let message = format!("whoever may change their own record could give themselves a plan in `{name}`");
        let hint = "say in the field who may give plans: write = \"false\" leaves it to administrators";
        faults.add(place, message, hint);
    }
    let mut of = Vec::new();
    for (plan, place) in declared.plans {
        if options.contains(&plan.name) {
            of.push(plan);
            continue;
        }
        let message = format!(
            "nobody can be on the plan `{}`: it is no option of `{name}`",
            plan.name
        );
        let hint = match nearest(&plan.name, options.iter().map(String::as_str)) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("add it to the options of `{name}` in collections/users.toml"),
        };
        faults.add(place, message, hint);
    }
    Some(Plans { field: field.id, of })
}

fn options_of(kind: &FieldKind) -> Option<&[String]> {
    match kind {
        FieldKind::Select { options } => Some(options),
        _ => None,
    }
}
