//! `/oauth/sign-in`: whoever is not signed in does it on the way.

use bytes::Bytes;

use super::*;
use crate::second_factor::Authenticator;

fn sign_in_path(scene: &Scene, more: &[(&str, &str)]) -> String {
    scene.path(more).replace("/authorize?", "/sign-in?")
}

#[tokio::test]
async fn whoever_is_not_signed_in_does_it_and_goes_on() {
    let scene = scene().await;
    let visitor = page(&scene.app);
    let asked = visitor.get(&scene.path(&[])).await;
    assert_eq!(asked.status, 200);
    let text = asked.text();
    assert!(
        text.contains("<h1>Sign in to Rooms</h1>") && text.contains(r#"autocomplete="current-password""#)
    );
    assert!(!text.contains("<script"));
    assert_eq!(asked.header("x-frame-options"), "DENY");
    let german = visitor
        .with_header("accept-language", "de-AT,en")
        .get(&scene.path(&[]))
        .await;
    assert!(german.text().contains("Anmelden bei Rooms") && german.text().contains(r#"lang="de""#));

    let path = sign_in_path(&scene, &[]);
    let wrong = form(
        &visitor,
        &path,
        &[("email", "ada@example.org"), ("password", "wrong horse")],
    )
    .await;
    assert_eq!((wrong.status.as_u16(), wrong.header("set-cookie")), (401, ""));
    assert!(wrong.text().contains("The address or the password is wrong."));
    let right = [("email", "ada@example.org"), ("password", scene.app.password())];
    let other = visitor.with_header("sec-fetch-site", "cross-site");
    let refused = form(&other, &path, &right).await;
    assert_eq!((refused.status.as_u16(), refused.header("set-cookie")), (403, ""));
    let done = form(&visitor, &path, &right).await;
    let (to, fields) = led_to(&done);
    assert_eq!(
        (to.as_str(), &*fields["client_id"]),
        ("/oauth/authorize", &*scene.id)
    );
    let browser = with_cookie(&visitor, &done);
    let next = browser.get(done.header("location")).await;
    assert!(
        next.text().contains("Let Time &lt;tracker&gt; use Rooms?"),
        "{}",
        next.text()
    );
}

#[tokio::test]
async fn where_there_is_a_console_people_sign_in_there_and_are_led_back() {
    let built = [("index.html".to_owned(), Bytes::from_static(b"<!doctype html>"))];
    let app = app_with(Console::new(built).map(Arc::new));
    app.administrator().await;
    app.user_with("ada@example.org", json!({"name": "Ada"})).await;
    let asks = [
        ("redirect_uri", MOBILE),
        ("scope", "openid"),
        ("prompt", "login consent"),
    ];
    let asked = page(&app).get(&authorize_path("mobile", &asks)).await;
    let (path, fields) = led_to(&asked);
    assert_eq!(path, "/console/sign-in");
    // The same question, without what has been done then.
    let done = [asks[0], asks[1], ("prompt", "consent")];
    let (back, query) = fields["to"].split_once('?').expect("it has a query");
    let wanted = authorize_path("mobile", &done);
    let pairs = |query: &str| -> Fields { form_urlencoded::parse(query.as_bytes()).into_owned().collect() };
    assert_eq!(back, "/oauth/authorize");
    assert_eq!(
        pairs(query),
        pairs(wanted.split_once('?').expect("it has a query").1)
    );
    // Whoever is signed in is not sent there.
    let browser = browser_of(&app, "ada@example.org").await;
    let asks = [("redirect_uri", MOBILE), ("scope", "openid")];
    let (to, _) = led_to(&browser.get(&authorize_path("mobile", &asks)).await);
    assert_eq!(to, MOBILE);
}

#[tokio::test]
async fn a_client_can_have_the_user_sign_in_again() {
    let scene = scene().await;
    led_to(&scene.allow(&[]).await);
    for again in [
        [("prompt", "login")],
        [("prompt", "select_account")],
        [("max_age", "0")],
    ] {
        let asked = scene.browser.get(&scene.path(&again)).await;
        assert!(asked.text().contains("Sign in to Rooms"), "{again:?}");
        // Signing in answers it.
        let right = [("email", "ada@example.org"), ("password", scene.app.password())];
        let done = form(&page(&scene.app), &sign_in_path(&scene, &again), &right).await;
        let next = with_cookie(&page(&scene.app), &done)
            .get(done.header("location"))
            .await;
        assert!(led_to(&next).1.contains_key("code"), "{again:?}");
    }
    let recent = [("max_age", "60")];
    assert!(
        led_to(&scene.browser.get(&scene.path(&recent)).await)
            .1
            .contains_key("code")
    );
    scene.app.clock.advance_seconds(61);
    let asked = scene.browser.get(&scene.path(&recent)).await;
    assert!(asked.text().contains("Sign in to Rooms"));
}

#[tokio::test]
async fn a_second_factor_is_asked_for_on_the_way() {
    let scene = scene().await;
    let password = json!({"current_password": scene.app.password()});
    let begun = scene.user.post("/api/v1/auth/totp", password).await.json();
    let authenticator = Authenticator::scan(&begun);
    let code = json!({"code": authenticator.code(&scene.app, 0)});
    let confirmed = scene.user.post("/api/v1/auth/totp/confirm", code).await;
    let recovery = confirmed.json()["recovery_codes"][0].as_str().unwrap().to_owned();

    let (visitor, path) = (page(&scene.app), sign_in_path(&scene, &[]));
    let right = [("email", "ada@example.org"), ("password", scene.app.password())];
    let first = form(&visitor, &path, &right).await;
    assert_eq!((first.status.as_u16(), first.header("set-cookie")), (200, ""));
    let text = first.text();
    let rest = text
        .split_once(r#"name="challenge" value=""#)
        .expect("there is a challenge")
        .1;
    let challenge = rest.split('"').next().unwrap().to_owned();
    let wrong = form(&visitor, &path, &[("challenge", &challenge), ("code", "wrong")]).await;
    assert_eq!((wrong.status.as_u16(), wrong.header("set-cookie")), (401, ""));
    assert!(
        wrong.text().contains("The code is wrong, or this took too long."),
        "{}",
        wrong.text()
    );
    let done = form(&visitor, &path, &[("challenge", &challenge), ("code", &recovery)]).await;
    let browser = with_cookie(&visitor, &done);
    assert_eq!(browser.get(done.header("location")).await.status, 200);
    assert_eq!(browser.get("/api/v1/auth/me").await.status, 200);

    scene.app.clock.advance_seconds(60);
    let first = form(&visitor, &path, &right).await.text();
    let rest = first
        .split_once(r#"name="challenge" value=""#)
        .expect("there is a challenge")
        .1;
    let challenge = rest.split('"').next().unwrap().to_owned();
    let code = authenticator.code(&scene.app, 0);
    let done = form(&visitor, &path, &[("challenge", &challenge), ("code", &code)]).await;
    assert_eq!(led_to(&done).0, "/oauth/authorize");
}
