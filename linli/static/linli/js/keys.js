// The keyboard of the desk: / search, j and k move, Enter opens, ? shows the keys. Can be switched off.

const STORE = "linli-keys";
const rows = () => [...document.querySelectorAll("[data-row] [data-open]")];
const typing = (/** @type {Element} */ at) => at.closest("input, textarea, select, [contenteditable], dialog[open]");

/** @param {number} step +1 for the next row, -1 for the one before */
function move(step) {
  const links = rows();
  const here = document.activeElement?.closest("[data-row]")?.querySelector("[data-open]");
  const next = here ? links.indexOf(here) + step : step > 0 ? 0 : links.length - 1;
  links[Math.max(0, Math.min(next, links.length - 1))]?.focus();
}

/** @type {Record<string, () => void>} */
const keys = {
  "/": () => document.querySelector("[data-search]")?.focus(),
  j: () => move(1),
  k: () => move(-1),
  "?": () => document.querySelector("dialog#keys")?.showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === "Escape" && event.target.matches("[data-search]")) return event.target.blur();
  if (typing(event.target) || localStorage.getItem(STORE) === "off") return;
  const act = keys[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

for (const box of document.querySelectorAll("[data-keys-switch]")) {
  box.checked = localStorage.getItem(STORE) !== "off";
  box.addEventListener("change", () => localStorage.setItem(STORE, box.checked ? "on" : "off"));
}
