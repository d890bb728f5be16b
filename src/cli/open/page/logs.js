// A log dropped on the page: recognised, summarised, filtered, used.
import { el, fresh } from "/dom.js";
import { post, send } from "/address.js";

const count = (value) => Math.round(value).toLocaleString("en-US");
const KEYS = { deployment: "Deployments", model: "Models", client: "Clients" };

/** Rows that were summed or joined to others: nothing of them is left out. */
const JOINED = ["gathered-into-buckets", "joined-row", "row-of-the-same-call"];

/** Logs that only the running server has: the trace that a scenario names, and the file that was dropped. */
let dropped = {};
const named = (text) => Object.entries(dropped).filter(([trace]) => text?.includes(JSON.stringify(trace)));
/** Those that a text plays; they go with it into the address, so that a reload and another tab know them. */
export const droppedIn = (text) => Object.fromEntries(named(text));
export function knowDropped(known) { dropped = { ...known, ...dropped }; }
/** Whether a question plays a log that only the running server has. */
export const isOnlyHere = (text) => named(text).length > 0;
/** What was dropped is saved beside the scenario. */
export function kept(text) { for (const [trace] of named(text)) delete dropped[trace]; }
/** A mistake that a log is missing, in the words of whoever dropped it. */
export function inWords(problem) {
  const gone = problem.message.startsWith("cannot read trace") && Object.entries(dropped).find(([trace]) => problem.message.includes(trace));
  return gone ? { ...problem, message: `${gone[1]} was dropped into a server that has ended`, hint: "drop it again" } : problem;
}

let state = { busy: null, log: null, problems: [], upload: null, file: null };

/** The place to drop a log on, and what is known of the one that was. */
export function traffic(hooks) {
  const input = el("input", { type: "file", id: fresh("log"), class: "hidden", onchange: () => input.files[0] && take(input.files[0], hooks) });
  const box = el("div", { class: "drop", id: "drop" },
    el("p", {}, el("strong", {}, "Drop a log here"), " or ", el("label", { for: input.id, class: "link" }, "choose a file"), input, "."),
    el("p", { class: "note" }, "An export of Azure Monitor, Log Analytics, API Management, LiteLLM, Langfuse, OpenTelemetry, a bill, or any table of calls. It stays on this machine."),
    where(hooks),
    state.busy && el("p", { role: "status" }, state.busy),
    state.played && hooks.isAsked() ? el("p", { class: "good", role: "status" }, `The answer plays ${state.played}.`) : null,
    state.problems.length ? el("ul", { class: "errors" }, state.problems.map((one) => el("li", { class: one.severity }, one.message, one.hint && el("span", { class: "hint" }, one.hint)))) : null,
    state.problems.length && state.upload !== null ? columns(hooks) : null,
    state.log && summary(state.log, hooks));
  box.addEventListener("dragover", (event) => { event.preventDefault(); box.classList.add("over"); });
  box.addEventListener("dragleave", () => box.classList.remove("over"));
  box.addEventListener("drop", (event) => { event.preventDefault(); box.classList.remove("over"); if (event.dataTransfer.files[0]) take(event.dataTransfer.files[0], hooks); });
  return box;
}

function where(hooks) {
  const id = fresh("path");
  const input = el("input", { id, type: "text", placeholder: "logs/calls.csv", autocomplete: "off" });
  const go = () => input.value.trim() && read({ path: input.value.trim() }, input.value.trim(), hooks);
  input.addEventListener("keydown", (event) => { if (event.key === "Enter") go(); });
  return el("details", {}, el("summary", {}, "A large log: read it where it is"), el("label", { for: id, class: "note" }, "Path, relative to the scenario's folder"), el("div", { class: "pair" }, input, el("button", { type: "button", onclick: go }, "Read")));
}

function columns(hooks) {
  const id = fresh("columns");
  const input = el("input", { id, type: "text", placeholder: "arrival=time,input_tokens=prompt,output_tokens=answer", autocomplete: "off" });
  return el("div", {}, el("label", { for: id, class: "note" }, "If it is a table of calls, say which columns it has"), el("div", { class: "pair" }, input, el("button", { type: "button", onclick: () => read({ upload: state.upload, columns: input.value }, state.file, hooks) }, "Read again")));
}

/** Sends a file to the server and reads it there. */
export async function take(file, hooks) {
  state = { busy: `Sending ${file.name}…`, log: null, problems: [], upload: null, file: file.name };
  hooks.redraw();
  try {
    const sent = await send("/api/upload", file);
    if (sent.upload === undefined) {
      state = { ...state, busy: null, problems: [{ severity: "error", message: sent.message, hint: sent.status === 413 ? "read it where it is: give its path below" : null }] };
      return hooks.redraw();
    }
    await read({ upload: sent.upload }, file.name, hooks);
  } catch (error) { state = { ...state, busy: null }; hooks.redraw(); hooks.failed(error); }
}

async function read(wanted, name, hooks) {
  state = { ...state, busy: `Reading ${name}…`, log: null, problems: [], upload: wanted.upload ?? null, file: name };
  hooks.redraw();
  try {
    const said = await post("/api/log", { ...wanted, beside: hooks.file() });
    state = { ...state, busy: null, log: said.summary ? said : null, problems: said.problems ?? (said.message ? [{ severity: "error", message: said.message }] : []), keep: {} };
  } catch (error) { state = { ...state, busy: null }; hooks.failed(error); }
  hooks.redraw();
}

function summary(log, hooks) {
  const { summary: own, names } = log;
  const tokens = (name) => own.tokens.find((one) => one.name === name);
  const facts = [
    ["Format", own.format],
    ["Rows read", own.import.rows_read === own.requests ? `${count(own.requests)}, each a request` : `${count(own.import.rows_read)}, which are ${count(own.requests)} requests`],
    ["Lasts", log.lasts + (own.start ? `, from ${own.start.slice(0, 16).replace("T", " ")} UTC` : "")],
    ["Busiest minute", `${count(own.peaks.find((peak) => peak.bin_s === 60)?.requests ?? 0)} requests, ${count(own.peak_tokens_per_minute)} tokens`],
    ["Tokens a request", `${count(tokens("input")?.mean ?? 0)} in, ${count(tokens("output")?.mean ?? 0)} out on average`],
  ];
  const notes = [...log.played, ...own.import.skipped.map(([reason, rows, first]) => `${JOINED.includes(reason) ? "Used together" : "Left out"}: ${count(rows)} rows, ${reason.replaceAll("-", " ")} (first ${first.replace(/^.*[\\/]/, "")})`), ...own.import.assumed.map((text) => `Assumed: ${text}`), ...log.warnings.map((one) => one.message + (one.hint ? ` (${one.hint})` : ""))];
  const picks = Object.entries(KEYS).filter(([key]) => names[key].length > 1).map(([key, title]) => el("fieldset", { class: "ticks" }, el("legend", {}, title),
    names[key].map((one) => { const box = el("input", { type: "checkbox", checked: state.keep[key]?.includes(one.name) ?? false, onchange: () => { const kept = new Set(state.keep[key] ?? []); if (box.checked) kept.add(one.name); else kept.delete(one.name); state.keep = { ...state.keep, [key]: [...kept] }; } }); return el("label", { class: "tick" }, box, el("span", {}, one.name, el("small", {}, `${count(one.requests)} requests`))); })));
  return el("div", { class: "log" },
    el("h3", {}, log.file),
    el("dl", { class: "facts" }, facts.map(([label, text]) => el("div", {}, el("dt", {}, label), el("dd", {}, text)))),
    notes.length ? el("ul", { class: "notes" }, notes.map((text) => el("li", {}, text))) : null,
    picks.length ? [el("p", { class: "note" }, "Tick what to plan for. Where nothing is ticked, all calls are used."), picks] : null,
    el("button", { type: "button", class: "main", id: "use-log", onclick: () => { const traffic = used(log); state = { busy: null, log: null, problems: [], upload: null, file: null, played: log.file }; dropped[log.trace] = log.file; hooks.use(traffic, log); hooks.redraw(); } }, "Use this traffic"));
}

/** The traffic of a scenario that plays a log. */
function used(log) {
  const keep = Object.fromEntries(Object.entries(state.keep ?? {}).filter(([, kept]) => kept.length).map(([key, kept]) => [key, kept.length === 1 ? kept[0] : kept]));
  return { trace: log.trace, repeat: log.playing.repeat, ...(Object.keys(keep).length ? { where: keep } : {}) };
}
