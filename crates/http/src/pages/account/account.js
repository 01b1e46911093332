// The page that links in mails lead to. What the link is for, and its secret, stands behind the `#`, which no server
// sees. Nothing happens before somebody presses the button: programs that look at links in mails use none of them up.
// Without a link it is where people have their passkeys.

import { showPasskeys } from "/account/passkeys.js";

const PASSWORD_CHARACTERS_MIN = 8;
const PASSWORD_CHARACTERS_MAX = 256;

const TEXTS = {
  en: {
    verify: ["Confirm your address", "", "Confirm", "Your address is confirmed", "You can close this page."],
    reset: ["Choose a new password", "All your sessions will end.", "Set the password", "Your password is set", "Sign in with it."],
    address: ["Confirm your new address", "", "Confirm", "Your new address is in use", "Sign in with it from now on."],
    invitation: ["You are invited", "Choose a password to begin.", "Begin", "Your account is ready", "You are signed in."],
    "sign-in": ["Sign in", "", "Sign in", "You are signed in", "You can close this page."],
    password: "Password",
    hint: "At least 8 characters. A long sentence is good.",
    short: `Use at least ${PASSWORD_CHARACTERS_MIN} characters.`,
    long: `Use at most ${PASSWORD_CHARACTERS_MAX} characters.`,
    invalid_secret: "The link is not right, was used already, or has run out. Ask for another one.",
    unreachable: "The server does not answer. Try again in a moment.",
    none: "Open this page with the link of a mail.",
  },
  de: {
    verify: ["Adresse bestätigen", "", "Bestätigen", "Ihre Adresse ist bestätigt", "Sie können diese Seite schließen."],
    reset: ["Neues Passwort wählen", "Alle Ihre Sitzungen enden.", "Passwort setzen", "Ihr Passwort ist gesetzt", "Melden Sie sich damit an."],
    address: ["Neue Adresse bestätigen", "", "Bestätigen", "Ihre neue Adresse gilt", "Melden Sie sich künftig mit ihr an."],
    invitation: ["Sie sind eingeladen", "Wählen Sie ein Passwort, um anzufangen.", "Anfangen", "Ihr Konto ist bereit", "Sie sind angemeldet."],
    "sign-in": ["Anmelden", "", "Anmelden", "Sie sind angemeldet", "Sie können diese Seite schließen."],
    password: "Passwort",
    hint: "Mindestens 8 Zeichen. Ein langer Satz ist gut.",
    short: `Mindestens ${PASSWORD_CHARACTERS_MIN} Zeichen.`,
    long: `Höchstens ${PASSWORD_CHARACTERS_MAX} Zeichen.`,
    invalid_secret: "Der Link stimmt nicht, wurde schon benutzt oder ist abgelaufen. Fordern Sie einen neuen an.",
    unreachable: "Der Server antwortet nicht. Versuchen Sie es gleich noch einmal.",
    none: "Öffnen Sie diese Seite mit dem Link einer Mail.",
  },
};

/** What each link asks the server for; whoever signs in gets a cookie, which no script can read. */
const ACTIONS = {
  verify: { path: "/api/v1/auth/verify-address" },
  reset: { path: "/api/v1/auth/reset-password", password: true },
  address: { path: "/api/v1/auth/confirm-address-change" },
  invitation: { path: "/api/v1/auth/accept-invitation", password: true, session: true },
  "sign-in": { path: "/api/v1/auth/sign-in-with-link", session: true },
};

const element = (id) => document.getElementById(id);
const language = navigator.language.toLowerCase().startsWith("de") ? "de" : "en";
const texts = TEXTS[language];
const form = element("form");
const link = readLink();

document.documentElement.lang = language;
show();

/** The secret leaves the address bar and the history at once. */
function readLink() {
  const [name, secret] = location.hash.slice(1).split("=", 2);
  history.replaceState(null, "", location.pathname);
  return Object.hasOwn(ACTIONS, name) && secret ? { name, secret } : null;
}

function show() {
  element("about").textContent = texts.none;
  if (!link) return void showPasskeys(language);
  const [title, about, button] = texts[link.name];
  element("title").textContent = title;
  document.title = title;
  element("about").textContent = about;
  element("send").textContent = button;
  element("password-field").hidden = !ACTIONS[link.name].password;
  form.querySelector("label").textContent = texts.password;
  element("password-hint").textContent = texts.hint;
  form.hidden = false;
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  element("problem").hidden = true;
  const action = ACTIONS[link.name];
  const password = element("password").value;
  if (action.password && showFault(faultOf(password))) return;
  const send = element("send");
  send.disabled = true;
  try {
    const refused = await ask(action, password);
    if (refused) showProblem(refused);
    else showDone();
  } finally {
    send.disabled = false;
  }
});

function faultOf(password) {
  // Characters, as the server counts them, and not the units of JavaScript's strings.
  const characters = [...password].length;
  if (characters < PASSWORD_CHARACTERS_MIN) return texts.short;
  if (characters > PASSWORD_CHARACTERS_MAX) return texts.long;
  return null;
}

function showFault(fault) {
  const place = element("password-fault");
  place.textContent = fault ?? "";
  place.hidden = !fault;
  if (fault) element("password").focus();
  return Boolean(fault);
}

/** Asks the server; gives its problem document when it refuses, and a like one when it cannot be reached. */
async function ask(action, password) {
  const body = { token: link.secret };
  if (action.password) body.password = password;
  if (action.session) body.session = "cookie";
  let response;
  try {
    response = await fetch(action.path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  } catch {
    return { code: "unreachable", errors: [] };
  }
  if (response.ok) return null;
  return response.json().catch(() => ({ code: "unknown", errors: [] }));
}

function showProblem(problem) {
  const fault = (problem.errors ?? []).find(({ field }) => field === "password");
  if (fault && showFault(`${texts.password}: ${fault.message}`)) return;
  const notice = element("problem");
  notice.textContent = texts[problem.code] ?? problem.detail ?? texts.unreachable;
  notice.hidden = false;
  notice.focus();
}

function showDone() {
  const [, , , title, about] = texts[link.name];
  form.reset();
  element("ask").hidden = true;
  element("done").hidden = false;
  element("done-title").textContent = title;
  element("done-about").textContent = about;
  document.title = title;
  element("done-title").focus();
}
