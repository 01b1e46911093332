//! `/oauth/authorize`: who is asked what, and where nobody is led.

use super::*;

fn problem_of(response: &TestResponse) -> u16 {
    assert_eq!(response.header("location"), "", "nobody is led anywhere");
    assert_eq!(response.header("content-type"), "text/html; charset=utf-8");
    response.status.as_u16()
}

#[tokio::test]
async fn a_third_party_is_asked_about_once() {
    let scene = scene().await;
    let asked = scene.browser.get(&scene.path(&[])).await;
    assert_eq!(asked.status, 200, "{}", asked.text());
    let page = asked.text();
    for said in [
        "Let Time &lt;tracker&gt; use Rooms?",
        "ada@example.org",
        "<li>know your e-mail address</li>",
        "<li>read Messages</li>",
        "<strong>time.example.org</strong>",
        "Somebody else runs it.",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(!page.contains("<script") && !page.contains("<tracker>"), "{page}");
    let policy = asked.header("content-security-policy");
    assert_eq!(
        policy,
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self' https:; base-uri 'none'; \
         frame-ancestors 'none'"
    );
    assert_eq!(asked.header("x-frame-options"), "DENY");
    assert_eq!(asked.header("cache-control"), "no-store");
    assert_eq!(scene.entries("auth.consent_given").await, 0);

    let (path, fields) = led_to(&scene.allow(&[]).await);
    assert_eq!(path, "https://time.example.org/back");
    let names: Vec<&str> = fields.keys().map(String::as_str).collect();
    assert_eq!(names, ["code", "from", "iss", "state"]);
    assert_eq!(
        (&*fields["state"], &*fields["iss"], &*fields["from"]),
        ("a state & more", ISSUER, "rooms")
    );
    assert!(!scene.app.is_stored(&fields["code"]).await);
    assert_eq!(scene.entries("auth.consent_given").await, 1);

    // From now on nobody is asked for the same or less, but for more.
    for scope in [EVERYTHING, "openid messages:read"] {
        let (_, again) = led_to(&scene.browser.get(&scene.path(&[("scope", scope)])).await);
        assert_ne!(again["code"], fields["code"]);
    }
    assert_eq!(scene.entries("auth.consent_given").await, 1);
    let more = json!({"scopes": ["openid", "messages:*"]});
    let changed = scene
        .administrator
        .patch(&format!("/api/v1/clients/{}", scene.id), more)
        .await;
    assert_eq!(changed.status, 200, "{}", changed.text());
    let asked = scene
        .browser
        .get(&scene.path(&[("scope", "openid messages:*")]))
        .await;
    assert_eq!(asked.status, 200);
    let again = scene
        .browser
        .get(&scene.path(&[("scope", "openid"), ("prompt", "consent")]))
        .await;
    assert_eq!(again.status, 200, "it wants the user to be asked");
}

#[tokio::test]
async fn an_own_client_is_let_in_without_a_question() {
    let scene = scene().await;
    let own = |more: &[(&str, &str)]| {
        let mut all = vec![("redirect_uri", MOBILE), ("scope", "openid *:read")];
        all.extend(more);
        authorize_path("mobile", &all)
    };
    let (path, fields) = led_to(&scene.browser.get(&own(&[])).await);
    assert_eq!((path.as_str(), fields.contains_key("code")), (MOBILE, true));
    assert_eq!(scene.entries("auth.consent_given").await, 0);
    // Whatever program is there on the same machine may be led back to: the user has to say that it is theirs.
    for back in ["http://127.0.0.1:51004/back", "org.example.rooms:/back"] {
        for _ in 0..2 {
            let asked = scene.browser.get(&own(&[("redirect_uri", back)])).await;
            assert_eq!(asked.status, 200, "{back}");
            assert!(asked.text().contains("It is a program on your own device."));
            let fields = [("decision", "allow"), ("user", &*scene.user.id())];
            let allowed = form(&scene.browser, &own(&[("redirect_uri", back)]), &fields).await;
            assert_eq!(led_to(&allowed).0, back);
        }
    }
}

#[tokio::test]
async fn nobody_is_led_to_an_address_that_is_not_registered() {
    let scene = scene().await;
    for redirect in [
        "",
        "https://evil.example/back",
        "https://time.example.org/back",
        "https://time.example.org/back?from=rooms&more=1",
        "https://time.example.org/back?from=rooms#",
        "https://time.example.org.evil.example/back?from=rooms",
        "https://time.example.org@evil.example/back?from=rooms",
        "HTTPS://time.example.org/back?from=rooms",
        "//time.example.org/back?from=rooms",
        "javascript:alert(1)",
        "http://127.0.0.1:4000/back",
    ] {
        let path = scene.path(&[("redirect_uri", redirect)]);
        for response in [
            scene.browser.get(&path).await,
            form(
                &scene.browser,
                &path,
                &[("decision", "allow"), ("user", &scene.user.id())],
            )
            .await,
            form(&scene.browser, &path, &[("decision", "deny")]).await,
            page(&scene.app).get(&path).await,
            form(
                &page(&scene.app),
                &path.replace("authorize", "sign-in"),
                &[("email", "a"), ("password", "b")],
            )
            .await,
        ] {
            assert_eq!(problem_of(&response), 400, "{redirect}");
        }
    }
    for client in ["", "nobody", "0198c5a2-7a3e-7cc1-9b1e-3f1f4f5a6b7c"] {
        let response = scene.browser.get(&scene.path(&[("client_id", client)])).await;
        assert_eq!(problem_of(&response), 400, "{client}");
    }
    let twice = format!("{}&redirect_uri=https%3A%2F%2Fevil.example", scene.path(&[]));
    assert_eq!(problem_of(&scene.browser.get(&twice).await), 400);
}

#[tokio::test]
async fn what_is_wrong_is_told_to_the_client() {
    let scene = scene().await;
    let long = "x".repeat(1_100);
    for (name, value, error) in [
        ("response_type", "", "invalid_request"),
        ("response_type", "token", "unsupported_response_type"),
        ("response_type", "code id_token", "unsupported_response_type"),
        ("response_mode", "fragment", "invalid_request"),
        ("code_challenge", "", "invalid_request"),
        ("code_challenge", "short", "invalid_request"),
        ("code_challenge_method", "", "invalid_request"),
        ("code_challenge_method", "plain", "invalid_request"),
        ("scope", "", "invalid_scope"),
        ("scope", "openid phone", "invalid_scope"),
        ("scope", "openid messages:delete", "invalid_scope"),
        ("scope", "openid admin", "invalid_scope"),
        ("nonce", &long, "invalid_request"),
        ("max_age", "soon", "invalid_request"),
        ("prompt", "create", "invalid_request"),
        ("prompt", "none login", "invalid_request"),
        ("request", "eyJ", "request_not_supported"),
        (
            "request_uri",
            "https://time.example.org/r",
            "request_uri_not_supported",
        ),
        ("resource", "https://elsewhere.example", "invalid_target"),
    ] {
        for browser in [&scene.browser, &page(&scene.app)] {
            let (path, fields) = led_to(&browser.get(&scene.path(&[(name, value)])).await);
            assert_eq!(path, "https://time.example.org/back", "{name}={value}");
            assert_eq!(fields["error"], error, "{name}={value}");
            assert_eq!((&*fields["state"], &*fields["iss"]), ("a state & more", ISSUER));
            assert!(!fields.contains_key("code"));
        }
    }
    let same = [
        ("resource", ISSUER),
        ("unknown", "ignored"),
        ("response_mode", "query"),
    ];
    assert_eq!(scene.browser.get(&scene.path(&same)).await.status, 200);
}

#[tokio::test]
async fn whoever_wants_nobody_to_be_asked_is_told_that_somebody_must_be() {
    let scene = scene().await;
    let none = scene.path(&[("prompt", "none")]);
    let error = |response: &TestResponse| led_to(response).1["error"].clone();
    assert_eq!(error(&page(&scene.app).get(&none).await), "login_required");
    assert_eq!(error(&scene.browser.get(&none).await), "consent_required");
    led_to(&scene.allow(&[]).await);
    assert!(led_to(&scene.browser.get(&none).await).1.contains_key("code"));
    // A session that has ended is none.
    let out = scene.browser.send("POST", "/api/v1/auth/sign-out", None).await;
    assert_eq!(out.status, 204);
    assert_eq!(error(&scene.browser.get(&none).await), "login_required");
}

#[tokio::test]
async fn a_decision_counts_from_our_own_page_for_the_user_that_it_was_made_for() {
    let scene = scene().await;
    let user = scene.user.id();
    let fields = [("decision", "allow"), ("user", &*user)];
    for site in ["cross-site", "same-site"] {
        let cookie = scene.browser.with_header("sec-fetch-site", site);
        let refused = form(&cookie, &scene.path(&[]), &fields).await;
        assert_eq!(problem_of(&refused), 403, "{site}");
    }
    let denied = form(
        &scene.browser,
        &scene.path(&[]),
        &[("decision", "deny"), ("user", &user)],
    )
    .await;
    assert_eq!(led_to(&denied).1["error"], "access_denied");
    let nobody = form(&page(&scene.app), &scene.path(&[]), &fields).await;
    assert_eq!(nobody.status, 200);
    assert!(nobody.text().contains(r#"action="/oauth/sign-in?"#));
    for wrong in [
        [
            ("decision", "allow"),
            ("user", "0198c5a2-7a3e-7cc1-9b1e-3f1f4f5a6b7c"),
        ],
        [("decision", "perhaps"), ("user", &user)],
    ] {
        let again = form(&scene.browser, &scene.path(&[]), &wrong).await;
        assert_eq!(again.status, 200);
        assert!(again.text().contains("ada@example.org"));
    }
    // A token of an API key or of a client decides nothing.
    let tokens = scene.tokens("openid messages:read").await;
    let by_client = form(&scene.bearer(&tokens), &scene.path(&[]), &fields).await;
    assert_eq!(problem_of(&by_client), 403);
}

#[tokio::test]
async fn without_its_own_address_the_server_leads_nobody() {
    let app = crate::rooms::app();
    let response = app.anonymous().get(&authorize_path("mobile", &[])).await;
    assert_eq!(problem_of(&response), 503);
    let metadata = app.anonymous().get("/.well-known/openid-configuration").await;
    assert_eq!(metadata.problem(), (503, "unavailable".to_owned()));
}
