// Keeps the patient while the call page is open and somebody is at it, and shows how long the call has lasted.
(() => {
  "use strict";

  const EVERY = 30 * 1000;
  // A page that nobody has touched for so long gives the patient back to the others.
  const ABANDONED = 60 * 60 * 1000;
  let lastTouch = Date.now();
  let lastHold = Date.now();

  const bar = () => document.querySelector("[data-hold-url]");

  async function hold() {
    lastHold = Date.now();
    const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
    const answer = await fetch(bar().dataset.holdUrl, { method: "POST", headers: { "X-CSRFToken": token } });
    if (answer.status === 409) document.querySelector("[data-hold-lost]").hidden = false;
  }

  function tick() {
    const here = bar();
    if (!here) return;
    here.dataset.openedAt ||= String(Date.now() - Number(here.dataset.heldSeconds) * 1000);
    const seconds = Math.max(0, Math.round((Date.now() - Number(here.dataset.openedAt)) / 1000));
    const words = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    here.querySelector("[data-timer]").textContent = words;
    // A failed try is repeated with the next round; the outcome is saved even without a hold.
    const isDue = Date.now() - lastHold >= EVERY && Date.now() - lastTouch < ABANDONED;
    if (isDue) hold().catch(() => {});
  }

  ["keydown", "pointerdown"].forEach((name) => {
    document.addEventListener(name, () => (lastTouch = Date.now()), { passive: true });
  });
  document.addEventListener("htmx:load", tick);
  setInterval(tick, 1000);
  tick();
})();
