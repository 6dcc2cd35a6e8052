// The outbox: what was done, in the order it was done. Records are only ever added; what the house said stands beside them.

import { now } from "./clock.js";
import { all, append, put, remove, seal, unseal, uuid7 } from "./store.js";

/**
 * @typedef {{id: string, case: string, loop: string, step: string, title: string, verb: string,
 *   given: Record<string, any>, device_at: string, place?: number, beside?: string}} Act  what was done; `place` when it stands in for an earlier one; `beside` on a case this phone opened
 * @typedef {{answer: "accepted" | "seen" | "refused", sentence?: string, faults?: Record<string, string>, kept?: boolean,
 *   at: string, token: string}} Said  what the house said; `token` names the slice the phone had then
 * @typedef {{n: number, id: string, owner: string, act: Act | null, said: Said | null}} Record_
 */

/** What `read` has unsealed before: a record and its answer never change, and a thousand of them take a second. */
let opened = { owner: "", rows: /** @type {Map<string, Record_>} */ (new Map()) };

/** Every record in order. Those of another person stay sealed here too: `act` is null. @param {string} owner @returns {Promise<Record_[]>} */
export async function read(owner) {
  const [records, answers] = await Promise.all([all("records"), all("answers")]);
  const said = new Map(answers.map((row) => [row.id, row]));
  const before = opened.owner === owner ? opened.rows : new Map();
  const found = await Promise.all(
    records.map(async ({ n, id, owner: whose, ...row }) => ({
      n,
      id,
      owner: whose,
      act: whose === owner ? (before.get(id)?.act ?? (await unseal("done", id, row))) : null,
      said: said.has(id) ? (before.get(id)?.said ?? (await unseal("done", `${id}:said`, said.get(id)))) : null,
    })),
  );
  opened = { owner, rows: new Map(found.map((record) => [record.id, record])) };
  return found.sort((a, b) => place(a) - place(b) || a.n - b.n);
}

const place = (/** @type {Record_} */ r) => r.act?.place ?? r.n;

/**
 * Keep one act; it is on the disk when this resolves. One put right takes the place of the one that was refused, so that
 * what was done after it is still sent after it.
 * @param {string} owner @param {Omit<Act, "id" | "device_at">} done @param {Record_} [instead]
 */
export async function keep(owner, done, instead) {
  const id = uuid7();
  const act = { ...done, id, device_at: new Date(now()).toISOString(), place: instead && place(instead) };
  await append({ id, owner, ...(await seal("done", id, act)) }, instead);
}

/** Write down what the house said, all of a reply at once. @param {[string, Said][]} said */
export async function answered(said) {
  const rows = await Promise.all(said.map(async ([id, one]) => ({ id, ...(await seal("done", `${id}:said`, one)) })));
  await put({ answers: rows });
}

/** Take records out of the phone: they are with the house, or a person has decided. @param {Record_[]} records */
export function drop(records) {
  return remove({ records: records.map((r) => r.n), answers: records.map((r) => r.id) });
}

/** @param {Record_} r */
export const waits = (r) => r.said === null;
/** Answers to put right: nothing of this case goes on before. @param {Record_} r */
export const faulty = (r) => r.said?.answer === "refused" && Object.keys(r.said.faults ?? {}).length > 0;
/** With the house, or on the case for a person to decide: the phone owes nothing any more. @param {Record_} r */
export const settled = (r) => r.said !== null && (r.said.answer !== "refused" || Boolean(r.said.kept));
/** @param {Record_} r */
export const refused = (r) => r.said?.answer === "refused";

/** What may be sent now, in order; a case with answers to put right holds its later records back. @param {Record_[]} records @param {string} owner */
export function sendable(records, owner) {
  const held = new Set(records.filter(faulty).map((r) => r.act?.case));
  return records.filter((r) => r.owner === owner && r.act && waits(r) && !held.has(r.act.case));
}
