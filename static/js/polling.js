// Pieces of a page that ask the server for news of themselves, [data-poll] with hx-trigger="poll": every so many seconds while
// somebody can see the page. Only what changed is touched, so focus, selection and open menus stay where they are.
(() => {
  "use strict";

  const STALE_AFTER = 2;

  const keyOf = (node) => node.id || "";
  const fits = (old, fresh) => old.nodeName === fresh.nodeName && keyOf(old) === keyOf(fresh);

  function copyAttributes(old, fresh) {
    [...old.attributes].forEach(({ name }) => fresh.hasAttribute(name) || name === "open" || old.removeAttribute(name));
    [...fresh.attributes].forEach(({ name, value }) => old.getAttribute(name) === value || old.setAttribute(name, value));
  }

  function morph(old, fresh) {
    if (old.nodeType !== Node.ELEMENT_NODE) {
      if (old.data !== fresh.data) old.data = fresh.data;
    } else if (!old.isEqualNode(fresh)) {
      copyAttributes(old, fresh);
      morphChildren(old, fresh);
    }
  }

  // Whoever has an id is found by it wherever it stood, the others by their kind and order.
  function counterpart(old, wanted, place) {
    if (keyOf(wanted)) return [...old.children].find((child) => child.id === wanted.id);
    let found = place;
    while (found && !fits(found, wanted)) found = found.nextSibling;
    return found;
  }

  function morphChildren(old, fresh) {
    let place = old.firstChild;
    [...fresh.childNodes].forEach((wanted) => {
      const found = counterpart(old, wanted, place);
      if (!found) old.insertBefore(wanted, place);
      else {
        if (found !== place) (old.moveBefore || old.insertBefore).call(old, found, place);
        morph(found, wanted);
        place = found.nextSibling;
      }
    });
    while (place) {
      const next = place.nextSibling;
      place.remove();
      place = next;
    }
  }

  // A screen reader is told of what is new, not of every round.
  function announce(region, before) {
    const place = document.querySelector("[data-announce]");
    const fresh = [...region.querySelectorAll("[data-alert-key]")].filter((one) => !before.has(one.dataset.alertKey));
    if (place && fresh.length) place.textContent = fresh.map((one) => one.dataset.alertWords).join(". ");
  }

  const keysOf = (region) => new Set([...region.querySelectorAll("[data-alert-key]")].map((one) => one.dataset.alertKey));

  function note(region, isMissed) {
    region.pollMisses = isMissed ? (region.pollMisses || 0) + 1 : 0;
    const badge = document.querySelector(`[data-stale-of="${region.id}"]`);
    if (badge) badge.hidden = region.pollMisses < STALE_AFTER;
    if (badge) region.classList.toggle("is-stale", !badge.hidden);
  }

  function answer(event) {
    const { elt, xhr, successful } = event.detail;
    if (!elt.matches("[data-poll]")) return;
    elt.pollRuns = false;
    elt.pollEnded = xhr.responseURL.includes("/accounts/login/");
    note(elt, !successful || elt.pollEnded);
    if (!successful || elt.pollEnded) return;
    const before = keysOf(elt);
    const fresh = document.createElement(elt.nodeName);
    fresh.append(...new DOMParser().parseFromString(xhr.responseText, "text/html").body.childNodes);
    morphChildren(elt, fresh);
    htmx.process(elt);
    announce(elt, before);
  }

  function tick() {
    if (document.visibilityState !== "visible") return;
    document.querySelectorAll("[data-poll]").forEach((region) => {
      region.pollAt ||= Date.now();
      if (region.pollRuns || region.pollEnded || Date.now() - region.pollAt < Number(region.dataset.poll) * 1000) return;
      region.pollAt = Date.now();
      region.pollRuns = true;
      htmx.trigger(region, "poll");
    });
  }

  document.addEventListener("htmx:afterRequest", answer);
  document.addEventListener("visibilitychange", () => {
    // Somebody may have signed in again on another tab.
    document.querySelectorAll("[data-poll]").forEach((region) => (region.pollEnded = false));
    tick();
  });
  setInterval(tick, 1000);
})();
