// The page of the first run: the printed code makes the first administrator.

const FIELDS = ["code", "email", "password", "again"];
const PASSWORD_CHARACTERS_MIN = 8;
const PASSWORD_CHARACTERS_MAX = 256;

const element = (id) => document.getElementById(id);
const form = element("form");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  clearFaults();
  const given = read();
  if (showFaults(faultsOf(given))) return;
  const send = element("send");
  send.disabled = true;
  try {
    const refused = await setUp(given);
    if (refused) showProblem(refused);
    else showDone(given.email);
  } finally {
    send.disabled = false;
  }
});

function read() {
  const data = new FormData(form);
  return {
    code: data.get("code").trim(),
    email: data.get("email").trim(),
    password: data.get("password"),
    again: data.get("again"),
  };
}

/** What can be told without asking the server, by field. */
function faultsOf({ code, email, password, again }) {
  const faults = {};
  // Characters, as the server counts them, and not the units of JavaScript's strings.
  const characters = [...password].length;
  if (!code) faults.code = "Enter the code.";
  if (!email) faults.email = "Enter the address that you will sign in with.";
  if (characters < PASSWORD_CHARACTERS_MIN) faults.password = `Use at least ${PASSWORD_CHARACTERS_MIN} characters.`;
  else if (characters > PASSWORD_CHARACTERS_MAX) faults.password = `Use at most ${PASSWORD_CHARACTERS_MAX} characters.`;
  else if (password !== again) faults.again = "This is not the same password.";
  return faults;
}

/** Asks the server; gives its problem document when it refuses, and a like one when it cannot be reached. */
async function setUp({ code, email, password }) {
  let response;
  try {
    response = await fetch("/api/v1/setup", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ code, email, password }),
    });
  } catch {
    return { code: "unreachable", errors: [] };
  }
  if (response.ok) return null;
  return response.json().catch(() => ({ code: "unknown", errors: [] }));
}

function showProblem(problem) {
  const faults = {};
  for (const { field, message } of problem.errors ?? []) {
    if (FIELDS.includes(field)) faults[field] ??= fieldSentence(field, message);
  }
  if (showFaults(faults)) return;
  const notice = element("problem");
  notice.replaceChildren(...explained(problem));
  notice.hidden = false;
  notice.focus();
}

/** What the refusal means and what to do. */
function explained(problem) {
  if (problem.code === "setup_done") {
    const link = document.createElement("a");
    link.href = "/docs";
    link.textContent = "Sign in on the API pages";
    return ["There is an administrator already. ", link, "."];
  }
  if (problem.code === "unreachable") return ["The server does not answer. See whether it still runs, and try again."];
  const id = problem.request_id ? ` (request ${problem.request_id})` : "";
  return [`${sentence(problem.detail ?? "Something went wrong; see the server's log")}${id}`];
}

/** The server's messages go on after the field's name: `must have 8 to 256 characters`. */
function fieldSentence(field, message) {
  if (!/^(is|has|must|needs|does)\b/.test(message)) return sentence(message);
  const name = form.querySelector(`label[for="${field}"]`).textContent.toLowerCase();
  return sentence(`the ${name} ${message}`);
}

function sentence(text) {
  const whole = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(whole) ? whole : `${whole}.`;
}

/** Shows faults beside their fields and goes to the first; false when there are none. */
function showFaults(faults) {
  for (const [name, message] of Object.entries(faults)) {
    const fault = element(`${name}-fault`);
    fault.textContent = message;
    fault.hidden = false;
    element(name).setAttribute("aria-invalid", "true");
  }
  const first = FIELDS.find((name) => name in faults);
  if (first) element(first).focus();
  return first !== undefined;
}

function clearFaults() {
  element("problem").hidden = true;
  for (const name of FIELDS) {
    element(`${name}-fault`).hidden = true;
    element(name).removeAttribute("aria-invalid");
  }
}

function showDone(email) {
  form.reset();
  element("ask").hidden = true;
  element("done").hidden = false;
  element("done-email").textContent = email;
  document.title = "Mainstay is set up";
  element("done-title").focus();
}
