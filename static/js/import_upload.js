/* The upload of a file: drop it anywhere on its zone, and see how much of it has arrived. Works without, too. */
(() => {
  "use strict";

  function zoneOf(event) {
    return event.target instanceof Element ? event.target.closest("[data-drop]") : null;
  }

  function carriesFile(event) {
    return [...(event.dataTransfer?.types ?? [])].includes("Files");
  }

  function invite(within) {
    within.querySelectorAll("[data-drop-invitation]").forEach((line) => { line.hidden = false; });
  }

  function hover(zone, on) {
    document.querySelectorAll("[data-drop].over").forEach((each) => each.classList.remove("over"));
    if (zone && on) zone.classList.add("over");
  }

  document.addEventListener("dragover", (event) => {
    if (!carriesFile(event)) return;
    event.preventDefault(); // or a file that misses the zone replaces the page
    hover(zoneOf(event), true);
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) hover(null, false);
  });
  document.addEventListener("drop", (event) => {
    if (!carriesFile(event)) return;
    event.preventDefault();
    hover(null, false);
    const input = zoneOf(event)?.querySelector("input[type=file]");
    if (!input) return;
    const one = new DataTransfer();
    one.items.add(event.dataTransfer.files[0]);
    input.files = one.files;
    input.focus();
  });

  const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;

  document.addEventListener("htmx:beforeRequest", (event) => {
    const part = event.target.querySelector?.("[data-upload-progress]");
    if (part) part.hidden = false;
  });
  document.addEventListener("htmx:xhr:progress", (event) => {
    const part = event.target.querySelector?.("[data-upload-progress]");
    if (!part || !event.detail.lengthComputable || !event.detail.total) return;
    const { loaded, total } = event.detail;
    const bar = part.querySelector("progress");
    const label = part.querySelector("[data-upload-label]");
    part.querySelector("[data-upload-figure]").textContent = `${megabytes(loaded)} of ${megabytes(total)}`;
    if (loaded < total) {
      bar.value = loaded / total;
    } else {
      bar.removeAttribute("value");
      label.textContent = "The file is here. Reading it…";
    }
  });
  // A refusal of the network or the server leaves the form as it was.
  document.addEventListener("htmx:afterRequest", (event) => {
    const part = event.target.querySelector?.("[data-upload-progress]");
    if (part && !event.detail.successful) part.hidden = true;
  });

  document.addEventListener("htmx:load", (event) => invite(event.detail.elt));
  invite(document);
})();
