//! `/`, `/console`

use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use mainstay_http::{AppOptions, Console};
use mainstay_testkit::{TestApp, TestResponse, files};

use crate::rooms::{ROOMS, app};

const SCRIPT: &str = "/console/assets/index-4f2a91c0.js";

/// A small console, as a build leaves it.
fn built() -> Vec<(String, Bytes)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/http/console");
    let names = [
        "index.html",
        "assets/index-4f2a91c0.js",
        "assets/index-4f2a91c0.js.br",
        "assets/index-4f2a91c0.js.gz",
        "assets/face-77b1.woff2",
        "manifest.webmanifest",
    ];
    let read = names.map(|name| {
        let content = std::fs::read(folder.join(name)).expect("the file is there");
        (name.to_owned(), Bytes::from(content))
    });
    read.into()
}

fn with_console() -> TestApp {
    let console = Console::new(built()).expect("it has a page");
    let options = AppOptions {
        console: Some(Arc::new(console)),
        ..AppOptions::default()
    };
    TestApp::start_with(files(ROOMS), options)
}

async fn taking(app: &TestApp, encodings: &str, path: &str) -> TestResponse {
    let client = app.anonymous().with_header("accept-encoding", encodings);
    client.get(path).await
}

#[tokio::test]
async fn every_path_of_the_console_is_its_page() {
    let app = with_console();
    let anonymous = app.anonymous();
    let page = anonymous.get("/console/").await;
    assert_eq!(page.status, 200);
    assert!(page.text().contains("<div id=\"root\">"), "{}", page.text());
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(page.header("cache-control"), "no-cache");
    assert_eq!(page.header("vary"), "Accept-Encoding");
    assert_eq!(page.header("x-content-type-options"), "nosniff");
    assert_eq!(
        page.header("content-security-policy"),
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; \
         connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'"
    );
    for path in [
        "/console",
        "/console/records/rooms/0195a3c9-0e4b-7e0a-b1cf-3d1a7a7f5c02",
        "/console/index.html",
        "/console/a?b=c.d",
    ] {
        let other = anonymous.get(path).await;
        assert_eq!((other.status, other.text()), (page.status, page.text()), "{path}");
    }
    let again = anonymous.with_header("if-none-match", page.header("etag"));
    let unchanged = again.get("/console/records").await;
    assert_eq!((unchanged.status.as_u16(), unchanged.text().as_str()), (304, ""));
    assert_eq!(unchanged.header("etag"), page.header("etag"));
    let head = anonymous.send("HEAD", "/console/", None).await;
    assert_eq!((head.status.as_u16(), head.text().as_str()), (200, ""));
    assert_eq!(head.header("etag"), page.header("etag"));
    assert_eq!(anonymous.send("POST", "/console/", None).await.problem().0, 405);
}

#[tokio::test]
async fn what_is_named_after_its_content_is_kept_for_ever() {
    let app = with_console();
    let script = taking(&app, "", SCRIPT).await;
    assert_eq!(script.status, 200);
    assert_eq!(script.header("content-type"), "text/javascript; charset=utf-8");
    assert_eq!(
        script.header("cache-control"),
        "public, max-age=31536000, immutable"
    );
    let face = app.anonymous().get("/console/assets/face-77b1.woff2").await;
    assert_eq!(face.header("content-type"), "font/woff2");
    let manifest = app.anonymous().get("/console/manifest.webmanifest").await;
    assert_eq!(manifest.header("content-type"), "application/manifest+json");
    assert_eq!(manifest.header("cache-control"), "no-cache");
}

#[tokio::test]
async fn the_client_says_how_files_are_compressed() {
    let app = with_console();
    let plain = taking(&app, "", SCRIPT).await;
    let mut tags = Vec::new();
    for (encodings, expected) in [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, br;q=0.9", "gzip"),
        ("gzip", "gzip"),
        ("br;q=0, gzip;q=0", ""),
        ("zstd", ""),
        ("*", "br"),
        // Nothing that there is: the file as it is.
        ("identity;q=0, zstd", ""),
    ] {
        let script = taking(&app, encodings, SCRIPT).await;
        assert_eq!(script.header("content-encoding"), expected, "{encodings}");
        assert_eq!(script.header("vary"), "Accept-Encoding");
        let is_plain = script.text() == plain.text();
        assert_eq!(is_plain, expected.is_empty(), "{encodings}");
        tags.push((expected, script.header("etag").to_owned()));
    }
    // Each is a representation of its own, with a tag of its own.
    tags.sort();
    tags.dedup();
    assert_eq!(tags.len(), 3, "{tags:?}");
    let face = taking(&app, "br, gzip", "/console/assets/face-77b1.woff2").await;
    assert_eq!((face.status.as_u16(), face.header("content-encoding")), (200, ""));
}

#[tokio::test]
async fn files_that_there_are_not() {
    let app = with_console();
    for path in [
        "/console/assets/index-00000000.js",
        "/console/assets/none",
        "/console/favicon.ico",
        "/console/assets/index-4f2a91c0.js.br",
        "/console/assets/../index.html/",
        "/console/..%2findex.html",
        "/consoles",
    ] {
        let problem = app.anonymous().get(path).await.problem();
        assert_eq!(problem, (404, "unknown_route".to_owned()), "{path}");
    }
}

#[tokio::test]
async fn the_root_leads_to_the_console_where_there_is_one() {
    let root = with_console().anonymous().get("/").await;
    assert_eq!(
        (root.status.as_u16(), root.header("location")),
        (303, "/console/")
    );
    let app = app();
    assert_eq!(
        app.anonymous().get("/").await.problem(),
        (404, "unknown_route".to_owned())
    );
    for path in ["/console", "/console/", "/console/records/rooms"] {
        let page = app.anonymous().get(path).await;
        assert_eq!(page.status, 404, "{path}");
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
        assert!(page.text().contains("scripts/console"), "{}", page.text());
    }
}

#[test]
fn files_without_a_page_are_no_console() {
    let files = built().into_iter().filter(|(path, _)| path != "index.html");
    assert!(Console::new(files).is_none());
}
