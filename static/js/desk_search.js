// The box that finds a patient who rang back: "/" opens it, arrows move, Enter opens. "[" and "]" change between the lanes.
(() => {
  "use strict";

  // What was asked for last, and what the list at hand answers: Enter must not open somebody of an older list.
  let asked = "";
  let answered = "";

  const box = () => document.getElementById("ring-back");
  const query = () => document.getElementById("ring-back-query");
  const people = () => [...document.querySelectorAll("[data-found]")];

  function move(event) {
    const places = [query(), ...people()];
    const at = places.indexOf(document.activeElement);
    const next = places[at + (event.key === "ArrowDown" ? 1 : -1)];
    if (at < 0 || !next) return;
    event.preventDefault();
    next.focus();
  }

  // One found is opened; of several the first is offered. Before the list has come Enter asks for it at once.
  function choose(event) {
    const found = people();
    if (answered !== query().value || !found.length) return;
    event.preventDefault();
    if (found.length === 1) found[0].click();
    else found[0].focus();
  }

  function onSingleKey(event) {
    const lane = document.querySelector(`[data-lane-key="${CSS.escape(event.key)}"]`);
    if (event.key === "/" && box()) box().showPopover();
    else if (lane) lane.click();
    else return;
    event.preventDefault();
  }

  document.addEventListener("keydown", (event) => {
    if (event.repeat || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("[data-ring-back], [data-found]")) {
      if (event.key.startsWith("Arrow")) move(event);
      else if (event.key === "Enter" && event.target === query()) choose(event);
      return;
    }
    if (desk.mayAct(event)) onSingleKey(event);
  });

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target.matches("[data-ring-back]")) asked = query().value;
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.id === "ring-back-found") answered = asked;
  });

  // Nobody's data stay behind a closed box.
  document.addEventListener(
    "toggle",
    (event) => {
      if (event.target !== box() || event.newState !== "closed") return;
      query().value = answered = "";
      document.getElementById("ring-back-found").replaceChildren();
      document.getElementById("ring-back-said").textContent = "";
    },
    true,
  );
})();
