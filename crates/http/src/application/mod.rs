//! What the application is, for a client that was made for no application in particular.
//!
//! It tells what the OpenAPI document tells, in a form that needs no taking apart: no rule, and a field that is hidden only
//! where it can be given.

mod collection;
mod field;

use axum::extract::RawQuery;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
pub(crate) use collection::describe as describe_collection;
pub(crate) use field::describe as describe_field;
use mainstay_core::definition::Definition;
use mainstay_engine::auth;
use serde_json::{Value as Json, json};

use crate::answer::{self, Answer};
use crate::content_tag::ContentTag;
use crate::openapi::runtime_schema;
use crate::parameters::refuse_parameters;
use crate::request::Visitor;

/// Made anew for each reader, as the OpenAPI document is; most are told that they have it already.
pub(crate) async fn read_application(
    visitor: Visitor,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Answer {
    refuse_parameters(query.as_deref())?;
    let sign_in = SignIn {
        providers: auth::list_providers(&visitor.ctx),
        set_up: !auth::needs_setup(&visitor.ctx.environment).await?,
        mails: visitor.ctx.environment.mailing.is_some(),
    };
    let body = application(&visitor.ctx.release.definition, &sign_in).to_string();
    let tag = ContentTag::of(body.as_bytes());
    let mut response = if tag.is_known(&headers) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        answer::json(body)
    };
    add_caching(&mut response, &tag);
    Ok(response)
}

fn add_caching(response: &mut Response, tag: &ContentTag) {
    let headers = response.headers_mut();
    headers.insert(header::ETAG, tag.header());
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
}

/// What of signing in does not stand in the definition alone.
struct SignIn {
    /// Names and titles.
    providers: Vec<(String, String)>,
    /// Is there an administrator?
    set_up: bool,
    /// Does the server send mails?
    mails: bool,
}

fn application(definition: &Definition, sign_in: &SignIn) -> Json {
    let auth = &definition.auth;
    let methods: Vec<&str> = auth.methods.iter().map(|method| method.as_str()).collect();
    let providers = sign_in.providers.iter();
    let providers: Vec<Json> = providers
        .map(|(name, title)| json!({ "name": name, "title": title }))
        .collect();
    let collections = definition.collections.iter();
    let collections: Vec<Json> = collections
        .map(|collection| collection::describe(definition, collection))
        .collect();
    json!({
        "name": definition.name,
        "title": definition.title,
        "description": definition.description,
        "digest": definition.digest,
        "auth": {
            "sign_up": auth.sign_up,
            "methods": methods,
            "providers": providers,
            "second_factor": auth.second_factor.as_str(),
            "mails": sign_in.mails,
            "set_up": sign_in.set_up,
        },
        "collections": collections,
        "schema": runtime_schema(definition),
    })
}
