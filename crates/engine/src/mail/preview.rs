//! A mail as it would look, with examples in the place of what is known only when it is sent.

use mainstay_core::definition::Definition;
use mainstay_core::mail::{MailKind, RenderError, Rendered};
use serde_json::{Map, Value as Json};

/// A mail with examples in it.
#[derive(Debug, Clone)]
pub struct Preview {
    pub language: String,
    pub mail: Rendered,
}

/// Makes a mail in a language, or in that of the application.
pub fn preview_mail(
    definition: &Definition,
    kind: MailKind,
    language: Option<&str>,
) -> Result<Preview, RenderError> {
    let mut variables = Map::new();
    variables.insert("application".to_owned(), definition.title.as_str().into());
    for (name, example) in kind.variables() {
        variables.insert((*name).to_owned(), (*example).into());
    }
    variables.insert("user".to_owned(), serde_json::json!({"email": "ada@example.org"}));
    let (language, template) = definition.mail.templates.choose(kind, language.into_iter());
    Ok(Preview {
        language: language.to_owned(),
        mail: template.render(language, &Json::Object(variables))?,
    })
}
