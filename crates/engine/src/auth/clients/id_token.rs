//! ID tokens, the keys to check them with, and what clients find out about us by themselves (OpenID Connect Core 1.0 and
//! Discovery 1.0, RFC 7517, RFC 8037, RFC 8414).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use mainstay_core::{Problem, RecordId, Timestamp};
use serde::Serialize;
use serde_json::{Value as Json, json};

use crate::auth::tokens::{ALGORITHM, sign};
use crate::context::Context;
use crate::environment::Environment;

/// Not that of access tokens, so that neither is taken for the other (RFC 8725, 3.11).
const TYPE: &str = "JWT";

#[derive(Debug, Serialize)]
struct Claims<'a> {
    iss: &'a str,
    sub: String,
    aud: &'a str,
    iat: i64,
    exp: i64,
    auth_time: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<&'a str>,
}

pub(super) fn sign_id_token(
    ctx: &Context,
    (issuer, client): (&str, &str),
    (user, authenticated_at, nonce): (RecordId, Timestamp, Option<&str>),
    lifetime_seconds: i64,
) -> Result<String, Problem> {
    let claims = Claims {
        iss: issuer,
        sub: user.to_string(),
        aud: client,
        iat: ctx.now.seconds(),
        exp: ctx.now.seconds() + lifetime_seconds,
        auth_time: authenticated_at.seconds(),
        nonce,
    };
    sign(&ctx.environment.secret_keys, TYPE, &claims)
}

/// The keys that ID tokens are signed with, as a JWK set.
pub fn public_keys(environment: &Environment) -> Json {
    let keys = environment.secret_keys.public_signing_keys();
    let keys = keys.into_iter().map(|(id, key)| {
        json!({
            "kty": "OKP",
            "crv": "Ed25519",
            "x": URL_SAFE_NO_PAD.encode(key),
            "kid": id,
            "use": "sig",
            "alg": ALGORITHM,
        })
    });
    json!({ "keys": keys.collect::<Vec<Json>>() })
}

/// What a client needs to know. `issuer` is the server's own address.
pub fn client_metadata(environment: &Environment, issuer: &str) -> Json {
    let at = |path: &str| format!("{issuer}{path}");
    let release = environment.release();
    let collections = release.definition.collections.iter();
    let of_api = collections.map(|collection| format!("{}:*", collection.name));
    let of_people = ["openid", "profile", "email", "offline_access"].map(str::to_owned);
    let methods = json!(["client_secret_basic", "client_secret_post", "none"]);
    json!({
        "issuer": issuer,
        "authorization_endpoint": at("/oauth/authorize"),
        "token_endpoint": at("/oauth/token"),
        "userinfo_endpoint": at("/oauth/userinfo"),
        "jwks_uri": at("/oauth/keys"),
        "revocation_endpoint": at("/oauth/revoke"),
        "introspection_endpoint": at("/oauth/introspect"),
        "scopes_supported": of_people.into_iter().chain(of_api).collect::<Vec<String>>(),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": methods,
        "revocation_endpoint_auth_methods_supported": methods,
        "introspection_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "authorization_response_iss_parameter_supported": true,
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [ALGORITHM],
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "claims_supported": ["iss", "sub", "aud", "iat", "exp", "auth_time", "nonce", "name", "email", "email_verified"],
        "claims_parameter_supported": false,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
    })
}
