//! The console: files that a browser runs, which were built before and are handed in.

mod coding;

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;

use self::coding::{Coding, accepted};
use crate::content_tag::ContentTag;
use crate::pages::{self, Page};
use crate::router::{App, unknown_route};

const INDEX: &str = "index.html";
/// The folder whose files have the digest of their content in their names.
const ASSETS: &str = "assets/";

/// As other pages, and what the console needs besides: pictures and workers that it makes itself.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
     font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; \
     base-uri 'none'; frame-ancestors 'none'";

/// The files of the console, by their paths below `/console/`.
#[derive(Debug)]
pub struct Console {
    files: BTreeMap<String, File>,
}

impl Console {
    /// Takes a built console: each file with its path in it. `a.js.br` and `a.js.gz` are `a.js`, compressed.
    ///
    /// `None` if there is no page to begin with.
    pub fn new(built: impl IntoIterator<Item = (String, Bytes)>) -> Option<Self> {
        let mut built: BTreeMap<String, Bytes> = built.into_iter().collect();
        let plain: Vec<String> = built
            .keys()
            .filter(|path| !is_compressed(path))
            .cloned()
            .collect();
        let mut files = BTreeMap::new();
        for path in plain {
            let contents = Coding::ALL.map(|coding| {
                let body = built.remove(&format!("{path}{}", coding.suffix()))?;
                let tag = ContentTag::of(&body);
                Some(Content { coding, body, tag })
            });
            files.insert(path, File(contents.into_iter().flatten().collect()));
        }
        files.contains_key(INDEX).then_some(Self { files })
    }

    /// The file that a path below `/console/` stands for: itself, or the page, whose script knows the path.
    fn find(&self, path: &str) -> Option<(&str, &File)> {
        let found = self.files.get_key_value(path).or_else(|| {
            let last = path.rsplit('/').next().unwrap_or(path);
            let is_file = path.starts_with(ASSETS) || last.contains('.');
            self.files.get_key_value(INDEX).filter(|_| !is_file)
        });
        found.map(|(path, file)| (path.as_str(), file))
    }
}

fn is_compressed(path: &str) -> bool {
    let mut codings = Coding::ALL.iter().filter(|coding| **coding != Coding::Identity);
    codings.any(|coding| path.ends_with(coding.suffix()))
}

/// One file, compressed and in the end as it is.
#[derive(Debug)]
struct File(Vec<Content>);

impl File {
    /// The content that the client wants most. One that wants none gets the file as it is (RFC 9110, section 12.5.3).
    fn content(&self, headers: &HeaderMap) -> &Content {
        let weighed = self
            .0
            .iter()
            .map(|content| (accepted(headers, content.coding), content));
        let wanted = weighed.rev().filter(|(weight, _)| *weight > 0);
        // Of those that are wanted alike the last, which is the smallest.
        let best = wanted.max_by_key(|(weight, _)| *weight);
        best.map(|(_, content)| content)
            .or(self.0.last())
            .expect("a file has a content")
    }
}

#[derive(Debug)]
struct Content {
    coding: Coding,
    body: Bytes,
    tag: ContentTag,
}

/// The console, or a page that says how one comes into the binary.
pub(crate) async fn serve_console(State(app): State<Arc<App>>, request: Request) -> Response {
    let Some(console) = &app.options.console else {
        let mut response = pages::serve(Page::NoConsole);
        *response.status_mut() = StatusCode::NOT_FOUND;
        return response;
    };
    let path = request.uri().path();
    let path = path.strip_prefix("/console").unwrap_or(path);
    let path = path.strip_prefix('/').unwrap_or(path);
    match console.find(path) {
        Some((path, file)) => answer(path, file, request.headers()),
        None => unknown_route(request).await,
    }
}

/// Leads people to the console, where there is one.
pub(crate) async fn go_to_console(State(app): State<Arc<App>>, request: Request) -> Response {
    if app.options.console.is_none() {
        return unknown_route(request).await;
    }
    let location = [(header::LOCATION, HeaderValue::from_static("/console/"))];
    (StatusCode::SEE_OTHER, location).into_response()
}

fn answer(path: &str, file: &File, asked: &HeaderMap) -> Response {
    let content = file.content(asked);
    let is_known = content.tag.is_known(asked);
    let mut response = if is_known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Response::new(content.body.clone().into())
    };
    let headers = response.headers_mut();
    headers.insert(header::ETAG, content.tag.header());
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching(path)));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    if !is_known {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type(path)));
        if let Some(name) = content.coding.name() {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(name));
        }
    }
    response
}

/// What is named after its content never changes.
fn caching(path: &str) -> &'static str {
    if path.starts_with(ASSETS) {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    }
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "txt" => "text/plain; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "wasm" => "application/wasm",
        _ => "application/octet-stream",
    }
}
