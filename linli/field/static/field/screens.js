// The screens: my tasks, one task, one step, my records, me. Each draws what it is given and asks the app to act.

import { Evidence } from "./form.js";
import { InApp } from "./scan.js";
import { faulty, refused, waits } from "./outbox.js";
import { Chip, Facts, Icon, Promise_, Says, html } from "./view.js";
import { OPENED, begun, standing, starts, steps } from "./work.js";
import { _, clock } from "./words.js";

/** @param {import("./app.js").App} app */
export function Tasks(app) {
  const found = standing(app.lent, app.records);
  const open = found.filter((t) => t.open);
  const done = found.filter((t) => !t.open);
  return html`<h1 tabindex="-1">${_("我的任务")}</h1>
    ${app.lent.parts.head.on_duty ? null : html`<${Says} tone="waiting"><p>${_("您现在不在班次上,手机里没有任务。")}</p></${Says}>`}
    ${open.length ? html`<ol class="field-tasks">${open.slice(0, app.shown).map((t) => html`<${Row} key=${t.id} task=${t} app=${app} />`)}</ol>` : html`<div class="empty"><${Icon} name="knot" cls="knot-art" /><p>${_("眼下没有要办的事。")}</p></div>`}
    ${open.length > app.shown ? html`<button class="btn field-wide" onClick=${app.more}>${_("再看 {n} 件", { n: open.length - app.shown })}</button>` : null}
    ${done.length ? html`<h2>${_("办完了,等系统收到")}</h2><ul class="field-tasks">${done.map((t) => html`<${Row} key=${t.id} task=${t} app=${app} />`)}</ul>` : null}`;
}

/** @param {{task: ReturnType<typeof standing>[number], app: import("./app.js").App}} props */
function Row({ task, app }) {
  const [first] = steps(app.lent, task, app.now());
  return html`<li class="card field-task">
    <a class="field-open" href="#/t/${task.id}">${task.title}</a>
    <p class="cluster">${stateChip(app, task)}${task.waiting ? html`<${Chip} tone="waiting" word=${_("{n} 条待发", { n: task.waiting })} />` : null}</p>
    ${task.open && task.due ? html`<${Promise_} due=${task.due} now=${app.now()} />` : null}
    ${task.open && first ? html`<a class="btn field-wide" href="#/t/${task.id}/${first.key}">${first.title}</a>` : null}
  </li>`;
}

/** @param {import("./app.js").App} app @param {ReturnType<typeof standing>[number]} task */
function stateChip(app, task) {
  const loop = app.lent.parts.head.loops[task.loop];
  return html`<${Chip} tone=${task.open ? "waiting" : "pass"} word=${loop?.states[task.state]?.title ?? task.state} />`;
}

/** @param {import("./app.js").App} app @param {string} id */
export function TaskScreen(app, id) {
  const task = standing(app.lent, app.records).find((t) => t.id === id);
  if (!task) return Gone(app);
  const [first, ...others] = task.open ? steps(app.lent, task, app.now()) : [];
  const mine = app.records.filter((r) => r.act?.case === id || r.act?.beside === id);
  const here = starts(app.lent, task);
  return html`<p><a class="field-back" href="#/">${_("回到任务")}</a></p>
    <h1 tabindex="-1">${task.title}</h1>
    <p class="cluster">${stateChip(app, task)}<span class="soft">${app.lent.parts.head.loops[task.loop]?.title}</span></p>
    ${task.open && task.due ? html`<${Promise_} due=${task.due} now=${app.now()} />` : null}
    <section class="card"><${Facts} facts=${task.facts} /><p class="soft">${task.mine ? _("在您手上") : task.holder ? _("在{name}手上", { name: task.holder }) : _("还没有人接")}</p></section>
    ${first ? html`<a class="btn btn-primary field-wide" href="#/t/${id}/${first.key}">${first.title}</a>` : null}
    ${others.length ? html`<details class="more"><summary>${_("其他情况")}</summary><div class="stack">${others.map((s) => html`<a class="btn field-wide" href="#/t/${id}/${s.key}">${s.title}</a>`)}</div></details>` : null}
    ${here.length ? html`<section class="stack"><h2>${_("在这里还看到")}</h2>${here.map((s) => html`<a class="btn field-wide" href="#/t/${id}/${s.key}">${s.title}</a>`)}</section>` : null}
    ${mine.length ? html`<h2>${_("本机记录")}</h2><ul class="field-tasks">${mine.map((r) => html`<${Receipt} key=${r.id} record=${r} app=${app} />`)}</ul>` : null}`;
}

const Gone = (/** @type {import("./app.js").App} */ _app) =>
  html`<h1 tabindex="-1">${_("这件事不在手机里了")}</h1><p>${_("它已经办完,或者转给了别人。")}</p><p><a class="btn field-wide" href="#/">${_("回到任务")}</a></p>`;

/** Where the form of an act is. @param {import("./outbox.js").Act} act */
const formOf = (act) => (act.step === OPENED ? `${act.beside}/+${act.loop}` : `${act.case}/${act.step}`);

/** The form of one step; `again` is the refused record it puts right. @param {import("./app.js").App} app @param {string} id @param {string} key */
export function StepScreen(app, id, key) {
  const again = app.records.find((r) => r.act && formOf(r.act) === `${id}/${key}` && faulty(r));
  const task = standing(app.lent, app.records).find((t) => t.id === id);
  const step = task && [...steps(app.lent, task, app.now()), ...starts(app.lent, task)].find((s) => s.key === key);
  if (!task || !step) return Gone(app);
  const known = { ...begun(task, step, app.scanned), ...again?.act.given, ...app.typed };
  const faults = { ...(Object.keys(app.faults).length ? app.faults : again?.said.faults) };
  const listed = step.needs.filter((n) => faults[n.key]);
  return html`<p><a class="field-back" href="#/t/${id}">${_("回到这件事")}</a></p>
    <h1 tabindex="-1">${step.title}</h1><p>${task.title}</p>
    ${listed.length ? html`<div class="mistakes" role="alert"><h2>${_("还有 {n} 处需要补充", { n: listed.length })}</h2><ul class="bare">${listed.map((n) => html`<li><button type="button" class="field-fault" onClick=${() => document.getElementById(`f-${n.key}`)?.focus()}>${faults[n.key]}</button></li>`)}</ul></div>` : null}
    <form class="stack" autocomplete="off" novalidate onSubmit=${(event) => app.act(event, task, step, again)}>
      <${Evidence} step=${step} known=${known} faults=${faults} app=${app} />
      <button class="btn btn-primary field-wide" disabled=${app.busy}>${step.title}</button>
      <p class="hint">${_("按下就存进手机,没有网络也算数;联网后自动补交。")}</p>
    </form>`;
}

/** @param {import("./app.js").App} app */
export function Records(app) {
  const mine = app.records.filter((r) => r.act);
  const late = app.lent?.parts.late ?? [];
  const known = new Set(mine.map((r) => r.id));
  const elsewhere = late.filter((note) => !known.has(note.intent.slice(-36)));
  /** @type {[string, import("./outbox.js").Record_[]][]} */
  const groups = [
    [_("要您处理"), mine.filter(faulty)],
    [_("没办成,等人决定"), mine.filter((r) => refused(r) && !faulty(r))],
    [_("等着发送"), mine.filter(waits)],
    [_("系统已收到"), mine.filter((r) => r.said && !refused(r)).reverse()],
  ];
  return html`<h1 tabindex="-1">${_("我的记录")}</h1>
    ${mine.length || late.length ? null : html`<p>${_("本班次还没有记录。")}</p>`}
    ${groups.map(([title, rows]) => (rows.length ? html`<h2>${title} <span class="count">${rows.length}</span></h2><ul class="field-tasks">${rows.slice(0, app.shown).map((r) => html`<${Receipt} key=${r.id} record=${r} app=${app} />`)}</ul>` : null))}
    ${elsewhere.length ? html`<h2>${_("别的手机上没办成的")}</h2><ul class="field-tasks">${elsewhere.map((n) => html`<li class="card" key=${n.intent}><b>${n.title}</b><p>${n.sentence}</p></li>`)}</ul>` : null}`;
}

/** @param {{record: import("./outbox.js").Record_, app: import("./app.js").App}} props */
function Receipt({ record, app }) {
  const { act, said } = record;
  const words = said ? (refused(record) ? ["stop", _("没办成")] : ["pass", _("系统已收到")]) : ["waiting", _("已存在手机,等着发送")];
  return html`<li class="card field-receipt">
    <p class="cluster"><b>${act.verb}</b><${Chip} tone=${words[0]} word=${words[1]} /></p>
    <p>${act.title}</p>
    <p class="soft">${_("本机 {at}", { at: clock(act.device_at) })}${said ? ` · ${_("系统 {at}", { at: clock(said.at) })}` : ""}</p>
    ${refused(record) ? html`<p>${said.sentence}</p><p>${todo(record)}</p>` : null}
    ${faulty(record) ? html`<div class="cluster"><a class="btn btn-primary" href="#/t/${formOf(act)}">${_("去补充")}</a><button class="btn" onClick=${() => app.withdraw(record)}>${_("不要这条了")}</button></div>` : null}
    ${refused(record) && !faulty(record) && !said.kept ? html`<button class="btn" onClick=${() => app.withdraw(record)}>${_("我已告诉值班台")}</button>` : null}
  </li>`;
}

/** What somebody can do about a record that was refused. @param {import("./outbox.js").Record_} record */
function todo(record) {
  if (faulty(record)) return _("请补上再交;补上之前,这件事后面的记录先不发。");
  return record.said.kept ? _("已记在这件事上,值班台会看。您不用再做什么。") : _("请打电话告诉值班台。");
}

/** @param {import("./app.js").App} app */
export function Me(app) {
  const head = app.lent?.parts.head;
  const waiting = app.records.filter((r) => r.act && waits(r)).length;
  return html`<h1 tabindex="-1">${_("我和这台手机")}</h1>
    ${head ? html`<section class="card"><${Facts} facts=${[[_("姓名"), head.name], [_("社区"), head.community], [_("岗位"), head.duties.join(" · ") || _("不在班次上")], [_("班次到"), head.ends_at ? clock(head.ends_at) : _("没有设结束时间")]]} /></section>` : null}
    <p>${_("任务加密存在手机里,班次结束、退出登录或被收回时自动清除。")}</p>
    <div class="stack">
      <button class="btn field-wide" onClick=${app.print} aria-pressed=${app.large ? "true" : "false"}>${_("大字")}</button>
      <button class="btn field-wide" lang=${app.english ? "zh-Hans" : "en"} onClick=${app.translate}>${app.english ? "中文" : "English"}</button>
      ${app.leaving && waiting ? html`<${Says} tone="stop" live=${true}><p>${_("还有 {n} 条没有发出,退出就会丢掉它们。", { n: waiting })}</p><button class="btn btn-stop field-wide" onClick=${() => app.leave(true)}>${_("丢掉并退出")}</button></${Says}>` : null}
      <button class="btn field-wide" onClick=${() => app.leave(false)}>${_("退出登录并清除手机数据")}</button>
    </div>`;
}

/** Nobody is signed in, or the shift is over. @param {import("./app.js").App} app */
export function Door(app) {
  const waiting = app.records.filter(waits).length;
  const words = { revoked: _("这台手机已被退出登录,手机里的数据已清除。"), over: _("班次结束了,任务已从手机里清除。"), none: _("登录以后,任务会存进这台手机,没有网络也能办。") };
  return html`<h1 tabindex="-1">${_("邻里手机端")}</h1>
    <p>${words[app.why] ?? words.none}</p>
    ${waiting ? html`<${Says} tone="limit"><p>${_("这台手机上还有 {n} 条记录等着发送。记录的人登录后会自动补交。", { n: waiting })}</p></${Says}>` : null}
    ${app.trouble ? html`<${Says} tone="stop"><p>${app.trouble}</p></${Says}>` : null}
    <${InApp} />
    <p><a class="btn btn-primary field-wide" href=${app.setting.login}>${_("登录")}</a></p>
    <div class="stack"><button class="btn field-wide" onClick=${app.print} aria-pressed=${app.large ? "true" : "false"}>${_("大字")}</button>
    <button class="btn field-wide" lang=${app.english ? "zh-Hans" : "en"} onClick=${app.translate}>${app.english ? "中文" : "English"}</button></div>`;
}
