// Who is signed in. Tokens are in this module's memory and nowhere else.

const element = (id) => document.getElementById(id);
const REFRESH_BEFORE_MS = 30_000;

let session = null;

/** Wires the button of the bar and the dialog. */
export function startSession() {
  element("session").addEventListener("click", () => (session ? signOut() : ask()));
  element("sign-in-cancel").addEventListener("click", () => element("sign-in").close());
  element("sign-in-form").addEventListener("submit", (event) => {
    event.preventDefault();
    signIn();
  });
}

export function isSignedIn() {
  return session !== null;
}

/** The access token, renewed when it is about to run out; null for nobody. */
export async function accessToken() {
  if (session && session.expiresAt - Date.now() < REFRESH_BEFORE_MS) {
    const answer = await post("/api/v1/auth/refresh", { refresh_token: session.refreshToken });
    if (answer.ok) keep(await answer.json());
    else end();
  }
  return session?.accessToken ?? null;
}

function ask() {
  element("sign-in-fault").hidden = true;
  element("sign-in").showModal();
  element("email").focus();
}

async function signIn() {
  const send = element("sign-in-send");
  const fault = element("sign-in-fault");
  fault.hidden = true;
  send.disabled = true;
  try {
    const credentials = { email: element("email").value.trim(), password: element("password").value };
    const answer = await post("/api/v1/auth/sign-in", credentials);
    const body = await answer.json();
    if (answer.ok) {
      keep(body);
      element("sign-in-form").reset();
      element("sign-in").close();
      return;
    }
    fault.textContent = `${body.detail.charAt(0).toUpperCase()}${body.detail.slice(1)}.`;
  } catch {
    fault.textContent = "The server does not answer.";
  } finally {
    send.disabled = false;
  }
  fault.hidden = false;
  element("password").select();
}

async function signOut() {
  const token = session.accessToken;
  end();
  // Whether or not the server hears of it, this tab forgets the session.
  await post("/api/v1/auth/sign-out", undefined, token).catch(() => {});
}

function post(path, body, token) {
  const headers = body ? { "Content-Type": "application/json" } : {};
  if (token) headers.Authorization = `Bearer ${token}`;
  return fetch(path, { method: "POST", headers, body: body && JSON.stringify(body) });
}

function keep(body) {
  session = {
    accessToken: body.access_token,
    refreshToken: body.refresh_token,
    expiresAt: Date.now() + body.expires_in * 1000,
  };
  show(body.user.email);
}

function end() {
  session = null;
  show("");
}

function show(email) {
  element("signed-in").textContent = email;
  element("session").textContent = session ? "Sign out" : "Sign in";
  document.dispatchEvent(new Event("session"));
}
