// The small parts every screen is made of.

import htm from "../vendor/htm.js";
import { Fragment, h, render } from "../vendor/preact.js";
import { _, clock, promise } from "./words.js";

export const html = htm.bind(h);
export { Fragment, render };

/** @type {Record<string, string>} */
export const setting = JSON.parse(document.getElementById("setting").textContent);

/** @param {{name: string, cls?: string}} props */
export const Icon = ({ name, cls = "icon" }) => html`<svg class=${cls} aria-hidden="true"><use href="${setting.icons}#${name}" /></svg>`;

/** @param {{name: string}} props */
export const Shape = ({ name }) => html`<svg class="shape" viewBox="0 0 12 12" aria-hidden="true"><use href="${setting.icons}#${name}" /></svg>`;

/** A status: shape and word, never colour alone. @param {{tone: string, word: string}} props */
export const Chip = ({ tone, word }) => html`<span class="chip tone-${tone}"><${Shape} name=${tone} />${word}</span>`;

/** @param {{due: string | null, now: number}} props */
export function Promise_({ due, now }) {
  const { tone, words } = promise(due, now);
  return html`<p class="field-promise"><${Chip} tone=${tone} word=${words} />${due ? html`<span class="soft">${_("{at} 前", { at: clock(due) })}</span>` : null}</p>`;
}

/** A sentence that must be seen. @param {{tone: string, children?: any, live?: boolean}} props */
export const Says = ({ tone, children, live = false }) =>
  html`<div class="says tone-${tone}" role=${live ? "status" : undefined}><${Shape} name=${tone} /><div class="says-body">${children}</div></div>`;

/** Two words: the network, and the house behind it. @param {{online: boolean, server: string}} props */
export function Light({ online, server }) {
  const words = { up: _("服务器通"), down: _("服务器不通"), closed: _("服务器要求登录"), unknown: _("服务器未知") };
  const tone = { up: "pass", down: "stop", closed: "limit", unknown: "waiting" }[online ? server : "unknown"];
  return html`<p class="field-light" role="status">
    <${Chip} tone=${online ? "pass" : "stop"} word=${online ? _("网络通") : _("网络断")} />
    <${Chip} tone=${tone} word=${words[online ? server : "unknown"]} />
  </p>`;
}

/** @param {{facts: [string, string][]}} props */
export const Facts = ({ facts }) =>
  facts.length ? html`<dl class="facts">${facts.map(([label, value]) => html`<dt>${label}</dt><dd>${value}</dd>`)}</dl>` : null;
