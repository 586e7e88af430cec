// The keys of the call page: one key an outcome, Enter saves. Single keys rest while somebody types.
(() => {
  "use strict";

  const outcomeForm = () => document.getElementById("outcome-form");

  function save(then = "next") {
    const form = outcomeForm();
    if (form.querySelector("[name=code]:checked")) form.querySelector(`[name=then][value=${then}]`)?.click();
    else form.querySelector("[name=code]").focus();
  }

  // The first field that the outcome asks for; without one the outcome itself, so that Enter saves.
  function choose(radio) {
    radio.checked = true;
    radio.dispatchEvent(new Event("change", { bubbles: true }));
    const fields = [...outcomeForm().querySelectorAll(".asked input, .asked select")];
    const first = fields.find((field) => field.checkVisibility());
    (first || radio).focus();
    // What stands there already is replaced by what is typed now.
    if (first?.matches("[type=text]")) first.select();
  }

  function radioFor(key) {
    const wanted = key.toLowerCase();
    const radios = [...outcomeForm().querySelectorAll("[data-hotkey]")];
    // A number that forbids messages hides their outcome.
    return radios.find((radio) => radio.dataset.hotkey.toLowerCase() === wanted && radio.checkVisibility());
  }

  function onSingleKey(event) {
    const radio = radioFor(event.key);
    if (radio) choose(radio);
    else if (event.key.toLowerCase() === "n") document.getElementById("id_note").focus();
    else if (event.key.toLowerCase() === "s") document.getElementById("skip")?.showPopover();
    else return;
    event.preventDefault();
  }

  document.addEventListener("keydown", (event) => {
    // An outcome that waits for the server goes out as it was.
    if (!outcomeForm() || outcomeForm().dataset.sending || event.repeat || event.isComposing) return;
    if (document.querySelector(":popover-open")) return;
    const typing = desk.isTyping(event);
    if (event.key === "Enter" && event.shiftKey && !event.target.closest("textarea")) {
      event.preventDefault();
      save("stop");
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      save();
    } else if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    } else if (event.key === "Escape" && typing) {
      typing.blur();
    } else if (typing) {
      return;
    } else if (event.key === "Enter") {
      if (!event.target.closest("a, button, summary, input, label")) save();
    } else if (event.key === "?") {
      document.getElementById("keys").showPopover();
    } else if (event.key.length === 1 && desk.isOn("singleKeys")) {
      onSingleKey(event);
    }
  });

  // The next patient has come in without a new page: say so to those who listen, and let the keys work.
  function onPage() {
    const first = [...document.querySelectorAll("#content [autofocus]")].find((one) => one.checkVisibility());
    const place = document.getElementById("patient-name") || first;
    if (place && !document.querySelector("[data-focus-first]")) place.focus({ preventScroll: true });
  }

  document.addEventListener("htmx:load", (event) => {
    const { elt } = event.detail;
    // On a new page whoever has begun to type already stays there; after a swap the focus lies where it was before.
    if (elt.matches("main") || (elt.matches("body") && document.activeElement === elt)) onPage();
  });
})();
