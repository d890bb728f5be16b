// The question: groups of fields made from the schema, mistakes at their fields, and the text itself.
import { el, fresh, later } from "/dom.js";
import { inner, make, resolve } from "/fields.js";

/** Groups by the keys of the file they show; keys that the schema has in addition come last. */
const GROUPS = [
  ["Traffic and model", ["workload"]],
  ["Where", ["region", "subscription"]],
  ["Objectives", ["slo"]],
  ["What may be bought", ["allow"]],
  ["Period", ["name", "start", "length", "simulate", "zone", "horizon"]],
  ["Commercial terms", ["terms"]],
  ["Requirements", ["require"]],
  ["What runs today", ["today"]],
  ["What is not certain", ["uncertain"]],
  ["Events and what-ifs", ["event", "what_if"]],
];
const CONTROLS = "input, select, button, summary";
/** Groups that are open at first. */
const OPEN = 4;

const open = new Map();

/** Draws all fields anew; what was open stays open, and the focus stays where it was. */
export function draw(root, schema, hooks) {
  const focused = root.contains(document.activeElement) ? document.activeElement : null;
  const box = focused?.closest("[data-path]");
  const path = box?.dataset.path;
  const place = box ? [...box.querySelectorAll(CONTROLS)].indexOf(focused) : -1;
  const caret = focused?.tagName === "TEXTAREA" ? [focused.selectionStart, focused.selectionEnd, focused.scrollTop] : null;
  for (const details of root.querySelectorAll("details")) open.set(nameOf(details), details.open);
  const named = new Set(GROUPS.flatMap(([, keys]) => keys));
  const rest = Object.keys(schema.properties).filter((key) => !named.has(key));
  const groups = [...GROUPS, ["More", rest]];
  root.replaceChildren(
    el("div", { id: "mistakes", role: "status" }),
    hooks.traffic(),
    ...groups.map(([title, keys], at) => el("details", { class: "group", open: at < OPEN || null, data: { group: title } },
      el("summary", {}, el("h2", {}, title)), keys.filter((key) => schema.properties[key]).map((key) => group(key, schema)))),
    textOf(hooks));
  for (const details of root.querySelectorAll("details")) if (open.has(nameOf(details))) details.open = open.get(nameOf(details));
  for (const more of root.querySelectorAll("details.more[open]")) more.fill();
  if (path && place >= 0) at(root, path)?.querySelectorAll(CONTROLS)[place]?.focus({ preventScroll: true });
  if (!caret) return;
  const area = root.querySelector("textarea");
  area.focus({ preventScroll: true });
  area.setSelectionRange(caret[0], caret[1]);
  area.scrollTop = caret[2];
}

const nameOf = (details) => details.dataset.group ?? details.dataset.path ?? "more " + details.dataset.below ?? "text";
const at = (root, path) => [...root.querySelectorAll("[data-path]")].find((one) => one.dataset.path === path);

function group(key, schema) {
  const given = resolve(schema.properties[key]);
  // A table that the group is named after has its fields in the group itself.
  if (given.type === "object" && given.properties && (schema.required ?? []).includes(key)) return el("div", { data: { path: JSON.stringify([key]) } }, el("p", { class: "problem", hidden: true }), inner([key], given));
  if (key === "slo" || key === "terms") return el("div", { data: { path: JSON.stringify([key]) } }, el("p", { class: "problem", hidden: true }), inner([key], given));
  return make([key], schema.properties[key]);
}

function textOf(hooks) {
  const id = fresh("text");
  const area = el("textarea", { id, spellcheck: "false", rows: "24", value: hooks.text() });
  const commit = () => { if (area.value !== hooks.text()) hooks.rewrite(area.value); };
  const soon = later(700, commit);
  area.addEventListener("input", soon);
  area.addEventListener("change", () => { soon.cancel(); commit(); });
  return el("details", { class: "group", data: { group: "text" } }, el("summary", {}, el("h2", {}, "The scenario as text")),
    el("label", { for: id, class: "note" }, "What is saved, with its comments. Every field above is a line here."), area);
}

/** Shows the text where it is drawn and not being written. */
export function retext(root, text) {
  const area = root.querySelector("textarea");
  if (area && document.activeElement !== area) area.value = text;
}

/** Shows mistakes at their fields, and those of no field above them all. */
export function mark(root, problems) {
  for (const shown of root.querySelectorAll(".problem")) { shown.hidden = true; shown.replaceChildren(); shown.classList.remove("warning"); }
  for (const control of root.querySelectorAll("[aria-invalid]")) control.removeAttribute("aria-invalid");
  const elsewhere = [];
  const links = [];
  for (const problem of problems) {
    const field = problem.path && fieldOf(root, problem.path);
    const said = [problem.message, problem.hint && el("span", { class: "hint" }, problem.hint)];
    const room = field && [...field.querySelectorAll(".problem")].find((one) => one.closest("[data-path]") === field);
    if (!room) {
      elsewhere.push(el("li", { class: problem.severity }, said, problem.place && el("span", { class: "hint" }, problem.place)));
      continue;
    }
    room.hidden = false;
    room.classList.toggle("warning", problem.severity !== "error");
    room.append(el("span", {}, said));
    if (problem.severity !== "error") continue;
    // A figure has a slider and a box: both are marked, and the box is where one types.
    const control = field.querySelector("input:not([type=range]), select");
    control?.setAttribute("aria-invalid", "true");
    if (field.classList.contains("slide")) field.querySelector("[type=range]").setAttribute("aria-invalid", "true");
    links.push(el("li", { class: "error" }, el("button", { type: "button", class: "link", onclick: () => { for (let up = field; up; up = up.parentElement) if (up.tagName === "DETAILS") up.open = true; (control ?? field).focus(); field.scrollIntoView({ block: "center" }); } }, problem.message)));
  }
  const all = [...links, ...elsewhere];
  root.querySelector("#mistakes")?.replaceChildren(...(all.length ? [el("ul", {}, all)] : []));
}

/** The field of a path, or of the nearest table around it; what hides it is filled first. */
function fieldOf(root, path) {
  for (let length = path.length; length > 0; length--) {
    const part = path.slice(0, length);
    for (const more of root.querySelectorAll("details.more")) {
      const below = JSON.parse(more.dataset.below);
      if (JSON.stringify(part.slice(0, below.length)) === more.dataset.below && JSON.parse(more.dataset.keys).includes(part[below.length])) { more.fill(); more.open = true; }
    }
    const found = at(root, JSON.stringify(part));
    if (found) return found;
  }
  return null;
}
