// Draws what the report's page is made of: the same blocks, from the same functions of the program.
import { el } from "/dom.js";

const cell = (text, figures, first) => {
  if (first) return el("th", { scope: "row", class: figures && "num" }, text);
  if (text.startsWith("https://")) return el("td", {}, el("a", { href: text, rel: "noopener noreferrer", target: "_blank" }, text));
  return el("td", { class: figures ? "num" : text.length <= 16 && "short" }, text);
};

const table = (given) => [
  el("div", { class: "scroll" + (given.long ? " long" : ""), role: "region", "aria-label": given.caption, tabindex: "0" },
    el("table", {},
      el("caption", {}, given.caption),
      el("thead", {}, el("tr", {}, given.columns.map((column) => el("th", { scope: "col", class: column.figures && "num" }, column.title)))),
      el("tbody", {}, given.rows.map((row) => el("tr", { class: row.tone || null }, row.cells.map((text, at) => cell(text, given.columns[at].figures, at === 0))))))),
  given.more && el("p", { class: "note" }, given.more),
];

/** A text whose dates stay in one line. */
const unbroken = (text) => text.split(/(\d{4}-\d\d-\d\d)/).map((part, at) => (at % 2 ? el("span", { class: "nb" }, part) : part));

const plot = (chart) => el("div", {
  class: "plot" + (chart.tall ? " tall" : ""), role: "img", data: { chart: chart.id },
  "aria-label": `${chart.title}. ${chart.note} The table below has the figures.`,
});

const folded = (summary, content, className) => {
  const body = el("div", {});
  return el("details", { class: className, ontoggle: (event) => { if (event.target.open && !body.childElementCount) body.append(...[content()].flat(9).filter(Boolean)); } }, el("summary", {}, summary), body);
};

const heat = (given) => el("figure", { class: "heat" },
  el("figcaption", {}, el("h3", {}, given.title), el("p", { class: "note" }, given.note)),
  el("div", { class: "scroll", role: "region", "aria-label": given.title, tabindex: "0" },
    el("table", {},
      el("caption", { class: "hidden" }, given.title),
      el("thead", {}, el("tr", {}, el("th", { scope: "col" }, el("span", { class: "hidden" }, "Weekday")), given.hours.map((hour) => el("th", { scope: "col" }, hour)))),
      el("tbody", {}, given.rows.map((row) => el("tr", {}, el("th", { scope: "row" }, row.day), row.cells.map((one) => {
        const td = el("td", { class: one.missing ? "missing" : one.heat > 55 ? "hot" : "" }, one.text);
        td.style.setProperty("--heat", one.heat + "%");
        return td;
      })))))));

function block(given) {
  switch (given.kind) {
    case "chart": return el("figure", { class: "chart" },
      el("figcaption", {}, el("h3", {}, given.title), el("p", { class: "note" }, given.note)), plot(given),
      folded("Table: " + given.title, () => table(given.table)));
    case "table": return given.folded ? folded(given.table.caption, () => table(given.table), "folded") : table(given.table);
    case "heat": return heat(given);
    case "list": return el("ul", {}, given.items.map((item) => el("li", {}, item)));
    // The page itself answers what if: its fields are the sliders.
    default: return [];
  }
}

const glance = (page) => el("div", { class: "first" + (page.glance.picture ? "" : " plain") },
  page.glance.figure && el("p", { class: "figure" }, el("strong", {}, page.glance.figure), " ", el("span", { class: "band" }, page.glance.band)),
  page.glance.picture && el("figure", { class: "chart picture" },
    el("figcaption", {}, el("h2", {}, page.glance.picture.title), el("p", { class: "note" }, page.glance.picture.note)), plot(page.glance.picture)),
  page.glance.lines.length && el("dl", { class: "lines" }, page.glance.lines.map(([label, text]) => el("div", {}, el("dt", {}, label), el("dd", {}, text)))));

const drawn = new Map();
const isShown = (element) => !element.closest("details:not([open])");

function draw(element, data) {
  const chart = data[element.dataset.chart];
  const { kinds } = window.ptuplanCharts;
  if (!chart || !kinds[chart.kind]) return;
  let instance = drawn.get(element);
  if (!instance) {
    instance = window.echarts.init(element, null, { renderer: "svg" });
    drawn.set(element, instance);
  }
  instance.setOption(kinds[chart.kind](chart, instance.getWidth() < 560, instance.getWidth(), instance.getHeight()), true);
}

let current = null;
const drawShown = (root) => {
  if (!current) return;
  for (const element of root.querySelectorAll("[data-chart]")) if (isShown(element) && !drawn.has(element)) draw(element, current);
};

/** Draws the charts anew, in another theme or width. */
export function redraw() {
  drawn.forEach((instance, element) => { if (isShown(element)) { instance.resize(); draw(element, current); } });
}

/**
 * Shows an answer; sections that were open stay open. Of a first answer there is the first screen alone: the sections of the answer
 * before stay below it, pale, until the whole one comes.
 */
export function show(root, { page, data, stage }) {
  const before = [...root.querySelectorAll(":scope > details.section")];
  const open = new Set(before.filter((section) => section.open).map((section) => section.id));
  const isFirst = !before.length;
  const kept = stage === "first" ? before : [];
  kept.forEach((section) => section.classList.add("stale"));
  drawn.forEach((instance, element) => {
    if (kept.some((section) => section.contains(element))) return;
    instance.dispose();
    drawn.delete(element);
  });
  current = kept.length ? { ...current, ...data } : data;
  const section = (given, at) => {
    const body = el("div", {});
    const fill = () => {
      if (body.childElementCount) return;
      if (given.intro) body.append(el("p", { class: "intro" }, given.intro));
      body.append(...given.blocks.map(block).flat(9).filter(Boolean));
    };
    const isOpen = isFirst ? at === 0 || given.id === "options" : open.has(given.id);
    if (isOpen) fill();
    return el("details", { class: "section", id: given.id, open: isOpen || null, ontoggle: (event) => { if (event.target.id === given.id && event.target.open) fill(); } },
      el("summary", {}, el("h2", {}, given.title)), body);
  };
  const sections = page.sections.filter((given) => given.blocks.some((own) => own.kind !== "what_if"));
  const answer = el("section", { class: "answer" + (page.answered ? "" : " missed") },
    el("h1", {}, page.title), el("p", { class: "headline" }, unbroken(page.headline)), glance(page),
    page.why.length ? [el("h2", { class: "minor" }, page.why_title), el("ul", { class: "why" }, page.why.map((line) => el("li", {}, line)))] : null,
    page.tiles.length ? el("dl", { class: "tiles" }, page.tiles.map((tile) => el("div", {}, el("dt", {}, tile.label), el("dd", { class: "value" }, tile.value), el("dd", { class: "note" }, tile.note)))) : null,
    page.glance.picture && folded("Table: " + page.glance.picture.title, () => table(page.glance.picture.table), "figures"),
    el("dl", { class: "frame" }, page.frame.map(([label, text]) => el("div", {}, el("dt", {}, label), el("dd", {}, text)))));
  // What stays is not moved: a chart that is being looked at keeps its place.
  if (kept.length) root.querySelector(":scope > .answer").replaceWith(answer);
  else root.replaceChildren(answer, ...sections.map(section));
  drawShown(root);
}

addEventListener("toggle", (event) => {
  if (!event.target.open) return;
  // What has just opened fills itself first.
  setTimeout(() => {
    drawn.forEach((instance, element) => { if (event.target.contains(element)) { instance.resize(); draw(element, current); } });
    drawShown(event.target);
  }, 0);
}, true);
let wait;
addEventListener("resize", () => { clearTimeout(wait); wait = setTimeout(redraw, 120); });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
