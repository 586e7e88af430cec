// Keeps what is typed on the server while it is typed. Nothing of it is stored in the browser.
(() => {
  "use strict";

  const AFTER = 500;
  const AGAIN = 5000;
  const PAGE = crypto.getRandomValues(new Uint32Array(2)).join("-");
  let timer = 0;
  let last = Promise.resolve();

  const form = () => document.querySelector("[data-draft-url]");

  function body(from) {
    const fields = new URLSearchParams(new FormData(from));
    fields.delete("csrfmiddlewaretoken");
    fields.delete("matched");
    fields.set("page", PAGE);
    fields.set("based_on", from.dataset.draftVersion);
    return fields;
  }

  function say(from, words) {
    const line = from.querySelector("[data-draft-line]");
    if (line) line.textContent = words;
  }

  async function send(from, options) {
    const headers = { "X-CSRFToken": desk.token() };
    const answer = await fetch(from.dataset.draftUrl, { method: "POST", body: body(from), headers, ...options });
    // The page may show the next patient by now.
    if (answer.status === 409) return from.isConnected && show(from, await answer.text());
    if (answer.redirected || !answer.ok) throw new Error("not kept");
    const { version, at } = await answer.json();
    if (!version) return;
    from.dataset.draftVersion = version;
    if (!from.dataset.dirty) say(from, `Draft kept at ${at}`);
  }

  // One after the other, so that an older text never comes in after a newer one.
  function keep(from, options = {}) {
    last = last.then(async () => {
      if (!from.dataset.dirty || from.dataset.sending) return;
      delete from.dataset.dirty;
      try {
        await send(from, options);
      } catch {
        from.dataset.dirty = "yes";
        say(from, "Draft not kept: no answer from the server. Trying again");
        if (from.isConnected) later(from, AGAIN);
      }
    });
  }

  function later(from, wait) {
    clearTimeout(timer);
    timer = setTimeout(() => keep(from), wait);
  }

  function show(from, html) {
    const notice = new DOMParser().parseFromString(html, "text/html").querySelector("[data-draft-version]");
    document.getElementById("desk-draft").replaceChildren(notice);
  }

  function decide(notice, isAdded) {
    const [from, note] = [form(), document.getElementById("id_note")];
    from.dataset.draftVersion = notice.dataset.draftVersion;
    if (isAdded) note.value = [document.getElementById("other-note").value, note.value].filter(Boolean).join("\n");
    notice.remove();
    note.focus();
    from.dataset.dirty = "yes";
    later(from, 0);
  }

  ["input", "change"].forEach((name) => {
    document.addEventListener(name, (event) => {
      const from = event.target.form;
      if (!from?.dataset.draftUrl || event.target.name === "matched") return;
      from.dataset.dirty = "yes";
      later(from, AFTER);
    });
  });

  document.addEventListener("click", (event) => {
    const notice = event.target.closest("#desk-draft [data-draft-version]");
    if (notice && event.target.closest("[data-draft-add], [data-draft-mine]")) decide(notice, event.target.closest("[data-draft-add]"));
  });

  // Whoever closes the page, or looks elsewhere, has typed the last of it.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && form()) keep(form(), { keepalive: true });
  });
})();
