// Keeps the files of the page, so that conversations can be read while the server is down. What the server says always comes
// first; the API is never kept.
const CACHE = "r1-page";
const isPage = (url) =>
  url.href === self.registration.scope || url.pathname.startsWith(new URL("assets/", self.registration.scope).pathname);

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => cache.add("./"))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

async function fromServerOrKept(request) {
  const cache = await caches.open(CACHE);
  const hashed = new URL(request.url).pathname.includes("/assets/"); // its name changes with its content
  if (hashed) {
    const kept = await cache.match(request);
    if (kept) return kept;
  }
  try {
    const response = await fetch(request);
    if (response.ok) {
      if (!hashed) await dropOldAssets(cache, response.clone());
      await cache.put(request, response.clone());
    }
    return response;
  } catch (error) {
    const kept = await cache.match(request);
    if (kept) return kept;
    throw error;
  }
}

// A new page names new assets: those of the old one go.
async function dropOldAssets(cache, page) {
  const old = await cache.match("./");
  if (!old || (await old.text()) === (await page.text())) return;
  for (const request of await cache.keys()) if (request.url.includes("/assets/")) await cache.delete(request);
}

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  url.hash = "";
  if (event.request.method === "GET" && url.origin === self.location.origin && isPage(url))
    event.respondWith(fromServerOrKept(event.request));
});
