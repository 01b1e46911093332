//! What the pages on the way to a client say, in the languages that they have.

use mainstay_core::ClientScope;
use mainstay_core::definition::Definition;
use mainstay_core::scopes::{Action, Scope};

#[derive(Debug)]
pub(super) struct Texts {
    pub(super) language: &'static str,
    pub(super) failed: &'static str,
    pub(super) unknown_client: &'static str,
    pub(super) unknown_redirect: &'static str,
    /// Behind it stands the name of the application.
    pub(super) sign_in: &'static str,
    pub(super) email: &'static str,
    pub(super) password: &'static str,
    pub(super) send: &'static str,
    /// Behind it stands the name of a provider.
    pub(super) at_provider: &'static str,
    pub(super) elsewhere: &'static str,
    pub(super) wrong: &'static str,
    pub(super) wrong_code: &'static str,
    pub(super) begin_again: &'static str,
    pub(super) too_many: &'static str,
    pub(super) second_factor: &'static str,
    pub(super) code: &'static str,
    pub(super) code_hint: &'static str,
    /// `{client}` and `{application}` stand in it.
    pub(super) question: &'static str,
    pub(super) signed_in_as: &'static str,
    pub(super) other_account: &'static str,
    pub(super) wants: &'static str,
    pub(super) leads_to: &'static str,
    pub(super) own: &'static str,
    pub(super) third: &'static str,
    pub(super) local: &'static str,
    pub(super) allow: &'static str,
    pub(super) deny: &'static str,
    scopes: ScopeTexts,
}

#[derive(Debug)]
struct ScopeTexts {
    openid: &'static str,
    profile: &'static str,
    email: &'static str,
    offline_access: &'static str,
    admin: &'static str,
    /// `{collection}` stands in each.
    read: &'static str,
    create: &'static str,
    update: &'static str,
    delete: &'static str,
    comment: &'static str,
    all: &'static str,
    everything: &'static str,
}

const ENGLISH: Texts = Texts {
    language: "en",
    failed: "This cannot go on",
    unknown_client: "The application that led you here is not known. It may have been removed. You were not led back, and it \
                     was told nothing.",
    unknown_redirect: "The application that led you here wants you to be led to an address that it has not registered. You \
                       were not led there, and it was told nothing.",
    sign_in: "Sign in to",
    email: "E-mail address",
    password: "Password",
    send: "Sign in",
    at_provider: "Sign in with",
    elsewhere: "Sign in to this application in another tab, and then load this page again.",
    wrong: "The address or the password is wrong.",
    wrong_code: "The code is wrong, or this took too long.",
    begin_again: "Begin again",
    too_many: "There were too many attempts. Wait a while, and try again.",
    second_factor: "One more step",
    code: "Code",
    code_hint: "The six digits of your authenticator, or a recovery code.",
    question: "Let {client} use {application}?",
    signed_in_as: "You are signed in as",
    other_account: "Use another account",
    wants: "It will be able to:",
    leads_to: "You will be led to",
    own: "It belongs to this application.",
    third: "Somebody else runs it. You can take this back at any time.",
    local: "It is a program on your own device. Go on only if you have just started it yourself.",
    allow: "Allow",
    deny: "Cancel",
    scopes: ScopeTexts {
        openid: "know that you are you",
        profile: "know your name",
        email: "know your e-mail address",
        offline_access: "go on while you are away, until you take it back",
        admin: "do everything that you may do, as an administrator too",
        read: "read {collection}",
        create: "add {collection}",
        update: "change {collection}",
        delete: "delete {collection}",
        comment: "comment on {collection}",
        all: "read, add, change, delete and comment on {collection}",
        everything: "records of all kinds",
    },
};

const GERMAN: Texts = Texts {
    language: "de",
    failed: "Hier geht es nicht weiter",
    unknown_client: "Die Anwendung, die Sie hierher geführt hat, ist nicht bekannt. Vielleicht wurde sie entfernt. Sie wurden \
                     nicht zurückgeführt, und sie hat nichts erfahren.",
    unknown_redirect: "Die Anwendung, die Sie hierher geführt hat, will Sie zu einer Adresse führen, die sie nicht angemeldet \
                       hat. Sie wurden nicht dorthin geführt, und sie hat nichts erfahren.",
    sign_in: "Anmelden bei",
    email: "E-Mail-Adresse",
    password: "Passwort",
    send: "Anmelden",
    at_provider: "Anmelden mit",
    elsewhere: "Melden Sie sich in einem anderen Tab bei dieser Anwendung an, und laden Sie dann diese Seite neu.",
    wrong: "Die Adresse oder das Passwort ist falsch.",
    wrong_code: "Der Code ist falsch, oder es hat zu lange gedauert.",
    begin_again: "Von vorn anfangen",
    too_many: "Es waren zu viele Versuche. Warten Sie eine Weile, und versuchen Sie es dann wieder.",
    second_factor: "Noch ein Schritt",
    code: "Code",
    code_hint: "Die sechs Ziffern Ihres Authenticators oder ein Wiederherstellungscode.",
    question: "Darf {client} {application} benutzen?",
    signed_in_as: "Sie sind angemeldet als",
    other_account: "Anderes Konto benutzen",
    wants: "Sie darf dann:",
    leads_to: "Sie werden geführt zu",
    own: "Sie gehört zu dieser Anwendung.",
    third: "Jemand anders betreibt sie. Sie können das jederzeit zurücknehmen.",
    local: "Es ist ein Programm auf Ihrem Gerät. Fahren Sie nur fort, wenn Sie es eben selbst gestartet haben.",
    allow: "Erlauben",
    deny: "Abbrechen",
    scopes: ScopeTexts {
        openid: "wissen, dass Sie es sind",
        profile: "Ihren Namen wissen",
        email: "Ihre E-Mail-Adresse wissen",
        offline_access: "weitermachen, während Sie weg sind, bis Sie es zurücknehmen",
        admin: "alles tun, was Sie dürfen, auch als Administrator",
        read: "{collection} lesen",
        create: "{collection} hinzufügen",
        update: "{collection} ändern",
        delete: "{collection} löschen",
        comment: "{collection} kommentieren",
        all: "{collection} lesen, hinzufügen, ändern, löschen und kommentieren",
        everything: "Einträge aller Art",
    },
};

impl Texts {
    /// Those of the first language that there is, of languages with commas between them; else in English.
    pub(super) fn of(languages: &str) -> &'static Self {
        let known = languages.split(',').find_map(|language| {
            let primary = language.split('-').next().unwrap_or_default();
            [&ENGLISH, &GERMAN]
                .into_iter()
                .find(|texts| texts.language.eq_ignore_ascii_case(primary))
        });
        known.unwrap_or(&ENGLISH)
    }

    /// What a scope lets a client do, in words for its user.
    pub(super) fn scope(&self, scope: &ClientScope, definition: &Definition) -> String {
        let texts = &self.scopes;
        let (collection, action) = match scope {
            ClientScope::OpenId => return texts.openid.to_owned(),
            ClientScope::Profile => return texts.profile.to_owned(),
            ClientScope::Email => return texts.email.to_owned(),
            ClientScope::OfflineAccess => return texts.offline_access.to_owned(),
            ClientScope::Api(Scope::Admin) => return texts.admin.to_owned(),
            ClientScope::Api(Scope::Records { collection, action }) => (collection, action),
        };
        let title = match collection {
            None => texts.everything,
            Some(name) => definition
                .find_collection(name)
                .map_or(name.as_str(), |collection| collection.title.as_str()),
        };
        let sentence = match action {
            None => texts.all,
            Some(Action::Read) => texts.read,
            Some(Action::Create) => texts.create,
            Some(Action::Update) => texts.update,
            Some(Action::Delete) => texts.delete,
            Some(Action::Comment) => texts.comment,
        };
        sentence.replace("{collection}", title)
    }
}

#[cfg(test)]
mod tests {
    use super::Texts;

    #[test]
    fn the_first_language_that_there_is_counts() {
        for (languages, language) in [
            ("", "en"),
            ("fr,de-AT,en", "de"),
            ("en-GB,de", "en"),
            ("fr", "en"),
        ] {
            assert_eq!(Texts::of(languages).language, language, "{languages}");
        }
    }
}
