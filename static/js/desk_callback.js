// The moment of a callback: chosen by one click, and shown on the clocks of patient and practice.
(() => {
  "use strict";

  const minutes = (moment) => Math.floor(moment / 60000) * 60000;

  // How far the clocks of a zone are from UTC at a moment, in milliseconds.
  function offset(zone, moment) {
    const format = new Intl.DateTimeFormat("en-US", {
      timeZone: zone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric",
    });
    const part = Object.fromEntries(format.formatToParts(moment).map(({ type, value }) => [type, Number(value)]));
    return Date.UTC(part.year, part.month - 1, part.day, part.hour, part.minute) - minutes(moment);
  }

  function momentOf(wall, zone) {
    const guess = Date.parse(`${wall}Z`);
    return guess - offset(zone, guess - offset(zone, guess));
  }

  function words(moment, zone) {
    return new Intl.DateTimeFormat("en-US", {
      timeZone: zone, weekday: "short", month: "short", day: "numeric", hour: "numeric", minute: "2-digit", timeZoneName: "short",
    }).format(moment);
  }

  // Where calls are not allowed at a moment: the first one at which they are. The page knows the hours of some weeks.
  function firstOpen(moment, hours) {
    const spans = hours.split(" ").filter(Boolean).map((span) => span.split("-").map((minute) => Number(minute) * 60000));
    if (!spans.length || moment < spans[0][0] || moment >= spans.at(-1)[1]) return null;
    const [opens] = spans.find(([, closes]) => moment < closes);
    return opens > moment ? opens : null;
  }

  function preview() {
    const help = document.querySelector("[data-patient-zone]");
    if (!help) return;
    const on = document.getElementById("id_callback_on").value;
    const at = document.getElementById("id_callback_time").value;
    const line = help.querySelector("[data-callback-preview]");
    line.textContent = "";
    if (!on || !at) return;
    const moment = momentOf(`${on}T${at}`, help.dataset.patientZone);
    const [patient, practice] = [help.dataset.patientZone, help.dataset.practiceZone].map((zone) => words(moment, zone));
    line.textContent = patient === practice ? `${patient} for the patient and the practice` : `${patient} for the patient, ${practice} at the practice`;
    const opens = firstOpen(moment, help.dataset.openHours || "");
    if (opens) line.textContent += `. No calls then: it is promised for ${words(opens, help.dataset.patientZone)}, the first moment in calling hours`;
  }

  document.addEventListener("click", (event) => {
    const chip = event.target.closest("[data-callback-at]");
    if (!chip) return;
    const [on, at] = chip.dataset.callbackAt.split("T");
    document.getElementById("id_callback_on").value = on;
    document.getElementById("id_callback_time").value = at;
    preview();
    document.querySelector("[name=then][value=next]").focus();
  });
  document.addEventListener("input", (event) => {
    if (event.target.matches("#id_callback_on, #id_callback_time")) preview();
  });
  document.addEventListener("htmx:load", preview);
})();
