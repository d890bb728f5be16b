// The page: a question on the left, its answer on the right.
import { Gone, fromAddress, get, post, toAddress } from "/address.js";
import { ask, giveUp, shown } from "/answer.js";
import { redraw } from "/blocks.js";
import { el, fresh, later } from "/dom.js";
import { setUp } from "/fields.js";
import { draw, mark, retext } from "/form.js";
import { droppedIn, inWords, isOnlyHere, kept as logsKept, knowDropped, traffic } from "/logs.js";
import { draw as drawPins, pin } from "/pins.js";

const at = (id) => document.getElementById(id);
const form = at("question");
const notice = at("notice");

// What is asked: `text` is the scenario, `base` the file that was read and its text then, `values` what the text says.
const now = { file: "", text: null, base: null, values: null, problems: [], wrong: [] };
const undone = [];
let schema, state;

/* ---- the connection ---- */

let waiting = null;
function failed(error) {
  if (error.name === "AbortError") return;
  if (!(error instanceof Gone)) { notify([el("p", {}, `Something is wrong with this page: ${error.message}`)]); throw error; }
  const command = `ptuplan open${state?.text != null ? " " + now.file : ""} --port ${location.port}`;
  notify([
    el("p", {}, el("strong", {}, error.closed ? "This page is closed." : "The server has stopped."), isOnlyHere(now.text ?? JSON.stringify(starting)) ? " The question is in the address of this page; the log that was dropped is gone with the server, and has to be dropped again. Start it again with " : " Nothing is lost: the question is in the address of this page. Start it again with ", el("code", {}, command), " and open the address that it prints; this page then goes on by itself.", unsent.length ? " What was changed since is on this page alone, and is asked then: leave it open." : ""),
    now.text !== null ? el("button", { type: "button", onclick: download }, "Download the scenario") : null,
  ]);
  waiting ??= setInterval(async () => {
    try { await get("/api/alive"); } catch { return; }
    clearInterval(waiting);
    waiting = null;
    notify([]);
    const again = unsent.splice(0);
    for (const one of again) edit(...one);
    if (!schema) begin(); else if (!again.length && now.text !== null) answer();
  }, 1500);
}

function notify(children) {
  notice.hidden = !children.length;
  notice.replaceChildren(...children.filter(Boolean));
}

function download() {
  const link = el("a", { href: URL.createObjectURL(new Blob([now.text], { type: "application/toml" })), download: now.file.replace(/^.*[\\/]/, "") });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

/* ---- the question ---- */

const hooks = {
  text: () => now.text,
  traffic: () => traffic(logs),
  // A browser's box for text has line ends of its own.
  rewrite: (text) => edit([], now.text.includes("\r\n") ? text.replaceAll("\n", "\r\n") : text, true),
};
const logs = {
  file: () => now.file,
  redraw: () => (now.text === null ? start() : redrawForm()),
  failed,
  isAsked: () => now.text !== null,
  use: (value, log) => {
    if (now.text === null) {
      Object.assign(starting, { traffic: value, log: { file: log.file, playing: log.playing, models: log.names.model.map((one) => one.name) } }, modelOf(log, value));
      rememberStart();
      return start();
    }
    edit([{ path: ["workload", 0, "traffic"], value: null }, { path: ["workload", 0, "traffic"], value }, ...windowFor(log)], now.text, true);
  },
};

/** The model that a log names, or that is ticked of those, where it is one that the program knows and nobody has named another. */
function modelOf(log, traffic) {
  const ticked = [traffic.where?.model ?? []].flat();
  const [own, ...others] = ticked.length ? ticked : log.names.model.map((one) => one.name);
  const known = own && !others.length && state.choices.model.some((one) => one.value === own);
  return known && !starting.model ? { model: own } : {};
}

/** What of a log is used, as it was ticked. */
function ofLog(traffic) {
  const kept = Object.entries(traffic?.where ?? {}).map(([key, names]) => `${key} ${[names].flat().join(", ")}`);
  return kept.length ? `: ${kept.join("; ")}` : "";
}

/** What of the billed period is simulated: all of it, except where the program says that a part stands for the rest. */
function windowFor({ playing }) {
  const length = playing.length ? [{ path: ["length"], value: playing.length }] : [];
  return [...length, { path: ["simulate"], value: playing.simulate ?? null }];
}

const redrawForm = () => { draw(form, schema, hooks); showProblems(); };
const showProblems = () => mark(form, [...now.problems, ...now.wrong].map(inWords));

/** Changes are made one after the other, each on what the one before left. */
let queue = Promise.resolve();
const pending = new Map();
/** Changes the value at a path; `isSliding` waits for the movement to pause a little, `isShape` draws the fields anew. */
function change(path, value, isSliding = false, isShape = false) {
  if (!isSliding) return edit([{ path, value }], undefined, isShape || Array.isArray(value));
  pending.set(JSON.stringify(path), { path, value });
  slide();
}
const slide = later(60, () => { const changes = [...pending.values()]; pending.clear(); edit(changes); });

/** Changes that a server that has stopped could not be asked for: the next one is. */
const unsent = [];
function edit(...change) {
  giveUp();
  queue = queue.then(() => made(...change)).catch((error) => {
    if (error instanceof Gone) unsent.push(change);
    failed(error);
  });
  return queue;
}

async function made(changes, text, isShape = false, isUndo = false) {
  const before = now.text;
  const said = await post("/api/edit", { file: now.file, text: text ?? now.text, changes });
  const isRead = said.text !== undefined;
  // A text that cannot be read is kept as it is written, so that it can be mended.
  now.text = said.text ?? text ?? now.text;
  now.values = said.values ?? now.values;
  now.problems = said.problems ?? [{ severity: "error", message: said.message }];
  now.wrong = [];
  if (!isUndo && before !== null && before !== now.text) undone.push(before);
  at("undo").disabled = !undone.length;
  // A field shows what the text says: a change that could not be made is taken back.
  if (isShape || !isRead) redrawForm(); else { showProblems(); retext(form, now.text); }
  await remember();
  answer();
}

async function remember() {
  const isSaved = now.base?.file === now.file && now.base.text === now.text;
  at("file").textContent = now.file + (isSaved ? "" : " (not saved)");
  document.title = `${now.file} · ptuplan`;
  // The file that the program was opened with is read again; all else stands in the address.
  await toAddress(isSaved && now.file === state.file ? null : { file: now.file, text: now.text, base: now.base, dropped: droppedIn(now.text) });
}

/* ---- the answer ---- */

let answered = Promise.resolve();
const mistakes = () => [...now.problems, ...now.wrong].filter((one) => one.severity === "error");
/** Asks for the answer to the question; under another name where it is to be saved as another file. */
function answer(file = now.file) {
  if (now.problems.some((one) => one.severity === "error")) {
    giveUp();
    document.documentElement.dataset.stage = "wrong";
    at("status").textContent = shown ? "The question has a mistake: the answer below is to an earlier one." : "The question has a mistake: see the field.";
    at("progress").hidden = true;
    return answered;
  }
  answered = ask({ file, text: now.text }, {
    problems: (problems) => { now.wrong = problems; showProblems(); },
    answered: (known) => { at("pin").disabled = false; at("save").disabled = false; drawPins(known, { restore }); },
  }).catch(failed);
  return answered;
}

function restore(other) { now.file = other.file; edit([], other.text, true); }

/* ---- a new scenario ---- */

/** A form that is half filled in is in the address as a question is: a reload has it whole. */
async function rememberStart() {
  try { await toAddress({ starting, dropped: droppedIn(JSON.stringify(starting)) }); } catch (error) { failed(error); }
}

/** Whether the log shows that the subscription runs the model already, which some models ask for. */
const isRunning = () => Boolean(starting.log?.models?.includes(starting.model));
function drawRunning() {
  const told = at("running");
  told.hidden = !isRunning();
  told.textContent = `The log shows that ${starting.model} runs in this subscription: subscription.has_used will say so.`;
}

const starting = { sku: ["GlobalStandard", "GlobalProvisionedManaged"], trace: "" };
function start(mistakes = []) {
  const { choices } = state;
  const problems = mistakes.map(inWords);
  const isElsewhere = (problem) => !problem.path || (problem.path[0] === "trace" && starting.log);
  const missing = problems.find((problem) => problem.path?.[0] === "traffic");
  const one = (key, label, type, options) => {
    const id = fresh("start");
    const input = options && options.length <= 16
      ? el("select", { id, required: key !== "trace" }, el("option", { value: "" }, "choose"), options.map((own) => el("option", { value: own.value }, own.words ? `${own.value}: ${own.words}` : own.value)))
      : el("input", { id, type, required: key !== "trace", autocomplete: "off", list: options ? id + "-list" : null });
    input.value = starting[key] ?? "";
    input.name = key;
    input.addEventListener("input", () => { starting[key] = input.value; if (key === "trace") at("no-traffic")?.remove(); rememberStart(); drawRunning(); askSold(); });
    if (key === "trace" && missing) { input.setAttribute("aria-invalid", "true"); input.setAttribute("aria-describedby", "no-traffic"); }
    const wrong = problems.filter((problem) => problem.path?.[0] === key);
    return el("div", { class: "field" }, el("div", { class: "label" }, el("label", { for: id }, label)), input,
      options ? el("datalist", { id: id + "-list" }, options.map((own) => el("option", { value: own.value, label: own.words || null }))) : null,
      wrong.length ? el("p", { class: "problem" }, wrong.map((problem) => [problem.message, problem.hint && el("span", { class: "hint" }, problem.hint)])) : null);
  };
  const skus = el("fieldset", { class: "field ticks", id: "skus" });
  const used = starting.log ? el("p", { class: "good" }, `Uses ${starting.log.file}${ofLog(starting.traffic)}.`) : one("trace", "Or a trace that comes with ptuplan", "text", choices.trace);
  // The form says itself what is missing of the traffic; the browser says it of the other fields.
  const go = el("form", { novalidate: true, onsubmit: (event) => { event.preventDefault(); if (!hasTraffic()) noTraffic(); else if (go.reportValidity()) begun(); } },
    el("h2", {}, "A new scenario"), el("p", { class: "note" }, "The SKUs that are ticked may be bought. Fill in the other fields. Everything can be changed later, next to the answer."),
    traffic(logs), missing && el("p", { class: "problem", id: "no-traffic", role: "alert" }, missing.message), used,
    one("model", "Model", "text", choices.model), el("p", { class: "note", id: "running", role: "status", hidden: true }), one("region", "Azure region", "text", choices.region),
    one("quota_tier", "Quota tier of the subscription", "text", choices.quota_tier), one("start", "First day of the bill", "date"),
    skus, problems.filter((problem) => problem.path?.[0] === "sku").map((problem) => el("p", { class: "problem", id: "no-sku", role: "alert" }, problem.message, problem.hint && el("span", { class: "hint" }, problem.hint))),
    problems.filter(isElsewhere).map((problem) => el("p", { class: "problem" }, problem.message, problem.hint && el("span", { class: "hint" }, problem.hint))),
    el("button", { type: "submit", class: "main", id: "begin" }, "Answer it"));
  form.replaceChildren(go);
  drawRunning();
  drawSkus();
  askSold();
  at("status").textContent = "Say what the workload is, and the answer appears here.";
  at("result").replaceChildren(el("section", { class: "ahead" },
    el("h2", {}, "What will stand here"),
    el("p", {}, "What to buy, what it costs a month and how sure that is, what every other way to serve would cost, and the load that was simulated. All of it is of your traffic, and made on this machine."),
    el("ol", {},
      el("li", {}, "Drop a log of your calls, or choose a trace that comes with ptuplan."),
      el("li", {}, "Say the model, the region, the quota tier and the first day of the bill, and tick the SKUs that may be bought."),
      el("li", {}, "Press “Answer it”. Then change anything, and read the answer again."))));
}

const hasTraffic = () => Boolean(starting.traffic || starting.trace);
function noTraffic() {
  start([{ severity: "error", message: "Drop a log, or choose a trace that comes with ptuplan.", path: ["traffic"] }]);
  const field = form.querySelector("[name=trace]");
  at("drop").scrollIntoView({ block: "start" });
  field?.focus({ preventScroll: true });
}

/** The SKUs that the model is listed under, in the region once it is chosen; null until it is known. */
let sold = null;
const askSold = later(200, async () => {
  const { model, region, start: day } = starting;
  if (!state.choices.model.some((own) => own.value === model)) { sold = null; return drawSkus(); }
  try {
    const said = await post("/api/sold", { model, region: region ?? "", start: day ?? "" });
    if (model !== starting.model) return;
    sold = said.sku.length ? said.sku : null;
    drawSkus();
  } catch (error) { failed(error); }
});

/** What is ticked and what the model is listed under stands first, all else behind a "more". */
function drawSkus() {
  const field = at("skus");
  if (!field) return;
  const isOpen = field.querySelector("details")?.open;
  const focused = field.contains(document.activeElement) ? document.activeElement.name : null;
  const tick = (own) => {
    const isTicked = starting.sku.includes(own.value);
    const box = el("input", { type: "checkbox", name: own.value, checked: isTicked, onchange: () => { starting.sku = box.checked ? [...starting.sku, own.value] : starting.sku.filter((name) => name !== own.value); rememberStart(); } });
    const words = sold && isTicked && !sold.includes(own.value) ? `${own.words}; no table lists ${starting.model} as this` : own.words;
    return el("label", { class: "tick" }, box, el("span", {}, own.value, el("small", {}, words)));
  };
  const isFirst = (own) => sold?.includes(own.value) || starting.sku.includes(own.value);
  const first = state.choices.sku.filter(isFirst);
  const more = state.choices.sku.filter((own) => !isFirst(own));
  field.replaceChildren(el("legend", {}, "Which SKUs may be bought?"), ...first.map(tick),
    ...(more.length ? [el("details", { open: isOpen || null }, el("summary", {}, `${more.length} more SKUs`), more.map(tick))] : []));
  if (focused) field.querySelector(`[name="${CSS.escape(focused)}"]`)?.focus();
}

async function begun() {
  try {
    const said = await post("/api/start", { model: starting.model ?? "", region: starting.region ?? "", quota_tier: starting.quota_tier ?? "", start: starting.start ?? "", sku: starting.sku, trace: starting.traffic?.trace ?? (starting.trace || state.choices.trace[0].value) });
    if (said.text === undefined) return start(said.problems ?? [{ message: said.message }]);
    // Nobody was asked what runs today.
    const unasked = [{ path: ["today"], value: null }];
    if (isRunning()) unasked.push({ path: ["subscription", "has_used"], value: [starting.model] });
    const changes = starting.traffic ? [...unasked, { path: ["workload", 0, "traffic"], value: starting.traffic }, ...windowFor(starting.log)] : unasked;
    await edit(changes, said.text, true);
  } catch (error) { failed(error); }
}

/* ---- save ---- */

/** Asks for a name; `others` are the files that are in the way of `file`, and may be replaced as they are now. */
function saving(message, others = [], file = now.file) {
  const dialog = at("saving");
  const id = fresh("name");
  const folder = state.file.replace(/[^\\/]*$/, "");
  const told = message ? el("p", { class: "problem", role: "alert", id: fresh("problem") }, message) : null;
  const name = el("input", { id, type: "text", value: file.slice(folder.length), autocomplete: "off", spellcheck: "false", "aria-describedby": told?.id });
  const close = el("button", { type: "button", onclick: () => dialog.close() }, "Close");
  const submit = el("button", { type: "submit", class: "main" }, others.length ? "Replace" : "Save");
  // What was agreed to was said of the name that stood there.
  name.addEventListener("input", () => { others = []; told?.remove(); submit.textContent = "Save"; });
  dialog.replaceChildren(el("form", { onsubmit: (event) => { event.preventDefault(); submit.disabled = true; save(folder + name.value.trim(), others).catch((error) => { dialog.close(); failed(error); }); } },
    el("h2", { id: "saving-title" }, "Save the scenario and its report"),
    el("label", { for: id }, `File in ${folder || "this folder"}`), name,
    told, el("div", { class: "pair" }, submit, close)));
  if (!dialog.open) dialog.showModal();
}

async function save(file, replace) {
  const dialog = at("saving");
  await queue;
  const text = now.text;
  const asked = (onlyAsk) => post("/api/save", { file, text, base: now.base, replace, only_ask: onlyAsk });
  const refused = (said) => saving(said.message ?? said.problems.map((one) => one.message).join("; "), said.others, file);
  const found = await asked(true);
  if (found.has_report === undefined) return refused(found);
  if (!found.has_report) {
    dialog.querySelector("form").append(el("p", { role: "status" }, "Waiting for the whole answer…"));
    // What is being answered is not begun anew.
    if (file === now.file) await answered;
    if (file !== now.file || !(await asked(true)).has_report) await answer(file);
    // Whoever closed it meanwhile does not want it saved.
    if (!dialog.open) return;
  }
  const said = await asked(false);
  if (!said.written) return refused(said);
  now.file = file;
  now.base = { file, text };
  logsKept(text);
  await remember();
  saved(said);
}

/** What was written; without a report it is said why, and no command is promised to give the same. */
function saved(said) {
  const dialog = at("saving");
  const wrong = mistakes().map((one) => one.message).join("; ");
  const without = wrong ? `The report was not saved, because there is no answer: ${wrong}.` : "The report was not saved, because its answer is not held any more. Save again, and it is answered anew.";
  const copy = el("button", { type: "button", onclick: async () => { await navigator.clipboard.writeText(said.command); copy.textContent = "Copied"; } }, "Copy");
  dialog.replaceChildren(
    el("h2", { id: "saving-title" }, "Saved"), el("ul", { id: "written" }, said.written.map((path) => el("li", {}, el("code", {}, path)))),
    ...(said.report
      ? [el("p", {}, "The same answer, with the same bytes:"), el("p", {}, el("code", { id: "command" }, said.command), " ", copy)]
      : [el("p", { class: "problem", role: "alert" }, without)]),
    el("button", { type: "button", class: "main", onclick: () => dialog.close() }, "Close"));
}

/* ---- the page ---- */

function themes() {
  const all = ["auto", "light", "dark"];
  const store = { get: () => { try { return localStorage.getItem("ptuplan-theme"); } catch { return null; } }, set: (value) => { try { localStorage.setItem("ptuplan-theme", value); } catch { /* private windows keep nothing */ } } };
  let theme = all.includes(store.get()) ? store.get() : "auto";
  const set = () => {
    if (theme === "auto") delete document.documentElement.dataset.theme; else document.documentElement.dataset.theme = theme;
    at("theme").querySelector("span").textContent = theme;
    redraw();
  };
  at("theme").addEventListener("click", () => { theme = all[(all.indexOf(theme) + 1) % all.length]; store.set(theme); set(); });
  set();
}

/** The file that a question in the address was read from. */
const baseOf = (kept) => (typeof kept.base?.text === "string" ? kept.base : null);

/** A file that another program, or another tab, has changed is told when one comes back to the page, not only when it is to be saved. */
let toldOf;
async function lookAtFile() {
  if (waiting || now.base?.file !== now.file) return;
  const { file } = now;
  let text;
  try { ({ text } = await post("/api/file", { file })); } catch { return; }
  if (text === undefined || text === toldOf || [now.base.text, now.text].includes(text) || now.file !== file) return;
  toldOf = text;
  const again = () => { now.base = { file, text }; notify([]); edit([], text, true); };
  notify([
    el("p", {}, el("code", {}, file), text === null ? " was removed since this page read it. Save writes it anew." : " was changed since this page read it."),
    text === null ? null : el("button", { type: "button", onclick: again }, "Read it again"),
    el("button", { type: "button", onclick: () => notify([]) }, "Keep what is here"),
  ]);
}

async function begin() {
  try {
    [state, schema] = await Promise.all([get("/api/state"), get("/schema.json")]);
    setUp({ schema, choices: state.choices, change, values: () => now.values });
    const found = await fromAddress();
    knowDropped(found?.dropped ?? {});
    const kept = found?.text === undefined ? null : found;
    if (found?.starting && state.text === null) Object.assign(starting, found.starting);
    now.file = kept?.file ?? state.file;
    now.base = kept ? baseOf(kept) : state.text === null ? null : { file: state.file, text: state.text };
    if (!kept && state.is_named && state.text === null) notify([el("p", {}, el("code", {}, state.file), " is not there any more. This is a new scenario; Save writes it there.")]);
    if (kept || state.text !== null) return edit([], kept?.text ?? state.text, true);
    at("file").textContent = now.file;
    start();
  } catch (error) { failed(error); }
}

at("undo").addEventListener("click", () => edit([], undone.pop(), true, true));
at("pin").addEventListener("click", () => shown && pin(shown, { restore }));
at("save").addEventListener("click", () => saving());
// A log may be dropped anywhere; a page that opens it instead would be lost.
for (const kind of ["dragover", "drop"]) addEventListener(kind, (event) => event.preventDefault());
addEventListener("hashchange", async () => { const kept = await fromAddress(); if (kept?.text !== undefined && kept.text !== now.text) { knowDropped(kept.dropped ?? {}); now.file = kept.file; now.base = baseOf(kept); edit([], kept.text, true); } });
addEventListener("focus", lookAtFile);
themes();
begin();
