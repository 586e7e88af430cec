// An empty desk looks again by itself: every half minute while somebody can see it, and when a promised call is due.
(() => {
  "use strict";

  const TYPED_IN = "#content input:not([type=radio]):not([type=checkbox]):not([type=hidden]), #content textarea";
  // A page that nobody has touched for so long stops asking.
  const ABANDONED = 60 * 60 * 1000;
  let lastTouch = Date.now();
  let lookAt = null;
  let isPaused = false;

  const here = () => document.querySelector("#idle[data-look-again]");

  // Never over something somebody is at.
  function isBusy() {
    const typed = [...document.querySelectorAll(TYPED_IN)].some((field) => field.value && !field.readOnly);
    return typed || document.querySelector(":popover-open, input:not([type=checkbox]):focus, textarea:focus") !== null;
  }

  async function look() {
    lookAt = null;
    const before = here();
    const answer = await fetch(location.href);
    if (answer.redirected) return location.reload();
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("idle");
    if (isBusy() || before !== here()) return null;
    // Another page of the agent has opened a patient, or began a break.
    if (!fresh) return location.reload();
    const focused = document.activeElement?.id;
    before.replaceWith(fresh);
    htmx.process(fresh);
    const box = fresh.querySelector("[data-look]");
    if (box) box.checked = !isPaused;
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
    document.dispatchEvent(new CustomEvent("desk:looked"));
    return tick();
  }

  function tick() {
    const idle = here();
    if (!idle) return;
    if (isPaused || document.visibilityState !== "visible" || Date.now() - lastTouch > ABANDONED) lookAt = null;
    else lookAt ||= Date.now() + Number(idle.dataset.lookAgain) * 1000;
    const left = lookAt && Math.max(0, Math.ceil((lookAt - Date.now()) / 1000));
    idle.querySelector("[data-look-in]").textContent =
      lookAt === null ? "Not looking" : `Looking again in 0:${String(left).padStart(2, "0")}`;
    // A failed try is repeated with the next round.
    if (left === 0 && !isBusy()) look().catch(() => {});
  }

  document.addEventListener("desk:reminder", () => here() && !isBusy() && look().catch(() => {}));
  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-look]")) return;
    isPaused = !event.target.checked;
    tick();
  });
  ["keydown", "pointerdown", "pointermove"].forEach((name) => {
    document.addEventListener(name, () => (lastTouch = Date.now()), { passive: true });
  });
  document.addEventListener("visibilitychange", tick);
  setInterval(tick, 1000);
  tick();
})();
