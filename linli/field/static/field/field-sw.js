// The service worker's part for the field app: the page and its files, kept so that it opens without a network.
// `FIELD` (version, home, files) stands above, written by the server. What anybody's slice holds is never kept here.

const FIELD_CACHE = `linli-field-${FIELD.version}`;

/** All files or none: a worker that is active has a whole app of one version behind it. Each is fetched by its hash. */
async function keepField() {
  const cache = await caches.open(FIELD_CACHE);
  const fetched = await Promise.all([...new Set(Object.values(FIELD.files))].map(fetchWhole));
  const whole = new Map(fetched);
  await Promise.all(Object.entries(FIELD.files).map(([asked, hashed]) => cache.put(asked, whole.get(hashed).clone())));
}

/** @param {string} url @returns {Promise<[string, Response]>} */
async function fetchWhole(url) {
  const response = await fetch(url, { cache: "no-cache", credentials: "omit" });
  if (!response.ok || response.redirected) throw new Error(`${url}: ${response.status}`);
  return [url, response];
}

async function dropOlderFields() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("linli-field-") && name !== FIELD_CACHE).map((name) => caches.delete(name)));
}

/** @param {Request} request @param {string} url */
async function fromField(request, url) {
  const cache = await caches.open(FIELD_CACHE);
  return (await cache.match(url, { ignoreVary: true, ignoreSearch: true })) ?? fetch(request);
}

self.addEventListener("install", (event) => event.waitUntil(keepField()));
self.addEventListener("activate", (event) => event.waitUntil(dropOlderFields()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  const wanted = request.mode === "navigate" ? url.pathname === FIELD.home : url.pathname in FIELD.files;
  if (wanted) event.respondWith(fromField(request, url.pathname));
});
