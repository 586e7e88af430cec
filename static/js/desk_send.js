// An outcome that did not reach the server is kept on the page and sent again, as it was, until the server has it.
// The server takes the same outcome of the same hold once, so that sending it twice saves it once.
(() => {
  "use strict";

  const AGAIN = 3000;
  const AWAY = [502, 503, 504];
  let timer = 0;

  const cookie = (name) => document.cookie.split("; ").find((one) => one.startsWith(`${name}=`))?.split("=")[1];
  // Signing in on another page changes the token: what counts is the one of this minute.
  window.deskToken = () => cookie("csrftoken") || document.querySelector("[name=csrfmiddlewaretoken]").value;

  // Before a swap the event is about what is replaced: the form is in the request.
  const ours = (event) => (event.detail.requestConfig?.elt || event.detail.elt).closest("[data-keeps-trying]");

  function show(form, template) {
    const notice = document.getElementById(template).content.cloneNode(true);
    document.getElementById("desk-draft").replaceChildren(notice);
    document.getElementById("desk-draft").scrollIntoView({ block: "nearest" });
    form.dataset.sending ||= String(Date.now());
    form.querySelectorAll("fieldset, input, textarea, select, button").forEach((one) => {
      if (!one.closest("#desk-draft")) one.inert = true;
    });
  }

  function free(form) {
    clearTimeout(timer);
    delete form.dataset.sending;
    form.elements.waited.value = 0;
    form.querySelectorAll("[inert]").forEach((one) => (one.inert = false));
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
    if (form && event.submitter?.name === "then") form.dataset.then = event.submitter.value;
  }, true);
  document.addEventListener("htmx:configRequest", (event) => {
    if (!ours(event)) return;
    event.detail.headers["X-CSRFToken"] = window.deskToken();
    delete event.detail.parameters.csrfmiddlewaretoken;
  });
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
