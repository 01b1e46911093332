//! May this user do that? With what each rule comes to, and why.

use mainstay_core::definition::{Collection, RuleName, RulePlace, Sharing};
use mainstay_core::{Actor, Code, FieldError, FieldId, Problem, RecordId};
use mainstay_store::Tx;
use mainstay_store::sql::{About, Alive, Arguments, Statement, select_by_id};
use mainstay_store::tx::Bind;
use serde_json::{Map, Value as Json, json};

use super::asked::{Act, Asked};
use super::explain::reads_hidden;
use super::steps::{Asking, Step};
use crate::audit::note_rule_test;
use crate::context::Context;
use crate::failure::Failure;
use crate::records::{
    Draft, as_reader, draft_for_create, draft_for_update, holds, propose, read_for_write, said,
};

/// Tells administrators what the rules say of an act, as JSON. Nothing is written.
pub async fn test_rule(ctx: &Context, input: Map<String, Json>) -> Result<Vec<u8>, Failure> {
    ctx.require_administrator()?;
    // A key may run on less.
    let asked = Asked::read(&ctx.whole.definition, input)?;
    let caller = caller(ctx, &asked).await?;
    let caller = with_tried(caller, &asked)?;
    let draft = draft(&caller, &asked)?;
    note_rule_test(ctx, &asked.collection, asked.record);
    ctx.read(move |tx, _| {
        let found = ask(tx, &caller, &asked, draft.as_ref())?;
        Ok::<_, Failure>(verdict(&caller, asked.act, found).to_string().into_bytes())
    })
    .await
}

/// The request that the user would make.
async fn caller(ctx: &Context, asked: &Asked) -> Result<Context, Failure> {
    let actor = match asked.user {
        None => Actor::ANONYMOUS,
        Some(user) => ctx
            .read(move |tx, ctx| as_reader(tx, ctx, &user).map_err(Failure::from))
            .await?
            .map(|reader| reader.actor)
            .ok_or_else(|| {
                let message = "there is no user with this id who could sign in";
                Problem::field(Code::ValidationFailed, "user", message)
            })?,
    };
    Ok(Context {
        method: asked.act.method(),
        ..ctx.acting_as(actor)
    })
}

/// The same request on a release with the rule that is tried out.
fn with_tried(caller: Context, asked: &Asked) -> Result<Context, Failure> {
    let Some(tried) = &asked.tried else {
        return Ok(caller);
    };
    let definition = &caller.release.definition;
    let collection = caller.collection(&asked.collection)?;
    let changed = definition
        .with_rule(collection, tried.place, &tried.text)
        .map_err(|errors| {
            let errors = errors.into_iter().map(|error| FieldError {
                field: "expression.text".to_owned(),
                code: Code::ValidationFailed,
                message: match error.hint {
                    Some(hint) => format!("{}; {hint}", error.message).into(),
                    None => error.message.into(),
                },
            });
            Problem::validation(errors.collect())
        })?;
    let expr = changed.typed(collection, tried.place, &tried.text);
    if expr.is_ok_and(|expr| reads_hidden(&caller, &expr)) {
        // One comparison at a time would tell what nobody is shown.
        let message = "reads a hidden field, which cannot be tried out";
        return Err(Problem::field(Code::ValidationFailed, "expression.text", message).into());
    }
    let release = caller.release.with(changed, caller.environment.db.dialect())?;
    Ok(Context { release, ..caller })
}

/// What would be written, checked as a request is.
fn draft(caller: &Context, asked: &Asked) -> Result<Option<Draft>, Failure> {
    let collection = caller.collection(&asked.collection)?;
    let input = asked.input.clone();
    let draft = match asked.act {
        Act::Create => draft_for_create(caller, collection, input),
        Act::Update => draft_for_update(caller, collection, input),
        _ => return Ok(None),
    };
    draft.map(Some).map_err(|failure| {
        let mut problem = failure.problem();
        for error in &mut problem.errors {
            error.field = format!("input.{}", error.field);
        }
        problem.into()
    })
}

/// Every rule of the act, in the order in which a request meets them; and is the record one that is there for the act?
fn ask(
    tx: &mut Tx<'_>,
    caller: &Context,
    asked: &Asked,
    draft: Option<&Draft>,
) -> Result<(Vec<Step>, Option<Code>), Failure> {
    let collection = caller.collection(&asked.collection)?;
    let Some(id) = asked.record else {
        let Some(draft) = draft else {
            return Ok((Vec::new(), None));
        };
        return Ok((ask_create(tx, caller, collection, asked, draft)?, None));
    };
    if !is_there(tx, caller, collection, asked.act, id)? {
        return Ok((Vec::new(), Some(Code::NotFound)));
    }
    let steps = ask_stored(tx, caller, collection, (asked, id), draft)?;
    Ok((steps, None))
}

/// A record that was never there is a slip of whoever asks; one that was deleted is not found by its requests.
fn is_there(
    tx: &mut Tx<'_>,
    caller: &Context,
    collection: &Collection,
    act: Act,
    id: RecordId,
) -> Result<bool, Failure> {
    let target = [Bind::from(&id)];
    let arguments = caller.arguments(&target);
    let plan = caller.plan(collection.id);
    if !holds(tx, &plan.select_all_either, &arguments)? {
        let message = format!("there is no record {id} in {}", collection.name);
        return Err(Problem::field(Code::ValidationFailed, "record", message).into());
    }
    let is_living = holds(tx, &plan.select_all, &arguments)?;
    Ok(is_living != (act == Act::Restore))
}

fn ask_create(
    tx: &mut Tx<'_>,
    caller: &Context,
    collection: &Collection,
    asked: &Asked,
    draft: &Draft,
) -> Result<Vec<Step>, Failure> {
    let input_ids = draft.input_ids(collection);
    let mut asking = Asking {
        tx,
        ctx: caller,
        collection,
        about: About::Input,
        arguments: Arguments {
            input: &draft.values,
            input_ids: &input_ids,
            ..caller.arguments(&[])
        },
        tried: asked.tried.as_ref(),
        without_shares: false,
    };
    let rule = collection.rules.create.as_ref();
    let mut steps = vec![asking.rule_of_input(RuleName::Create, rule)?];
    let given = said(caller, collection, draft);
    let rules = caller.plan(collection.id).settable_new.as_ref();
    steps.extend(asking.fields(rules, RulePlace::FieldWrite, Some(&given), Some(Code::Forbidden))?);
    Ok(steps)
}

fn ask_stored(
    tx: &mut Tx<'_>,
    caller: &Context,
    collection: &Collection,
    (asked, id): (&Asked, RecordId),
    draft: Option<&Draft>,
) -> Result<Vec<Step>, Failure> {
    let (input, changed) = proposed(tx, caller, collection, (asked, id), draft)?;
    let input_ids = input
        .as_ref()
        .map_or_else(Vec::new, |input| input.input_ids(collection));
    let target = [Bind::from(&id)];
    let plan = caller.plan(collection.id);
    let decides = |sharing: &Sharing| changed.iter().any(|field| sharing.deciding.contains(field));
    let without_shares = collection.sharing.as_ref().is_some_and(decides);
    let mut asking = Asking {
        tx,
        ctx: caller,
        collection,
        about: About::Stored(collection),
        arguments: Arguments {
            input: input.as_ref().map_or(&[], |input| &input.values),
            input_ids: &input_ids,
            ..caller.arguments(&target)
        },
        tried: asked.tried.as_ref(),
        without_shares,
    };
    let bound = &plan.bound;
    let refused = Some(Code::Forbidden);
    let mut steps = Vec::new();
    match asked.act {
        Act::List => {
            let statement = list_rule(caller, collection)?;
            steps.push(asking.rule(RuleName::List, statement.as_ref(), Some(Code::NotFound))?);
        }
        Act::Restore => {
            let rule = bound.may_restore.as_ref();
            return Ok(vec![asking.rule(RuleName::Delete, rule, Some(Code::NotFound))?]);
        }
        _ => steps.push(asking.rule(RuleName::Read, bound.read.as_ref(), Some(Code::NotFound))?),
    }
    match asked.act {
        Act::List | Act::Read => {
            steps.extend(asking.fields(plan.readable.as_ref(), RulePlace::FieldRead, None, None)?);
        }
        Act::Update => {
            let rule = if without_shares {
                &bound.may_update_own
            } else {
                &bound.may_update
            };
            steps.push(asking.rule(RuleName::Update, rule.as_ref(), refused)?);
            let given = draft.map(|draft| draft.given.as_slice());
            steps.extend(asking.fields(plan.settable.as_ref(), RulePlace::FieldWrite, given, refused)?);
        }
        Act::Delete => steps.push(asking.rule(RuleName::Delete, bound.may_delete.as_ref(), refused)?),
        Act::Comment => steps.push(asking.rule(RuleName::Comment, bound.may_comment.as_ref(), refused)?),
        Act::Share => steps.push(asking.rule(RuleName::Share, bound.may_share.as_ref(), refused)?),
        Act::Create | Act::Restore => {}
    }
    Ok(steps)
}

/// The record as the act would leave it, where its rule looks at that, and the fields that differ.
fn proposed(
    tx: &mut Tx<'_>,
    caller: &Context,
    collection: &Collection,
    (asked, id): (&Asked, RecordId),
    draft: Option<&Draft>,
) -> Result<(Option<Draft>, Vec<FieldId>), Failure> {
    if let Some(draft) = draft {
        let (merged, changed) = propose(tx, caller, collection.id, id, draft)?;
        return Ok((Some(merged), changed));
    }
    if asked.act != Act::Share {
        return Ok((None, Vec::new()));
    }
    let same = Draft {
        values: read_for_write(tx, caller, collection.id, id)?,
        given: Vec::new(),
    };
    Ok((Some(same), Vec::new()))
}

/// The rule for lists of one record.
fn list_rule(caller: &Context, collection: &Collection) -> Result<Option<Statement>, Failure> {
    let Some(rule) = &collection.rules.list else {
        return Ok(None);
    };
    let statement = select_by_id(caller.target(), collection, &[], Some(rule), Alive::Living)?;
    Ok(Some(statement))
}

/// What a request would come to: the first rule that does not pass decides, or the last one that could have refused.
fn verdict(caller: &Context, act: Act, (mut steps, gone): (Vec<Step>, Option<Code>)) -> Json {
    let is_bound = caller.actor.is_bound_by_rules();
    let refusing = steps
        .iter()
        .position(|step| !step.passes && step.refusal.is_some());
    let code = gone.or_else(|| refusing.filter(|_| is_bound).and_then(|at| steps[at].refusal));
    let is_nobody = caller.actor.id.is_none();
    // Whatever the rules say, some acts are for people who are signed in.
    let needs_somebody = match (code, act) {
        (Some(code), act) => code == Code::Forbidden || act == Act::Share,
        (None, act) => matches!(act, Act::Comment | Act::Share),
    };
    let code = if is_nobody && needs_somebody {
        Some(Code::Unauthenticated)
    } else {
        code
    };
    let last = steps.iter().rposition(|step| step.refusal.is_some());
    if let Some(at) = refusing.or(last).filter(|_| is_bound) {
        steps[at].decides = true;
    }
    let steps: Vec<Json> = steps.iter().map(Step::json).collect();
    json!({
        "allowed": code.is_none(),
        "code": code.map(Code::as_str),
        "bound": is_bound,
        "steps": steps,
    })
}
