// Passkeys: turns the server's options into the browser's call and its answer into the form's field.
// A form says what it is for: data-passkey="login | confirm | add". Hidden until the browser can do it.

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const listed = (list = []) => list.map((each) => ({ ...each, id: bytes(each.id) }));

/** @param {any} key options of a new passkey, as JSON */
const creation = (key) => ({
  ...key,
  challenge: bytes(key.challenge),
  user: { ...key.user, id: bytes(key.user.id) },
  excludeCredentials: listed(key.excludeCredentials),
  authenticatorSelection: { ...key.authenticatorSelection, residentKey: "required", requireResidentKey: true, userVerification: "required" },
});

/** @param {any} key options of a proof, as JSON */
const proof = (key) => ({ ...key, challenge: bytes(key.challenge), allowCredentials: listed(key.allowCredentials) });

/** @param {any} found what the browser answered */
function answer(found) {
  const response = { clientDataJSON: text(found.response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (found.response[name]) response[name] = text(found.response[name]);
  }
  if (found.response.getTransports) response.transports = found.response.getTransports();
  return {
    id: found.id, rawId: text(found.rawId), type: found.type, response,
    authenticatorAttachment: found.authenticatorAttachment, clientExtensionResults: found.getClientExtensionResults(),
  };
}

/** The options stand in the page, except for sign-in, where they are fetched when they are needed. */
async function options(form) {
  const here = document.getElementById("js_data");
  if (here) return JSON.parse(here.textContent ?? "{}");
  const fetched = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!fetched.ok) throw new Error(String(fetched.status));
  return fetched.json();
}

async function ask(form) {
  const said = form.querySelector("[data-passkey-says]");
  try {
    const given = await options(form);
    const found = form.dataset.passkey === "add"
      ? await navigator.credentials.create({ publicKey: creation(given.creation_options.publicKey) })
      : await navigator.credentials.get({ publicKey: proof(given.request_options.publicKey) });
    form.elements.credential.value = JSON.stringify(answer(found));
    form.submit();
  } catch (error) {
    if (said) said.textContent = form.dataset.failed ?? "";
    console.info("passkey:", error instanceof Error ? error.name : error);
  }
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  form.querySelector("button[type=button]")?.addEventListener("click", () => ask(form));
}
