// Service worker: built files and the offline page only, never a page of a signed-in person. FILES comes first.
const CACHE = `files:${FILES.join()}`;

self.addEventListener("install", (event) => {
  const pages = ["/offline", "/hi/offline"].map((path) => new Request(path, { credentials: "omit" }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll([...FILES, ...pages])).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = (names) => Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)));
  event.waitUntil(caches.keys().then(old).then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") {
    const offline = url.pathname.startsWith("/hi/") || url.pathname === "/hi" ? "/hi/offline" : "/offline";
    event.respondWith(fetch(request).catch(() => caches.match(offline)));
  } else if (FILES.includes(url.pathname)) {
    event.respondWith(caches.match(request).then((kept) => kept || fetch(request)));
  }
});
