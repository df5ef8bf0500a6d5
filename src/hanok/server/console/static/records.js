// Reviews of records: the least sure answer first, in it the least sure value first, by keyboard.

import { call } from "./api.js";
import { h, localTimes, pageData, t, trouble } from "./dom.js";
import { patience } from "./patience.js";

const data = pageData();
const get = (id) => document.getElementById(id);
const place = get("answer"), queue = [...data.order];
const fetched = new Map(), given = new Map(), done = new Set(); // by id: answers on their way here; what was said; who is done
let at = 0, shown = null, address = null;
const later = patience(({ id, body }) =>
  call("POST", `/v1/systems/${data.system}/feedback`, { answer: id, feedback: body }, { keepalive: JSON.stringify(body).length < 30_000 }).catch((problem) => back(id, problem)));

const fetch_ = (id) => fetched.get(id) ?? fetched.set(id, call("GET", `/v1/systems/${data.system}/answers/${id}`)).get(id);

async function draw() {
  const id = queue[at];
  get("review").hidden = !id;
  get("finished").hidden = Boolean(id);
  get("done").value = done.size;
  get("count").textContent = t("left", { n: Math.max(data.total - done.size, 0) });
  shown = null;
  if (!id) return undefined;
  let answer, record, media; // what shows a record is loaded with the first one
  try {
    [answer, { record }, { media }] = await Promise.all([fetch_(id), import("./record.js"), import("./media.js")]);
  } catch (problem) {
    fetched.delete(id);
    return trouble(place, problem);
  }
  if (queue[at] !== id) return undefined;
  if (answer.feedback.length && !given.has(id)) return next(); // somebody else has said something
  if (address) URL.revokeObjectURL(address);
  address = URL.createObjectURL(media(answer.item[data.picture], "image/*"));
  get("when").replaceChildren(h("time", { datetime: new Date(1000 * answer.created).toISOString() }));
  localTimes(get("when"));
  shown = await record(data, answer.output, { address, name: t("picture") },
    { send: (body) => say(id, body), skip: next, back: at ? () => undo(false) : null, before: given.get(id) });
  if (queue[at] !== id) return undefined;
  place.replaceChildren(shown.element);
  shown.focus();
  for (const soon of queue.slice(at + 1, at + 2)) fetch_(soon).catch(() => fetched.delete(soon));
  for (const past of queue.slice(0, Math.max(at - 2, 0))) fetched.delete(past); // pictures are large
  return undefined;
}

function next() {
  at += 1;
  return draw();
}

function say(id, body) {
  given.set(id, body);
  done.add(id);
  later.put({ id, body });
  return next();
}

/** Take back what was said last here; if that is nothing, what was said of the picture before. */
function undo(here = true) {
  if (here && shown) return shown.undo();
  const waiting = later.take();
  if (waiting) done.delete(waiting.id);
  at = Math.max(at - 1, 0);
  return draw();
}

/** To a record whose words were not taken. */
async function back(id, problem) {
  at = queue.indexOf(id);
  done.delete(id);
  await draw();
  const said = h("div");
  trouble(said, problem);
  place.append(said);
}

document.addEventListener("keydown", (event) => {
  if (event.target.closest("input:not([type=checkbox]), textarea, select") || event.ctrlKey || event.metaKey || document.querySelector("dialog[open]")) return;
  const does = { s: next, ...(data.may ? { u: undo } : {}) }[event.key];
  if (does) event.preventDefault(), does();
});

draw();
