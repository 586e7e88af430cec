// Keeps the patient while the call page is open and somebody is at it, and says what happened meanwhile.
(() => {
  "use strict";

  const EVERY = 10 * 1000;
  // Nobody looks at a page in the background, but the agent may be talking.
  const EVERY_UNSEEN = 60 * 1000;
  // A page that nobody has touched for so long gives the patient back to the others.
  const ABANDONED = 60 * 60 * 1000;
  let lastTouch = Date.now();
  let lastHold = Date.now();

  const bar = () => document.querySelector("[data-hold-url]");

  // What the page offers to dial and has chosen: the answer is new only where it differs from that.
  function shown() {
    const body = new URLSearchParams();
    document.querySelectorAll("[data-dial]").forEach((form) => body.append("shown", form.dataset.dial));
    const chosen = document.querySelector("[name=phone_id]:checked");
    if (chosen) body.append("phone_id", chosen.value);
    return body;
  }

  function show(html, isOver) {
    const answer = new DOMParser().parseFromString(html, "text/html");
    const words = answer.getElementById("desk-live").textContent;
    // Once the hold is over each answer says the same: a screen reader is told once.
    if (isOver && bar().dataset.said === words) return;
    bar().dataset.said = words;
    ["desk-live", "desk-numbers"].forEach((id) => {
      const fresh = answer.getElementById(id);
      if (!fresh) return;
      document.getElementById(id).replaceChildren(...fresh.childNodes);
      htmx.process(document.getElementById(id));
    });
  }

  async function hold() {
    lastHold = Date.now();
    const here = bar();
    const answer = await fetch(here.dataset.holdUrl, { method: "POST", body: shown(), headers: { "X-CSRFToken": desk.token() } });
    // A session that has ended answers with the sign-in page; what was typed stays.
    if (answer.redirected || ![200, 409].includes(answer.status)) return;
    const html = await answer.text();
    if (here === bar()) show(html, answer.status === 409);
  }

  function tick() {
    const here = bar();
    if (!here) return;
    // A failed try is repeated with the next round; the outcome is saved even without a hold.
    const every = document.visibilityState === "visible" ? EVERY : EVERY_UNSEEN;
    const isDue = Date.now() - lastHold >= every && Date.now() - lastTouch < ABANDONED;
    if (isDue) hold().catch(() => {});
  }

  ["keydown", "pointerdown"].forEach((name) => {
    document.addEventListener(name, () => (lastTouch = Date.now()), { passive: true });
  });
  document.addEventListener("visibilitychange", tick);
  document.addEventListener("htmx:load", tick);
  setInterval(tick, 1000);
  tick();
})();
