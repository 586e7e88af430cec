// What the other scripts of the desk ask: whether a key may act, what the agent has chosen (kept on the server), the token.
(() => {
  "use strict";

  const TYPING = "input:not([type=radio]):not([type=checkbox]), textarea, select";

  const kept = () => document.getElementById("desk-preferences");
  const isOn = (name) => kept()?.dataset[name] === "yes";

  const cookie = (name) => document.cookie.split("; ").find((one) => one.startsWith(`${name}=`))?.split("=")[1];

  window.desk = {
    // Signing in on another page changes the token: what counts is the one of this minute.
    token: () => cookie("csrftoken") || document.querySelector("[name=csrfmiddlewaretoken]").value,
    isOn,
    isTyping: (event) => event.target.closest(TYPING),
    // A single key rests while somebody types or a dialog is open, and where the agent has switched single keys off.
    mayAct(event) {
      if (event.repeat || event.isComposing || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return false;
      return isOn("singleKeys") && !event.target.closest(TYPING) && !document.querySelector(":popover-open");
    },
  };

  function onPage() {
    document.querySelectorAll("[data-preference]").forEach((box) => (box.checked = isOn(box.dataset.preference)));
  }

  document.addEventListener("change", (event) => {
    const box = event.target.closest("[data-preference]");
    if (!box) return;
    kept().dataset[box.dataset.preference] = box.checked ? "yes" : "no";
    onPage();
    const body = new URLSearchParams({ singleKeys: kept().dataset.singleKeys, sounds: kept().dataset.sounds });
    fetch(kept().dataset.url, { method: "POST", body, headers: { "X-CSRFToken": desk.token() } }).catch(() => {});
  });
  document.addEventListener("htmx:configRequest", (event) => {
    event.detail.headers["X-CSRFToken"] = desk.token();
    delete event.detail.parameters.csrfmiddlewaretoken;
  });
  ["htmx:load", "desk:looked"].forEach((name) => document.addEventListener(name, onPage));
  onPage();
})();
