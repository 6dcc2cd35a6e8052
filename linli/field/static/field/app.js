// The app: what it knows, what it can be asked to do, and drawing it. Everything that must not be lost is in the store.

import { Camera } from "./camera.js";
import * as clock from "./clock.js";
import { given } from "./form.js";
import * as lending from "./lent.js";
import * as outbox from "./outbox.js";
import { Door, Me, Records, StepScreen, TaskScreen, Tasks } from "./screens.js";
import { forgetAll, recall, remember, uuid7 } from "./store.js";
import { Scan, scanner } from "./scan.js";
import { Sync } from "./sync.js";
import { Icon, Light, Says, html, render, setting } from "./view.js";
import { OPENED, faults } from "./work.js";
import { _, language, speak } from "./words.js";

const PAGE = 40;
const YEAR = 31_536_000;

/** @typedef {import("./outbox.js").Record_} Record_ */
const root = document.getElementById("app");
const others = "BroadcastChannel" in window ? new BroadcastChannel("linli-field") : null;

/** @typedef {typeof app} App */
const app = {
  setting,
  /** @type {import("./work.js").Lent | null} */ lent: null,
  /** @type {Record_[]} */ records: [],
  /** @type {import("./sync.js").Light} */ light: { server: "unknown", says: "" },
  /** @type {Record<string, string>} */ faults: {},
  /** @type {Record<string, any>} */ typed: {},
  owner: "", // whose records are sealed here: an id, no name
  handle: "", // what the house calls the session they were made in
  aimed: "", // the answer that the camera fills in
  scanned: { id: "", code: "" }, // the task that a scan found, and the code by which
  shown: PAGE, busy: false, leaving: false, why: "none", says: "", saidAt: "", trouble: "",
  get large() { return document.documentElement.dataset.print === "large"; },
  get english() { return language() === "en"; },
  now: clock.now,
  draw,
  origins: [location.origin, setting.origin],
  /** @type {import("./scan.js").Scanner} */ scan: /** @type {any} */ (null),

  more() { app.shown += PAGE; draw(); },

  /** Large letters or not, in the cookie that every page of the house reads. */
  print() {
    const large = !app.large;
    if (large) document.documentElement.dataset.print = "large";
    else delete document.documentElement.dataset.print;
    document.cookie = `linli_print=${large ? "large" : ""}; path=/; max-age=${large ? YEAR : 0}; samesite=lax`;
    draw();
  },

  translate() {
    speak(app.english ? "zh-hans" : "en");
    draw();
    sync.now();
  },

  /**
   * Keep one act. It is done when it is on the disk, not when the house has it.
   * @param {SubmitEvent} event @param {import("./work.js").Task} task @param {import("./work.js").Shown} step @param {Record_} [again]
   */
  async act(event, task, step, again) {
    event.preventDefault();
    if (app.busy) return;
    app.typed = given(/** @type {HTMLFormElement} */ (event.target), step);
    app.faults = faults(step, app.typed, _, app.lent.parts.head.longest);
    if (Object.keys(app.faults).length) return draw(".mistakes button");
    app.busy = true;
    draw();
    try {
      await outbox.keep(owner(), { ...where(task, step, again), title: task.title, verb: step.title, given: app.typed }, again);
      app.says = _("已保存在手机:{step}", { step: step.title });
    } catch {
      app.says = _("手机没能保存,请再按一次;若仍不行,请记在纸上。");
      return draw();
    } finally {
      app.busy = false;
    }
    await reread();
    app.saidAt = location.hash = `#/t/${task.id}`;
    sync.now();
  },

  /** The camera inside a form: what it reads is filled in. @param {string} key which answer */
  aim(key) {
    app.aimed = key;
    draw();
  },

  /** @param {HTMLVideoElement | null} video */
  async fill(video) {
    if (!video) return aiming.stop();
    const key = app.aimed;
    const filled = (/** @type {string} */ text) => {
      /** @type {HTMLInputElement} */ (document.getElementById(`f-${key}`)).value = text.slice(0, 200);
      app.aimed = "";
      draw(`#f-${key}`);
    };
    return aiming.start(video, filled).catch(() => {
      app.aimed = "";
      app.trouble = _("相机打不开,请手工填写。");
      draw(`#f-${key}`);
    });
  },

  /** @param {Record_} record */
  async withdraw(record) {
    await outbox.drop([record]);
    await reread();
    sync.now();
  },

  /** Sign out: what is not sent is only thrown away when somebody said so. @param {boolean} anyway @returns {Promise<void>} */
  async leave(anyway) {
    if (!anyway && app.records.some((r) => r.act && outbox.waits(r))) {
      app.leaving = true;
      return draw(".btn-stop");
    }
    await wipe("all");
    app.why = "none";
    await remember("leaving", "yes"); // without a network the house is told later
    await farewell();
    return undefined;
  },
};

const owner = () => app.owner;
const aiming = new Camera();

/**
 * Which case an act is on; one that is opened gets its id here, so that what is done next can name it.
 * @param {import("./work.js").Task} task @param {import("./work.js").Shown} step @param {Record_} [again]
 */
function where(task, step, again) {
  if (step.opens) return { case: again?.act.case ?? uuid7(), loop: step.opens, step: OPENED, beside: task.id };
  return { case: task.id, loop: task.loop, step: step.key, beside: task.near };
}

/** Tell the house that this phone is signed out, as soon as it can be reached. Whether nothing is left to tell. */
async function farewell() {
  if (!(await recall("leaving"))) return true;
  try {
    const open = await fetch(setting.slice, { headers: { Accept: "application/json" }, cache: "no-store" }); // also brings a token
    const token = document.cookie.match(/(?:^|; )csrftoken=([^;]*)/)?.[1] ?? "";
    const leave = /** @type {RequestInit} */ ({ method: "POST", headers: { "X-CSRFToken": token }, redirect: "manual" });
    if (open.status !== 401 && (await fetch(setting.logout, leave)).type !== "opaqueredirect") return false;
  } catch {
    return false;
  }
  await remember("leaving", "");
  return true;
}

/** Forget. What waits to be sent survives the end of a shift (sealed), not a revocation. @param {"all" | "tasks"} what */
async function wipe(what) {
  const others_ = app.records.some((r) => r.owner !== owner() && outbox.waits(r)); // not ours to throw away
  if (what === "all" && !others_) await forgetAll();
  else await lending.forget();
  await outbox.drop(app.records.filter((r) => (what === "all" && r.owner === owner()) || outbox.settled(r)));
  if (what === "all") {
    await remember("owner", (app.owner = ""));
    await remember("handle", (app.handle = ""));
  }
  Object.assign(app, { lent: null, typed: {}, faults: {}, says: "", leaving: false });
  await reread();
  others?.postMessage("wiped");
}

const sync = new Sync({
  setting,
  records: () => app.records,
  owner,
  token: () => app.lent?.token ?? "",
  handle: () => app.handle,
  heard: (light) => { app.light = light; app.trouble = light.says; draw(); },
  said: reread,
  async lent(slice, asked) {
    const whose = slice.parts.head?.user ?? app.lent?.parts.head.user;
    if (whose !== owner()) await takeOver(whose);
    app.lent = await lending.laid(app.lent, slice, asked);
    const { handle = "" } = app.lent.parts.head; // kept beside the slice: it must outlive the shift
    if (handle !== app.handle) await remember("handle", (app.handle = handle));
    clock.start(app.lent.ahead);
    document.documentElement.dataset.app = "1";
    await tidy();
  },
  async wipe(what, now) {
    const session = app.handle ? null : app.lent?.parts.head.session_ends_at; // an older house cannot tell one from the other
    const over = session && Date.parse(now) >= Date.parse(session); // by the house's clock on both sides
    const all = what === "all" && !over && owner() !== "";
    // A revocation stays one: the request behind it shows no session any more and hears of an ended shift.
    if (all) app.why = "revoked";
    else if (app.lent && app.why !== "revoked") app.why = "over";
    await wipe(all ? "all" : "tasks");
  },
});

/** Somebody else signed in here: nothing lent to the one before is shown to them. @param {string} whose */
async function takeOver(whose) {
  await lending.forget();
  app.lent = null;
  await remember("owner", (app.owner = whose));
}

/** Receipts of what a person has decided leave the list; the house is the one that knows. */
async function tidy() {
  const open = new Set(app.lent.parts.late.map((note) => note.intent.slice(-36)));
  await outbox.drop(app.records.filter((r) => r.said?.kept && r.said.token !== app.lent.token && !open.has(r.id)));
  await reread();
}

async function reread() {
  app.records = await outbox.read(owner());
  others?.postMessage("changed");
  draw();
}

/** The promise that what was lent goes at the end, checked whenever there is something to show. */
async function expire() {
  if (!app.lent || !lending.isOver(app.lent, clock.now())) return draw();
  app.why = "over";
  return wipe("tasks");
}

function screen() {
  if (!app.lent) return Door(app);
  const [, place, id, step] = location.hash.split("/");
  if (place === "t" && step) return StepScreen(app, id, step);
  if (place === "t") return TaskScreen(app, id);
  if (place === "scan" || place === "q") return Scan(app);
  if (place === "records") return Records(app);
  return place === "me" ? Me(app) : Tasks(app);
}

function Bar() {
  const waiting = app.records.filter((r) => r.act && outbox.waits(r)).length;
  const troubled = app.records.filter((r) => r.act && outbox.refused(r)).length;
  const [, place = ""] = location.hash.split("/");
  const tab = (/** @type {string} */ to, /** @type {string} */ icon, /** @type {string} */ word, /** @type {number} */ count) => html`<li><a href="#/${to}" class=${to === "scan" ? "field-scan" : undefined} aria-current=${(to || "t") === (place === "q" ? "scan" : place || "t") ? "page" : undefined}><${Icon} name=${icon} /><span>${word}</span>${count ? html`<b class="field-count">${count}</b>` : null}</a></li>`;
  return html`<nav class="field-bar" aria-label=${_("手机端")}><ul class="bare">
    ${tab("", "today", _("任务"), 0)}${tab("scan", "scan", _("扫一扫"), 0)}${tab("records", "ledger", waiting ? _("待发 {n}", { n: waiting }) : _("记录"), troubled)}${tab("me", "duty", _("我"), 0)}
  </ul></nav>`;
}

/** @param {string} [focus] what the reader should meet next */
function draw(focus) {
  document.title = _("邻里手机端"); // never a name: titles are remembered by browsers
  render(
    html`<header class="field-top"><b>${_("邻里")}</b><${Light} online=${navigator.onLine} server=${app.light.server} /></header>
      <main class="field-main" id="main">
        ${app.says ? html`<${Says} tone="pass" live=${true}><p>${app.says}</p></${Says}>` : null}
        ${app.lent && app.trouble ? html`<${Says} tone="limit" live=${true}><p>${app.trouble}</p></${Says}>` : null}
        <div class="stack" key=${location.hash}>${screen()}</div>
      </main>${app.lent ? html`<${Bar} />` : null}`,
    root,
  );
  if (focus) /** @type {HTMLElement | null} */ (document.querySelector(focus))?.focus();
}

addEventListener("hashchange", () => {
  Object.assign(app, { typed: {}, faults: {}, shown: PAGE, leaving: false, aimed: "" });
  app.scan.rest();
  aiming.stop();
  if (location.hash !== app.saidAt) Object.assign(app, { says: "", saidAt: "" });
  draw("h1");
  document.getElementById("main").scrollTop = 0;
  met();
});
document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && app.scan.pause());

/** A code that another app's camera met: the address of the page holds it. */
function met() {
  const [, place, code] = location.hash.split("/");
  if (place === "q" && code && app.lent) app.scan.found(code);
}
others?.addEventListener("message", async () => {
  app.owner = await recall("owner");
  app.handle = await recall("handle");
  app.lent = await lending.read();
  app.records = await outbox.read(owner());
  draw();
});

async function begin() {
  app.scan = scanner(app);
  speak(language());
  if (document.cookie.includes("linli_print=large")) document.documentElement.dataset.print = "large";
  root.replaceChildren();
  navigator.serviceWorker?.register(setting.worker).catch(() => {});
  navigator.storage?.persist?.().catch(() => {});
  if (!window.indexedDB || !window.crypto?.subtle) {
    app.trouble = _("这个浏览器不能加密保存,请用手机自带的浏览器或 Chrome 打开。");
    return draw();
  }
  app.owner = await recall("owner");
  app.handle = await recall("handle");
  app.lent = await lending.read();
  clock.start(app.lent?.ahead ?? 0);
  await reread();
  await expire();
  met();
  setInterval(expire, 15_000);
  if (await farewell()) return sync.now();
  addEventListener("online", async () => (await farewell()) && sync.now());
  return undefined;
}

begin();
