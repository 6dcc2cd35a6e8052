// Talks to the house: sends what waits, in batches and in order, then fetches what changed. A cut, doubled or swallowed
// reply changes nothing: every record has its own id, and what was not heard is sent again.

import { now } from "./clock.js";
import { answered, sendable } from "./outbox.js";
import { language } from "./words.js";

/**
 * What the app lets it see and do.
 * @typedef {{setting: Record<string, string>, records: () => import("./outbox.js").Record_[], owner: () => string,
 *   token: () => string, handle: () => string, heard: (light: Light) => void, said: () => Promise<void>,
 *   lent: (slice: any, asked: number) => Promise<void>, wipe: (what: "all" | "tasks", now: string) => Promise<void>}} House
 * @typedef {{server: "up" | "down" | "closed" | "unknown", says: string}} Light
 */

const BATCH = 200;
const PATIENCE = 20_000;
const SHORTEST_PAUSE = 150;
const LONGEST_PAUSE = 60_000;
const EVERY = 30_000;

/** The house did not answer, or said to come again. */
class Again extends Error {
  /** @param {number} [seconds] */
  constructor(seconds = 0) {
    super("again");
    this.seconds = seconds;
  }
}

const cookie = (/** @type {string} */ name) => document.cookie.match(`(?:^|; )${name}=([^;]*)`)?.[1] ?? "";

/** @param {string} url @param {RequestInit} [more] */
async function ask(url, more = {}) {
  const control = new AbortController();
  const timer = setTimeout(() => control.abort(), PATIENCE);
  try {
    const headers = { Accept: "application/json", ...more.headers };
    return await fetch(url, { ...more, headers, signal: control.signal, cache: "no-store", redirect: "error" }).then(
      async (response) => ({ response, text: await response.text() }), // a body cut short counts as no answer
    );
  } catch {
    throw new Again();
  } finally {
    clearTimeout(timer);
  }
}

/** A pause that doubles, never the same on two phones. @param {number} tries @param {number} least seconds the house asked for */
export function pause(tries, least = 0, dice = Math.random()) {
  return Math.max(least * 1_000, Math.min(LONGEST_PAUSE, SHORTEST_PAUSE * 2 ** tries) * (0.5 + dice / 2));
}

export class Sync {
  /** @param {House} house */
  constructor(house) {
    this.house = house;
    this.tries = 0;
    this.laters = 0;
    this.met = false;
    this.timer = 0;
    this.running = false;
    this.wanted = false;
    for (const name of ["online", "offline"]) addEventListener(name, () => this.now());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.now());
  }

  /** As soon as possible, once: a second wish while it runs is one more round afterwards. */
  async now() {
    this.wanted = true;
    if (this.running) return;
    this.running = true;
    clearTimeout(this.timer);
    let wait = EVERY;
    while (this.wanted) {
      this.wanted = false;
      wait = await this.round();
    }
    this.running = false;
    this.timer = setTimeout(() => this.now(), wait);
  }

  /** One talk; how long to rest afterwards. Two tabs take turns. */
  async round() {
    const talk = () => this.talk();
    try {
      const again = await (navigator.locks ? navigator.locks.request("linli-field-sync", talk) : talk());
      this.laters = again ? this.laters + 1 : 0;
      return again ? pause(this.laters + 2) : EVERY; // the house itself asked for time
    } catch (error) {
      if (!(error instanceof Again)) throw error;
      this.house.heard({ server: "down", says: "" });
      return pause(this.tries++, error.seconds);
    }
  }

  /** Everything that waits, then the slice. Whether something was left for later. */
  async talk() {
    if (!navigator.onLine) throw new Again();
    // The first word after opening is a question: who is signed in here, and what time it is there.
    if ((!this.met || !cookie("csrftoken")) && !(await this.fetch())) return false;
    this.met = true;
    let left = false;
    for (;;) {
      const batch = sendable(this.house.records(), this.house.owner()).slice(0, BATCH);
      if (!batch.length) break;
      const later = await this.send(batch);
      if (later === null) return false;
      left ||= later > 0;
      if (later) break;
    }
    await this.fetch();
    return left;
  }

  /** One batch; how many must come again, null when the house does not let us in. @param {import("./outbox.js").Record_[]} batch */
  async send(batch) {
    const body = JSON.stringify({
      v: 1,
      app: document.documentElement.dataset.app ?? "",
      user: this.house.owner(),
      sent_at: new Date(now()).toISOString(),
      intents: batch.map(({ act }) => intent(act)),
    });
    const headers = { "Content-Type": "application/json", "X-CSRFToken": cookie("csrftoken"), ...this.shown() };
    const reply = await this.read(await ask(`${this.house.setting.send}?language=${language()}`, { method: "POST", headers, body }));
    if (!reply) return null;
    const asked = new Set(batch.map((r) => r.id));
    const said = reply.answers.filter((/** @type {any} */ a) => asked.has(a.id) && a.answer !== "later");
    const token = this.house.token();
    await answered(said.map((/** @type {any} */ { id, ...one }) => [id, { ...one, at: reply.now, token }]));
    await this.house.said();
    return batch.length - said.length;
  }

  /** What our session is called, so that the house can say what became of it. @returns {Record<string, string>} */
  shown() {
    const handle = this.house.handle();
    return handle ? { "Linli-Handle": handle } : {};
  }

  /** The slice, as far as it changed; false when the house does not let us in. */
  async fetch() {
    const asked = Date.now();
    const query = new URLSearchParams({ since: this.house.token(), language: language() });
    const slice = await this.read(await ask(`${this.house.setting.slice}?${query}`, { headers: this.shown() }));
    if (slice) await this.house.lent(slice, asked);
    return slice !== null;
  }

  /** The body; null when we are not let in. Raises Again. @param {{response: Response, text: string}} answer */
  async read({ response, text }) {
    if (response.status === 401) {
      const said = parsed(text) ?? { wipe: "tasks", now: new Date().toISOString() };
      this.house.heard({ server: "closed", says: "" });
      await this.house.wipe(said.wipe, said.now);
      return null;
    }
    if (response.status === 409) {
      this.met = false; // somebody else signed in meanwhile
      throw new Again();
    }
    if (response.status === 403) {
      this.house.heard({ server: "closed", says: text.startsWith("<") ? "" : text });
      document.cookie = "csrftoken=; path=/; max-age=0"; // perhaps only its token was stale: the next round gets another
      return null;
    }
    const body = response.ok ? parsed(text) : null;
    if (!body) throw new Again(Number(response.headers.get("Retry-After")) || 0);
    this.tries = 0; // it got through: the next failure is a first one again
    this.house.heard({ server: "up", says: "" });
    return body;
  }
}

/** An act as the house reads it. @param {import("./outbox.js").Act} act */
function intent({ id, case: of, step, given, device_at, loop, beside }) {
  return { id, case: of, step, given, device_at, ...(beside ? { loop, beside } : {}) };
}

/** @param {string} text */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null; // a captive portal's page is no answer of ours
  }
}
