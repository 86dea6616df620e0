// Shows the time left of a test, warns two minutes before the end, and hands over to the server when it is over.
const box = document.getElementById("timer");

if (box) {
  const end = performance.now() + Number(box.dataset.left) * 1000;
  const clock = box.querySelector("[data-clock]");
  const say = box.querySelector("[data-say]");
  const tick = () => {
    const left = Math.max(0, Math.round((end - performance.now()) / 1000));
    clock.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    if (left <= 120 && !say.textContent) {
      say.textContent = box.dataset.warn;
      say.classList.remove("govuk-visually-hidden");
    }
    if (left > 0) return;
    clearInterval(timer);
    say.textContent = box.dataset.over;
    const form = document.getElementById("answers");
    if (form) form.submit();
    else location.reload();
  };
  const timer = setInterval(tick, 1000);
  tick();
}
