//! Which rules an act has to pass, each with the verdict of the statement that guards requests.

use mainstay_core::definition::{Collection, RuleName, RulePlace};
use mainstay_core::rules::{Expr, ShareLevel};
use mainstay_core::{Code, FieldId};
use mainstay_store::Tx;
use mainstay_store::records::FieldRules;
use mainstay_store::sql::{About, Arguments, Statement, select_input_permissions};
use serde_json::{Value as Json, json};

use super::asked::Tried;
use super::explain::Explainer;
use super::part::{Part, PartKind, Truth};
use crate::context::Context;
use crate::failure::Failure;
use crate::records::holds;

/// A rule that was asked.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) place: RulePlace,
    pub(super) field: Option<String>,
    pub(super) passes: bool,
    /// Why it matters that it does not pass: what a request is answered with. Nothing for a rule that refuses nobody.
    pub(super) refusal: Option<Code>,
    pub(super) decides: bool,
    pub(super) text: Option<String>,
    pub(super) is_tried: bool,
    pub(super) tree: Option<Part>,
}

impl Step {
    pub(super) fn json(&self) -> Json {
        json!({
            "rule": self.place.key(),
            "field": self.field,
            "passes": self.passes,
            "decides": self.decides,
            "text": self.text,
            "draft": self.is_tried,
            "tree": self.tree.as_ref().map(Part::json),
        })
    }
}

/// One record, one caller, and what they would write.
pub(super) struct Asking<'a, 't> {
    pub(super) tx: &'a mut Tx<'t>,
    pub(super) ctx: &'a Context,
    pub(super) collection: &'a Collection,
    pub(super) about: About<'a>,
    pub(super) arguments: Arguments<'a>,
    pub(super) tried: Option<&'a Tried>,
    /// Does the act touch what no share lets its holder touch?
    pub(super) without_shares: bool,
}

impl<'t> Asking<'_, 't> {
    /// A rule of the collection with the statement that asks it; without one nobody passes.
    pub(super) fn rule(
        &mut self,
        name: RuleName,
        statement: Option<&Statement>,
        refusal: Option<Code>,
    ) -> Result<Step, Failure> {
        let passes = match statement {
            Some(statement) => holds(self.tx, statement, &self.arguments)?,
            None => false,
        };
        self.step(RulePlace::Collection(name), passes, refusal)
    }

    /// The rule for creating, which stands in the statement that inserts: asked of the input alone.
    pub(super) fn rule_of_input(&mut self, name: RuleName, rule: Option<&Expr>) -> Result<Step, Failure> {
        let passes = match rule {
            Some(rule) => {
                let statement = select_input_permissions(self.ctx.target(), &[rule])?;
                let binds = statement.binds(&self.arguments);
                let passes = self
                    .tx
                    .query_first(&statement.text, &binds, |row| Ok::<_, Failure>(row.int(0)? != 0))?;
                passes == Some(true)
            }
            None => false,
        };
        self.step(RulePlace::Collection(name), passes, Some(Code::Forbidden))
    }

    /// The rules of fields, with the verdict of each; `fields` are those that matter.
    pub(super) fn fields(
        &mut self,
        rules: Option<&FieldRules>,
        place: fn(FieldId) -> RulePlace,
        fields: Option<&[FieldId]>,
        refusal: Option<Code>,
    ) -> Result<Vec<Step>, Failure> {
        let Some(rules) = rules else { return Ok(Vec::new()) };
        let statement = &rules.statement;
        let passed = self
            .tx
            .query_first(&statement.text, &statement.binds(&self.arguments), |row| {
                let columns = 0..rules.fields.len();
                columns
                    .map(|position| Ok::<_, Failure>(row.int(position)? != 0))
                    .collect::<Result<Vec<bool>, _>>()
            })?;
        let passed = passed.unwrap_or_else(|| vec![false; rules.fields.len()]);
        let mut steps = Vec::new();
        for (field, passes) in rules.fields.iter().zip(passed) {
            if fields.is_none_or(|fields| fields.contains(field)) {
                steps.push(self.step(place(*field), passes, refusal)?);
            }
        }
        Ok(steps)
    }

    pub(super) fn step(
        &mut self,
        place: RulePlace,
        passes: bool,
        refusal: Option<Code>,
    ) -> Result<Step, Failure> {
        let tried = self.tried.filter(|tried| tried.place == place);
        let written = self.written(place);
        let mut tree = self.tree(place, written.as_ref())?;
        if let Some(tree) = &mut tree {
            tree.mark();
        }
        Ok(Step {
            place,
            field: place
                .field()
                .map(|field| self.collection.field(field).name.to_string()),
            passes,
            refusal,
            decides: false,
            text: written.map(|(text, _)| text),
            is_tried: tried.is_some(),
            tree,
        })
    }

    /// The text of a rule and what it says. Sharing without a rule of its own asks that for changing.
    fn written(&self, place: RulePlace) -> Option<(String, Expr)> {
        let definition = &self.ctx.release.definition;
        let known = |place: RulePlace| match self.tried.filter(|tried| tried.place == place) {
            Some(tried) => {
                let expr = definition.typed(self.collection, place, &tried.text).ok()?;
                Some((tried.text.clone(), expr))
            }
            None => definition.rule_as_written(self.collection, place),
        };
        let found = known(place);
        match place {
            RulePlace::Collection(RuleName::Share) if found.is_none() => {
                known(RulePlace::Collection(RuleName::Update))
            }
            _ => found,
        }
    }

    /// The rule as it is asked: where records are shared, shares stand beside what is written.
    fn tree(&mut self, place: RulePlace, written: Option<&(String, Expr)>) -> Result<Option<Part>, Failure> {
        let own = match written {
            Some((text, expr)) => Some(self.explainer().explain(expr, text)?),
            None => None,
        };
        let RulePlace::Collection(name) = place else {
            return Ok(own);
        };
        if self.collection.sharing.is_none() {
            return Ok(own);
        }
        let own = match name {
            // Without a rule for it whoever may read may comment.
            RuleName::Comment if own.is_none() => self.reading()?,
            RuleName::Update | RuleName::Delete | RuleName::Share | RuleName::Comment => {
                self.for_readers(own)?
            }
            RuleName::List | RuleName::Read | RuleName::Create => own,
        };
        let level = match name {
            RuleName::List | RuleName::Read => ShareLevel::Read,
            RuleName::Comment => ShareLevel::Comment,
            RuleName::Update if self.without_shares => return Ok(own),
            RuleName::Update => ShareLevel::Edit,
            RuleName::Create | RuleName::Delete | RuleName::Share => return Ok(own),
        };
        let shared = self.shared(level)?;
        Ok(Some(Part::joined(
            PartKind::Or,
            own.into_iter().chain(shared).collect(),
        )))
    }

    /// What a rule lets those do whom the collection's own rule lets read.
    fn for_readers(&mut self, own: Option<Part>) -> Result<Option<Part>, Failure> {
        let (Some(own), Some(reading)) = (own, self.reading()?) else {
            return Ok(None);
        };
        Ok(Some(Part::joined(PartKind::And, vec![reading, own])))
    }

    /// The rule for reading, without shares; it has a step of its own that takes it apart.
    fn reading(&mut self) -> Result<Option<Part>, Failure> {
        let name = RuleName::Read;
        let Some((_, expr)) = self.written(RulePlace::Collection(name)) else {
            return Ok(None);
        };
        Ok(Some(Part {
            truth: Some(self.explainer().truth(&expr)?),
            rule: Some(name.as_str()),
            ..Part::new(PartKind::Rule)
        }))
    }

    fn shared(&mut self, level: ShareLevel) -> Result<Option<Part>, Failure> {
        let definition = &self.ctx.release.definition;
        let Some(expr) = definition.shared_to(self.collection, level) else {
            return Ok(None);
        };
        let truth: Truth = self.explainer().truth(&expr)?;
        Ok(Some(Part {
            truth: Some(truth),
            level: Some(level.as_str()),
            ..Part::new(PartKind::Shared)
        }))
    }

    fn explainer(&mut self) -> Explainer<'_, 't> {
        Explainer {
            tx: self.tx,
            ctx: self.ctx,
            about: self.about,
            arguments: &self.arguments,
        }
    }
}
