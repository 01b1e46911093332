import type { Language } from "../../../i18n/languages.ts";

/** A sentence for each kind of entry, with who did it and what it is about. Kinds without one stand for themselves. */
const EN = {
  "record.created": "{{who}} made {{what}}",
  "record.updated": "{{who}} changed {{what}}",
  "record.deleted": "{{who}} deleted {{what}}",
  "record.restored": "{{who}} restored {{what}}",
  "record.purged": "{{who}} removed {{what}} for good",
  "record.viewed": "{{who}} looked at {{what}}",
  "version.saved": "{{who}} saved a version of {{what}}",
  "version.restored": "{{who}} went back to a version of {{what}}",
  "version.removed": "{{who}} removed a version of {{what}}",
  "comment.created": "{{who}} commented on {{what}}",
  "comment.edited": "{{who}} edited a comment on {{what}}",
  "comment.deleted": "{{who}} deleted a comment on {{what}}",
  "comment.resolved": "{{who}} resolved a comment on {{what}}",
  "comment.reopened": "{{who}} reopened a comment on {{what}}",
  "comment.reacted": "{{who}} reacted to a comment on {{what}}",
  "comment.unreacted": "{{who}} took back a reaction on {{what}}",
  "share.created": "{{who}} shared {{what}}",
  "share.changed": "{{who}} changed a share of {{what}}",
  "share.revoked": "{{who}} revoked a share of {{what}}",
  "share.expired": "A share of {{what}} ended",
  "share.opened": "{{who}} opened a link to {{what}}",
  "share.refused": "{{who}} was refused at a link to {{what}}",
  "auth.signed_up": "{{who}} made an account",
  "auth.signed_in": "{{who}} signed in",
  "auth.signed_out": "{{who}} signed out",
  "auth.sign_in_refused": "A sign-in was refused",
  "auth.attempts_locked": "Sign-ins were locked after too many wrong ones",
  "auth.sessions_ended": "{{who}} ended sessions",
  "auth.password_changed": "{{who}} changed a password",
  "auth.password_reset": "{{who}} chose a new password by mail",
  "auth.address_verified": "{{who}} confirmed an address",
  "auth.address_change_asked": "{{who}} asked for another address",
  "auth.role_changed": "{{who}} changed the role of {{what}}",
  "auth.account_deleted": "{{who}} deleted an account",
  "auth.administrator_created": "{{who}} made an administrator",
  "auth.invited": "{{who}} invited somebody",
  "auth.invitation_revoked": "{{who}} withdrew an invitation",
  "auth.invitation_accepted": "{{who}} accepted an invitation",
  "auth.second_factor_added": "{{who}} set up a second factor",
  "auth.second_factor_removed": "{{who}} removed a second factor",
  "auth.second_factor_refused": "A second factor was refused",
  "auth.recovery_codes_made": "{{who}} made recovery codes",
  "auth.recovery_code_used": "{{who}} used a recovery code",
  "auth.passkey_added": "{{who}} added a passkey",
  "auth.passkey_renamed": "{{who}} renamed a passkey",
  "auth.passkey_removed": "{{who}} removed a passkey",
  "auth.passkey_refused": "A passkey was refused",
  "auth.key_created": "{{who}} made an API key",
  "auth.key_rotated": "{{who}} replaced an API key",
  "auth.key_revoked": "{{who}} revoked an API key",
  "auth.key_new_address": "An API key was used from a new address",
  "auth.key_address_refused": "An API key was refused outside its networks",
  "auth.external_key_added": "{{who}} added a key of another service",
  "auth.external_key_rotated": "{{who}} replaced a key of another service",
  "auth.external_key_removed": "{{who}} removed a key of another service",
  "auth.service_account_created": "{{who}} made a service account",
  "auth.client_created": "{{who}} registered a sign-in client",
  "auth.client_changed": "{{who}} changed a sign-in client",
  "auth.client_removed": "{{who}} removed a sign-in client",
  "auth.client_signed_in": "{{who}} signed in to another program",
  "auth.consent_given": "{{who}} let another program in",
  "auth.consent_revoked": "{{who}} shut another program out",
  "auth.code_reused": "A code of a program came twice",
  "auth.refresh_token_reused": "A token came twice, and its session has ended",
  "auth.identity_linked": "{{who}} linked a way to sign in",
  "access.refused": "{{who}} was refused {{what}}",
  "access.rate_limited": "{{who}} asked too often",
  "access.administration_refused":
    "{{who}} was refused administration from this network",
  "audit.exported": "{{who}} exported the audit",
  "audit.erased": "{{who}} erased entries of the audit",
  "webhook.created": "{{who}} made a webhook",
  "webhook.updated": "{{who}} changed a webhook",
  "webhook.deleted": "{{who}} removed a webhook",
  "webhook.secret_rotated": "{{who}} replaced the secret of a webhook",
  "webhook.disabled": "A webhook was switched off",
  "data.seeded": "{{who}} filled in the seed",
  "data.imported": "{{who}} imported records",
  "data.exported": "{{who}} exported records",
} as const;

const DE: Readonly<Record<keyof typeof EN, string>> = {
  "record.created": "{{who}} hat {{what}} angelegt",
  "record.updated": "{{who}} hat {{what}} geändert",
  "record.deleted": "{{who}} hat {{what}} gelöscht",
  "record.restored": "{{who}} hat {{what}} wiederhergestellt",
  "record.purged": "{{who}} hat {{what}} endgültig entfernt",
  "record.viewed": "{{who}} hat {{what}} angesehen",
  "version.saved": "{{who}} hat eine Version von {{what}} gesichert",
  "version.restored": "{{who}} ist zu einer Version von {{what}} zurückgekehrt",
  "version.removed": "{{who}} hat eine Version von {{what}} entfernt",
  "comment.created": "{{who}} hat {{what}} kommentiert",
  "comment.edited": "{{who}} hat einen Kommentar zu {{what}} bearbeitet",
  "comment.deleted": "{{who}} hat einen Kommentar zu {{what}} gelöscht",
  "comment.resolved": "{{who}} hat einen Kommentar zu {{what}} erledigt",
  "comment.reopened": "{{who}} hat einen Kommentar zu {{what}} wieder geöffnet",
  "comment.reacted": "{{who}} hat auf einen Kommentar zu {{what}} reagiert",
  "comment.unreacted": "{{who}} hat eine Reaktion bei {{what}} zurückgenommen",
  "share.created": "{{who}} hat {{what}} geteilt",
  "share.changed": "{{who}} hat eine Freigabe von {{what}} geändert",
  "share.revoked": "{{who}} hat eine Freigabe von {{what}} widerrufen",
  "share.expired": "Eine Freigabe von {{what}} ist abgelaufen",
  "share.opened": "{{who}} hat einen Link zu {{what}} geöffnet",
  "share.refused": "{{who}} wurde an einem Link zu {{what}} abgewiesen",
  "auth.signed_up": "{{who}} hat ein Konto angelegt",
  "auth.signed_in": "{{who}} hat sich angemeldet",
  "auth.signed_out": "{{who}} hat sich abgemeldet",
  "auth.sign_in_refused": "Eine Anmeldung wurde abgewiesen",
  "auth.attempts_locked": "Anmeldungen wurden nach zu vielen falschen gesperrt",
  "auth.sessions_ended": "{{who}} hat Sitzungen beendet",
  "auth.password_changed": "{{who}} hat ein Passwort geändert",
  "auth.password_reset": "{{who}} hat per E-Mail ein neues Passwort gewählt",
  "auth.address_verified": "{{who}} hat eine Adresse bestätigt",
  "auth.address_change_asked": "{{who}} hat um eine andere Adresse gebeten",
  "auth.role_changed": "{{who}} hat die Rolle von {{what}} geändert",
  "auth.account_deleted": "{{who}} hat ein Konto gelöscht",
  "auth.administrator_created": "{{who}} hat ein Verwaltungskonto angelegt",
  "auth.invited": "{{who}} hat jemanden eingeladen",
  "auth.invitation_revoked": "{{who}} hat eine Einladung zurückgezogen",
  "auth.invitation_accepted": "{{who}} hat eine Einladung angenommen",
  "auth.second_factor_added": "{{who}} hat einen zweiten Faktor eingerichtet",
  "auth.second_factor_removed": "{{who}} hat einen zweiten Faktor entfernt",
  "auth.second_factor_refused": "Ein zweiter Faktor wurde abgewiesen",
  "auth.recovery_codes_made": "{{who}} hat Ersatzcodes angelegt",
  "auth.recovery_code_used": "{{who}} hat einen Ersatzcode benutzt",
  "auth.passkey_added": "{{who}} hat einen Passkey hinzugefügt",
  "auth.passkey_renamed": "{{who}} hat einen Passkey umbenannt",
  "auth.passkey_removed": "{{who}} hat einen Passkey entfernt",
  "auth.passkey_refused": "Ein Passkey wurde abgewiesen",
  "auth.key_created": "{{who}} hat einen API-Schlüssel angelegt",
  "auth.key_rotated": "{{who}} hat einen API-Schlüssel ersetzt",
  "auth.key_revoked": "{{who}} hat einen API-Schlüssel widerrufen",
  "auth.key_new_address":
    "Ein API-Schlüssel wurde von einer neuen Adresse benutzt",
  "auth.key_address_refused":
    "Ein API-Schlüssel wurde außerhalb seiner Netze abgewiesen",
  "auth.external_key_added":
    "{{who}} hat einen Schlüssel eines anderen Dienstes hinzugefügt",
  "auth.external_key_rotated":
    "{{who}} hat einen Schlüssel eines anderen Dienstes ersetzt",
  "auth.external_key_removed":
    "{{who}} hat einen Schlüssel eines anderen Dienstes entfernt",
  "auth.service_account_created": "{{who}} hat ein Dienstkonto angelegt",
  "auth.client_created": "{{who}} hat einen Anmelde-Client eingetragen",
  "auth.client_changed": "{{who}} hat einen Anmelde-Client geändert",
  "auth.client_removed": "{{who}} hat einen Anmelde-Client entfernt",
  "auth.client_signed_in":
    "{{who}} hat sich bei einem anderen Programm angemeldet",
  "auth.consent_given": "{{who}} hat ein anderes Programm eingelassen",
  "auth.consent_revoked": "{{who}} hat ein anderes Programm ausgesperrt",
  "auth.code_reused": "Ein Code eines Programms kam zweimal",
  "auth.refresh_token_reused":
    "Ein Token kam zweimal, und seine Sitzung ist beendet",
  "auth.identity_linked": "{{who}} hat einen Anmeldeweg verknüpft",
  "access.refused": "{{who}} wurde {{what}} verweigert",
  "access.rate_limited": "{{who}} hat zu oft gefragt",
  "access.administration_refused":
    "{{who}} wurde die Verwaltung aus diesem Netz verweigert",
  "audit.exported": "{{who}} hat das Protokoll ausgegeben",
  "audit.erased": "{{who}} hat Einträge des Protokolls gelöscht",
  "webhook.created": "{{who}} hat einen Webhook angelegt",
  "webhook.updated": "{{who}} hat einen Webhook geändert",
  "webhook.deleted": "{{who}} hat einen Webhook entfernt",
  "webhook.secret_rotated": "{{who}} hat das Geheimnis eines Webhooks ersetzt",
  "webhook.disabled": "Ein Webhook wurde ausgeschaltet",
  "data.seeded": "{{who}} hat die Beispieldaten eingefüllt",
  "data.imported": "{{who}} hat Datensätze eingelesen",
  "data.exported": "{{who}} hat Datensätze ausgegeben",
};

const SENTENCES: Readonly<
  Record<Language, Readonly<Record<keyof typeof EN, string>>>
> = { en: EN, de: DE };

/** Groups and kinds, for those who look for one. */
export const KINDS: readonly string[] = [
  ...new Set(Object.keys(EN).map((kind) => `${kind.split(".", 1)[0]}.*`)),
  ...Object.keys(EN),
];

/** A piece of a sentence: plain text, or a place for who did it or what it is about. */
export type Piece = "who" | "what" | { readonly text: string };

/** The sentence of a kind, in pieces. */
export function sentenceOf(language: string, kind: string): readonly Piece[] {
  const sentences = language === "de" ? SENTENCES.de : SENTENCES.en;
  const sentence = isKnown(kind) ? sentences[kind] : `{{who}}: ${kind}`;
  return sentence
    .split(/(\{\{who\}\}|\{\{what\}\})/)
    .filter((piece) => piece !== "")
    .map((piece) =>
      piece === "{{who}}"
        ? "who"
        : piece === "{{what}}"
          ? "what"
          : { text: piece },
    );
}

function isKnown(kind: string): kind is keyof typeof EN {
  return Object.hasOwn(EN, kind);
}
