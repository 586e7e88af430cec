// Counts down how long the outcome saved last can be taken back, and takes it back by one key.
(() => {
  "use strict";

  const offer = () => document.querySelector("[data-undo-seconds]:not([hidden])");

  function tick() {
    const form = offer();
    if (!form) return;
    // Counted from when the page came in, for the clock of the browser may be wrong.
    form.dataset.until ||= String(Date.now() + Number(form.dataset.undoSeconds) * 1000);
    const left = Math.ceil((Number(form.dataset.until) - Date.now()) / 1000);
    form.querySelector("[data-undo-left]").textContent = `(${left})`;
    form.hidden = left <= 0;
  }

  document.addEventListener("keydown", (event) => {
    const form = offer();
    if (!form || event.key.toLowerCase() !== "z" || !desk.mayAct(event)) return;
    event.preventDefault();
    form.requestSubmit();
  });

  document.addEventListener("htmx:load", tick);
  setInterval(tick, 250);
  tick();
})();
