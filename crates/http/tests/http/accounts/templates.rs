//! Mails in an application's own words.

use mainstay_testkit::{Post, TestApp};
use serde_json::json;

use super::{ADA, ask};

#[tokio::test]
async fn an_application_says_it_in_its_own_words_and_languages() {
    let app = TestApp::start_mailing(&[
        (
            "mainstay.toml",
            "name = \"choir\"\ntitle = \"Choir\"\n[mail]\nlink_path = \"/app/welcome\"\n",
        ),
        (
            "collections/users.toml",
            "[fields.name]\ntype = \"text\"\n[fields.language]\ntype = \"text\"\n",
        ),
        (
            "mail/reset_password.fr.toml",
            "subject = \"Bonjour {{ user.name }}\"\ntext = \"{{ link }}\"\nhtml = \"<p>{{ user.name }}</p>\"\n",
        ),
    ]);
    let post = Post::start(&app);
    app.user_with(ADA, json!({"name": "Ada <b>&</b>", "language": "fr"}))
        .await;
    app.user_with("ben@example.org", json!({})).await;
    let visitor = app.anonymous().with_header("accept-language", "de");
    for email in [ADA, "ben@example.org"] {
        ask(&visitor, "request-password-reset", json!({"email": email})).await;
    }
    let french = post.last_of(ADA, 1).await;
    assert_eq!(french.subject, "Bonjour Ada <b>&</b>");
    assert!(
        french
            .text
            .starts_with("https://tests.example.org/app/welcome#reset="),
        "{}",
        french.text
    );
    assert!(french.whole.contains("<p>Ada &lt;b&gt;&amp;"), "{}", french.whole);
    let german = post.last_of("ben@example.org", 1).await;
    assert!(german.text.contains("Öffnen Sie"), "{}", german.text);
}
