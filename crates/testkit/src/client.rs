//! Requests through the real router.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt;
use mainstay_core::RecordId;
use mainstay_http::{App, answer_request};
use serde_json::Value as Json;

/// Somebody who sends requests.
#[derive(Debug, Clone)]
pub struct Client {
    app: Arc<App>,
    token: Option<String>,
    id: Option<RecordId>,
    headers: Vec<(String, String)>,
    address: IpAddr,
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct TestResponse {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Client {
    pub(crate) fn new(app: Arc<App>) -> Self {
        Self {
            app,
            token: None,
            id: None,
            headers: Vec::new(),
            address: IpAddr::V4(Ipv4Addr::LOCALHOST),
        }
    }

    pub(crate) fn signed_in(mut self, token: String, id: RecordId) -> Self {
        self.token = Some(token);
        self.id = Some(id);
        self
    }

    /// The same client with another access token.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        Self {
            token: Some(token.to_owned()),
            ..self.clone()
        }
    }

    /// The same client with one more header on each request.
    #[must_use]
    pub fn with_header(&self, name: &str, value: &str) -> Self {
        let mut client = self.clone();
        client.headers.push((name.to_owned(), value.to_owned()));
        client
    }

    /// The same client whose requests come from another address.
    #[must_use]
    pub fn at(&self, address: &str) -> Self {
        Self {
            address: address.parse().expect("the test names an address"),
            ..self.clone()
        }
    }

    /// The signed-in user.
    pub fn id(&self) -> String {
        self.id.expect("the client is signed in").to_string()
    }

    pub fn token(&self) -> &str {
        self.token.as_deref().expect("the client is signed in")
    }

    pub async fn get(&self, path: &str) -> TestResponse {
        self.send("GET", path, None).await
    }

    pub async fn post(&self, path: &str, body: Json) -> TestResponse {
        self.send("POST", path, Some(body.to_string().into_bytes())).await
    }

    pub async fn patch(&self, path: &str, body: Json) -> TestResponse {
        self.send("PATCH", path, Some(body.to_string().into_bytes()))
            .await
    }

    pub async fn delete(&self, path: &str) -> TestResponse {
        self.send("DELETE", path, None).await
    }

    /// Creates a record that must be accepted, and gives it.
    pub async fn create(&self, collection: &str, body: Json) -> Json {
        let response = self.post(&format!("/api/v1/records/{collection}"), body).await;
        assert_eq!(response.status, StatusCode::CREATED, "{}", response.text());
        response.json()
    }

    /// A list with its parameters encoded.
    pub async fn list(&self, collection: &str, parameters: &[(&str, &str)]) -> TestResponse {
        let encoded: Vec<String> = parameters
            .iter()
            .map(|(name, value)| format!("{}={}", percent_encode(name), percent_encode(value)))
            .collect();
        self.get(&format!("/api/v1/records/{collection}?{}", encoded.join("&")))
            .await
    }

    /// Any method and any bytes; a body is sent as JSON unless a header says otherwise.
    pub async fn send(&self, method: &str, path: &str, body: Option<Vec<u8>>) -> TestResponse {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        if body.is_some() && !self.headers.iter().any(|(name, _)| name == "content-type") {
            request = request.header("content-type", "application/json");
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let request = request
            .body(Body::from(body.unwrap_or_default()))
            .expect("the request of the test is valid");
        let response = answer_request(Arc::clone(&self.app), self.address, request).await;
        let (parts, body) = response.into_parts();
        let body = body.collect().await.expect("the body ends").to_bytes().to_vec();
        TestResponse {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }
}

impl TestResponse {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> Json {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }

    /// A header's text; empty when it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or("")
    }

    /// Status and code of a problem, after checking its shape.
    pub fn problem(&self) -> (u16, String) {
        let json = self.json();
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(json["status"], self.status.as_u16());
        assert_eq!(json["request_id"], self.header("x-request-id"));
        for text in ["type", "title", "detail", "code"] {
            assert!(json[text].as_str().is_some_and(|text| !text.is_empty()), "{json}");
        }
        assert!(json["errors"].is_array());
        (
            self.status.as_u16(),
            json["code"].as_str().unwrap_or_default().to_owned(),
        )
    }

    /// One field of every item of a list.
    pub fn column(&self, field: &str) -> Vec<String> {
        assert_eq!(self.status, StatusCode::OK, "{}", self.text());
        let json = self.json();
        let items = json["items"].as_array().expect("a list has items");
        items
            .iter()
            .map(|item| {
                item[field]
                    .as_str()
                    .map_or_else(|| item[field].to_string(), str::to_owned)
            })
            .collect()
    }
}

fn percent_encode(text: &str) -> String {
    text.bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}
