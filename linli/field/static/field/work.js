// What there is to do: the tasks the house lent, moved on by what was done here and has not come back in them yet.

/**
 * @typedef {{key: string, title: string, kind: string, required: boolean, hint?: string, choices?: [string, string][], must_be?: boolean}} Need
 * @typedef {{title: string, from: string[], to: string, stays?: boolean, passes: [string, string] | null, needs: Need[]}} Step  `stays`: a promise kept, the case is afterwards where it was
 * @typedef {Step & {key: string, opens?: string}} Shown  a step as a form asks it; `opens`: it opens a case of that loop
 * @typedef {{loop: string, title: string, state: string, needs: Need[]}} Start  what may be opened beside a task
 * @typedef {{title: string, states: Record<string, {title: string, open: boolean}>, steps: Record<string, Step>}} Loop
 * @typedef {{id: string, loop: string, state: string, title: string, due: string | null, mine: boolean, holder: string,
 *   steps: string[], facts: [string, string][], known?: Record<string, Record<string, any>>, opens?: Record<string, string>,
 *   beside?: string[], near?: string, codes?: string[], planned?: string}} Task  `planned`: when somebody is to be there; `beside`: loops that may be opened here; `near`: opened on this phone, beside that case; `codes`: digests of what a scan finds it by
 * @typedef {{token: string, ahead: number, parts: Record<string, any>}} Lent  what the house lent; `ahead` ms: its clock minus ours
 */

export const OPENED = "opened";

/** @param {Lent} lent @returns {Task[]} */
export const tasks = (lent) => Object.entries(lent.parts).flatMap(([name, part]) => (name[0] === "b" ? part : []));

/** Whether a record may not be in the slice yet: unanswered, or answered while the phone had this very slice. */
function isAhead(/** @type {import("./outbox.js").Record_} */ record, /** @type {string} */ token) {
  return !record.said || (record.said.answer !== "refused" && record.said.token === token);
}

/** @param {import("./outbox.js").Record_[]} records */
function byCase(records) {
  /** @type {Map<string, import("./outbox.js").Record_[]>} */
  const found = new Map();
  for (const record of records) {
    if (!record.act) continue;
    const others = found.get(record.act.case);
    if (others) others.push(record);
    else found.set(record.act.case, [record]);
  }
  return found;
}

/**
 * What was opened here and is not in the slice yet: a task like any other, so that its next step need not wait for a network.
 * @param {Lent} lent @param {import("./outbox.js").Record_[]} records @returns {Task[]}
 */
function born(lent, records) {
  const lentTasks = new Map(tasks(lent).map((task) => [task.id, task]));
  const loops = lent.parts.head.loops;
  const found = [];
  for (const { act } of records) {
    if (act?.step !== OPENED || lentTasks.has(act.case)) continue;
    const near = lentTasks.get(act.beside ?? "");
    const [state] = Object.keys(loops[act.loop]?.states ?? {});
    const steps = Object.keys(loops[act.loop]?.steps ?? {});
    found.push({ id: act.case, loop: act.loop, state, title: act.title, due: null, mine: true, holder: "", steps, facts: near?.facts ?? [], near: act.beside });
  }
  return found;
}

/** When a task comes in the list: by its promise, or as my walk is planned; others' walks come last. @param {Task} task */
const comes = (task) => (task.planned ? `${task.mine ? "" : "8"}${task.planned}` : task.due || "9");

/**
 * The tasks as they stand after what was done here, the nearest promise first. `waiting`: how many records of it are not sent.
 * @param {Lent} lent @param {import("./outbox.js").Record_[]} records
 * @returns {(Task & {waiting: number, open: boolean, taker: string})[]}
 */
export function standing(lent, records) {
  const loops = lent.parts.head.loops;
  const notIn = records.filter((record) => isAhead(record, lent.token));
  const ahead = byCase(notIn);
  const moved = [...tasks(lent), ...born(lent, notIn)].map((task) => {
    const now = { ...task, waiting: 0, open: true, taker: "" };
    for (const { act, said } of ahead.get(task.id) ?? []) {
      const step = loops[task.loop]?.steps[act.step];
      if (!said) now.waiting += 1;
      if (!step?.from.includes(now.state) || step.stays) continue;
      now.state = step.to;
      now.mine = true;
      if (step.passes) now.taker = act.given[step.passes[1]] ?? "";
    }
    now.open = loops[task.loop]?.states[now.state]?.open ?? true;
    return now;
  });
  return moved.sort((a, b) => comes(a).localeCompare(comes(b)) || a.id.localeCompare(b.id));
}

/** The steps that may be taken from where a task stands, the screen's primary one first. @param {Lent} lent @param {Task} task @param {number} now @returns {Shown[]} */
export function steps(lent, task, now) {
  const declared = lent.parts.head.loops[task.loop]?.steps ?? {};
  return Object.entries(declared)
    .filter(([key, step]) => task.steps.includes(key) && step.from.includes(task.state))
    .filter(([key]) => !(Date.parse(task.opens?.[key] ?? "") > now))
    .map(([key, step]) => ({ key, ...step }));
}

/** What may be opened beside a task: like a step, under a key of its own. @param {Lent} lent @param {Task} task @returns {Shown[]} */
export function starts(lent, task) {
  const known = /** @type {Start[]} */ (lent.parts.head.starts ?? []);
  return known
    .filter((start) => task.beside?.includes(start.loop))
    .map(({ loop, title, state, needs }) => ({ key: `+${loop}`, opens: loop, title, from: [], to: state, passes: null, needs }));
}

/**
 * Answers a form begins with; whoever was handed it last is who gives, and the code that found the task is not asked for again.
 * @param {Task & {taker?: string}} task @param {Step & {key: string}} step @param {{id: string, code: string}} scanned
 */
export function begun(task, step, scanned) {
  const known = { ...task.known?.[step.key] };
  const asked = step.needs.find((need) => need.kind === "code" && need.required);
  if (asked && scanned.id === task.id) known[asked.key] = scanned.code;
  if (step.passes && task.taker) known[step.passes[0]] = task.taker;
  return known;
}

/** The faults that need no house to be seen: evidence key → sentence. @param {Step} step @param {Record<string, any>} given @param {(text: string, named?: any) => string} _ @param {number} longest */
export function faults(step, given, _, longest) {
  /** @type {Record<string, string>} */
  const found = {};
  for (const need of step.needs) {
    const value = given[need.key];
    const empty = value === undefined || value === "" || value === null || (Array.isArray(value) && !value.length);
    if (empty && need.required) found[need.key] = _("请填写「{title}」", { title: need.title });
    else if (need.must_be !== undefined && !empty && value !== need.must_be) found[need.key] = _("「{title}」须确认后才能继续", { title: need.title });
    else if (need.kind === "number" && !empty && Number.isNaN(value)) found[need.key] = _("「{title}」请填数字", { title: need.title });
    else if (typeof value === "string" && value.length > longest) found[need.key] = _("「{title}」最多 {most} 字", { title: need.title, most: longest });
  }
  return found;
}
