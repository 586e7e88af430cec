// A short tone when the reminder of a promised call comes, for those who want one.
(() => {
  "use strict";

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

  document.addEventListener("desk:reminder", () => desk.isOn("sounds") && beep());
  document.addEventListener("change", (event) => {
    // So that people know what to listen for; it also lets the browser play later ones.
    if (event.target.matches("[data-preference=sounds]") && event.target.checked) beep();
  });
})();
