// Pinned answers beside the one of now. They are the tab's own and outlive a reload.
import { el } from "/dom.js";

const root = el("div", { id: "pins" });
const answer = document.getElementById("result");
const KEY = "ptuplan-pins";
const MOST = 3;
/** Lines that are shown of what is asked differently. */
const LINES = 8;
let pins = [];
try { pins = JSON.parse(sessionStorage.getItem(KEY)) ?? []; } catch { pins = []; }
const keep = () => { try { sessionStorage.setItem(KEY, JSON.stringify(pins)); } catch { /* a full store keeps the earlier ones */ } };

const amount = (glance) => (glance.figure ? Number(glance.figure.amount) : NaN);
const money = (value, currency) => `${Math.round(value).toLocaleString("en-US")} ${currency}`;

/** Pins the answer that is shown. */
export function pin(shown, hooks) {
  const { glance, written, stage, page } = shown;
  pins = [...pins, { glance, written, stage, title: page.title, figure: page.glance.figure, frame: page.frame }].slice(-MOST);
  keep();
  draw(shown, hooks);
}

function difference(now, then) {
  // A first answer is of a few sizes in one future: beside a whole one its difference says nothing of the question.
  if (now.stage !== then.stage) return "";
  [now, then] = [now.glance, then.glance];
  const [a, b] = [amount(now), amount(then)];
  if (Number.isNaN(a) || Number.isNaN(b) || now.figure.currency !== then.figure.currency) return "";
  const more = b - a;
  if (Math.abs(more) < 0.5) return "costs the same as now";
  return `${money(Math.abs(more), now.figure.currency)} ${more > 0 ? "more" : "less"} than now`;
}

/** Lines of a text that the other does not have. */
function only(from, to) {
  const other = new Set(to.split("\n").map(uncommented));
  return from.split("\n").map(uncommented).filter((line) => line && !other.has(line));
}

/** What is asked differently: the lines that a pinned question has, and those that it does not have. */
function changed(pinned, now) {
  const line = (mark, words) => (text) => el("div", {}, el("span", { class: "hidden" }, words), el("code", {}, `${mark} ${text}`));
  const all = [...only(pinned, now).map(line("+", "here: ")), ...only(now, pinned).map(line("−", "not here: "))];
  return all.length > LINES ? [...all.slice(0, LINES), `and ${all.length - LINES} lines more`] : all;
}

/** A line without the comment behind it: a # within quotes begins none. */
function uncommented(line) {
  const found = /^(?:[^"'#]|"(?:[^"\\]|\\.)*"|'[^']*')*/.exec(line);
  return (found && line[found[0].length] === "#" ? found[0] : line).trim();
}

/** Draws the pinned answers and that of now side by side. */
export function draw(shown, hooks) {
  if (!pins.length || !shown) return root.replaceChildren();
  // The answer and its picture come first: what it is compared with stands right behind them.
  const first = answer.querySelector(".first");
  if (first) first.after(root); else answer.prepend(root);
  const now = { glance: shown.glance, figure: shown.page.glance.figure, stage: shown.stage, written: shown.written };
  const columns = [...pins.map((own, at) => ({ ...own, name: `Pinned ${at + 1}`, at })), { ...now, name: "Now" }];
  const row = (label, value) => el("tr", {}, el("th", { scope: "row" }, label), columns.map((own) => el("td", {}, value(own))));
  const lines = (own) => (own.at === undefined ? "" : changed(own.written.text, now.written.text));
  root.replaceChildren(el("section", { class: "pinned" }, el("h2", {}, "Compared"),
    el("div", { class: "scroll", role: "region", "aria-label": "Pinned answers", tabindex: "0" }, el("table", {},
      el("caption", { class: "hidden" }, "Pinned answers and the one of now"),
      el("thead", {}, el("tr", {}, el("th", { scope: "col" }, el("span", { class: "hidden" }, "What")), columns.map((own) => el("th", { scope: "col" }, own.name)))),
      el("tbody", {},
        row("Cost a month", (own) => [el("strong", {}, own.figure ?? "–"), own.at === undefined ? "" : el("small", {}, difference(now, own))]),
        row("What to do", (own) => own.glance.action),
        row("What the cost is of", (own) => own.glance.figure?.band ?? ""),
        row("How sure", (own) => own.glance.how_sure),
        row("Answer", (own) => (own.stage === "whole" ? "whole" : "first: one future, a few sizes")),
        row("Asked differently (+ here, − now)", lines),
        row("", (own) => (own.at === undefined ? "" : el("div", { class: "pair" },
          el("button", { type: "button", onclick: () => hooks.restore(own.written) }, "Ask again"),
          el("button", { type: "button", onclick: () => { pins = pins.filter((_, at) => at !== own.at); keep(); draw(shown, hooks); } }, "Unpin")))))))));
}
