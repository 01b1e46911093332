//! What a client asks for with the address that it leads a browser to (draft-ietf-oauth-v2-1, 4.1.1; OpenID Connect Core
//! 1.0, 3.1.2.1).
//!
//! The client and where it is led back to are made sure of first: before that nobody is led anywhere.

use std::collections::BTreeMap;

use mainstay_core::{ClientScopes, limits};
use mainstay_store::StoreError;

use super::{Client, Refusal, find_client};
use crate::context::Context;
use crate::failure::Failure;

/// SHA-256 in base64url (RFC 7636, 4.2).
const CHALLENGE_CHARACTERS: usize = 43;

/// What became of the first look at a request.
#[derive(Debug)]
pub enum Checked {
    /// Nobody is led back: the person in front is told.
    Unfit(Unfit),
    /// The client is told.
    Refused(Back, Refusal),
    Asked(Box<Asked>),
}

/// Why nobody is led back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    Client,
    Redirect,
}

/// Where a client is led back to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Back {
    pub redirect_uri: String,
    state: Option<String>,
    issuer: String,
}

impl Back {
    /// The address with what the client is told. Who tells it stands in it, so that no other provider is taken for us
    /// (RFC 9207).
    pub fn address(&self, parameters: &[(&str, &str)]) -> String {
        let state = self.state.as_deref().map(|state| ("state", state));
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(parameters)
            .extend_pairs(state)
            .append_pair("iss", &self.issuer)
            .finish();
        let joint = if self.redirect_uri.contains('?') { '&' } else { '?' };
        format!("{}{joint}{query}", self.redirect_uri)
    }

    pub fn refused(&self, refusal: &Refusal) -> String {
        self.address(&[
            ("error", refusal.error),
            ("error_description", refusal.description),
        ])
    }
}

/// What a client asks for, with a place to be led back to that is its own.
#[derive(Debug)]
pub struct Asked {
    pub client: Client,
    pub back: Back,
    pub scopes: ClientScopes,
    pub(super) nonce: Option<String>,
    pub(super) challenge: String,
    pub(super) prompt: Prompt,
    /// Seconds after which the user has to sign in again.
    pub(super) max_age: Option<i64>,
}

/// What the user is to be asked, whether it is needed or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Prompt {
    /// Nothing: without a session and consent the answer is no.
    pub(super) none: bool,
    pub(super) login: bool,
    pub(super) consent: bool,
}

/// Looks at what a client asks for. What is not known is not looked at, as the standard has it.
pub async fn check_authorization(
    ctx: &Context,
    issuer: &str,
    parameters: &BTreeMap<String, String>,
) -> Result<Checked, Failure> {
    let text = |name: &str| parameters.get(name).map(String::as_str).unwrap_or_default();
    let id = text("client_id").to_owned();
    let found = ctx.read(move |tx, ctx| find_client(tx, &ctx.release.definition, &id));
    let Some(client) = found.await.map_err(|error: StoreError| Failure::from(error))? else {
        return Ok(Checked::Unfit(Unfit::Client));
    };
    let redirect_uri = text("redirect_uri");
    if !client.has_redirect(redirect_uri) {
        return Ok(Checked::Unfit(Unfit::Redirect));
    }
    let state = parameters.get("state");
    let back = Back {
        redirect_uri: redirect_uri.to_owned(),
        state: state
            .filter(|state| state.len() <= limits::CLIENT_STATE_BYTES_MAX)
            .cloned(),
        issuer: issuer.to_owned(),
    };
    Ok(match read(issuer, client, parameters) {
        Ok(read) => Checked::Asked(Box::new(read(back))),
        Err(refusal) => Checked::Refused(back, refusal),
    })
}

fn read(
    issuer: &str,
    client: Client,
    parameters: &BTreeMap<String, String>,
) -> Result<impl FnOnce(Back) -> Asked, Refusal> {
    let text = |name: &str| parameters.get(name).map(String::as_str);
    refuse_other_ways(issuer, &text)?;
    let challenge = text("code_challenge").ok_or_else(|| {
        Refusal::invalid_request(
            "code_challenge is missing: every client proves with PKCE that a code is its own",
        )
    })?;
    // Without a word on the method it would be `plain`.
    if text("code_challenge_method") != Some("S256") {
        let description = "code_challenge_method must be S256";
        return Err(Refusal::invalid_request(description));
    }
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if challenge.len() != CHALLENGE_CHARACTERS || !challenge.bytes().all(is_part) {
        let description = "code_challenge must be a SHA-256 digest in base64url";
        return Err(Refusal::invalid_request(description));
    }
    for name in ["state", "nonce"] {
        if text(name).is_some_and(|text| text.len() > limits::CLIENT_STATE_BYTES_MAX) {
            return Err(Refusal::invalid_request("state or nonce is too long"));
        }
    }
    let scopes = read_scopes(&client, text("scope").unwrap_or_default())?;
    let max_age = text("max_age")
        .map(|text| text.parse::<u32>().map(i64::from))
        .transpose()
        .map_err(|_| Refusal::invalid_request("max_age must be a number of seconds"))?;
    let mut prompt = read_prompt(text("prompt").unwrap_or_default())?;
    // Nothing is that new: it asks for signing in.
    prompt.login |= max_age == Some(0);
    let (nonce, challenge) = (text("nonce").map(str::to_owned), challenge.to_owned());
    Ok(move |back| Asked {
        client,
        back,
        scopes,
        nonce,
        challenge,
        prompt,
        max_age: max_age.filter(|seconds| *seconds > 0),
    })
}

/// Whatever is no code that comes back in the query.
fn refuse_other_ways<'p>(issuer: &str, text: &impl Fn(&str) -> Option<&'p str>) -> Result<(), Refusal> {
    match text("response_type") {
        Some("code") => {}
        None => return Err(Refusal::invalid_request("response_type is missing")),
        Some(_) => {
            let description = "only codes are given: response_type must be code";
            return Err(Refusal::new("unsupported_response_type", description));
        }
    }
    if text("request").is_some() {
        return Err(Refusal::new(
            "request_not_supported",
            "send parameters of their own",
        ));
    }
    if text("request_uri").is_some() {
        let description = "send parameters of their own";
        return Err(Refusal::new("request_uri_not_supported", description));
    }
    if text("response_mode").is_some_and(|mode| mode != "query") {
        return Err(Refusal::invalid_request("response_mode must be query"));
    }
    if text("resource").is_some_and(|resource| resource.trim_end_matches('/') != issuer) {
        let description = "the only resource is this server, under its issuer";
        return Err(Refusal::new("invalid_target", description));
    }
    Ok(())
}

fn read_scopes(client: &Client, text: &str) -> Result<ClientScopes, Refusal> {
    let invalid = |description| Refusal::new("invalid_scope", description);
    let scopes = ClientScopes::read(text).map_err(|_| invalid("scope names something that is no scope"))?;
    if scopes.0.is_empty() {
        return Err(invalid("scope is missing: name what is asked for"));
    }
    if !client.scopes.cover_all(&scopes) {
        return Err(invalid("scope has more than the client may ask for"));
    }
    Ok(scopes)
}

fn read_prompt(text: &str) -> Result<Prompt, Refusal> {
    let mut prompt = Prompt::default();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        match word {
            "none" => prompt.none = true,
            // Whoever signs in chooses the account.
            "login" | "select_account" => prompt.login = true,
            "consent" => prompt.consent = true,
            _ => {
                let description = "prompt must be none, login, consent or select_account";
                return Err(Refusal::invalid_request(description));
            }
        }
    }
    if prompt.none && (prompt.login || prompt.consent) {
        return Err(Refusal::invalid_request("prompt=none goes with no other"));
    }
    Ok(prompt)
}
