//! Connections of browsers that hold their session with a cookie.

use mainstay_http::AppOptions;
use mainstay_testkit::{TestApp, files};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Error;

use super::message;
use crate::live::{Live, told, within};
use crate::rooms::{ROOMS, app, room};

/// Signs in as a page of the own host; gives `name=value` of the cookie.
async fn cookie(live: &Live, email: &str) -> String {
    let page = live.app.anonymous().with_header("sec-fetch-site", "same-origin");
    let body = json!({"email": email, "password": live.app.password(), "session": "cookie"});
    let answer = page.post("/api/v1/auth/sign-in", body).await;
    let cookie = answer.header("set-cookie");
    cookie.split(';').next().unwrap_or_default().to_owned()
}

/// The status of an event stream that a page asks for.
async fn stream_status(live: &Live, headers: &str) -> String {
    let list = br#"[{"id": "m", "to": "records", "collection": "messages"}]"#;
    let list: String = form_urlencoded::byte_serialize(list).collect();
    let request = format!(
        "GET /api/v1/realtime/events?subscribe={list} HTTP/1.1\r\nHost: {}\r\n{headers}\r\n",
        live.address
    );
    let mut stream = TcpStream::connect(live.address)
        .await
        .expect("the server listens");
    let sent = stream.write_all(request.as_bytes()).await;
    sent.expect("the server takes requests");
    let mut status = [0; 12];
    within(stream.read_exact(&mut status))
        .await
        .expect("the server answers");
    String::from_utf8_lossy(&status).into_owned()
}

#[tokio::test]
async fn the_cookie_opens_connections_for_pages_of_the_own_host_alone() {
    let named = AppOptions {
        cors_origins: vec!["https://app.example.org".to_owned()],
        ..AppOptions::default()
    };
    let live = Live::start(TestApp::start_with(files(ROOMS), named)).await;
    let owner = live.app.user("o@example.org").await;
    let cookie = cookie(&live, "o@example.org").await;
    let room = room(&owner, "Kitchen").await;
    told(&live).await;
    for (headers, user) in [
        ([("sec-fetch-site", "same-origin")].as_slice(), json!(owner.id())),
        (&[("sec-fetch-site", "same-site")], json!(null)),
        (&[("sec-fetch-site", "cross-site")], json!(null)),
        (&[], json!(null)),
    ] {
        let mut request = live.request();
        request.headers_mut().insert("cookie", cookie.parse().unwrap());
        let mut lines = format!("Cookie: {cookie}\r\n");
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
            lines += &format!("{name}: {value}\r\n");
        }
        if user.is_null() {
            let stream = TcpStream::connect(live.address).await.unwrap();
            let refused = within(tokio_tungstenite::client_async(request, stream)).await;
            let Err(Error::Http(answer)) = refused else {
                panic!("{headers:?} opened a connection")
            };
            assert_eq!(answer.status(), 403, "{headers:?}");
            let status = stream_status(&live, &lines).await;
            assert_eq!(status, "HTTP/1.1 403", "{headers:?}");
            continue;
        }
        assert_eq!(stream_status(&live, &lines).await, "HTTP/1.1 200");
        let mut socket = live.connect_with(request).await;
        assert_eq!(socket.next().await, json!({"type": "ready", "user": user}));
        socket.follow("m", "messages").await;
        let id = message(&owner, &room, "hello").await;
        assert_eq!(socket.event().await.1, id);
    }

    // A page that may connect, but not with the cookie.
    let mut request = live.request();
    request.headers_mut().insert("cookie", cookie.parse().unwrap());
    let origin = "https://app.example.org".parse().unwrap();
    request.headers_mut().insert("origin", origin);
    let mut socket = live.connect_with(request).await;
    socket
        .send(json!({"type": "authenticate", "token": owner.token()}))
        .await;
    assert_eq!(socket.next().await, json!({"type": "ready", "user": owner.id()}));
    drop(socket);
    live.stop().await;
}

#[tokio::test]
async fn every_way_to_end_a_session_ends_its_connections() {
    let live = Live::start(app()).await;
    let administrator = live.app.administrator().await;
    for way in ["one", "others", "password", "administrator", "sign-out"] {
        let email = format!("{way}@example.org");
        let ada = live.app.user(&email).await;
        let cookie = cookie(&live, &email).await;
        let browser = live
            .app
            .anonymous()
            .with_header("sec-fetch-site", "same-origin")
            .with_header("cookie", &cookie);
        let mut request = live.request();
        request.headers_mut().insert("cookie", cookie.parse().unwrap());
        let site = "same-origin".parse().unwrap();
        request.headers_mut().insert("sec-fetch-site", site);
        let mut socket = live.connect_with(request).await;
        assert_eq!(socket.next().await["user"], json!(ada.id()), "{way}");
        let path = "/api/v1/auth/sessions";
        let status = match way {
            "one" => {
                let listed = browser.get(path).await.json();
                let items = listed["items"].as_array().unwrap();
                let own = items.iter().find(|session| session["current"] == true).unwrap();
                let id = own["id"].as_str().unwrap();
                ada.delete(&format!("{path}/{id}")).await.status
            }
            "others" => ada.delete(path).await.status,
            "password" => {
                let change =
                    json!({"current_password": live.app.password(), "password": "another horse battery"});
                ada.post("/api/v1/auth/password", change).await.status
            }
            "administrator" => {
                let path = format!("/api/v1/users/{}/sessions", ada.id());
                administrator.delete(&path).await.status
            }
            _ => browser.send("POST", "/api/v1/auth/sign-out", None).await.status,
        };
        assert_eq!(status, 204, "{way}");
        assert_eq!(socket.closed().await, (4401, "signed_out".to_owned()), "{way}");
    }
    live.stop().await;
}
