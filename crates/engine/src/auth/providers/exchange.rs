//! The code of a provider, exchanged for what it says of somebody.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use mainstay_core::Timestamp;
use mainstay_core::definition::{Provider, ProviderKind};
use mainstay_gateways::{Answer, Destination, Outbound};
use serde_json::Value as Json;

use super::begin::Derived;
use super::discovery::{KnownProviders, Metadata};
use super::id_token::{Expected, IdTokenFault, read};
use super::{GITHUB_EMAILS, GITHUB_ISSUER, GITHUB_TOKEN, GITHUB_USER, Person, ProviderFault};

const ANSWER_BYTES_MAX: usize = 256 * 1_024;

/// What the exchange needs of this process.
pub(super) struct Asking<'a> {
    pub(super) outbound: &'a Outbound,
    pub(super) known: &'a KnownProviders,
    /// The secret of the application there; without it only PKCE speaks for it.
    pub(super) client_secret: Option<&'a str>,
    pub(super) now: Timestamp,
}

impl Asking<'_> {
    /// Whom a code is about.
    pub(super) async fn person(
        &self,
        provider: &Provider,
        code: &str,
        redirect_uri: &str,
        derived: &Derived,
    ) -> Result<Person, ProviderFault> {
        let parameters = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", redirect_uri),
            ("code_verifier", derived.verifier.as_str()),
        ];
        match &provider.kind {
            ProviderKind::OpenIdConnect { issuer } => {
                let metadata = self.known.metadata(self.outbound, issuer, self.now).await?;
                let endpoint = &metadata.token_endpoint;
                let answer = self
                    .token(endpoint, metadata.takes_basic, provider, &parameters)
                    .await?;
                let token = answer["id_token"].as_str().ok_or(IdTokenFault::Malformed)?;
                let expected = Expected {
                    issuer,
                    client_id: &provider.client_id,
                    nonce: &derived.nonce,
                    now: self.now,
                };
                self.read(&metadata, token, expected).await
            }
            ProviderKind::GitHub => {
                let answer = self.token(GITHUB_TOKEN, false, provider, &parameters).await?;
                let token = answer["access_token"].as_str();
                self.github(token.ok_or(ProviderFault::Metadata)?).await
            }
        }
    }

    /// Reads an ID token with the keys that were kept, and once more with newer ones: providers rotate theirs, too.
    async fn read(
        &self,
        metadata: &Metadata,
        token: &str,
        expected: Expected<'_>,
    ) -> Result<Person, ProviderFault> {
        let keys = self.known.keys(self.outbound, metadata, self.now, false).await?;
        match read(token, &keys, expected) {
            Err(IdTokenFault::UnknownKey) => {
                let newer = self.known.keys(self.outbound, metadata, self.now, true).await?;
                Ok(read(token, &newer, expected)?)
            }
            read => Ok(read?),
        }
    }

    async fn token(
        &self,
        endpoint: &str,
        takes_basic: bool,
        provider: &Provider,
        parameters: &[(&str, &str)],
    ) -> Result<Json, ProviderFault> {
        let (headers, body) = self.request(takes_basic, provider, parameters);
        let destination = Destination::parse(endpoint, self.outbound.private())?;
        let answer = self
            .outbound
            .post_form(&destination, &headers, body, ANSWER_BYTES_MAX)
            .await?;
        let json = read_json(&answer);
        match json {
            // GitHub tells its faults with 200.
            Ok(json) if answer.status == 200 && json["error"].is_null() => Ok(json),
            Ok(json) => Err(ProviderFault::Code(told(&json))),
            Err(_) => Err(ProviderFault::Status(answer.status)),
        }
    }

    /// Headers and body of a request for a token. RFC 6749, 2.3.1: in a header both parts are encoded as in a form first.
    fn request(
        &self,
        takes_basic: bool,
        provider: &Provider,
        parameters: &[(&str, &str)],
    ) -> (Vec<(&'static str, String)>, Vec<u8>) {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(parameters);
        let mut headers = vec![("accept", "application/json".to_owned())];
        match self.client_secret {
            Some(secret) if takes_basic => {
                let encoded =
                    |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
                let pair = format!("{}:{}", encoded(&provider.client_id), encoded(secret));
                headers.push(("authorization", format!("Basic {}", STANDARD.encode(pair))));
            }
            Some(secret) => {
                form.append_pair("client_id", &provider.client_id);
                form.append_pair("client_secret", secret);
            }
            None => {
                form.append_pair("client_id", &provider.client_id);
            }
        }
        (headers, form.finish().into_bytes())
    }

    /// GitHub has no ID token: whoever holds the access token is whom it was given for, a moment ago, for our code.
    async fn github(&self, token: &str) -> Result<Person, ProviderFault> {
        let user = self.github_get(GITHUB_USER, token).await?;
        let emails = self.github_get(GITHUB_EMAILS, token).await?;
        let main = |email: &&Json| email["primary"] == true && email["verified"] == true;
        let email = emails.as_array().and_then(|emails| emails.iter().find(main));
        Ok(Person {
            issuer: GITHUB_ISSUER.to_owned(),
            subject: user["id"].as_i64().ok_or(IdTokenFault::Subject)?.to_string(),
            verified_email: email.and_then(|email| email["email"].as_str()).map(str::to_owned),
            name: user["name"].as_str().map(str::to_owned),
        })
    }

    async fn github_get(&self, address: &str, token: &str) -> Result<Json, ProviderFault> {
        let destination = Destination::parse(address, self.outbound.private())?;
        let headers = [
            ("accept", "application/vnd.github+json".to_owned()),
            ("authorization", format!("Bearer {token}")),
        ];
        let answer = self
            .outbound
            .get(&destination, &headers, ANSWER_BYTES_MAX)
            .await?;
        if answer.status != 200 {
            return Err(ProviderFault::Status(answer.status));
        }
        read_json(&answer)
    }
}

fn read_json(answer: &Answer) -> Result<Json, ProviderFault> {
    serde_json::from_slice(&answer.body).map_err(|_| ProviderFault::Metadata)
}

/// The error of an answer, in the characters that RFC 6749 allows it.
fn told(json: &Json) -> String {
    let error = json["error"].as_str().unwrap_or("no reason given");
    error
        .chars()
        .filter(|character| !character.is_control())
        .take(100)
        .collect()
}
