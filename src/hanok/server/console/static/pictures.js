// Try it, with many pictures at once: each becomes a record beside its picture.

import { call } from "./api.js";
import { wireCalls } from "./calls.js";
import { duration, h, icon, pageData, t, trouble } from "./dom.js";
import { wireDrop } from "./drop.js";
import { clear, read, wire } from "./field.js";

/** Reading and making files: loaded with the first picture. */
const media = () => import("./media.js");

const AT_ONCE = 2; // pictures that are asked about at the same time
const data = pageData();
const get = (id) => document.getElementById(id);
const form = get("form"), item = get("item"), place = get("answer"), list = get("pictures"), files = get("files");
const address = `/v1/systems/${data.system}/predict${data.version ? `?version=${data.version}` : ""}`;
const call_ = wireCalls(document.querySelector(".calls"), data);
const pictures = []; // {file, others, address, state, answer, seconds, record, problem, element}
let chosen = null, asking = 0;

wire(item);
data.examples.forEach((example, k) => {
  const { [data.picture]: content, ...others } = example;
  const take = async (now) => {
    const file = new File([(await media()).media(content, "image/*")], t("example", { n: k + 1 }));
    if (now || !pictures.length) add([file], others, now);
  };
  get("chips").append(h("button", { type: "button", class: "chip", onclick: () => take(true) }, t("example", { n: k + 1 })));
  if (!k) take(false);
});
wireDrop(document.querySelector(".drop"), add);
files.addEventListener("change", () => (add([...files.files]), (files.value = "")));
document.addEventListener("paste", (event) => event.clipboardData.files.length && add([...event.clipboardData.files]));
form.addEventListener("input", update);
form.addEventListener("submit", (event) => (event.preventDefault(), readAgain()));

/** Take pictures in; those of an example come with what else it says. */
function add(found, others = null, now = true) {
  for (const old of pictures.filter(({ state }) => state === "idle")) remove(old);
  const fresh = found.map((file) => ({ file, others, address: URL.createObjectURL(file), state: now ? "waiting" : "idle" }));
  for (const one of fresh) {
    one.word = h("span", { class: "quiet" });
    one.dot = h("span", { class: "dot", "aria-hidden": "true" });
    one.element = h("li", {}, h("button", { type: "button", onclick: () => choose(one) }, thumb(one.address), h("span", { class: "name" }, one.file.name), h("span", { class: "state" }, one.dot, one.word)));
    list.append(one.element);
  }
  pictures.push(...fresh);
  choose(fresh[0]);
  pump();
}

/** A small picture, or its sign where the browser cannot show it. */
function thumb(address) {
  const image = h("img", { src: address, alt: "", onerror: () => image.replaceWith(h("span", { class: "no-thumb" }, icon("picture"))) });
  return image;
}

function remove(one) {
  one.element.remove();
  URL.revokeObjectURL(one.address);
  pictures.splice(pictures.indexOf(one), 1);
}

/** Read what waits; where nothing does, the chosen one again, with what the settings say now. */
function readAgain() {
  const idle = pictures.filter(({ state }) => state === "idle");
  for (const one of idle.length ? idle : [chosen].filter(Boolean)) if (!["waiting", "reading"].includes(one.state)) one.state = "waiting";
  pump();
}

function pump() {
  draw();
  for (const one of pictures.filter(({ state }) => state === "waiting").slice(0, Math.max(AT_ONCE - asking, 0))) ask(one);
}

async function ask(one, path = null) {
  asking += 1;
  one.state = "reading";
  draw();
  try {
    clear(item);
    const asked = { ...one.others, ...(await read(item)), [data.picture]: await (await media()).base64(one.file) };
    const started = performance.now();
    one.answer = await call("POST", address, asked);
    one.record = null;
    one.seconds = (performance.now() - started) / 1000;
    one.state = one.answer.review ? "review" : "done";
  } catch (problem) {
    one.problem = problem;
    one.state = "failed";
  }
  asking -= 1;
  if (one === chosen) await show(path);
  pump();
}

function choose(one) {
  chosen = one;
  update();
  draw();
  return show();
}

/** How far every picture is, one by one and together. */
function draw() {
  const of = (state) => pictures.filter((one) => one.state === state).length;
  for (const { state, word, dot, element, ...one } of pictures) {
    word.className = state === "failed" ? "" : "quiet";
    word.textContent = state === "failed" ? one.problem.message : t(`state.${state}`);
    dot.className = `dot ${{ waiting: "job-queued", reading: "job-running", done: "job-done", review: "review", failed: "job-failed" }[state] ?? ""}`;
    element.className = state;
    element.firstChild.setAttribute("aria-current", String(element === chosen?.element));
  }
  get("queue").hidden = !pictures.length;
  const read = of("done") + of("review"), left = of("waiting") + of("reading");
  Object.assign(get("done"), { max: Math.max(pictures.length, 1), value: read + of("failed") });
  get("progress").textContent = t("progress", { read, total: pictures.length, review: of("review"), failed: of("failed") });
  get("done").hidden = pictures.length < 2 || !left;
}

async function show(path = null) {
  const one = chosen, { answer, problem, state } = one;
  get("twin").hidden = state === "failed" || !answer;
  document.querySelector("[data-facts]").replaceChildren();
  if (state === "failed") return failed(problem);
  if (!answer) return place.replaceChildren(h("div", { class: "unread" }, h("img", { src: one.address, alt: one.file.name }), state === "idle" ? null : h("span", { class: "skeleton" })));
  const { record } = await import("./record.js");
  const found = (one.record ??= await record(data, answer.output, { address: one.address, name: one.file.name }, { send: (body) => correct(one, body) }));
  if (one !== chosen || found !== one.record) return undefined; // another was chosen or read meanwhile
  document.querySelector("[data-facts]").replaceChildren(fact("latency", duration(one.seconds)), fact("version", answer.version));
  document.querySelector("[data-json]").textContent = JSON.stringify(answer, null, 2);
  place.replaceChildren(found.element);
  if (path) found.focus(path);
  return undefined;
}

function failed(problem) {
  const said = h("div");
  trouble(said, problem);
  place.replaceChildren(said, h("p", { class: "actions" }, h("button", { type: "button", class: "button small", onclick: readAgain }, t("retry"))));
}

/** Send a correction, and ask again: the answer then says what it makes of it. */
async function correct(one, body) {
  await call("POST", `/v1/systems/${data.system}/feedback`, { answer: one.answer.id, feedback: body });
  await ask(one, one.record.at);
  if (one === chosen && one.state !== "failed") get("progress").textContent = t("noted_again");
}

async function update() {
  if (chosen) call_({ ...(await read(item).catch(() => ({}))), [data.picture]: await (await media()).base64(chosen.file.slice(0, 300)) });
}

const fact = (key, value) => h("div", {}, h("dt", {}, t(key)), h("dd", {}, String(value)));
