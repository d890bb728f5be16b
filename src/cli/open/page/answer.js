// The answer follows the question: a first one at once, the whole one behind it, and the one before given up.
import { lines } from "/address.js";
import { show } from "/blocks.js";

const root = document.getElementById("result");
const status = document.getElementById("status");
const progress = document.getElementById("progress");
const bar = document.getElementById("bar");

let running = null;
/** The answer that is shown: its stage, blocks and lines at a glance. */
export let shown = null;

const took = (ms) => (ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`);

function say(text, working) {
  status.textContent = text;
  progress.hidden = !working;
  if (!working) progress.value = 0;
}

/** Forgets the answer that is on its way. */
export function giveUp() { running?.abort(); running = null; }

/**
 * Asks for the answer to a question. `hooks.problems` is told what is wrong with it, `hooks.answered` each answer;
 * an error of the connection is thrown.
 */
export async function ask(written, hooks) {
  giveUp();
  const own = new AbortController();
  running = own;
  root.classList.add("stale");
  say(shown ? "Answering…" : "Reading the traffic…", true);
  let problems = [];
  try {
    await lines("/api/answer", written, own.signal, (said) => {
      if (own.signal.aborted) return;
      switch (said.stage) {
        case "warnings":
          problems = said.problems;
          hooks.problems(problems);
          break;
        case "working":
          progress.hidden = false;
          progress.max = Math.max(1, said.pieces);
          progress.value = said.done;
          if (shown?.stage === "first") say(`First answer in ${took(shown.took_ms)}: the most likely future, a few sizes. Now the whole one: ${said.name}, ${said.done} of ${said.pieces}`, true);
          else say(`Simulating: ${said.name}, ${said.done} of ${said.pieces}`, true);
          break;
        case "first":
        case "whole":
          shown = { ...said, written };
          root.classList.remove("stale");
          show(root, said);
          document.documentElement.dataset.stage = said.stage;
          bar.hidden = false;
          bar.textContent = said.page.glance.figure ? `${said.page.glance.figure} ${said.glance?.figure?.period ?? "a month"}` : "No answer yet";
          say(said.stage === "whole" ? `Whole answer in ${took(said.took_ms)}.` : `First answer in ${took(said.took_ms)}: the most likely future, a few sizes. Now the whole one.`, said.stage === "first");
          hooks.answered(shown);
          break;
        case "wrong":
          hooks.problems([...problems, ...said.problems]);
          document.documentElement.dataset.stage = "wrong";
          say(shown ? "The question has a mistake: the answer below is to an earlier one." : "The question has a mistake.", false);
          break;
        default:
          document.documentElement.dataset.stage = "failed";
          say(said.message ?? "No answer.", false);
      }
    });
  } catch (error) {
    if (error.name === "AbortError") return;
    say("", false);
    throw error;
  }
}
