// Two marks open what may be seen of the patient: the answer's pieces replace those of the page. Typed fields and the marks
// themselves stay, for the next may be made before the answer to the last is here.
(() => {
  "use strict";

  const PIECES = ["verify-state", "call-chart", "call-script", "call-history", "providers"];

  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.elt.id !== "verify" || event.detail.xhr.status !== 200) return;
    const answer = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
    const focused = document.activeElement.id;
    PIECES.forEach((id) => {
      const [old, fresh] = [document.getElementById(id), answer.getElementById(id)];
      if (!old || !fresh) return;
      old.replaceWith(fresh);
      htmx.process(fresh);
    });
    // What has just opened is what is said next.
    document.querySelector("#call-script [data-after]")?.scrollIntoView({ block: "nearest" });
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  });

  document.addEventListener("keydown", (event) => {
    if (!desk.mayAct(event) || document.querySelector("[data-sending]")) return;
    const box = [...document.querySelectorAll("[data-identifier]")].find((one) => one.dataset.identifier === event.key.toLowerCase());
    if (!box) return;
    event.preventDefault();
    box.click();
  });
})();
