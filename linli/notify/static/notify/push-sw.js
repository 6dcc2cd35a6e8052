// The service worker of notifications: one case is one notification, answered without opening a page.

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

/**
 * What the server sends, encrypted for this browser alone.
 * @typedef {{title: string, text: string, link: string, tag: string, key: string, ack: string, loud: boolean,
 *   words: {ack: string, open: string, done: string, failed: string, language: string}}} Told
 */

/** @param {Told} told @param {{title?: string, text?: string, ack?: string, quiet?: boolean}} [change] */
function show(told, change = {}) {
  const now = { ...told, ...change };
  const actions = [{ action: "open", title: told.words.open }];
  if (now.ack) actions.unshift({ action: "ack", title: told.words.ack });
  return self.registration.showNotification(now.title, {
    body: now.text,
    tag: told.tag,
    renotify: !change.quiet,
    silent: Boolean(change.quiet),
    requireInteraction: Boolean(now.ack),
    vibrate: change.quiet ? undefined : told.loud ? [400, 100, 400, 100, 400] : [200],
    lang: told.words.language,
    data: told,
    actions,
  });
}

/** The same message twice (a worker was killed, a push service repeated itself) is shown once, and rings once. */
async function told(/** @type {Told} */ message) {
  const shown = await self.registration.getNotifications({ tag: message.tag });
  const again = shown.some((one) => one.data?.key === message.key);
  return show(message, { quiet: again });
}

self.addEventListener("push", (event) => {
  if (event.data) event.waitUntil(told(event.data.json()));
});

/** “I have it”: the ticket in the notification is the whole right, so that no session is needed. */
async function answer(/** @type {Told} */ message) {
  let response;
  try {
    response = await fetch("/me/ack/", {
      method: "POST",
      credentials: "omit",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ token: message.ack, language: message.words.language }),
    });
  } catch {
    return show(message, { title: message.words.failed, text: message.title });
  }
  if (response.status >= 500) return show(message, { title: message.words.failed, text: message.title });
  const said = await response.json().catch(() => ({ says: message.words.done }));
  return show(message, { title: said.says, text: message.title, ack: "", quiet: true });
}

async function open(/** @type {Told} */ message) {
  const path = new URL(message.link).pathname;
  const pages = await self.clients.matchAll({ type: "window" });
  const here = pages.find((page) => new URL(page.url).pathname === path);
  return here ? here.focus() : self.clients.openWindow(path);
}

self.addEventListener("notificationclick", (event) => {
  const message = event.notification.data;
  if (event.action === "ack" && message.ack) {
    event.waitUntil(answer(message));
  } else {
    event.notification.close();
    event.waitUntil(open(message));
  }
});
