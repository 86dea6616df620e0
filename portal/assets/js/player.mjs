// Saves the place in videos and audio every 15 seconds, on pause and when the page is left; resumes there.
import { Queue } from "./queue.mjs";

const EVERY = 15;
const root = document.getElementById("player");
const line = document.getElementById("saved");
const queue = new Queue(root, (slug) => {
  if (line.textContent !== root.dataset[slug]) line.textContent = root.dataset[slug];
});
const enrolment = root.dataset.enrolment;
const tell = (event) => queue.add({ enrolment_id: enrolment, ...event });

for (const media of root.querySelectorAll("[data-position]")) {
  const resource = media.dataset.resource;
  const start = Number(media.dataset.position);
  let from = start;
  let last = -1;

  const resume = () => {
    if (start > 0 && start < media.duration - 1) {
      media.currentTime = start;
      media.closest("section").querySelector("[data-resume]").hidden = false;
    }
  };
  const save = () => {
    const position = Math.round(media.currentTime * 100) / 100;
    if (position === last || !position) return;
    tell({ resource_id: resource, kind: "position", from: Math.min(from, position), position });
    from = last = position;
  };

  if (media.readyState > 0) resume();
  else media.addEventListener("loadedmetadata", resume, { once: true });
  media.addEventListener("seeking", () => { if (media.paused) from = media.currentTime; });
  media.addEventListener("seeked", () => { from = media.currentTime; });
  media.addEventListener("timeupdate", () => { if (media.currentTime - from >= EVERY) save(); });
  media.addEventListener("pause", save);
  media.addEventListener("ended", save);
  document.addEventListener("visibilitychange", () => { if (document.hidden && !media.paused) save(); });
  addEventListener("pagehide", save);
}

for (const link of root.querySelectorAll("[data-opens]")) {
  link.addEventListener("click", () => tell({ resource_id: link.dataset.opens, kind: "opened" }));
}
const seen = new IntersectionObserver((entries) => {
  for (const entry of entries.filter((one) => one.isIntersecting)) {
    seen.unobserve(entry.target);
    tell({ resource_id: entry.target.dataset.reads, kind: "opened" });
  }
});
for (const text of root.querySelectorAll("[data-reads]")) seen.observe(text);
queue.flush();
