// Small behavior of every page: theme, messages that close, errors of htmx requests, focus on a form's errors.
(() => {
  "use strict";

  const root = document.documentElement;

  function chooseTheme(theme) {
    const life = theme ? 31536000 : 0;
    const secure = location.protocol === "https:" ? "; secure" : "";
    document.cookie = `theme=${theme}; path=/; max-age=${life}; samesite=lax${secure}`;
    if (theme) root.dataset.bsTheme = theme;
    else delete root.dataset.bsTheme;
    document.querySelectorAll("[data-theme-choice]").forEach((button) => {
      button.setAttribute("aria-pressed", String(button.dataset.themeChoice === theme));
    });
    document.dispatchEvent(new CustomEvent("theme:change"));
  }

  document.addEventListener("click", (event) => {
    const theme = event.target.closest("[data-theme-choice]");
    if (theme) chooseTheme(theme.dataset.themeChoice);
    const close = event.target.closest("[data-dismiss-notice]");
    if (close) close.closest(".notice").remove();
    if (event.target.closest("[data-print]")) print();
  });

  function showTemplate(id) {
    const messages = document.getElementById("messages");
    messages.replaceChildren(document.getElementById(id).content.cloneNode(true));
    messages.scrollIntoView({ block: "nearest" });
  }

  function focusErrors(within) {
    const summary = within.querySelector("[data-focus-first]");
    if (summary) summary.focus();
  }

  // A form that sends itself again when the server is away says so itself (desk_send.js).
  const asker = (event) => event.detail.requestConfig?.elt || event.detail.elt;
  const keepsTrying = (event) => asker(event).matches("[data-keeps-trying]");
  // What asks by itself for news shows how old it is (polling.js): nobody's click has failed.
  const asksByItself = (event) => asker(event).matches("[data-poll]");

  ["htmx:sendError", "htmx:timeout"].forEach((name) => {
    document.addEventListener(name, (event) => keepsTrying(event) || asksByItself(event) || showTemplate("connection-lost"));
  });
  document.addEventListener("htmx:responseError", (event) => {
    if (!asksByItself(event) && !(keepsTrying(event) && [502, 503, 504].includes(event.detail.xhr.status))) showTemplate("server-refused");
  });
  // A session that has ended answers with the sign-in page: show it as a page, not inside a piece of this one.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.responseURL.includes("/accounts/login/") && !keepsTrying(event)) {
      event.detail.shouldSwap = false;
      // What is typed must not be lost: a page with a call on it says so instead.
      if (document.getElementById("signed-out")) showTemplate("signed-out");
      else location.reload();
    }
  });
  document.addEventListener("htmx:load", (event) => {
    focusErrors(event.detail.elt);
  });

  // A form is sent once, however often its button is pressed; coming back by the browser's button frees it.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent && !event.defaultPrevented) event.preventDefault();
    else if (form.method === "post" && !form.closest("[hx-post]")) form.dataset.sent = "yes";
  });
  addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
  });

  focusErrors(document);
})();
