//! Code to copy: the same request with curl and in TypeScript.

use serde_json::{Value as Json, json};

use super::operation::{Access, Operation};

/// A request as a sample shows it.
pub(super) struct Sample<'a> {
    pub(super) operation: &'a Operation,
    /// With an example id in its place.
    pub(super) path: String,
    /// With its question mark, or empty.
    pub(super) query: &'static str,
    pub(super) body: Option<&'a Json>,
}

impl Sample<'_> {
    /// Both samples, as readers of OpenAPI know them (`x-codeSamples`).
    pub(super) fn both(&self) -> Json {
        json!([
            { "lang": "Shell", "label": "curl", "source": self.curl() },
            { "lang": "TypeScript", "label": "fetch", "source": self.fetch() },
        ])
    }

    fn signs_in(&self) -> bool {
        self.operation.access != Access::Anyone
    }

    fn curl(&self) -> String {
        let method = self.operation.method.as_str();
        let mut lines = vec![match method {
            "GET" => format!("curl \"$ORIGIN{}{}\"", self.path, self.query),
            _ => format!("curl -X {method} \"$ORIGIN{}{}\"", self.path, self.query),
        }];
        if self.signs_in() {
            lines.push("-H \"Authorization: Bearer $TOKEN\"".into());
        }
        if let Some(body) = self.body {
            lines.push("-H \"Content-Type: application/json\"".into());
            lines.push(format!("-d '{}'", pretty(body).replace('\'', r"'\''")));
        }
        lines.join(" \\\n  ")
    }

    fn fetch(&self) -> String {
        let mut options = Vec::new();
        if self.operation.method.as_str() != "GET" {
            options.push(format!("  method: \"{}\",", self.operation.method.as_str()));
        }
        let mut headers = Vec::new();
        if self.signs_in() {
            headers.push("Authorization: `Bearer ${token}`");
        }
        if self.body.is_some() {
            headers.push("\"Content-Type\": \"application/json\"");
        }
        if !headers.is_empty() {
            options.push(format!("  headers: {{ {} }},", headers.join(", ")));
        }
        if let Some(body) = self.body {
            options.push(format!(
                "  body: JSON.stringify({}),",
                pretty(body).replace('\n', "\n  ")
            ));
        }
        let options = if options.is_empty() {
            String::new()
        } else {
            format!(", {{\n{}\n}}", options.join("\n"))
        };
        let request = format!(
            "const response = await fetch(`${{origin}}{}{}`{options});",
            self.path, self.query
        );
        let refused = "if (!response.ok) throw new Error((await response.json()).detail);";
        if self.operation.success == 204 {
            return format!("{request}\n{refused}");
        }
        format!("{request}\n{refused}\nconst answer = await response.json();")
    }
}

fn pretty(body: &Json) -> String {
    serde_json::to_string_pretty(body).expect("a JSON value is always JSON")
}
