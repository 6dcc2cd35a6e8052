// Words: the Chinese text is the key; English comes with the page. Spans and moments as people on duty say them.

/** @type {Record<string, string>} */
const ENGLISH = JSON.parse(document.getElementById("english").textContent);
const KEPT = "linli-language";

/** The language of the app: chosen here before, else the browser's. */
export function language() {
  const chosen = localStorage.getItem(KEPT) ?? (navigator.language.startsWith("zh") ? "zh-hans" : "en");
  return chosen === "en" ? "en" : "zh-hans";
}

/** @param {"en" | "zh-hans"} chosen */
export function speak(chosen) {
  localStorage.setItem(KEPT, chosen);
  document.documentElement.lang = chosen === "en" ? "en" : "zh-Hans";
}

/** @param {string} text @param {Record<string, string | number>} [named] what stands for {name} */
export function _(text, named = {}) {
  const said = language() === "en" ? (ENGLISH[text] ?? text) : text;
  return said.replace(/\{(\w+)\}/g, (whole, name) => String(named[name] ?? whole));
}

/** @param {number} ms */
function span(ms) {
  const minutes = Math.floor(Math.abs(ms) / 60_000);
  if (minutes < 1) return _("不到 1 分钟");
  if (minutes < 60) return _("{n} 分钟", { n: minutes });
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 ? _("{h} 小时 {m} 分", { h: hours, m: minutes % 60 }) : _("{h} 小时", { h: hours });
  return _("{d} 天 {h} 小时", { d: Math.floor(hours / 24), h: hours % 24 });
}

const SOON = 3_600_000;

/** What is left of a promise: tone (also its shape) and words. @param {string | null} due @param {number} now */
export function promise(due, now) {
  if (!due) return { tone: "pass", words: _("已办结") };
  const left = Date.parse(due) - now;
  if (left < 0) return { tone: "overdue", words: _("超时 {span}", { span: span(left) }) };
  return { tone: left < SOON ? "limit" : "waiting", words: _("还剩 {span}", { span: span(left) }) };
}

/** @param {string | number} at */
export function clock(at) {
  const zone = { timeZone: "Asia/Shanghai" };
  const shown = new Date(at);
  const day = shown.toLocaleDateString("sv", zone) === new Date().toLocaleDateString("sv", zone) ? "" : `${shown.toLocaleDateString("sv", zone).slice(5)} `;
  return day + shown.toLocaleTimeString("sv", { ...zone, hour: "2-digit", minute: "2-digit" });
}
