// Draws every [data-chart]: its JSON (accounts/templatetags/ui.py says the form) becomes an ECharts chart in the page's colors.
(() => {
  "use strict";

  const probe = document.createElement("i");
  probe.hidden = true;
  document.body.append(probe);

  // Canvas needs plain colors; the browser resolves light-dark() and variables for an element.
  function color(name) {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  }

  const palette = () => [1, 2, 3, 4, 5, 6].map((n) => color(`--desk-chart-${n}`));
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;

  function frame(spec) {
    const text = color("--tblr-secondary");
    const unit = spec.unit || "";
    const line = { lineStyle: { color: color("--desk-chart-grid") } };
    return {
      words: { type: "category", data: spec.labels, axisTick: { show: false }, axisLine: line, axisLabel: { color: text } },
      numbers: { type: "value", minInterval: unit ? 0 : 1, splitLine: line, axisLabel: { color: text, formatter: `{value}${unit}`, hideOverlap: true } },
      base: {
        animation: !still,
        aria: { enabled: true, label: { description: `${spec.title}. The same numbers stand in the table below.` } },
        color: palette(),
        textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
        grid: { left: 4, right: 12, top: spec.series.length > 1 ? 36 : 12, bottom: 4, outerBoundsMode: "same" },
        legend: { type: "scroll", show: spec.series.length > 1, top: 0, left: 0, icon: "roundRect", itemWidth: 10, itemHeight: 10, textStyle: { color: text } },
        // Rich text is drawn on the canvas; the HTML tooltip would need inline styles, which the page forbids.
        tooltip: {
          trigger: "axis", renderMode: "richText", confine: true, backgroundColor: color("--tblr-bg-surface"),
          borderColor: color("--tblr-border-color"), textStyle: { color: color("--tblr-body-color"), fontSize: 12 },
          valueFormatter: (value) => (value == null ? "–" : `${value}${unit}`),
        },
      },
    };
  }

  function bars(spec, part) {
    const flat = spec.kind === "hbar";
    const words = flat ? { ...part.words, inverse: true } : part.words;
    const series = spec.series.map((one) => ({
      name: one.name, data: one.values, type: "bar", barMaxWidth: 28,
      itemStyle: { borderRadius: flat ? [0, 4, 4, 0] : [4, 4, 0, 0] },
    }));
    return { ...part.base, series, xAxis: flat ? part.numbers : words, yAxis: flat ? words : part.numbers };
  }

  function draw(element) {
    const spec = JSON.parse(document.getElementById(element.dataset.chart).textContent);
    const drawn = echarts.getInstanceByDom(element) || echarts.init(element);
    drawn.setOption(bars(spec, frame(spec)), true);
  }

  const drawAll = () => document.querySelectorAll("[data-chart]").forEach(draw);
  drawAll();
  document.addEventListener("theme:change", drawAll);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  document.addEventListener("htmx:load", (event) => event.detail.elt.querySelectorAll("[data-chart]").forEach(draw));
  addEventListener("resize", () => document.querySelectorAll("[data-chart]").forEach((one) => echarts.getInstanceByDom(one)?.resize()));
})();
