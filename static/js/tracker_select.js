// The tracker's selection: how many rows are ticked, all of the page by one box, all that match by another. On a phone filters
// that are not in use fold away.
(() => {
  "use strict";

  const filters = document.getElementById("filters");
  if (matchMedia("(width < 36rem)").matches && !("inUse" in filters.dataset)) filters.open = false;

  const form = document.getElementById("bulk");
  if (!form) return;
  const rows = [...document.querySelectorAll('input[name="ids"]')];
  const page = document.getElementById("all-on-page");
  const matching = document.getElementById("all-matching");
  const told = document.getElementById("selected");

  function tell() {
    const ticked = rows.filter((box) => box.checked).length;
    page.checked = ticked > 0 && ticked === rows.length;
    page.indeterminate = ticked > 0 && ticked < rows.length;
    rows.forEach((box) => box.closest("tr").classList.toggle("is-selected", box.checked || matching.checked));
    const words = matching.checked ? "All matching selected" : ticked ? `${ticked} selected` : "None selected";
    if (told.textContent !== words) told.textContent = words;
  }

  page.hidden = false;
  page.addEventListener("change", () => {
    rows.forEach((box) => { box.checked = page.checked; });
    tell();
  });
  document.addEventListener("change", (event) => {
    if (event.target.name === "ids" || event.target === matching) tell();
  });
  addEventListener("pageshow", tell);
  tell();
})();
