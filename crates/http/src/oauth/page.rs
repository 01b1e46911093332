//! The pages on the way to a client: made here, without a script, and framed by nobody.

use std::fmt::Write as _;

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use mainstay_core::definition::Definition;
use mainstay_core::limits::RETURN_PATH_CHARACTERS_MAX;
use mainstay_core::redirects::is_web_redirect;
use mainstay_core::{Code, Problem};
use mainstay_engine::auth::Asked;

use super::sign_in::with_login;
use super::texts::Texts;
use crate::answer;
use crate::error::{HttpError, status_of};
use crate::language;

const FRAMES: HeaderName = HeaderName::from_static("x-frame-options");

/// How pages look to one reader.
#[derive(Clone, Copy)]
pub(super) struct Page {
    texts: &'static Texts,
}

/// What somebody signs in with.
pub(super) struct SignInForm<'f> {
    /// Of the application.
    pub(super) title: &'f str,
    /// What the client asks for, to go on with.
    pub(super) query: &'f str,
    pub(super) redirect_uri: &'f str,
    pub(super) with_password: bool,
    /// Name and title.
    pub(super) providers: Vec<(String, String)>,
}

/// What a user is asked about a client.
pub(super) struct Question<'q> {
    pub(super) asked: &'q Asked,
    pub(super) definition: &'q Definition,
    pub(super) query: &'q str,
    pub(super) email: &'q str,
    pub(super) user: &'q str,
}

impl Page {
    pub(super) fn of(headers: &HeaderMap) -> Self {
        Self {
            texts: Texts::of(&language::languages_of(headers)),
        }
    }

    /// A failure, for a person.
    pub(super) fn failed(self, error: HttpError) -> Response {
        let Problem {
            code,
            detail,
            retry_after,
            ..
        } = error.0;
        let mut response = self.told(status_of(code), |_| "");
        let body = format!(
            "<header><h1>{}</h1><p>{}.</p></header>",
            self.texts.failed,
            escaped(&detail)
        );
        *response.body_mut() = self.html(self.texts.failed, &body).into();
        if let Some(seconds) = retry_after {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }

    /// Something to be read, with nothing to do about it here.
    pub(super) fn told(self, status: StatusCode, say: impl Fn(&Texts) -> &'static str) -> Response {
        let body = format!(
            "<header><h1>{}</h1><p>{}</p></header>",
            self.texts.failed,
            say(self.texts)
        );
        self.page(status, self.texts.failed, &body, "")
    }

    pub(super) fn sign_in(
        self,
        status: StatusCode,
        form: &SignInForm<'_>,
        problem: Option<&Problem>,
    ) -> Response {
        let texts = self.texts;
        let title = format!("{} {}", texts.sign_in, form.title);
        let mut body = format!(
            "<header><h1>{}</h1></header>{}",
            escaped(&title),
            self.notice(problem, texts.wrong)
        );
        if form.with_password {
            let fields = [
                field(
                    "email",
                    texts.email,
                    r#"type="email" autocomplete="username""#,
                    "",
                ),
                field(
                    "password",
                    texts.password,
                    r#"type="password" autocomplete="current-password""#,
                    "",
                ),
            ];
            body += &sign_in_form(form.query, &fields.concat(), texts.send);
        }
        let return_to = encoded(&format!("/oauth/authorize?{}", form.query));
        if return_to.len() <= RETURN_PATH_CHARACTERS_MAX {
            for (name, title) in &form.providers {
                write!(
                    body,
                    r#"<a class="button" href="/api/v1/auth/providers/{name}/sign-in?return_to={return_to}">{} {}</a>"#,
                    texts.at_provider,
                    escaped(title)
                )
                .expect("a text takes every line");
            }
        }
        if !form.with_password && form.providers.is_empty() {
            write!(body, "<p>{}</p>", texts.elsewhere).expect("a text takes every line");
        }
        self.page(status, &title, &body, form.redirect_uri)
    }

    pub(super) fn second_factor(
        self,
        status: StatusCode,
        form: &SignInForm<'_>,
        challenge: &str,
        problem: Option<&Problem>,
    ) -> Response {
        let texts = self.texts;
        let fields = format!(
            r#"<input type="hidden" name="challenge" value="{}" />{}"#,
            escaped(challenge),
            field(
                "code",
                texts.code,
                r#"autocomplete="one-time-code" autocapitalize="none" spellcheck="false""#,
                texts.code_hint
            )
        );
        let body = format!(
            r#"<header><h1>{}</h1></header>{}{}<p><a href="/oauth/authorize?{}">{}</a></p>"#,
            texts.second_factor,
            self.notice(problem, texts.wrong_code),
            sign_in_form(form.query, &fields, texts.send),
            escaped(form.query),
            texts.begin_again,
        );
        self.page(status, texts.second_factor, &body, form.redirect_uri)
    }

    /// Asks whether a client may have what it asks for.
    pub(super) fn question(self, about: &Question<'_>) -> Response {
        let texts = self.texts;
        let asked = about.asked;
        let redirect_uri = &asked.back.redirect_uri;
        let title = texts
            .question
            .replace("{application}", &about.definition.title)
            .replace("{client}", &asked.client.name);
        let scopes = asked.scopes.0.iter().map(|scope| {
            let said = texts.scope(scope, about.definition);
            format!("<li>{}</li>", escaped(&said))
        });
        let whose = if !is_web_redirect(redirect_uri) {
            texts.local
        } else if asked.client.own {
            texts.own
        } else {
            texts.third
        };
        let query = escaped(about.query);
        let body = format!(
            r#"<header><h1>{}</h1><p class="muted">{} <strong>{}</strong>.
<a href="/oauth/authorize?{}">{}</a></p></header>
<p>{}</p><ul class="steps">{}</ul>
<p class="muted">{whose} {} <strong>{}</strong>.</p>
<form method="post" action="/oauth/authorize?{query}">
<input type="hidden" name="user" value="{}" />
<button type="submit" name="decision" value="allow" class="primary">{}</button>
<button type="submit" name="decision" value="deny">{}</button>
</form>"#,
            escaped(&title),
            texts.signed_in_as,
            escaped(about.email),
            escaped(&with_login(about.query)),
            texts.other_account,
            texts.wants,
            scopes.collect::<String>(),
            texts.leads_to,
            escaped(host_of(redirect_uri)),
            escaped(about.user),
            texts.allow,
            texts.deny,
        );
        self.page(StatusCode::OK, &title, &body, redirect_uri)
    }

    fn notice(self, problem: Option<&Problem>, wrong: &str) -> String {
        let Some(problem) = problem else {
            return String::new();
        };
        let said = match problem.code {
            Code::InvalidCredentials => wrong,
            Code::TooManyAttempts | Code::RateLimited => self.texts.too_many,
            _ => &problem.detail,
        };
        format!(r#"<div class="notice bad" role="alert">{}</div>"#, escaped(said))
    }

    fn html(self, title: &str, body: &str) -> String {
        format!(
            r#"<!doctype html>
<html lang="{}">
<head>
<meta charset="utf-8" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<meta name="color-scheme" content="light dark" />
<title>{}</title>
<link rel="icon" href="data:," />
<link rel="stylesheet" href="/pages/base.css" />
<link rel="stylesheet" href="/pages/card.css" />
</head>
<body><main class="card"><section>{body}</section></main></body>
</html>
"#,
            self.texts.language,
            escaped(title)
        )
    }

    /// Forms lead to this server, and from there to the client: browsers hold the whole way against the policy, so that the
    /// scheme of the client's address stands in it.
    fn page(self, status: StatusCode, title: &str, body: &str, redirect_uri: &str) -> Response {
        let scheme = redirect_uri.split(':').next().unwrap_or_default();
        let beside = if scheme.is_empty() {
            String::new()
        } else {
            format!(" {scheme}:")
        };
        let policy = format!(
            "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'{beside}; base-uri 'none'; \
             frame-ancestors 'none'"
        );
        let mut response = answer::json(self.html(title, body));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        );
        headers.insert(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::try_from(policy).expect("schemes are ASCII"),
        );
        // For browsers that do not know the policy.
        headers.insert(FRAMES, HeaderValue::from_static("DENY"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }
}

fn sign_in_form(query: &str, fields: &str, send: &str) -> String {
    format!(
        r#"<form method="post" action="/oauth/sign-in?{}">{fields}<button type="submit" class="primary">{send}</button></form>"#,
        escaped(query)
    )
}

fn field(name: &str, label: &str, more: &str, hint: &str) -> String {
    let (described, hint) = if hint.is_empty() {
        (String::new(), String::new())
    } else {
        (
            format!(r#" aria-describedby="{name}-hint""#),
            format!(r#"<p id="{name}-hint" class="hint">{hint}</p>"#),
        )
    };
    format!(
        r#"<div class="field"><label for="{name}">{label}</label><input id="{name}" name="{name}" required {more}{described} />{hint}</div>"#
    )
}

/// What people know an address by: its host, or the scheme of a program.
fn host_of(redirect_uri: &str) -> &str {
    match redirect_uri.split_once("://") {
        Some((_, rest)) => rest.split(['/', '?']).next().unwrap_or(rest),
        None => redirect_uri.split(':').next().unwrap_or(redirect_uri),
    }
}

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// A text between tags or quotes.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::{escaped, host_of};

    #[test]
    fn nothing_of_a_text_is_markup() {
        assert_eq!(
            escaped(r#"<a href="x" b='y'>&amp;"#),
            "&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;amp;"
        );
    }

    #[test]
    fn addresses_are_known_by_their_hosts() {
        assert_eq!(
            host_of("https://app.example.org:8443/back?a=b"),
            "app.example.org:8443"
        );
        assert_eq!(host_of("https://app.example.org?a"), "app.example.org");
        assert_eq!(host_of("org.example.app:/back"), "org.example.app");
    }
}
