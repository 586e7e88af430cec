// What changes on the page when the minute of a promised call comes: its state, the reminder, the title of the tab.
(() => {
  "use strict";

  const EVERY = 1000;
  const IN_TITLE = /^\(!\) .*? – /;
  let known = null;

  // Counted from when the piece came in, for the clock of the browser may be wrong. Only what changes is touched: a screen
  // reader says what is new.
  function turn(piece) {
    piece.dataset.shownAt ||= String(Date.now());
    const passed = (Date.now() - Number(piece.dataset.shownAt)) / 1000;
    const isOver = piece.dataset.to !== undefined && passed >= Number(piece.dataset.to);
    const hidden = passed < Number(piece.dataset.from) || isOver;
    if (piece.hidden !== hidden) piece.hidden = hidden;
  }

  // The tab says which call, and whoever listens is told of each once.
  function tell() {
    const alerts = [...document.querySelectorAll("[data-alert]")].filter((piece) => !piece.hidden && !piece.closest("li").hidden);
    const plain = document.title.replace(IN_TITLE, "");
    const title = alerts.length ? `(!) Callback ${alerts.at(-1).dataset.alert} – ${plain}` : plain;
    if (document.title !== title) document.title = title;
    const keys = alerts.map((piece) => piece.dataset.alertKey);
    const isNew = known !== null && keys.some((key) => !known.has(key));
    known = new Set([...(known || []), ...keys]);
    if (isNew) document.dispatchEvent(new CustomEvent("desk:reminder"));
  }

  function tick() {
    document.querySelectorAll("[data-from]").forEach(turn);
    const notice = document.querySelector("[data-reminder]");
    if (notice?.hidden && notice.querySelector("li:not([hidden])")) notice.hidden = false;
    tell();
  }

  document.addEventListener("htmx:load", tick);
  setInterval(tick, EVERY);
  tick();
})();
