// Reviews: one answer at a time, by keyboard. What was said last is sent a little later, so that it can be taken back.

import { assetsOf, show } from "./answer.js";
import { call } from "./api.js";
import { h, localTimes, pageData, t } from "./dom.js";
import { sameNamed } from "./feedback.js";
import { clear, complain, fill, incomplete, read, wire } from "./field.js";
import { patience } from "./patience.js";

const data = pageData();
const get = (id) => document.getElementById(id);
const form = get("form");
const undo = document.querySelector("[data-undo]");
const later = patience(deliver);
let queue = [...data.reviews], at = 0, done = 0, last = queue.at(-1)?.seq ?? 0;

const now = () => queue[at];

function draw() {
  const answer = now();
  get("review").hidden = !answer;
  get("finished").hidden = Boolean(answer);
  get("done").value = done;
  get("count").textContent = t("left", { n: Math.max(0, data.total - done) });
  undo.disabled = !later.waits;
  if (!answer) return;
  get("reason").textContent = answer.reason;
  get("item").replaceChildren(show(answer.item, data.input));
  get("answer").replaceChildren(show(answer.output, data.output, assetsOf(data, answer.version)));
  get("when").replaceChildren(h("time", { datetime: new Date(1000 * answer.created).toISOString() }));
  localTimes(get("when"));
  clear(form);
  fill(form, sameNamed(answer.output, data.output));
}

async function next() {
  at += 1;
  if (at >= queue.length - 3 && queue.length < data.total) await more();
  draw();
  get("review").focus();
}

async function more() {
  const page = await call("GET", `/v1/systems/${data.system}/reviews?limit=${data.page}&after=${last}`).catch(() => ({ reviews: [] }));
  queue = [...queue, ...page.reviews];
  last = queue.at(-1)?.seq ?? last;
}

function say(body) {
  later.put({ body, answer: now() });
  done += 1;
  return next();
}

async function deliver({ body, answer }) {
  undo.disabled = true;
  try {
    await call("POST", `/v1/systems/${data.system}/feedback`, { answer: answer.id, feedback: body }, { keepalive: true });
  } catch (problem) {
    done -= 1;
    at = queue.indexOf(answer);
    draw();
    if (!complain(form, problem)) {
      form.querySelector("[data-problem]").textContent = `${problem.message} ${problem.hint}`;
      form.querySelector("[data-problem]").hidden = false;
    }
  }
}

function takeBack() {
  const taken = later.take();
  if (!taken) return;
  at = queue.indexOf(taken.answer);
  done -= 1;
  draw();
}

async function send(event) {
  event?.preventDefault();
  if (!now() || !data.may || incomplete(form)) return;
  try {
    const body = await read(form);
    await say(data.verdict ? { [data.verdict]: false, ...body } : body);
  } catch (problem) {
    form.querySelector("[data-problem]").textContent = problem.message;
    form.querySelector("[data-problem]").hidden = false;
  }
}

wire(form);
form.addEventListener("submit", send);
undo.addEventListener("click", takeBack);
document.querySelector("[data-skip]").addEventListener("click", next);
for (const button of document.querySelectorAll("[data-verdict]"))
  button.addEventListener("click", () => now() && say({ [data.verdict]: button.dataset.verdict === "true" }));

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return send();
  if (event.key === "Escape" && form.contains(event.target)) return get("review").focus();
  if (event.target.closest("input, textarea, select") || event.ctrlKey || event.metaKey || document.querySelector("dialog[open]")) return undefined;
  const does = { s: next, u: takeBack, ...(data.verdict && data.may ? { y: () => say({ [data.verdict]: true }), n: () => say({ [data.verdict]: false }), e: edit } : {}) }[event.key];
  if (does && (now() || event.key === "u")) {
    event.preventDefault();
    does();
  }
  return undefined;
});

function edit() {
  form.querySelector("input, textarea, select")?.focus();
}

draw();
