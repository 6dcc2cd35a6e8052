// What the house lent for the shift: the slice, sealed part by part; and the moment at which it must be gone.

import { all, forgetLent, put, seal, unseal } from "./store.js";

/** The slice as it was kept; null when there is none (or its key is gone). @returns {Promise<import("./work.js").Lent | null>} */
export async function read() {
  const rows = await all("lent");
  const opened = await Promise.all(rows.map(async (row) => [row.id, await unseal("lent", row.id, row)]));
  const { meta, ...parts } = Object.fromEntries(opened);
  return meta && parts.head ? { ...meta, parts } : null;
}

/** Lay what changed over what there is. @param {import("./work.js").Lent | null} lent @param {{token: string, now: string, parts: Record<string, any>}} fresh @param {number} asked when it was asked for, by our clock */
export async function laid(lent, fresh, asked) {
  const meta = { token: fresh.token, ahead: Date.parse(fresh.now) - (asked + Date.now()) / 2 };
  const parts = { ...lent?.parts, ...fresh.parts };
  const changed = Object.entries({ ...fresh.parts, meta });
  await put({ lent: await Promise.all(changed.map(async ([id, part]) => ({ id, ...(await seal("lent", id, part)) }))) });
  return { ...meta, parts };
}

/** Whether the shift or the session is over, by the house's clock as well as we know it. @param {import("./work.js").Lent} lent @param {number} now */
export function isOver(lent, now) {
  const { ends_at: ends, session_ends_at: session } = lent.parts.head;
  return (ends !== null && now >= Date.parse(ends)) || now >= Date.parse(session);
}

export { forgetLent as forget };
