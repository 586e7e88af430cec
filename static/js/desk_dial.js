// A number is dialed once the server has said that it may be, at this minute. A no replaces the number by the reason.
(() => {
  "use strict";

  const dialForm = (event) => event.detail.requestConfig?.elt.closest("[data-dial]");

  function choose(form) {
    const radio = document.getElementById(`phone-${form.dataset.dial}`);
    radio.checked = true;
    radio.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function open(form) {
    const link = document.createElement("a");
    link.href = form.dataset.tel;
    link.hidden = true;
    form.append(link);
    link.click();
    link.remove();
  }

  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!dialForm(event) || event.detail.xhr.status !== 409) return;
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  });

  document.addEventListener("htmx:afterRequest", (event) => {
    const form = dialForm(event);
    if (!form || event.detail.xhr.status !== 204) return;
    choose(form);
    document.querySelectorAll("[data-dial-said]").forEach((line) => (line.textContent = ""));
    form.parentElement.querySelector("[data-dial-said]").textContent = "Allowed at this minute, dialing";
    open(form);
  });
})();
