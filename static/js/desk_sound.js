// A short tone when the reminder of a promised call comes, for those who want one.
(() => {
  "use strict";

  const SWITCHED_ON = "desk-sounds-on";
  const isOn = () => localStorage.getItem(SWITCHED_ON) !== null;

  function beep() {
    const context = new AudioContext();
    const [tone, volume] = [context.createOscillator(), context.createGain()];
    tone.frequency.value = 880;
    volume.gain.setValueAtTime(0.15, context.currentTime);
    volume.gain.exponentialRampToValueAtTime(0.001, context.currentTime + 0.6);
    tone.connect(volume).connect(context.destination);
    tone.onended = () => context.close();
    tone.start();
    tone.stop(context.currentTime + 0.6);
  }

  function onPage() {
    document.querySelectorAll("[data-sounds]").forEach((box) => (box.checked = isOn()));
  }

  document.addEventListener("desk:reminder", () => isOn() && beep());
  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-sounds]")) return;
    if (!event.target.checked) return localStorage.removeItem(SWITCHED_ON);
    localStorage.setItem(SWITCHED_ON, "yes");
    // So that people know what to listen for; it also lets the browser play later ones.
    beep();
  });
  ["htmx:load", "desk:looked"].forEach((name) => document.addEventListener(name, onPage));
  onPage();
})();
