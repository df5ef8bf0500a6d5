// Talking to the server: one error, whatever went wrong.

import { t } from "./dom.js";

/** What went wrong: message, where, hint, details; status 0 where nobody answered. */
export class Problem extends Error {
  constructor(error, status = 0) {
    super(error.message);
    Object.assign(this, { where: "", hint: "", details: [], ...error, status });
  }
}

async function asked(address, options) {
  let response;
  try {
    response = await fetch(address, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem({ code: "unreachable", message: t("unreachable"), hint: t("unreachable.hint") });
  }
  if (response.status === 401) location.assign(`/signin?next=${encodeURIComponent(location.pathname + location.search)}`);
  if (!response.ok) {
    const body = await response.json().catch(() => null);
    throw new Problem(body?.error ?? { code: "failed", message: `${response.status} ${response.statusText}` }, response.status);
  }
  return response;
}

/** Ask for JSON. */
export async function call(method, address, body, options = {}) {
  const json = body === undefined || body instanceof FormData ? {} : { "content-type": "application/json" };
  const response = await asked(address, {
    method,
    headers: { accept: "application/json", ...json },
    body: body === undefined || body instanceof FormData ? body : JSON.stringify(body),
    ...options,
  });
  return response.status === 204 ? null : response.json();
}

/** Server-sent events of a request, as {event, data}. */
export async function* events(method, address, body, signal) {
  const response = await asked(address, {
    method,
    signal,
    headers: { accept: "text/event-stream", ...(body ? { "content-type": "application/json" } : {}) },
    body: body ? JSON.stringify(body) : undefined,
  });
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let waiting = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    waiting += decoder.decode(value, { stream: true }).replaceAll("\r", "");
    const blocks = waiting.split("\n\n");
    waiting = blocks.pop();
    for (const block of blocks) {
      const lines = block.split("\n");
      const data = lines.filter((line) => line.startsWith("data:")).map((line) => line.slice(5).trimStart()).join("\n");
      if (data) yield { event: lines.find((line) => line.startsWith("event:"))?.slice(6).trim() ?? "message", data: JSON.parse(data) };
    }
  }
}

/** The parts of one answer, joined as the system joins them: fields marked x-append grow, of others the last stands. */
export async function* answers(address, item, schema, signal) {
  const growing = new Set(Object.entries(schema.properties ?? {}).filter(([, field]) => field["x-append"]).map(([name]) => name));
  const media = new Set([...growing].filter((name) => JSON.stringify(schema.properties[name]).includes("contentMediaType")));
  const output = {};
  for await (const { event, data } of events("POST", address, item, signal)) {
    if (event === "error") throw new Problem(data.error, 500);
    if (event === "done") {
      yield { output, ...data, done: true };
      continue;
    }
    for (const [name, value] of Object.entries(data)) {
      if (!(name in output) || !growing.has(name)) output[name] = value;
      else if (media.has(name)) output[name] = joined(output[name], value);
      else output[name] = Array.isArray(value) ? [...output[name], ...value] : output[name] + value;
    }
    yield { output, done: false };
  }
}

/** Two pieces of base64 as one. */
function joined(a, b) {
  return a.endsWith("=") || a.length % 4 ? btoa(atob(a) + atob(b)) : a + b;
}
