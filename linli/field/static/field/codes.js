// What is printed, scanned and typed: the addresses of the house, tokens of 26 characters, short codes of 8 with a check
// character. The same rules as linli/codes (token.py, address.py); a text that is none of ours is shown, never followed.

const TOKEN = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; // Crockford's base 32: no I, L, O, U
const SHORT = "23456789ACEFHJKMPRTVWXY"; // 23 characters that do not look alike
const DIGITS = 16;
const LONGEST = 4096;

/** @typedef {{kind: "q" | "c" | "h" | "v" | "r" | "p" | "token" | "short", code: string}} Code */

/** Upper case, half width, without what separates groups. @param {string} text */
const plain = (text) => [...text.slice(0, 64).normalize("NFKC").toUpperCase()].filter((c) => !/[\s\-–—_·.]/.test(c)).join("");

/** @param {string} text @param {Record<string, string>} table */
const swapped = (text, table) => [...text].map((c) => table[c] ?? c).join("");

/** The token meant by a text (case and the look-alikes O, I, L forgiven); "" when it can be none. @param {string} text */
export function readToken(text) {
  const token = swapped(plain(text), { O: "0", I: "1", L: "1" });
  const fits = token.length === 26 && token[0] < "8" && [...token].every((c) => TOKEN.includes(c));
  return fits ? token : "";
}

/** The check character for seven of SHORT: the weighted sum of all eight is 0 modulo 23. @param {string} free */
function checkCharacter(free) {
  const total = [...free].reduce((sum, c, n) => sum + (n + 1) * SHORT.indexOf(c), 0);
  const inverse = 3; // of 8 modulo 23
  return SHORT[(((-total * inverse) % 23) + 23) % 23];
}

/** The short code meant by a text as typed; "" when it is wrong. @param {string} text */
export function readShort(text) {
  const code = swapped(plain(text), { B: "8", G: "6", S: "5", Z: "2", U: "V", N: "M" });
  if (code.length !== 8 || ![...code].every((c) => SHORT.includes(c))) return "";
  return checkCharacter(code.slice(0, 7)) === code[7] ? code : "";
}

/**
 * What a scanned or typed text is; null when it is none of ours. An address counts only below one of the house's own origins.
 * @param {string} text @param {string[]} origins @returns {Code | null}
 */
export function read(text, origins) {
  const short = readShort(text);
  if (short) return { kind: "short", code: short };
  const token = readToken(text);
  if (token) return { kind: "token", code: token };
  return text.length <= LONGEST && /^https?:\/\/[\x21-\x7e]+$/i.test(text) ? inAddress(text, origins) : null;
}

/** @param {string} text @param {string[]} origins @returns {Code | null} */
function inAddress(text, origins) {
  let url;
  try {
    url = new URL(text);
  } catch {
    return null;
  }
  // A card's token stands behind #, and its address may be in capitals.
  const said = /^\/p$/i.test(url.pathname) ? `/p/${url.hash.slice(1)}` : url.pathname;
  const [, place, rest = ""] = said.match(/^\/([qchvrp])\/([0-9A-Za-z]{26})\/?$/) ?? [];
  const code = readToken(rest);
  const ours = origins.includes(url.origin) && !url.username && !url.password && !url.search;
  return ours && place && code ? { kind: /** @type {Code["kind"]} */ (place), code } : null;
}

/** The id that a token stands for. @param {string} token */
export function idOf(token) {
  const number = [...token].reduce((sum, c) => sum * 32n + BigInt(TOKEN.indexOf(c)), 0n);
  return number.toString(16).padStart(32, "0").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** @param {BufferSource} data */
const sha256 = async (data) => new Uint8Array(await crypto.subtle.digest("SHA-256", data));
/** @param {Uint8Array} raw */
const hex = (raw) => [...raw].map((b) => b.toString(16).padStart(2, "0")).join("");

/** By what the slice names a printed code. @param {string} code */
export const digest = async (code) => hex(await sha256(new TextEncoder().encode(code))).slice(0, DIGITS);

/** The short code of an id. @param {string} id */
export async function shortOf(id) {
  const raw = new Uint8Array(id.replace(/-/g, "").match(/../g).map((pair) => parseInt(pair, 16)));
  let rest = BigInt(`0x${hex((await sha256(raw)).slice(0, 8))}`);
  let free = "";
  for (let place = 0; place < 7; place++) {
    free += SHORT[Number(rest % 23n)];
    rest /= 23n;
  }
  return free + checkCharacter(free);
}

/** 7A3K9F4J → 7A3K-9F4J. @param {string} code */
export const grouped = (code) => `${code.slice(0, 4)}-${code.slice(4)}`;

/**
 * The tasks a code leads to: by their own id, else by what is printed for them or for their door.
 * @template {{id: string, codes?: string[]}} T
 * @param {T[]} tasks @param {Code} found @returns {Promise<T[]>}
 */
export async function matching(tasks, { kind, code }) {
  const id = kind === "short" ? "" : idOf(code);
  const own = tasks.filter((task) => task.id === id);
  if (own.length) return own;
  const known = await digest(code);
  const marked = tasks.filter((task) => task.codes?.includes(known));
  if (marked.length || kind !== "short") return marked;
  const shorts = await Promise.all(tasks.map((task) => shortOf(task.id)));
  return tasks.filter((_task, n) => shorts[n] === code);
}
