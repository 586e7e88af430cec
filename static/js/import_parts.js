/* A figure of the sum leads to its part of the page: a part that is closed opens, and takes the focus. */
(() => {
  "use strict";

  function open() {
    const part = location.hash && document.getElementById(location.hash.slice(1));
    if (!part) return;
    if (part.tagName === "DETAILS") part.open = true;
    part.querySelector("summary")?.focus();
  }

  addEventListener("hashchange", open);
  open();
})();
