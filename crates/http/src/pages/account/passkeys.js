// What people do on their page without a link: sign in with a passkey, and see, add and remove their passkeys. Where the
// application or the browser knows no passkeys, nothing of it is shown.

const PASSKEYS = "/api/v1/auth/passkeys";
const SIGN_IN = "/api/v1/auth/sign-in-with-passkey";
const PASSWORD_SIGN_IN = "/api/v1/auth/sign-in";

const TEXTS = {
  en: {
    title: "Passkeys",
    about: "Sign in with your finger, your face or the PIN of a device, without a password.",
    none: "You have none yet.",
    add: "Add a passkey",
    remove: "Remove",
    sign_in: "Sign in with a passkey",
    password_sign_in: "Sign in with a password",
    email: "E-mail address",
    known_password: "Password",
    code: "Code of your authenticator",
    signed_in: "You are signed in.",
    not_signed_in: "You are not signed in.",
    added: (date) => `Added on ${date}`,
    used: (date) => `Last used on ${date}`,
    password: "Current password",
    fresh_sign_in_required: "You signed in a while ago. Type your current password, and repeat it.",
    invalid_credentials: "That did not work: the passkey is not known here, or the password or code is wrong.",
    stopped: "The passkey was not used. Try again when you are ready.",
    unreachable: "The server does not answer. Try again in a moment.",
  },
  de: {
    title: "Passkeys",
    about: "Melden Sie sich mit Finger, Gesicht oder der PIN eines Geräts an, ohne Passwort.",
    none: "Sie haben noch keinen.",
    add: "Passkey hinzufügen",
    remove: "Entfernen",
    sign_in: "Mit einem Passkey anmelden",
    password_sign_in: "Mit einem Passwort anmelden",
    email: "E-Mail-Adresse",
    known_password: "Passwort",
    code: "Code Ihrer Authenticator-App",
    signed_in: "Sie sind angemeldet.",
    not_signed_in: "Sie sind nicht angemeldet.",
    added: (date) => `Hinzugefügt am ${date}`,
    used: (date) => `Zuletzt benutzt am ${date}`,
    password: "Jetziges Passwort",
    fresh_sign_in_required: "Ihre Anmeldung ist eine Weile her. Geben Sie Ihr jetziges Passwort ein und wiederholen Sie es.",
    invalid_credentials: "Das hat nicht geklappt: Der Passkey ist hier nicht bekannt, oder Passwort oder Code stimmen nicht.",
    stopped: "Der Passkey wurde nicht benutzt. Versuchen Sie es noch einmal, wenn Sie so weit sind.",
    unreachable: "Der Server antwortet nicht. Versuchen Sie es gleich noch einmal.",
  },
};

const element = (id) => document.getElementById(id);
let texts = TEXTS.en;
/** Of a sign-in that waits for its second factor. */
let challenge = null;

/** Shows what fits whoever looks: their passkeys, or the way to sign in. */
export async function showPasskeys(language) {
  texts = TEXTS[language];
  // Browsers that cannot read what the server writes are few, and old.
  if (!globalThis.PublicKeyCredential?.parseCreationOptionsFromJSON) return;
  const [mine, account] = await Promise.all([ask("GET", PASSKEYS), ask("GET", "/api/v1/auth/account")]);
  if (mine.ok && account.body.methods?.includes("passkey") !== false) showList(mine.body.items);
  else if (mine.status === 401 && (await ask("POST", `${SIGN_IN}/begin`)).ok) showSignIn();
}

function showSignIn() {
  element("about").textContent = texts.not_signed_in;
  element("sign-in-with-passkey").textContent = texts.sign_in;
  element("sign-in-with-password").textContent = texts.password_sign_in;
  for (const [id, text] of [
    ["email", texts.email],
    ["known-password", texts.known_password],
    ["code", texts.code],
  ]) {
    document.querySelector(`label[for="${id}"]`).textContent = text;
  }
  element("passkey-sign-in").hidden = false;
}

function showList(passkeys) {
  element("about").textContent = texts.signed_in;
  element("passkeys-title").textContent = texts.title;
  element("passkeys-about").textContent = passkeys.length > 0 ? texts.about : `${texts.about} ${texts.none}`;
  element("add-passkey").textContent = texts.add;
  element("proof-field").querySelector("label").textContent = texts.password;
  element("passkey-list").replaceChildren(...passkeys.map(itemOf));
  element("passkey-sign-in").hidden = true;
  element("passkeys").hidden = false;
}

function itemOf(passkey) {
  const [item, name, when, remove] = ["li", "strong", "span", "button"].map((tag) => document.createElement(tag));
  const day = (text) => new Date(text).toLocaleDateString();
  name.textContent = passkey.name;
  when.className = "muted small";
  when.textContent = passkey.last_used_at ? texts.used(day(passkey.last_used_at)) : texts.added(day(passkey.created_at));
  remove.type = "button";
  remove.textContent = texts.remove;
  remove.setAttribute("aria-label", `${texts.remove}: ${passkey.name}`);
  remove.addEventListener("click", () => act(remove, () => ask("POST", `${PASSKEYS}/${passkey.id}/remove`, proof())));
  item.append(name, when, remove);
  return item;
}

element("add-passkey").addEventListener("click", (event) =>
  act(event.currentTarget, async () => {
    const begun = await ask("POST", `${PASSKEYS}/begin`, proof());
    if (!begun.ok) return begun;
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(begun.body.public_key);
    const made = await navigator.credentials.create({ publicKey });
    return ask("POST", PASSKEYS, { credential: made.toJSON() });
  }),
);

element("sign-in-with-passkey").addEventListener("click", (event) =>
  act(event.currentTarget, async () => {
    const begun = await ask("POST", `${SIGN_IN}/begin`);
    if (!begun.ok) return begun;
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(begun.body.public_key);
    const signed = await navigator.credentials.get({ publicKey });
    return ask("POST", SIGN_IN, { credential: signed.toJSON(), session: "cookie" });
  }),
);

// Whoever has no passkey yet comes in with the password, to add one.
element("password-sign-in").addEventListener("submit", (event) => {
  event.preventDefault();
  act(element("sign-in-with-password"), signInWithPassword);
});

async function signInWithPassword() {
  const [email, password, code] = ["email", "known-password", "code"].map((id) => element(id).value);
  const answer = challenge
    ? await ask("POST", `${PASSWORD_SIGN_IN}/second-factor`, { challenge, code, session: "cookie" })
    : await ask("POST", PASSWORD_SIGN_IN, { email, password, session: "cookie" });
  challenge = answer.body.second_factor?.challenge ?? null;
  element("code-field").hidden = !challenge;
  if (!challenge) return answer;
  element("code").focus();
  return { ok: false, body: null };
}

/** Does what a button is for, and shows the list as it is then. */
async function act(button, work) {
  showProblem(null);
  button.disabled = true;
  try {
    const answer = await work();
    if (!answer.ok) return showProblem(answer.body);
    element("proof").value = "";
    element("proof-field").hidden = true;
    const mine = await ask("GET", PASSKEYS);
    if (mine.ok) showList(mine.body.items);
    else showProblem(mine.body);
  } catch {
    // The browser tells nobody why: people may have stopped it.
    showProblem({ code: "stopped" });
  } finally {
    button.disabled = false;
  }
}

/** The password, once it was asked for. */
function proof() {
  const password = element("proof").value;
  return password ? { current_password: password } : {};
}

async function ask(method, path, body) {
  const init = { method };
  if (body) {
    init.headers = { "Content-Type": "application/json" };
    init.body = JSON.stringify(body);
  }
  try {
    const response = await fetch(path, init);
    return { ok: response.ok, status: response.status, body: await response.json().catch(() => ({})) };
  } catch {
    return { ok: false, status: 0, body: { code: "unreachable" } };
  }
}

function showProblem(problem) {
  const notice = element("problem");
  notice.hidden = !problem;
  if (!problem) return;
  if (problem.code === "fresh_sign_in_required") element("proof-field").hidden = false;
  notice.textContent = texts[problem.code] ?? problem.detail ?? texts.unreachable;
  notice.focus();
}
