// The server, and the question in the address: a reload, another tab or a bookmark has it whole.

/** The server is not there, or not for this page. */
export class Gone extends Error {
  constructor(closed) { super(closed ? "closed" : "gone"); this.closed = closed; }
}

async function ask(path, options) {
  let response;
  try {
    response = await fetch(path, { ...options, credentials: "same-origin", cache: "no-store" });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Gone(false);
  }
  if (response.status === 401) throw new Gone(true);
  return response;
}

/** What the server says: its JSON, with the status. */
export async function get(path) {
  const response = await ask(path, {});
  return response.json();
}

export async function post(path, value, signal) {
  const response = await ask(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(value), signal });
  return { ...(await response.json()), status: response.status };
}

/** Sends a file's bytes as they are. */
export async function send(path, file) {
  const name = encodeURIComponent(file.name);
  const response = await ask(path, { method: "POST", headers: { "Content-Type": "application/octet-stream", "X-File-Name": name }, body: file });
  return { ...(await response.json()), status: response.status };
}

/** Calls `each` with every line of JSON as it comes. */
export async function lines(path, value, signal, each) {
  const response = await ask(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(value), signal });
  if (!response.ok) return each({ stage: "failed", ...(await response.json()) });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  let ended = false;
  for (;;) {
    let part;
    try { part = await reader.read(); } catch (error) { if (error.name === "AbortError") throw error; throw new Gone(false); }
    if (part.done) break;
    const whole = (rest + part.value).split("\n");
    rest = whole.pop();
    for (const line of whole) {
      const said = JSON.parse(line);
      if (["whole", "wrong", "failed"].includes(said.stage)) ended = true;
      each(said);
    }
  }
  // A server that ends in the middle of an answer is not there any more.
  if (!ended) throw new Gone(false);
}

const pack = async (bytes, Stream) => new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(new Stream("deflate-raw"))).arrayBuffer());

/** A state as text that an address can hold. */
export async function packed(state) {
  const bytes = await pack(new TextEncoder().encode(JSON.stringify(state)), CompressionStream);
  let text = "";
  for (let at = 0; at < bytes.length; at += 4096) text += String.fromCharCode(...bytes.subarray(at, at + 4096));
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** The state in the address; null where there is none that can be read. */
export async function fromAddress() {
  const found = /^#q=([\w-]+)$/.exec(location.hash);
  if (!found) return null;
  try {
    const bytes = Uint8Array.from(atob(found[1].replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
    const state = JSON.parse(new TextDecoder().decode(await pack(bytes, DecompressionStream)));
    const isAsked = typeof state.text === "string" && typeof state.file === "string";
    return isAsked || typeof state.starting === "object" ? state : null;
  } catch { return null; }
}

/** Puts a state into the address, or takes it out. */
export async function toAddress(state) {
  const hash = state ? "#q=" + (await packed(state)) : "";
  history.replaceState(null, "", location.pathname + hash);
}
