// Buttons that copy the text of a field, such as the note for the EMR.
(() => {
  "use strict";

  async function copy(field) {
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      // Without HTTPS there is no clipboard to write to; the old way still works.
      field.select();
      document.execCommand("copy");
    }
  }

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    await copy(document.getElementById(button.dataset.copy));
    const words = button.querySelector("span");
    const before = (button.dataset.words ||= words.textContent);
    words.textContent = "Copied";
    setTimeout(() => (words.textContent = before), 2000);
  });
})();
