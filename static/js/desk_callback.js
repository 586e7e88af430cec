// A callback by one click: the chip's words go into the field, which says how they are understood.
(() => {
  "use strict";

  document.addEventListener("click", (event) => {
    const chip = event.target.closest("[data-callback-words]");
    if (!chip) return;
    const field = document.getElementById("id_callback_when");
    field.value = chip.dataset.callbackWords;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    document.querySelector("[name=then][value=next]").focus();
  });
})();
