// The agent's state: how long it lasts, that they are still there, and the keys H (call ended) and C (start a callback).
(() => {
  "use strict";

  const OVER = ["", "VOICEMAIL", "NUMBER"];
  const SIGN_EVERY = 60 * 1000;
  // Who has not touched the page for so long may have gone: the server then stops counting.
  const GONE_AFTER = 15 * 60 * 1000;
  let lastTouch = Date.now();
  let lastSign = 0;

  const here = () => document.getElementById("desk-state");

  function words(seconds) {
    const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
    const two = (number) => String(number).padStart(2, "0");
    return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
  }

  function show(state) {
    if (!state.dataset.seconds) return;
    state.dataset.beganAt ||= String(Date.now() - Number(state.dataset.seconds) * 1000);
    const seconds = Math.max(0, Math.round((Date.now() - Number(state.dataset.beganAt)) / 1000));
    state.querySelector("[data-timer]").textContent = words(seconds);
    const over = state.querySelector("[data-over]");
    if (over) over.hidden = seconds < Number(over.dataset.over);
    const minutes = document.querySelector("[data-timer-minutes]");
    if (minutes) minutes.textContent = String(Math.floor(seconds / 60));
  }

  // The answer is the state as it is now. A page that has moved on to the next patient meanwhile keeps its own.
  async function say(fields) {
    const state = here();
    lastSign = Date.now();
    const headers = { "X-CSRFToken": desk.token(), "HX-Request": "true" };
    const answer = await fetch(state.dataset.url, { method: "POST", body: new URLSearchParams(fields), headers });
    if (!answer.ok || answer.redirected) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("desk-state");
    if (!fresh || state !== here() || fresh.dataset.state === state.dataset.state) return;
    state.replaceWith(fresh);
    tick();
  }

  function endCall() {
    const { state, lease } = here().dataset;
    if (lease && state !== "WRAP_UP") say({ state: "WRAP_UP", lease }).catch(() => {});
  }

  function startCallback() {
    const forms = [...document.querySelectorAll("[data-callback-start]")];
    const form = forms.find((one) => one.checkVisibility());
    if (form) form.requestSubmit();
    else document.getElementById("callback-strip")?.focus();
  }

  function tick() {
    const state = here();
    if (!state) return;
    show(state);
    // While a patient is open the page that holds them tells that somebody is there.
    const isTold = state.dataset.state && document.querySelector("[data-hold-url]");
    const isThere = Date.now() - lastTouch < GONE_AFTER;
    if (!isTold && isThere && Date.now() - lastSign >= SIGN_EVERY) say({}).catch(() => {});
  }

  document.addEventListener("keydown", (event) => {
    lastTouch = Date.now();
    const doing = { h: endCall, c: startCallback }[event.key.toLowerCase()];
    if (!doing || !here() || !desk.mayAct(event)) return;
    // An outcome that had this key before keeps it.
    if (document.querySelector(`[data-hotkey="${event.key.toLowerCase()}" i]`)) return;
    event.preventDefault();
    doing();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-call-ended]")) endCall();
  });
  document.addEventListener("change", (event) => {
    // An outcome that asks for more is chosen while the patient is still on the line.
    if (event.target.matches("[name=code]") && here() && OVER.includes(event.target.dataset.asks)) endCall();
  });
  ["pointerdown", "pointermove"].forEach((name) => {
    document.addEventListener(name, () => (lastTouch = Date.now()), { passive: true });
  });
  document.addEventListener("htmx:load", tick);
  setInterval(tick, 1000);
  tick();
})();
