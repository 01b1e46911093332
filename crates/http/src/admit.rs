//! Lets requests in as the table in `admission.rs` says: how often, from where, with which rights.

use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use mainstay_core::{Action, ActorKind, Code, Problem};
use mainstay_engine::auth::{Bearer, KeyGrant, use_key};
use mainstay_engine::rates::{CountedCaller, Standing};
use mainstay_engine::{Context, audit};

use crate::admission::{ADMISSION, ELSE, ForKeys, OF_CLIENTS, Row, Who};
use crate::error::HttpError;
use crate::openapi;
use crate::request::{Arrival, Asked};
use crate::router::App;
use crate::second_factor::require_second_factor;

/// Counts a request of its address before anything is done for it.
pub(crate) async fn count_request(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let arrival = Arrival::of(request.extensions());
    let row = row_of(&request);
    arrival.row.get_or_init(|| row);
    if let Some(class) = row.class {
        let environment = &app.environment;
        let counted = environment.count_address(class, arrival.address, environment.clock.now());
        if let Err(problem) = note(arrival, counted) {
            return HttpError(problem).into_response();
        }
    }
    next.run(request).await
}

fn row_of(request: &Request) -> &'static Row {
    let method = match request.method().as_str() {
        "HEAD" => "GET",
        method => method,
    };
    let route = request.extensions().get::<MatchedPath>();
    let operation = route.map_or("", |route| openapi::operation_id(method, route.as_str()));
    if operation.is_empty() {
        let path = route.map_or("", |route| route.as_str());
        let row = OF_CLIENTS.iter().find(|(known, _)| *known == path);
        return row.map_or(&ELSE, |(_, row)| row);
    }
    let row = ADMISSION.iter().find(|row| row.operation == operation);
    row.unwrap_or(&ELSE)
}

/// Keeps how somebody stands, for the answer; a request that was too much ends here.
fn note(arrival: &Arrival, counted: impl IntoIterator<Item = Standing>) -> Result<(), Problem> {
    let mut refused = None;
    for standing in counted {
        if let Some(micros) = standing.refused_for_micros {
            refused = Some((standing.name(), standing.by, micros));
        }
        arrival.standings().push(standing);
    }
    let Some((name, by, micros)) = refused else {
        return Ok(());
    };
    let detail = format!(
        "there were more requests than the limit `{name}` of this {} allows; wait as long as Retry-After says",
        by.as_str()
    );
    Err(Problem::new(Code::RateLimited, detail).retry_after_micros(micros))
}

/// The request of whoever was recognised, with the rights that they have from here. `ctx` is that of nobody.
pub(crate) fn admit(
    app: &App,
    arrival: &Arrival,
    ctx: Context,
    (bearer, path): (Option<&mut Bearer>, &str),
) -> Result<Context, HttpError> {
    let row = arrival.row();
    let is_inside = app.is_administered_from(arrival.address);
    let plan = bearer.as_ref().and_then(|bearer| bearer.plan());
    let ctx = match bearer {
        None => {
            arrival.note_asked(&ctx);
            ctx
        }
        Some(bearer) => {
            if !is_inside {
                take_administration(bearer);
            }
            recognise(arrival, ctx, bearer)?
        }
    };
    if let Some(class) = row.class {
        let caller = CountedCaller {
            actor: ctx.actor,
            key: ctx.key.as_ref().map(|key| key.id),
            plan,
        };
        note(arrival, app.environment.count_caller(class, caller, ctx.now))?;
    }
    if row.who == Who::Administrator && !is_inside {
        audit::note_refused_administration(&ctx);
        let detail = "administration is not done from this address";
        return Err(Problem::new(Code::AddressRefused, detail).into());
    }
    if let Some(key) = &ctx.key {
        refuse_without_scope(&ctx, key, (row.keys, path))?;
    }
    Ok(ctx)
}

/// Elsewhere an administrator is a user as any other.
fn take_administration(bearer: &mut Bearer) {
    match bearer {
        Bearer::Session(identity) if identity.actor.kind == ActorKind::Administrator => {
            identity.actor.kind = ActorKind::User;
        }
        Bearer::Key(grant) if grant.of_administrator => {
            let mut of_user = KeyGrant::clone(grant);
            of_user.of_administrator = false;
            *grant = Arc::new(of_user);
        }
        _ => {}
    }
}

fn recognise(arrival: &Arrival, mut ctx: Context, bearer: &Bearer) -> Result<Context, HttpError> {
    ctx.actor = bearer.actor();
    match bearer {
        Bearer::Session(identity) => {
            arrival.note_asked(&ctx);
            require_second_factor(identity, arrival.row().operation)?;
            Ok(ctx)
        }
        Bearer::Key(grant) => {
            arrival.asked.get_or_init(|| Asked {
                actor: ctx.actor,
                key: Some(grant.id),
            });
            Ok(use_key(&ctx, Arc::clone(grant))?)
        }
    }
}

fn refuse_without_scope(
    ctx: &Context,
    key: &KeyGrant,
    (needs, path): (ForKeys, &str),
) -> Result<(), HttpError> {
    let definition = &ctx.release.definition;
    let missing = match needs {
        ForKeys::ByRule => None,
        ForKeys::Scope(action) => {
            // A collection that there is not is answered so by whoever looks for it.
            let named = collection_of(path).and_then(|name| definition.find_collection(name));
            let missing = named.filter(|collection| !key.scopes.permit(collection, action));
            missing.map(|collection| scope(collection.name.as_str(), action))
        }
        ForKeys::OnUsers(action) => {
            let users = definition.collection(definition.users);
            (!key.scopes.permit(users, action)).then(|| scope(users.name.as_str(), action))
        }
        ForKeys::OnAny(action) => {
            let mut collections = definition.collections.iter();
            let has_one = collections.any(|collection| key.scopes.permit(collection, action));
            (!has_one).then(|| scope("*", action))
        }
        ForKeys::Admin => (!key.scopes.has_admin()).then(|| "admin".to_owned()),
        ForKeys::Never => {
            let detail = format!(
                "no {} may do this: it is for people who are signed in",
                name_of(key)
            );
            return Err(Problem::new(Code::Forbidden, detail).into());
        }
    };
    match missing {
        None => Ok(()),
        Some(scope) => {
            let detail = format!("the {} does not have the scope `{scope}`", name_of(key));
            Err(Problem::new(Code::Forbidden, detail).into())
        }
    }
}

fn name_of(key: &KeyGrant) -> &'static str {
    match key.client {
        None => "API key",
        Some(_) => "access token of a client",
    }
}

fn scope(collection: &str, action: Action) -> String {
    format!("{collection}:{}", action.as_str())
}

fn collection_of(path: &str) -> Option<&str> {
    path.strip_prefix("/api/v1/records/")?.split('/').next()
}
