// Draws the charts, moves with theme, width and print, and lets the sliders select points of the grid.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const { kinds, group } = window.ptuplanCharts;
  const plots = [...document.querySelectorAll("[data-chart]")];
  const drawn = new Map();

  // Charts over time zoom together; the buttons do for the keyboard what the handles do for the mouse.
  const zoomable = (element, instance) => {
    instance.group = "time";
    echarts.connect("time");
    const bar = element.parentElement.querySelector(".zoom");
    bar.hidden = false;
    bar.addEventListener("click", (event) => {
      const zoom = event.target.dataset.zoom;
      if (!zoom) return;
      const { start, end } = instance.getOption().dataZoom[0];
      const span = end - start;
      const [from, width] = { in: [start + span / 4, span / 2], out: [start - span / 2, span * 2], back: [start - span / 2, span], on: [start + span / 2, span], all: [0, 100] }[zoom];
      const size = Math.min(100, Math.max(0.5, width));
      const first = Math.min(Math.max(0, from), 100 - size);
      instance.dispatchAction({ type: "dataZoom", start: first, end: first + size });
    });
  };
  // A chart is as wide as its place before the place is painted.
  const resized = new ResizeObserver((entries) => entries.forEach(({ target }) => {
    const instance = drawn.get(target);
    const printing = document.documentElement.dataset.printing === "yes";
    if (printing || !instance || !isShown(target) || instance.getWidth() === target.clientWidth) return;
    instance.resize();
    draw(target);
  }));
  const draw = (element) => {
    const chart = data[element.dataset.chart];
    let instance = drawn.get(element);
    if (!instance) {
      instance = echarts.init(element, null, { renderer: "svg" });
      drawn.set(element, instance);
      resized.observe(element);
      if (element.parentElement.querySelector(".zoom")) zoomable(element, instance);
    }
    instance.setOption(kinds[chart.kind](chart, instance.getWidth() < 560, instance.getWidth(), instance.getHeight()), true);
  };
  const redraw = () => drawn.forEach((instance, element) => { if (isShown(element)) { instance.resize(); draw(element); } });
  const isShown = (element) => !element.closest("details:not([open])");
  const drawAll = () => plots.forEach((element) => { if (isShown(element) && !drawn.has(element)) draw(element); });

  // One chart a task, so that the page opens at once and answers while it draws. What is closed is drawn when it opens.
  const next = () => {
    const element = plots.find((plot) => isShown(plot) && !drawn.has(plot));
    if (element) { draw(element); setTimeout(next, 0); } else { document.documentElement.dataset.drawn = drawn.size; }
  };
  addEventListener("toggle", (event) => {
    if (!event.target.open) return;
    drawn.forEach((instance, element) => { if (event.target.contains(element)) { instance.resize(); draw(element); } });
    next();
  }, true);

  // A link to a section opens it.
  const openTarget = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target instanceof HTMLDetailsElement) { target.open = true; target.scrollIntoView(); }
  };
  addEventListener("hashchange", openTarget);
  for (const link of document.querySelectorAll(".toc a")) link.addEventListener("click", () => setTimeout(openTarget, 0));
  openTarget();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);

  // Theme: auto, light, dark.
  const button = document.getElementById("theme");
  const themes = ["auto", "light", "dark"];
  const store = { read() { try { return localStorage.getItem("ptuplan-theme"); } catch { return null; } }, write(v) { try { localStorage.setItem("ptuplan-theme", v); } catch { /* private windows keep nothing */ } } };
  const setTheme = (theme) => {
    if (theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    button.querySelector("span").textContent = theme;
    redraw();
  };
  let theme = themes.includes(store.read()) ? store.read() : "auto";
  button.hidden = false;
  setTheme(theme);
  button.addEventListener("click", () => {
    theme = themes[(themes.indexOf(theme) + 1) % themes.length];
    store.write(theme);
    setTheme(theme);
  });

  // Print: every chart is there, in light colours, at the width of the paper.
  let before, closed = [];
  addEventListener("beforeprint", () => {
    before = document.documentElement.dataset.theme;
    closed = [...document.querySelectorAll("details.section:not([open])")];
    closed.forEach((section) => { section.open = true; });
    document.documentElement.dataset.theme = "light";
    document.documentElement.dataset.printing = "yes";
    drawAll();
    drawn.forEach((instance, element) => { instance.resize({ width: 680 }); draw(element); });
  });
  addEventListener("afterprint", () => {
    delete document.documentElement.dataset.printing;
    if (before) document.documentElement.dataset.theme = before;
    else delete document.documentElement.dataset.theme;
    closed.forEach((section) => { section.open = false; });
    drawn.forEach((instance) => instance.resize({ width: "auto" }));
    redraw();
  });

  // Sliders.
  for (const box of document.querySelectorAll("[data-grid]")) {
    const grid = data[box.dataset.grid];
    const inputs = [...box.querySelectorAll("input")];
    const outputs = [...box.querySelectorAll("output")];
    const out = (name) => box.querySelector("[data-out=" + name + "]");
    const at = (place) => place.reduce((index, position, axis) => index * grid.values[axis].length + position, 0);
    const show = () => {
      const place = inputs.map((input) => Number(input.value));
      place.forEach((position, axis) => {
        outputs[axis].textContent = grid.values[axis][position];
        inputs[axis].setAttribute("aria-valuetext", grid.values[axis][position]);
      });
      const point = at(place);
      box.dataset.point = point;
      const cost = grid.cost[point];
      const simulated = cost !== null;
      out("cost").textContent = simulated ? cost + " " + grid.currency : "not simulated";
      out("throttle").textContent = grid.throttle[point] ?? "–";
      out("wait").textContent = grid.wait[point] ?? "–";
      out("use").textContent = grid.use[point] ?? "–";
      const difference = simulated ? Number(grid.exact[point]) - Number(grid.exact[at(grid.choice)]) : 0;
      const same = point === at(grid.choice);
      out("difference").textContent = !simulated ? "" : same ? "the choice" : (difference > 0 ? "+" : "") + group(difference, 0) + " against the choice";
      const best = grid.best.length ? grid.best[point] : undefined;
      const settings = place.map((position, axis) => grid.values[axis][position]);
      if (best === undefined) out("best").textContent = "";
      else if (best === null) out("best").textContent = simulated ? "No size or commitment is feasible here." : "This combination was not simulated: change either the traffic or the cached share.";
      else {
        const [size, , , paid] = grid.values.map((values, axis) => values[Math.floor(best / grid.values.slice(axis + 1).reduce((n, v) => n * v.length, 1)) % values.length]);
        out("best").textContent = "The cheapest here (traffic: " + settings[1] + ", cached: " + settings[2] + "): " + size + (/PTU/.test(size) ? ", " + paid : "") + ", " + grid.cost[best] + " " + grid.currency + " a month.";
      }
      const feasible = grid.feasible[point];
      const verdict = out("feasible");
      verdict.textContent = feasible === null ? "" : feasible ? "feasible" : "infeasible: it breaks an objective or a limit";
      verdict.className = "note " + (feasible === null ? "" : feasible ? "good" : "bad");
    };
    inputs.forEach((input) => input.addEventListener("input", show));
    box.querySelector(".reset").addEventListener("click", () => {
      inputs.forEach((input, axis) => { input.value = grid.choice[axis]; });
      show();
    });
    show();
  }

  next();
})();
