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

  // A few words under upright bars are all shown, broken into lines where they are long; of many, as many as fit.
  const fitted = (spec, width) => (spec.kind === "hbar" || spec.labels.length > 8 ? {}
    : { interval: 0, formatter: (word) => word.replace(/^(\w+) (\d+\/\d+)$/, width / spec.labels.length < 70 ? "$1\n$2" : "$1 $2"), width: Math.max(40, (width - 60) / spec.labels.length - 6), overflow: "break", lineHeight: 15 });

  function frame(spec, width) {
    const text = color("--tblr-secondary");
    const unit = spec.unit || "";
    const line = { lineStyle: { color: color("--desk-chart-grid") } };
    return {
      words: { type: "category", data: spec.labels, axisTick: { show: false }, axisLine: line, axisLabel: { color: text, ...fitted(spec, width) } },
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

  // bar, hbar (bars that lie), stack (parts of a whole, one upon the other), line.
  function axes(spec, part) {
    const flat = spec.kind === "hbar";
    const words = flat ? { ...part.words, inverse: true } : part.words;
    const series = spec.series.map((one) => ({
      name: one.name, data: one.values.map((value, n) => (spec.marked?.[n] ? { value, itemStyle: { color: color("--desk-chart-2") } } : value)),
      barMaxWidth: 28,
      ...(spec.kind === "line" ? { type: "line", symbolSize: 5, connectNulls: false } : { type: "bar" }),
      ...(spec.kind === "stack" ? { stack: "whole", barMaxWidth: 44 } : { itemStyle: { borderRadius: flat ? [0, 4, 4, 0] : [4, 4, 0, 0] } }),
    }));
    const numbers = spec.kind === "stack" && spec.unit === "%" ? { ...part.numbers, max: 100 } : part.numbers;
    return { ...part.base, series, xAxis: flat ? numbers : words, yAxis: flat ? words : numbers };
  }

  // Steps from many to few, each as wide as its number.
  function funnel(spec, part) {
    const data = spec.labels.map((name, n) => ({ name, value: spec.series[0].values[n] || 0 }));
    const label = { position: "inside", color: color("--tblr-emphasis-color"), opacity: 1, formatter: "{b}: {c}", fontSize: 13 };
    return {
      ...part.base, color: palette().slice(0, 1), legend: { show: false }, tooltip: { show: false },
      series: [{ type: "funnel", sort: "none", left: 8, right: 8, top: 8, bottom: 8, gap: 4, minSize: "2%", data, label, itemStyle: { opacity: 0.4, borderWidth: 0 } }],
    };
  }

  function draw(element) {
    const spec = JSON.parse(element.dataset.chart);
    const drawn = echarts.getInstanceByDom(element) || echarts.init(element);
    const part = frame(spec, element.clientWidth);
    drawn.setOption(spec.kind === "funnel" ? funnel(spec, part) : axes(spec, part), true);
  }

  const drawAll = () => document.querySelectorAll("[data-chart]").forEach(draw);
  drawAll();
  document.addEventListener("theme:change", drawAll);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  // On paper all colors are the light ones (layout.css): the canvas needs them painted anew, and back afterward.
  matchMedia("print").addEventListener("change", drawAll);
  document.addEventListener("htmx:load", (event) => event.detail.elt.querySelectorAll("[data-chart]").forEach(draw));
  addEventListener("resize", () => document.querySelectorAll("[data-chart]").forEach((one) => {
    echarts.getInstanceByDom(one)?.resize();
    draw(one);
  }));
})();
