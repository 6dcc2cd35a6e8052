// What the phone keeps: sealed rows in IndexedDB. Two keys, neither of which a script can read out: one for what the
// house lent (gone at the end of the shift), one for what was done here (kept until the house has it).

/**
 * One row. `iv` and `box` are AES-GCM; what the row is called is bound into it, so that rows cannot change places.
 * @typedef {{iv: Uint8Array, box: ArrayBuffer}} Sealed
 */

const NAME = "linli-field";
const VERSION = 1;
const STORES = ["keys", "lent", "records", "answers"];

/** @type {Promise<IDBDatabase> | undefined} */
let opened;

/** A step of the schema for every version: an app newer than its data only adds. @param {IDBDatabase} db @param {number} from */
function grow(db, from) {
  if (from < 1) {
    db.createObjectStore("keys", { keyPath: "id" });
    db.createObjectStore("lent", { keyPath: "id" });
    db.createObjectStore("records", { keyPath: "n", autoIncrement: true });
    db.createObjectStore("answers", { keyPath: "id" });
  }
}

/** @returns {Promise<IDBDatabase>} */
function database() {
  opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, VERSION);
    asked.onupgradeneeded = (event) => grow(asked.result, event.oldVersion);
    asked.onsuccess = () => {
      asked.result.onversionchange = () => asked.result.close(); // a newer app in another tab must not wait for this one
      asked.result.onclose = () => (opened = undefined);
      resolve(asked.result);
    };
    asked.onerror = () => reject(asked.error);
  });
  return opened;
}

/**
 * One transaction; resolves when it is on the disk (`durability: "strict"`: the browser waits for the flush).
 * @template T
 * @param {"readonly" | "readwrite"} mode
 * @param {(store: (name: string) => IDBObjectStore) => IDBRequest<T> | void} work
 * @returns {Promise<T>}
 */
async function transact(mode, work) {
  const db = await database();
  return new Promise((resolve, reject) => {
    const transaction = db.transaction(STORES, mode, { durability: "strict" });
    const asked = work((name) => transaction.objectStore(name));
    transaction.oncomplete = () => resolve(asked ? asked.result : undefined);
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });
}

/** @param {string} store @returns {Promise<any[]>} */
export const all = (store) => transact("readonly", (of) => of(store).getAll());

/** Write rows of several stores at once, all or none. @param {Record<string, object[]>} rows */
export function put(rows) {
  return transact("readwrite", (of) => {
    for (const [store, found] of Object.entries(rows)) for (const row of found) of(store).put(row);
  });
}

/** Add one record behind all others, never over one; in the same breath the one it replaces goes. @param {object} row @param {{n: number, id: string}} [instead] */
export function append(row, instead) {
  return transact("readwrite", (of) => {
    if (instead) of("records").delete(instead.n);
    if (instead) of("answers").delete(instead.id);
    return of("records").add(row);
  });
}

/** @param {Record<string, IDBValidKey[]>} rows */
export function remove(rows) {
  return transact("readwrite", (of) => {
    for (const [store, keys] of Object.entries(rows)) for (const key of keys) of(store).delete(key);
  });
}

/** The house's lent things go, and their key with them. */
export function forgetLent() {
  return transact("readwrite", (of) => {
    of("lent").clear();
    of("keys").delete("lent");
  });
}

/** Everything goes. */
export function forgetAll() {
  return transact("readwrite", (of) => {
    for (const name of STORES) of(name).clear();
  });
}

/** The key for one purpose, made when first needed. @param {"lent" | "done"} id @returns {Promise<CryptoKey>} */
async function key(id) {
  const found = await transact("readonly", (of) => of("keys").get(id));
  if (found) return found.key;
  const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  await transact("readwrite", (of) => of("keys").add({ id, key: made })).catch(() => {}); // another tab was faster
  return (await transact("readonly", (of) => of("keys").get(id))).key;
}

/** A word kept beside the keys; localStorage is written lazily and would not survive a dead battery. @param {"owner" | "leaving" | "handle"} id @returns {Promise<string>} */
export const recall = async (id) => (await transact("readonly", (of) => of("keys").get(id)))?.word ?? "";

/** @param {"owner" | "leaving" | "handle"} id @param {string} word nothing forgets it */
export const remember = (id, word) =>
  transact("readwrite", (of) => {
    if (word) of("keys").put({ id, word });
    else of("keys").delete(id);
  });

const bytes = (/** @type {string} */ text) => new TextEncoder().encode(text);

/** @param {"lent" | "done"} purpose @param {string} name @param {unknown} value @returns {Promise<Sealed>} */
export async function seal(purpose, name, value) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const how = { name: "AES-GCM", iv, additionalData: bytes(`${purpose}:${name}`) };
  return { iv, box: await crypto.subtle.encrypt(how, await key(purpose), bytes(JSON.stringify(value))) };
}

/** What was sealed; null when its key is gone. @param {"lent" | "done"} purpose @param {string} name @param {Sealed} row */
export async function unseal(purpose, name, row) {
  const how = { name: "AES-GCM", iv: row.iv, additionalData: bytes(`${purpose}:${name}`) };
  try {
    return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt(how, await key(purpose), row.box)));
  } catch {
    return null;
  }
}

/** A UUIDv7: the time first, so that the ids of one phone sort as its records do. */
export function uuid7(at = Date.now()) {
  const raw = crypto.getRandomValues(new Uint8Array(16));
  for (let i = 0; i < 6; i++) raw[i] = Math.floor(at / 2 ** (8 * (5 - i))) % 256;
  raw[6] = (raw[6] & 0x0f) | 0x70;
  raw[8] = (raw[8] & 0x3f) | 0x80;
  const hex = [...raw].map((b) => b.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
