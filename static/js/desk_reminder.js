// Shows the reminder of a promised call when its minute comes, also on a page that stays open.
(() => {
  "use strict";

  const EVERY = 5 * 1000;

  function tick() {
    const notice = document.querySelector("[data-reminder]");
    if (!notice) return;
    // Counted from when this notice came in, for the clock of the browser may be wrong.
    notice.dataset.shownAt ||= String(Date.now());
    const passed = (Date.now() - Number(notice.dataset.shownAt)) / 1000;
    const lines = [...notice.querySelectorAll("[data-remind-in]")];
    const due = lines.filter((line) => Number(line.dataset.remindIn) <= passed);
    // Only what changes is touched: a screen reader says what is new.
    due.filter((line) => line.hidden).forEach((line) => (line.hidden = false));
    if (due.length && notice.hidden) notice.hidden = false;
  }

  document.addEventListener("htmx:load", tick);
  setInterval(tick, EVERY);
  tick();
})();
