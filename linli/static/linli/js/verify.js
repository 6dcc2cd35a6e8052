/** Checks the signed statement behind # with the published keys. The page's own answer does not depend on it. */

/** @param {string} text base64url without padding */
const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));

/** Two digits are one character of the statement, its code minus 45. @param {string} digits */
const statement = (digits) =>
  (digits.match(/../g) ?? []).map((pair) => String.fromCharCode(Number(pair) + 45)).join("");

/** The claims that a published key signed, or null. @param {string} text @param {{keys: JsonWebKey[]}} published */
async function signed(text, published) {
  const [head, body, signature] = text.split(".");
  const { alg, kid } = JSON.parse(new TextDecoder().decode(bytes(head)));
  const key = published.keys.find((k) => "kid" in k && k.kid === kid);
  if (alg !== "EdDSA" || !key) return null;
  const jwk = { kty: key.kty, crv: key.crv, x: key.x };
  const known = await crypto.subtle.importKey("jwk", jwk, { name: "Ed25519" }, false, ["verify"]);
  const good = await crypto.subtle.verify("Ed25519", known, bytes(signature), new TextEncoder().encode(`${head}.${body}`));
  return good ? JSON.parse(new TextDecoder().decode(bytes(body))) : null;
}

const line = document.querySelector("[data-verify]");
const digits = location.hash.slice(1);
if (line instanceof HTMLElement && /^(\d\d){20,2000}$/.test(digits) && crypto.subtle) {
  try {
    const published = await (await fetch("/c/keys.json")).json();
    const claims = await signed(statement(digits), published);
    const same = claims && claims.jti === line.dataset.number && claims.exp * 1000 > Date.now();
    line.textContent = (same ? line.dataset.good : line.dataset.bad) ?? "";
    line.hidden = false;
  } catch {
    line.hidden = true; // an old browser, or no network: the word above stands by itself
  }
}
