// <live-region stream="URL">: hears what changed over SSE and asks the marked fragments inside to reload.
//
// The stream sends `event: changed` with `data:` a space-separated list of topics ("worklist case:0190…").
// Every element inside with data-live containing one of them receives the DOM event `live`; with
// hx-get="…" hx-trigger="live" htmx does the rest. When the stream fails, every fragment is asked every
// 30 seconds instead; when the network is gone the page says so and keeps what it shows.

const POLL = 30_000;
const WAITS = [1_000, 2_000, 5_000, 15_000, 30_000];

/** @param {"live" | "polling" | "offline"} state */
function show(state) {
  document.documentElement.dataset.line = state;
  for (const word of document.querySelectorAll("[data-line-is]")) {
    word.hidden = word.dataset.lineIs !== state;
  }
}

class LiveRegion extends HTMLElement {
  connectedCallback() {
    this.failures = 0;
    this.stop = new AbortController();
    const until = { signal: this.stop.signal };
    addEventListener("offline", () => this.lose(), until);
    addEventListener("online", () => this.listen(), until);
    document.addEventListener("visibilitychange", () => document.hidden || this.wake(), until);
    navigator.onLine ? this.listen() : this.lose();
  }

  disconnectedCallback() {
    this.stop.abort();
    this.quiet();
  }

  quiet() {
    this.source?.close();
    this.source = undefined;
    clearTimeout(this.timer);
    clearInterval(this.poll);
  }

  listen() {
    this.quiet();
    this.source = new EventSource(this.getAttribute("stream") ?? "");
    this.source.addEventListener("open", () => this.opened());
    this.source.addEventListener("changed", (event) => this.tell(event.data.split(/\s+/)));
    this.source.addEventListener("error", () => this.failed());
  }

  opened() {
    const missed = this.failures > 0;
    this.failures = 0;
    clearInterval(this.poll);
    show("live");
    if (missed) this.tell();
  }

  failed() {
    this.source?.close();
    this.source = undefined;
    if (!navigator.onLine) return this.lose();
    const wait = WAITS[Math.min(this.failures, WAITS.length - 1)];
    this.failures += 1;
    if (this.failures === 2) this.fallBack();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.retry(), wait + Math.random() * 1_000);
  }

  /** Tries the stream again without disturbing the polling that stands in for it. */
  retry() {
    const poll = this.poll;
    this.poll = undefined;
    this.listen();
    this.poll = poll;
  }

  fallBack() {
    show("polling");
    clearInterval(this.poll);
    this.poll = setInterval(() => this.tell(), POLL);
  }

  lose() {
    this.quiet();
    this.failures = Math.max(this.failures, 1);
    show("offline");
  }

  wake() {
    if (!this.source && navigator.onLine) this.listen();
    this.tell();
  }

  /** @param {string[]} [topics] all fragments when left out */
  tell(topics) {
    for (const fragment of this.querySelectorAll("[data-live]")) {
      const wanted = fragment.dataset.live.split(/\s+/);
      if (!topics || topics.some((topic) => wanted.includes(topic))) {
        fragment.dispatchEvent(new CustomEvent("live"));
      }
    }
  }
}

customElements.define("live-region", LiveRegion);
document.addEventListener("promise-missed", (event) => {
  event.target.closest("[data-live]")?.dispatchEvent(new CustomEvent("live"));
});
