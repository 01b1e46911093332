//! What a client may be given: parts of the API, in the words of API keys, and what OpenID Connect says of people.

use std::str::FromStr;

use crate::scopes::{InvalidScope, Scope, Scopes};

/// One thing that a client asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClientScope {
    /// An ID token, and who the user is.
    OpenId,
    /// The user's name.
    Profile,
    Email,
    /// Refresh tokens: to act while the user is away.
    OfflineAccess,
    Api(Scope),
}

/// Those that are no part of the API, with their names (OpenID Connect Core 1.0, 5.4 and 11).
const OF_PEOPLE: [(ClientScope, &str); 4] = [
    (ClientScope::OpenId, "openid"),
    (ClientScope::Profile, "profile"),
    (ClientScope::Email, "email"),
    (ClientScope::OfflineAccess, "offline_access"),
];

impl FromStr for ClientScope {
    type Err = InvalidScope;

    fn from_str(text: &str) -> Result<Self, InvalidScope> {
        let known = OF_PEOPLE.into_iter().find(|(_, name)| *name == text);
        match known {
            Some((scope, _)) => Ok(scope),
            None => text.parse().map(Self::Api),
        }
    }
}

impl std::fmt::Display for ClientScope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Api(scope) => scope.fmt(f),
            of_people => {
                let known = OF_PEOPLE.iter().find(|(scope, _)| scope == of_people);
                f.write_str(known.map_or("", |(_, name)| name))
            }
        }
    }
}

/// Everything that a client may have, or was given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClientScopes(pub Vec<ClientScope>);

impl ClientScopes {
    /// Reads scopes with spaces between them (RFC 6749, 3.3); each once.
    pub fn read(text: &str) -> Result<Self, InvalidScope> {
        Self::of(text.split(' ').filter(|part| !part.is_empty()))
    }

    /// The same from a list.
    pub fn of<'t>(texts: impl IntoIterator<Item = &'t str>) -> Result<Self, InvalidScope> {
        let mut scopes = Vec::new();
        for text in texts {
            let scope = text.parse()?;
            if !scopes.contains(&scope) {
                scopes.push(scope);
            }
        }
        Ok(Self(scopes))
    }

    /// Is it among them, or a part of one that is?
    pub fn cover(&self, wanted: &ClientScope) -> bool {
        self.0.iter().any(|own| match (own, wanted) {
            (ClientScope::Api(own), ClientScope::Api(wanted)) => own.covers(wanted),
            _ => own == wanted,
        })
    }

    pub fn cover_all(&self, wanted: &Self) -> bool {
        wanted.0.iter().all(|scope| self.cover(scope))
    }

    pub fn has(&self, scope: &ClientScope) -> bool {
        self.0.contains(scope)
    }

    /// What of them is among others, too.
    #[must_use]
    pub fn within(&self, others: &Self) -> Self {
        Self(
            self.0
                .iter()
                .filter(|scope| others.cover(scope))
                .cloned()
                .collect(),
        )
    }

    /// The two together.
    #[must_use]
    pub fn and(&self, others: &Self) -> Self {
        let mut scopes = self.0.clone();
        scopes.extend(others.0.iter().filter(|scope| !self.has(scope)).cloned());
        Self(scopes)
    }

    /// The parts of the API.
    pub fn of_api(&self) -> Scopes {
        let scopes = self.0.iter().filter_map(|scope| match scope {
            ClientScope::Api(scope) => Some(scope.clone()),
            _ => None,
        });
        Scopes(scopes.collect())
    }

    pub fn texts(&self) -> Vec<String> {
        self.0.iter().map(ClientScope::to_string).collect()
    }

    /// With spaces between them.
    pub fn text(&self) -> String {
        self.texts().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scopes(text: &str) -> ClientScopes {
        ClientScopes::read(text).unwrap()
    }

    #[test]
    fn scopes_are_written_as_they_are_read() {
        let text = "openid profile email offline_access todos:read *:* admin";
        assert_eq!(scopes(text).text(), text);
        assert_eq!(scopes(" openid  openid ").texts(), ["openid"]);
        assert_eq!(ClientScopes::read("openid phone"), Err(InvalidScope));
    }

    #[test]
    fn a_scope_covers_its_parts_and_nothing_else() {
        let own = scopes("openid todos:* *:read");
        for part in ["openid", "todos:read", "todos:*", "lists:read", "*:read"] {
            assert!(own.cover_all(&scopes(part)), "{part}");
        }
        for more in [
            "email",
            "offline_access",
            "lists:update",
            "*:*",
            "*:update",
            "admin",
        ] {
            assert!(!own.cover_all(&scopes(more)), "{more}");
        }
        assert!(scopes("admin").cover_all(&scopes("todos:read *:* admin")));
        assert!(!scopes("admin *:*").cover_all(&scopes("openid")));
        assert_eq!(own.within(&scopes("todos:read openid")).text(), "openid");
        assert_eq!(
            scopes("openid email").and(&scopes("email todos:read")).text(),
            "openid email todos:read"
        );
    }
}
