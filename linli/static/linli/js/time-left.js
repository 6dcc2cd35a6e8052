// <time-left due="ISO 8601">: says how long a promise still has, by the server's clock.

/** Minutes and up; seconds would only make a tired reader nervous. */
const STEP = 10_000;

const words = document.querySelector('meta[name="linli-time"]')?.dataset ?? {};
const stated = Date.parse(document.documentElement.dataset.now ?? "");
/** Server clock minus this device's clock, in milliseconds, measured when the page came. */
const ahead = Number.isNaN(stated) ? 0 : stated - Date.now();

/** @param {string} pattern @param {...number} numbers */
const fill = (pattern, ...numbers) => numbers.reduce((text, n) => text.replace("{}", String(n)), pattern);

/** @param {number} minutes whole minutes, not negative */
function length(minutes, w = words) {
  if (minutes < 1) return w.moment;
  if (minutes < 60) return fill(w.minutes, minutes);
  if (minutes < 24 * 60) return minutes % 60 ? fill(w.hours, Math.floor(minutes / 60), minutes % 60) : fill(w.hour, minutes / 60);
  const hours = Math.floor(minutes / 60);
  return hours % 24 ? fill(w.days, Math.floor(hours / 24), hours % 24) : fill(w.day, hours / 24);
}

class TimeLeft extends HTMLElement {
  connectedCallback() {
    this.due = Date.parse(this.getAttribute("due") ?? "");
    if (Number.isNaN(this.due) || !words.left) return;
    this.timer = setInterval(() => this.tell(), STEP);
    this.tell();
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  tell() {
    const left = this.due - (Date.now() + ahead);
    const over = left < 0;
    const text = (over ? words.over : words.left).replace("{}", length(Math.floor(Math.abs(left) / 60_000)));
    if (this.textContent !== text) this.textContent = text;
    if (over && !this.hasAttribute("over")) this.becomeOverdue();
  }

  /** The promise has just been missed: shape and colour change with the word, and the list may re-sort. */
  becomeOverdue() {
    this.setAttribute("over", "");
    const promise = this.closest(".promise");
    if (!promise || promise.classList.contains("tone-overdue")) return;
    promise.classList.remove("tone-waiting", "tone-limit");
    promise.classList.add("tone-overdue");
    const use = promise.querySelector("use");
    use?.setAttribute("href", use.getAttribute("href").replace(/#.*/, "#overdue"));
    this.dispatchEvent(new CustomEvent("promise-missed", { bubbles: true }));
  }
}

customElements.define("time-left", TimeLeft);
