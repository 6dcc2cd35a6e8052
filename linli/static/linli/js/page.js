// Small manners of every page: large print, dialogs, the summary of mistakes, the ten seconds of undo.

const YEAR = 365 * 24 * 60 * 60;

/** Kept in a cookie, so that the server draws the next page large from the first byte. */
function largePrint() {
  const large = document.documentElement.dataset.print !== "large";
  document.documentElement.toggleAttribute("data-print", large);
  if (large) document.documentElement.dataset.print = "large";
  document.cookie = `linli_print=${large ? "large" : ""}; path=/; max-age=${large ? YEAR : 0}; samesite=lax`;
  return large;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-large-print], [data-print-page], [data-dialog], [data-close]");
  if (!button) return;
  if ("largePrint" in button.dataset) {
    event.preventDefault();
    button.setAttribute("aria-pressed", String(largePrint()));
  } else if ("printPage" in button.dataset) {
    print();
  } else if (button.dataset.dialog) {
    document.getElementById(button.dataset.dialog)?.showModal();
  } else {
    button.closest("dialog")?.close();
  }
});

/** @param {ParentNode} root */
function mistakes(root) {
  root.querySelector("[data-mistakes]")?.focus();
}

/** <undo-bar seconds="10">: the offer to take the last act back, gone when its time is over. */
class UndoBar extends HTMLElement {
  connectedCallback() {
    const whole = Number(this.getAttribute("seconds") ?? 10) * 1_000;
    const end = performance.now() + whole;
    const bar = this.querySelector("progress");
    this.timer = setInterval(() => {
      const left = end - performance.now();
      if (bar) bar.value = Math.max(0, left / whole);
      if (left <= 0) this.remove();
    }, 200);
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }
}

customElements.define("undo-bar", UndoBar);
document.addEventListener("htmx:afterSwap", (event) => mistakes(event.target));
mistakes(document);
