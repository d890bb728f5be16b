// Elements made of text: no name from a file is ever read as markup.

/** An element with properties, attributes and children; children may be text. */
export function el(tag, given = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class") element.className = value;
    else if (name === "value") element.value = value;
    else if (name === "checked") element.checked = value;
    else if (name === "open") element.open = value;
    else if (name === "data") Object.assign(element.dataset, value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(9).filter((child) => child !== undefined && child !== null && child !== false));
  return element;
}

let last = 0;
/** An id that no other element has. */
export const fresh = (name) => `${name}-${++last}`;

/** `max_output_tokens` as "Max output tokens". */
export const words = (key) => {
  const known = { sku: "SKUs", slo: "Objectives", ptu: "PTU", p50: "p50", p95: "p95", p99: "p99" }[key];
  const text = key.replaceAll("_", " ");
  return known ?? text[0].toUpperCase() + text.slice(1).replace(/\bptu\b/g, "PTU");
};

/** Does `work` once nothing has called for it for `ms`. */
export function later(ms, work) {
  let timer;
  const run = (...given) => { clearTimeout(timer); timer = setTimeout(() => work(...given), ms); };
  run.cancel = () => clearTimeout(timer);
  return run;
}
