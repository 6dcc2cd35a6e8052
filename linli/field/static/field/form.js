// The evidence of one step: what the declaration asks, in the order it is met in the world.

import { hasCamera } from "./camera.js";
import { Icon, html } from "./view.js";
import { _ } from "./words.js";

const LONG = new Set(["reason", "route", "family", "time", "place", "lines", "bought", "need", "note"]);

/** What the form says, as the house wants it. @param {HTMLFormElement} form @param {import("./work.js").Step} step */
export function given(form, step) {
  const data = new FormData(form);
  /** @type {Record<string, any>} */
  const found = {};
  for (const need of step.needs) {
    const value = answer(need, data);
    if (value !== "" && value !== null && !(Array.isArray(value) && !value.length)) found[need.key] = value;
  }
  return found;
}

/** @param {import("./work.js").Need} need @param {FormData} data */
function answer(need, data) {
  if (need.kind === "choices") return data.getAll(need.key);
  const text = String(data.get(need.key) ?? "").trim();
  if (need.kind === "yes") return text === "on" ? true : null;
  if (need.kind === "moment") return text ? new Date(text).toISOString() : "";
  return need.kind === "number" && text ? Number(text.replace("。", ".").replace(",", ".")) : text;
}

/** @param {{step: import("./work.js").Step, known: Record<string, any>, faults: Record<string, string>, app: import("./app.js").App}} props */
export const Evidence = ({ step, known, faults, app }) =>
  html`<ol class="evidence">${step.needs.map((need) => html`<li key=${need.key}><${Field} need=${need} known=${known[need.key]} fault=${faults[need.key]} app=${app} /></li>`)}</ol>`;

/** @param {{need: import("./work.js").Need, known: any, fault?: string, app: import("./app.js").App}} props */
function Field({ need, known, fault, app }) {
  const id = `f-${need.key}`;
  const said = [need.hint && `${id}-hint`, fault && `${id}-fault`].filter(Boolean).join(" ") || undefined;
  const about = { id, "aria-describedby": said, "aria-invalid": fault ? "true" : undefined };
  const title = html`${need.title}${need.required ? null : html` <span class="optional">${_("(可不填)")}</span>`}`;
  const notes = html`${need.hint ? html`<p class="hint" id="${id}-hint">${need.hint}</p>` : null}
    ${fault ? html`<p class="errorlist" id="${id}-fault">${fault}</p>` : null}`;
  const kind = `field ${fault ? "field-wrong" : ""}`;
  if (need.kind === "yes")
    return html`<div class=${kind}><label class="choice"><input type="checkbox" name=${need.key} defaultChecked=${known === true} ...${about} />${title}</label>${notes}</div>`;
  if (need.choices)
    return html`<div class=${kind}><fieldset id=${id} aria-describedby=${said}><legend>${title}</legend>${notes}
      ${need.choices.map(([value, word]) => html`<label class="choice"><input type=${need.kind === "choices" ? "checkbox" : "radio"} name=${need.key} value=${value} defaultChecked=${[known].flat().includes(value)} />${word}</label>`)}</fieldset></div>`;
  return html`<div class=${kind}><label for=${id}>${title}</label>${notes}<${Line} need=${need} known=${known} about=${about} />${need.kind === "code" && hasCamera() ? html`<${Aim} need=${need} app=${app} />` : null}</div>`;
}

/** The camera for an answer that stands on a code. @param {{need: import("./work.js").Need, app: import("./app.js").App}} props */
const Aim = ({ need, app }) =>
  app.aimed === need.key
    ? html`<video class="field-camera" muted playsinline ref=${app.fill} aria-label=${_("相机画面:把码放在中间")}></video>`
    : html`<button type="button" class="btn" onClick=${() => app.aim(need.key)}><${Icon} name="scan" />${_("扫码填写")}</button>`;

/** A kind this app does not know yet is a line of text. @param {{need: import("./work.js").Need, known: any, about: object}} props */
function Line({ need, known, about }) {
  const common = { name: need.key, autocomplete: "off", defaultValue: known ?? "", ...about };
  if (LONG.has(need.key)) return html`<textarea rows="3" ...${common}></textarea>`;
  if (need.kind === "number") return html`<input inputmode="decimal" ...${common} />`;
  return html`<input type=${need.kind === "moment" ? "datetime-local" : "text"} ...${common} />`;
}
