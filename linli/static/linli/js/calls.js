// The telephone by keyboard: number, Enter, a digit, words, Ctrl+Enter. Digits act only while a choice of this form
// has the focus (WCAG 2.1.4). Without this script the same form is sent by its buttons.

const form = /** @type {HTMLFormElement} */ (document.getElementById("call"));
const box = form.querySelector("#id_q");
const note = form.querySelector("#id_note");
const checked = (/** @type {string} */ name) => form.querySelector(`input[name="${name}"]:checked`);
let going = false; // Enter was pressed in the search box: the focus moves on when the answer is there

/** From the search on: to the hits when there is a choice, else to what the call is about. */
function onward() {
  going = false;
  const hits = form.querySelectorAll('#who input[name="person"]');
  (hits.length > 2 ? hits[0] : form.querySelector("#id_kind_0"))?.focus();
}

/** @param {HTMLInputElement} choice */
function pick(choice) {
  choice.checked = true;
  choice.dispatchEvent(new Event("change", { bubbles: true }));
  form.querySelector(choice.closest("[data-digits]")?.dataset.digits ?? "")?.focus();
}

function moreUrgent() {
  const all = [...form.querySelectorAll('input[name="urgency"]')];
  const now = all.findIndex((choice) => choice.checked);
  all[(now + 1) % all.length].checked = true;
}

/** The earlier call about the same matter; while no matter is chosen, the first that is shown. */
function join() {
  const kind = checked("kind")?.value;
  const all = [...form.querySelectorAll("[data-join]")];
  all.find((button) => !kind || button.dataset.join === kind)?.click();
}

/** @param {KeyboardEvent} event @param {HTMLInputElement} choice a radio button of this form */
function chosen(event, choice) {
  const list = choice.closest("[data-digits]");
  if (event.key === "Enter" && list) pick(choice);
  else if (event.key === "0") moreUrgent();
  else if (/^[1-9]$/.test(event.key) && list) {
    const nth = list.querySelectorAll('input[type="radio"]')[Number(event.key) - 1];
    if (nth) pick(nth);
  } else if (event.key !== "Enter") return;
  event.preventDefault();
}

/** @type {Record<string, () => void>} by modifier and key */
const chords = {
  CtrlEnter: () => form.requestSubmit(form.querySelector("#call-save")),
  AltEnter: join,
  AltKeyK: () => form.querySelector("[data-card]:not([hidden]) button")?.click(),
};

form.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  const held = event.ctrlKey || event.metaKey ? "Ctrl" : event.altKey ? "Alt" : "";
  const act = held && chords[held + (event.key === "Enter" ? "Enter" : event.code)];
  if (act) {
    event.preventDefault();
    act();
  } else if (held) {
    return;
  } else if (event.target === box && event.key === "Enter") {
    event.preventDefault();
    going = true;
    globalThis.htmx.trigger(box, "search");
  } else if (event.target.matches('input[type="radio"]')) {
    chosen(event, event.target);
  }
});

/** Cards that answer what is being written; while nothing fits, those about the matter chosen, else all. */
function sift() {
  const text = note.value.toLowerCase();
  const kind = checked("kind")?.value;
  const cards = [...form.querySelectorAll("[data-card]")];
  const says = (card) => card.dataset.words.split("|").some((word) => text.includes(word.toLowerCase()));
  const fit = [cards.filter(says), cards.filter((card) => card.dataset.about === kind), cards].find((some) => some.length) ?? [];
  for (const card of cards) card.hidden = !fit.includes(card);
  if (fit.length && fit.length < cards.length && !fit[0].open) {
    for (const card of cards) card.open = card === fit[0];
  }
}

/** What is usually done about the chosen matter is marked; nothing is chosen for the operator. */
function suggest() {
  const to = checked("kind")?.closest("label")?.dataset.to;
  for (const choice of form.querySelectorAll("[data-do]")) {
    choice.toggleAttribute("data-usual", choice.dataset.do === to);
  }
}

note.addEventListener("input", sift);
form.addEventListener("change", () => {
  sift();
  suggest();
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id === "who" && going) onward();
});
sift();
suggest();
