//! One template: a subject and two bodies in the language of Jinja.

use minijinja::{Environment, UndefinedBehavior};
use serde_json::{Value as Json, json};

use super::MailKind;

/// What a template may do at most; more is a loop that went wrong.
const STEPS_MAX: u64 = 50_000;
const CHARACTERS_SUBJECT_MAX: usize = 200;
/// Minijinja escapes what goes into a template with such a name.
const HTML_NAME: &str = "mail.html";
const TEXT_NAME: &str = "mail.txt";
const LAYOUT: &str = include_str!("layout.html");

/// A mail in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailTemplate {
    pub subject: String,
    pub text: String,
    /// What stands inside the page, or a whole page that begins with `<!doctype`.
    pub html: String,
}

/// A mail with everything filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// One line.
    pub subject: String,
    pub text: String,
    pub html: String,
}

/// What is wrong with a template, and with which of its keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateFault {
    pub key: &'static str,
    pub message: String,
    pub hint: String,
}

/// A template that fails with the values that it was given.
#[derive(Debug, thiserror::Error)]
#[error("the {key} of the mail cannot be made: {message}")]
pub struct RenderError {
    pub key: &'static str,
    /// With the line of the template.
    pub message: String,
}

impl MailTemplate {
    /// Everything that is wrong before any mail is made.
    pub fn faults(&self, kind: MailKind) -> Vec<TemplateFault> {
        self.parts()
            .into_iter()
            .flat_map(|(key, name, source)| faults_of(kind, key, name, source))
            .collect()
    }

    fn parts(&self) -> [(&'static str, &'static str, &str); 3] {
        [
            ("subject", TEXT_NAME, &self.subject),
            ("text", TEXT_NAME, &self.text),
            ("html", HTML_NAME, &self.html),
        ]
    }

    /// Fills in the variables; in HTML they are escaped.
    pub fn render(&self, language: &str, variables: &Json) -> Result<Rendered, RenderError> {
        let environment = environment();
        let [subject, text, html] = self.parts().map(|(key, name, source)| {
            let rendered = environment.render_named_str(name, source, variables);
            rendered.map_err(|error| RenderError {
                key,
                message: sentence(&error),
            })
        });
        let subject = one_line(&subject?);
        let html = html?;
        let html = if is_page(&html) {
            html
        } else {
            let page = json!({"language": language, "subject": subject, "content": html});
            let page = environment.render_named_str(HTML_NAME, LAYOUT, page);
            page.map_err(|error| RenderError {
                key: "html",
                message: sentence(&error),
            })?
        };
        Ok(Rendered {
            subject,
            text: text?,
            html,
        })
    }
}

fn faults_of(kind: MailKind, key: &'static str, name: &str, source: &str) -> Vec<TemplateFault> {
    let environment = environment();
    let template = match environment.template_from_named_str(name, source) {
        Ok(template) => template,
        Err(error) => {
            return vec![TemplateFault {
                key,
                message: format!("`{key}` is no template: {}", sentence(&error)),
                hint: "see docs/mail.md for what templates look like".to_owned(),
            }];
        }
    };
    let mut unknown: Vec<String> = template
        .undeclared_variables(false)
        .into_iter()
        .filter(|variable| !kind.knows(variable))
        .collect();
    unknown.sort();
    unknown
        .into_iter()
        .map(|variable| {
            let own = kind.variables().iter().map(|(name, _)| *name);
            let known: Vec<&str> = super::COMMON_VARIABLES.into_iter().chain(own).collect();
            TemplateFault {
                key,
                message: format!("`{key}` uses `{variable}`, and the mail has no such variable"),
                hint: format!("it has {}", known.join(", ")),
            }
        })
        .collect()
}

fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_fuel(Some(STEPS_MAX));
    // A field of a user that is empty or not there is left out.
    environment.set_undefined_behavior(UndefinedBehavior::Chainable);
    environment
}

fn sentence(error: &minijinja::Error) -> String {
    let what = error
        .detail()
        .map_or_else(|| error.kind().to_string(), str::to_owned);
    match error.line() {
        Some(line) => format!("{what} (line {line})"),
        None => what,
    }
}

fn is_page(html: &str) -> bool {
    let start = html.trim_start().get(..9).unwrap_or_default();
    start.eq_ignore_ascii_case("<!doctype")
}

/// Without line breaks, which would begin another header.
fn one_line(text: &str) -> String {
    let words: Vec<&str> = text
        .split(|character: char| character.is_whitespace() || character.is_control())
        .filter(|word| !word.is_empty())
        .collect();
    words.join(" ").chars().take(CHARACTERS_SUBJECT_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(subject: &str, text: &str, html: &str) -> MailTemplate {
        MailTemplate {
            subject: subject.to_owned(),
            text: text.to_owned(),
            html: html.to_owned(),
        }
    }

    #[test]
    fn values_are_escaped_in_html_alone() {
        let template = template(
            "Hi {{ user.name }}",
            "Hi {{ user.name }}",
            "<p>Hi {{ user.name }}</p>",
        );
        let variables = json!({"user": {"name": "<b>&\r\nBcc: eve@example.org"}});
        let rendered = template.render("en", &variables).unwrap();
        assert_eq!(rendered.subject, "Hi <b>& Bcc: eve@example.org");
        assert!(rendered.text.contains("<b>&"));
        assert!(rendered.html.contains("&lt;b&gt;&amp;"), "{}", rendered.html);
        assert!(!rendered.html.contains("<b>"));
        assert!(rendered.html.starts_with("<!doctype html>"));
    }

    #[test]
    fn a_whole_page_stays_as_it_is() {
        let page = template("s", "t", "<!DOCTYPE html><p>{{ code }}</p>");
        let rendered = page.render("en", &json!({"code": "123"})).unwrap();
        assert_eq!(rendered.html, "<!DOCTYPE html><p>123</p>");
    }

    #[test]
    fn faults_are_found_before_a_mail_is_made() {
        let faulty = template("{{ link", "{% if link %}x", "{{ cod }} {{ code }}");
        let faults = faulty.faults(MailKind::SignInCode);
        let keys: Vec<&str> = faults.iter().map(|fault| fault.key).collect();
        assert_eq!(keys, ["subject", "text", "html"]);
        assert!(faults[2].message.contains("`cod`"), "{faults:?}");
        assert!(faults[2].hint.contains("code, minutes"), "{faults:?}");
        let good = template(
            "{{ application }}",
            "{{ user.name }}",
            "{% for c in code %}{{ c }}{% endfor %}",
        );
        assert!(good.faults(MailKind::SignInCode).is_empty());
    }

    #[test]
    fn a_template_that_does_not_end_is_stopped() {
        let endless = "{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}";
        let error = template("s", endless, "h").render("en", &json!({})).unwrap_err();
        assert_eq!(error.key, "text");
    }
}
