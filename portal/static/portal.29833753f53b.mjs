// Starts the components of the page; every page works without it. Signed-in people get the offline page.
import { initAll } from "./govuk-frontend.8982af0b181b.js";

initAll();
if ("serviceWorker" in navigator && document.querySelector(".k-menu")) {
  addEventListener("load", () => navigator.serviceWorker.register("/sw.js").catch(() => {}));
}

const seen = document.querySelector("[data-viewed]");
if (seen) {
  fetch(seen.dataset.viewed, { method: "POST", redirect: "manual", headers: { "X-CSRFToken": seen.dataset.token } }).catch(() => {});
}
