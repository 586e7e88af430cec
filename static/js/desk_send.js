// An outcome that did not reach the server is kept on the page and sent again, as it was, until the server has it.
// The server takes the same outcome of the same hold once, so that sending it twice saves it once.
(() => {
  "use strict";

  const AGAIN = 3000;
  const AWAY = [502, 503, 504];
  let timer = 0;

  // Before a swap the event is about what is replaced: the form is in the request. Fields of it that ask by themselves are not meant.
  function ours(event) {
    const asks = event.detail.requestConfig?.elt || event.detail.elt;
    return asks.matches("[data-keeps-trying]") ? asks : null;
  }

  function show(form, template) {
    const notice = document.getElementById(template).content.cloneNode(true);
    document.getElementById("desk-draft").replaceChildren(notice);
    document.getElementById("desk-draft").scrollIntoView({ block: "nearest" });
    form.dataset.sending ||= String(Date.now());
    // Also those outside that belong to it, as the numbers do.
    document.querySelectorAll("#call fieldset, #call input, #call textarea, #call button").forEach((one) => {
      if (!one.closest("#desk-draft")) one.inert = true;
    });
  }

  function free(form) {
    clearTimeout(timer);
    delete form.dataset.sending;
    form.elements.waited.value = 0;
    document.querySelectorAll("#call [inert]").forEach((one) => (one.inert = false));
    document.getElementById("desk-draft").replaceChildren();
  }

  function tryAgain(form) {
    clearTimeout(timer);
    if (!form.isConnected || !form.dataset.sending) return;
    // What was typed as “in two hours” was meant when it was sent first.
    form.elements.waited.value = Math.round((Date.now() - Number(form.dataset.sending)) / 1000);
    const then = form.querySelector(`[name=then][value="${CSS.escape(form.dataset.then || "next")}"]`);
    form.requestSubmit(then);
  }

  function keepTrying(form, template) {
    show(form, template);
    clearTimeout(timer);
    timer = setTimeout(() => tryAgain(form), AGAIN);
  }

  document.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-keeps-trying]");
    if (form && !form.dataset.sending && event.submitter?.name === "then") form.dataset.then = event.submitter.value;
  }, true);
  ["htmx:sendError", "htmx:timeout"].forEach((name) => {
    document.addEventListener(name, (event) => ours(event) && keepTrying(ours(event), "outcome-waits"));
  });
  document.addEventListener("htmx:responseError", (event) => {
    if (ours(event) && AWAY.includes(event.detail.xhr.status)) keepTrying(ours(event), "outcome-waits");
  });
  // The session has ended: what is typed stays, and goes out once somebody has signed in again in another tab.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!ours(event) || !event.detail.xhr.responseURL.includes("/accounts/login/")) return;
    event.detail.shouldSwap = false;
    keepTrying(ours(event), "outcome-signed-out");
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-stop-trying]")) free(document.querySelector("[data-keeps-trying]"));
  });
  addEventListener("online", () => document.querySelectorAll("[data-sending]").forEach(tryAgain));
})();
