// The panel of one agent, beside the floor: a link opens it in place, and the page behind it goes on.
(() => {
  "use strict";

  const panel = document.getElementById("panel");
  let opener = "";

  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target !== panel) return;
    opener = event.detail.requestConfig.elt.id;
    if (!panel.open) panel.showModal();
  });
  document.addEventListener("click", (event) => {
    if (event.target === panel || event.target.closest("[data-close-panel]")) panel.close();
  });
  panel.addEventListener("close", () => {
    panel.replaceChildren();
    document.getElementById(opener)?.focus();
  });
})();
