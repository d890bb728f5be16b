// A field for every key of the scenario's schema, by what the schema says of it.
import { el, fresh, later, words } from "/dom.js";

let schema, choices, change, values;
/** The schema, the catalogue's names, how to read a value and how to change it. */
export function setUp(given) { ({ schema, choices, change, values } = given); }

/** A schema without what only says that it may be absent. */
export function resolve(given) {
  let found = given;
  if (found.anyOf) {
    const some = found.anyOf.filter((one) => one.type !== "null");
    found = some.length === 1 ? { ...some[0], description: found.description ?? some[0].description } : { ...found, anyOf: some };
  }
  if (found.$ref) {
    const name = found.$ref.split("/").pop();
    const own = resolve(schema.$defs[name]);
    found = { ...own, description: found.description ?? own.description, name };
  }
  if (Array.isArray(found.type)) found = { ...found, type: found.type.find((type) => type !== "null") };
  return found;
}

/** Keys that are shown without asking for more, by table. */
const PROMINENT = {
  WorkloadTable: ["model", "traffic", "max_output_tokens", "client"],
  TrafficTable: ["scale", "cached_share"],
  SloTable: ["throttled_share", "added_wait", "failed_share", "latency"],
  PercentileTable: ["p99"],
  AllowTable: ["sku", "commitment", "spillover", "schedule", "model", "region"],
  SubscriptionTable: ["quota_tier", "ptu_quota"],
  RequireTable: ["data_zone", "budget"],
  TermsTable: ["currency", "discount"],
  UncertainTable: ["traffic", "growth_per_month"],
  TodayTable: ["deployments", "commitment"],
  DeploymentTable: ["sku", "model", "capacity_ptu"],
};
/** Figures that are moved more easily than typed. `unit` makes a text of them. */
const SLIDERS = {
  "TrafficTable.scale": { min: 0.1, max: 4, step: 0.05, start: 1 },
  "TrafficTable.cached_share": { min: 0, max: 95, step: 1, start: 0, unit: " %" },
};
/** What is first in a new table, where the schema asks for something. */
const EXAMPLES = {
  HorizonTable: { months: 12 }, RangeTable: { low: 0.8, mode: 1, high: 1.2 }, OutageTable: { of: "region" },
  EventTable: { what: "outage", at: "12 h", lasts: "20 min" }, WhatIfTable: { name: "double", scale: 2 },
};
/** Keys that hold a name of the catalogue under another key. */
const SAME_CHOICES = { fine_tuned: "model", has_used: "model", alternatives: "model" };
/** Keys whose choices are not all that can be said: a trace may be a file. */
const FREE = new Set(["trace", "client", "model", "region", "zone"]);
/** Longest list of choices that is shown as boxes to tick. */
const BOXES = 16;

const choicesOf = (key) => choices[SAME_CHOICES[key] ?? key] ?? [];
const at = (path) => path.reduce((value, step) => value?.[step], values());
const text = (value) => (value === undefined ? "" : Array.isArray(value) ? value.join(", ") : typeof value === "object" ? JSON.stringify(value) : String(value));

/** Help that can be opened, and is read out in any case. */
function help(given, id, label) {
  const said = [given.description, given.default !== undefined && typeof given.default !== "object" && !/absent|default/.test(given.description ?? "") ? `${given.default} when absent.` : ""].filter(Boolean).join(" ");
  if (!said) return { button: null, body: null, id: null };
  const body = el("p", { class: "help", id, hidden: true }, said.replaceAll("`", ""));
  const button = el("button", { type: "button", class: "why-this", "aria-expanded": "false", "aria-controls": id, onclick: () => { body.hidden = !body.hidden; button.setAttribute("aria-expanded", String(!body.hidden)); } }, el("span", { "aria-hidden": "true" }, "?"), el("span", { class: "hidden" }, `Help on ${label}`));
  return { button, body, id };
}

/** A field: its label, its control, its help, and room for what is wrong with it. */
function field(path, given, label, control, id) {
  const { button, body, id: described } = help(given, fresh("help"), label);
  const problem = el("p", { class: "problem", id: fresh("problem"), hidden: true });
  control.setAttribute("aria-describedby", [described, problem.id].filter(Boolean).join(" "));
  return el("div", { class: "field", data: { path: JSON.stringify(path) } },
    el("div", { class: "label" }, el("label", { for: id }, label), button), control.wrap ?? control, problem, body);
}

/** What a person typed, as a value of the schema's type; undefined means that nothing is stated. */
function parsed(typed, given) {
  const plain = typed.trim();
  if (plain === "") return undefined;
  const types = new Set((given.anyOf ?? [given]).map((one) => resolve(one).type));
  const number = /^-?(\d[\d_]*)(\.\d+)?$/.test(plain) ? Number(plain.replaceAll("_", "")) : NaN;
  if ((types.has("integer") || types.has("number")) && !Number.isNaN(number)) return number;
  if (types.has("boolean") && (plain === "true" || plain === "false")) return plain === "true";
  if (types.has("array") && (plain.includes(",") || !types.has("string"))) {
    const items = (given.anyOf ?? [given]).map(resolve).find((one) => one.type === "array").items;
    return plain.split(",").map((one) => parsed(one, resolve(items))).filter((one) => one !== undefined);
  }
  return plain;
}

function typed(path, given, label) {
  const id = fresh("field");
  const options = choicesOf(path.findLast((step) => typeof step === "string"));
  const numeric = given.type === "integer" || given.type === "number";
  const input = el("input", { id, type: "text", autocomplete: "off", spellcheck: "false", inputmode: numeric ? "decimal" : null, value: text(at(path)) });
  const commit = () => { const value = parsed(input.value, given); if (JSON.stringify(value) !== JSON.stringify(at(path))) change(path, value ?? null); };
  const soon = later(400, commit);
  input.addEventListener("input", soon);
  input.addEventListener("change", () => { soon.cancel(); commit(); });
  input.addEventListener("keydown", (event) => { if (event.key === "Enter") { soon.cancel(); commit(); } });
  if (options.length) {
    const list = el("datalist", { id: fresh("list") }, options.map((one) => el("option", { value: one.value, label: one.words || null })));
    input.setAttribute("list", list.id);
    input.wrap = el("div", {}, input, list);
  }
  return field(path, given, label, input, id);
}

function slider(path, given, label, range) {
  const made = typed(path, given, label);
  const input = made.querySelector("input");
  const number = () => { const found = parseFloat(text(at(path))); return Number.isNaN(found) ? range.start : found; };
  const move = el("input", { type: "range", min: range.min, max: range.max, step: range.step, value: number(), "aria-label": label });
  move.addEventListener("input", () => {
    const value = Number(move.value);
    input.value = range.unit ? value + range.unit : String(value);
    move.setAttribute("aria-valuetext", input.value);
    change(path, range.unit ? input.value : value, true);
  });
  input.addEventListener("input", () => { const found = parseFloat(input.value); if (!Number.isNaN(found)) move.value = found; });
  made.querySelector(".label").after(move);
  made.classList.add("slide");
  return made;
}

function chosen(path, given, label, options) {
  const id = fresh("field");
  const now = text(at(path));
  const select = el("select", { id, onchange: () => change(path, select.value === "" ? null : given.type === "boolean" ? select.value === "true" : select.value) },
    el("option", { value: "" }, given.default !== undefined ? `not stated (${given.default})` : "not stated"),
    options.map((one) => el("option", { value: one.value }, one.words ? `${one.value}: ${one.words}` : one.value)));
  if (now && !options.some((one) => one.value === now)) select.append(el("option", { value: now }, now));
  select.value = now;
  return field(path, given, label, select, id);
}

function ticked(path, given, label, options) {
  const own = () => at(path) ?? [];
  const toggle = (value, on) => change(path, on ? [...own(), value] : own().filter((one) => one !== value));
  const boxes = [...options, ...own().filter((value) => !options.some((one) => one.value === value)).map((value) => ({ value, words: "" }))];
  const { button, body, id } = help(given, fresh("help"), label);
  const name = el("span", { id: fresh("name") }, label);
  const problem = el("p", { class: "problem", id: fresh("problem"), hidden: true });
  return el("fieldset", { class: "field ticks", "aria-labelledby": name.id, "aria-describedby": [id, problem.id].filter(Boolean).join(" "), data: { path: JSON.stringify(path) } },
    el("legend", {}, name, button), problem, body,
    boxes.map((one) => {
      const box = el("input", { type: "checkbox", checked: own().includes(one.value), onchange: () => toggle(one.value, box.checked) });
      return el("label", { class: "tick" }, box, el("span", {}, one.value, one.words && one.words !== one.value ? el("small", {}, one.words) : null));
    }));
}

/** Names with a value each, such as quotas by SKU. */
function pairs(path, given, label) {
  const any = { anyOf: [{ type: "string" }, { type: "number" }, { type: "array", items: { type: "string" } }] };
  const value = typeof given.additionalProperties === "object" ? resolve(given.additionalProperties) : any;
  const name = el("input", { type: "text", "aria-label": `Name for ${label}`, placeholder: "name", autocomplete: "off" });
  const options = path.at(-1) === "ptu_quota" ? choicesOf("sku") : choicesOf(path.at(-1));
  const list = el("datalist", { id: fresh("list") }, options.map((one) => el("option", { value: one.value })));
  name.setAttribute("list", list.id);
  const worth = el("input", { type: "text", "aria-label": `Value for ${label}`, placeholder: "value", autocomplete: "off" });
  const add = () => { const typed = parsed(worth.value, value); if (name.value.trim() && typed !== undefined) change([...path, name.value.trim()], typed, false, true); };
  return nested(path, given, label, [
    Object.keys(at(path) ?? {}).map((key) => removable([...path, key], key, make([...path, key], value, key))),
    el("div", { class: "pair" }, name, list, worth, el("button", { type: "button", onclick: add }, "Add")),
  ], at(path) !== undefined);
}

const removable = (path, name, made) => el("div", { class: "removable" }, made, el("button", { type: "button", class: "remove", onclick: () => change(path, null, false, true) }, "Remove", el("span", { class: "hidden" }, ` ${name}`)));

function nested(path, given, label, content, isOpen) {
  const { button, body } = help(given, fresh("help"), label);
  return el("details", { class: "nested", open: isOpen || null, data: { path: JSON.stringify(path) } },
    el("summary", {}, label), button, body, el("p", { class: "problem", hidden: true }), content);
}

function list(path, given, label) {
  const items = resolve(given.items);
  const own = at(path) ?? [];
  const name = (one, place) => (typeof one === "object" && (one.name ?? one.what ?? one.id ?? one.model)) || `${label} ${place + 1}`;
  return nested(path, given, own.length ? `${label} (${own.length})` : label, [
    own.map((one, place) => removable([...path, place], name(one, place), items.type === "object" || items.anyOf ? el("fieldset", {}, el("legend", {}, name(one, place)), inner([...path, place], items)) : make([...path, place], items, String(place + 1)))),
    el("button", { type: "button", onclick: () => change([...path, own.length], example(items), false, true) }, "Add"),
  ], own.length > 0);
}

/** The least that a new table or value has. */
function example(given) {
  if (EXAMPLES[given.name]) return EXAMPLES[given.name];
  if (given.type === "object") return Object.fromEntries((given.required ?? []).map((key) => [key, example(resolve(given.properties[key]))]));
  if (given.anyOf) return example(resolve(given.anyOf[0]));
  return { integer: 1, number: 1, boolean: true, array: [] }[given.type] ?? "";
}

/** The control of a key. */
export function make(path, raw, label = words(String(path.at(-1)))) {
  const given = resolve(raw);
  const key = path.findLast((step) => typeof step === "string");
  const value = at(path);
  const range = SLIDERS[`${raw.of}.${key}`];
  if (range) return slider(path, given, label, range);
  if (given.type === "boolean") return chosen(path, given, label, [{ value: "true", words: "" }, { value: "false", words: "" }]);
  const constants = given.oneOf?.every((one) => "const" in one) && given.oneOf.map((one) => ({ value: one.const, words: (one.description ?? "").replaceAll("`", "") }));
  if (constants) return chosen(path, given, label, constants);
  if (given.type === "string") {
    const options = choicesOf(key);
    return options.length && options.length <= BOXES && !FREE.has(key) ? chosen(path, given, label, options) : typed(path, given, label);
  }
  if (given.type === "array") {
    const items = resolve(given.items);
    if (items.type === "object" || items.anyOf) return list(path, given, label);
    const options = choicesOf(key);
    return items.type === "string" && options.length && options.length <= BOXES ? ticked(path, given, label, options) : typed(path, given, label);
  }
  const isTable = value !== null && typeof value === "object" && !Array.isArray(value);
  const tables = (given.anyOf ?? given.oneOf ?? [given]).map(resolve).filter((one) => one.properties);
  if (tables.length && (isTable || given.type === "object")) {
    const fits = (one) => (one.required ?? []).every((name) => value?.[name] !== undefined) && Object.entries(one.properties).every(([name, own]) => own.const === undefined || own.const === value?.[name]);
    const own = tables.find(fits) ?? tables[0];
    if (value === undefined) return nested(path, given, label, el("button", { type: "button", onclick: () => change(path, example(own), false, true) }, "State it"), false);
    return nested(path, given, label, inner(path, own), true);
  }
  if (given.type === "object") return pairs(path, given, label);
  return typed(path, given, label);
}

/** The fields of a table: what is stated or matters most, and the others behind "more". */
export function inner(path, given) {
  const required = new Set(given.required ?? []);
  const prominent = new Set(PROMINENT[given.name] ?? []);
  const own = at(path) ?? {};
  const keys = Object.keys(given.properties ?? {});
  const order = [...(PROMINENT[given.name] ?? []).filter((key) => keys.includes(key)), ...keys.filter((key) => !prominent.has(key))];
  const shown = order.filter((key) => required.has(key) || prominent.has(key) || own[key] !== undefined);
  const rest = order.filter((key) => !shown.includes(key));
  const one = (key) => {
    const raw = { ...given.properties[key], of: given.name };
    const made = make([...path, key], raw);
    const optionalTable = own[key] !== undefined && !required.has(key) && made.matches("details.nested");
    return optionalTable ? removable([...path, key], words(key), made) : made;
  };
  const more = el("details", { class: "more", data: { below: JSON.stringify(path), keys: JSON.stringify(rest) }, ontoggle: (event) => { if (event.target === more && more.open) fill(); } }, el("summary", {}, `${rest.length} more`));
  const fill = () => { if (more.childElementCount === 1) more.append(...rest.map(one)); };
  more.fill = fill;
  return [shown.map(one), rest.length ? more : null];
}
