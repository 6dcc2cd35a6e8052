// Typing a sheet in: Enter goes to the next row, Ctrl+' copies the row above, leaving with unsent rows asks first.

const form = document.querySelector("[data-sheet]");
const CELL = "input:not([type=hidden]), select";

/** @param {Element | null} row */
const cells = (row) => [...(row?.querySelectorAll(`.sheet-cells :is(${CELL})`) ?? [])];

/** @param {Element} row @param {"nextElementSibling" | "previousElementSibling"} way the nearest row that can be typed in */
function beside(row, way) {
  let found = row[way];
  while (found && !cells(found).length) found = found[way];
  return found;
}

/** @param {Element} row copies what may be the same as above, where nothing was typed yet */
function ditto(row) {
  const above = cells(beside(row, "previousElementSibling")).filter((cell) => "ditto" in cell.dataset);
  const here = cells(row).filter((cell) => "ditto" in cell.dataset);
  here.forEach((cell, i) => {
    if (!cell.value && above[i]) cell.value = above[i].value;
  });
  (cells(row).find((cell) => !cell.value) ?? here[0])?.focus();
}

form?.addEventListener("keydown", (event) => {
  const row = event.target.closest("[data-sheet-row]");
  if (event.isComposing || !event.target.matches(CELL)) return;
  if (row && event.key === "'" && event.ctrlKey) {
    event.preventDefault();
    ditto(row);
  } else if (event.key === "Enter" && !event.ctrlKey) {
    event.preventDefault();
    const next = row ? beside(row, "nextElementSibling") : form.querySelector("[data-sheet-row]:has(.sheet-cells)");
    (cells(next)[0] ?? form.querySelector("button.btn-primary"))?.focus();
  }
});

for (const button of form?.querySelectorAll("[data-ditto-row]") ?? []) {
  const row = button.closest("[data-sheet-row]");
  button.hidden = !row.querySelector("[data-ditto]") || !beside(row, "previousElementSibling");
  button.addEventListener("click", () => ditto(row));
}

let unsent = Boolean(document.querySelector("[data-mistakes]"));
form?.addEventListener("input", () => (unsent = true));
let sending = false;
form?.addEventListener("submit", (event) => {
  if (sending) event.preventDefault(); // Enter pressed twice while the first is on its way
  sending = true;
  unsent = false;
});
addEventListener("pageshow", () => (sending = false));
addEventListener("beforeunload", (event) => unsent && event.preventDefault());
