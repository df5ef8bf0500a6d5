// A conversation: for every system whose Input has a session and a text.

import { answers } from "./api.js";
import { wireCalls } from "./calls.js";
import { duration, h, number, pageData, t, trouble } from "./dom.js";
import { feedback } from "./feedback.js";
import { fill, read, wire } from "./field.js";
import { gist } from "./schema.js";
import { score } from "./score.js";

const data = pageData();
const turns = document.getElementById("turns");
const greeting = document.getElementById("greeting");
const say = document.getElementById("say");
const settings = document.getElementById("settings");
const how = document.getElementById("how");
const address = `/v1/systems/${data.system}/stream${data.version ? `?version=${data.version}` : ""}`;
const showCall = wireCalls(document.querySelector(".calls"), data);
const KEY = `hanok-session-${data.system}`;

// -- the question ----------------------------------------------------------------------------------------------------

function session(fresh = false) {
  if (fresh || !sessionStorage.getItem(KEY)) sessionStorage.setItem(KEY, name());
  return sessionStorage.getItem(KEY);
}

/** 128 random bits; randomUUID is there on loopback and https only. */
const name = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

async function item(text) {
  return { [data.chat]: text, ...(settings ? await read(settings) : {}) };
}

const update = () => item(say.value).then(showCall, () => undefined);

function begin() {
  if (settings) wire(settings);
  const [first] = data.examples;
  if (first) {
    say.value = first[data.chat] ?? "";
    if (settings) fill(settings, first);
  }
  const texts = [...new Set(data.examples.map((example) => example[data.chat]).filter(Boolean))];
  document.getElementById("chips").append(...texts.map((text) =>
    h("li", {}, h("button", { type: "button", class: "chip", onclick: () => ask(text) }, text))));
  update();
}

for (const element of [say, settings]) element?.addEventListener("input", update);
say.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    ask(say.value);
  }
});
document.getElementById("form").addEventListener("submit", (event) => (event.preventDefault(), ask(say.value)));
document.getElementById("fresh").addEventListener("click", () => {
  session(true);
  turns.replaceChildren(greeting);
  how.hidden = true;
  say.focus();
});

// -- the answer ------------------------------------------------------------------------------------------------------

let asking = null;

async function ask(text) {
  text = text.trim();
  if (!text || asking) return;
  asking = new AbortController();
  greeting.remove();
  say.value = "";
  const asked = { ...(await item(text)), [data.session]: session() };
  const turn = h("div", { class: "told" });
  turns.append(h("p", { class: "said" }, text), turn);
  const patience = setTimeout(() => (turn.append(h("span", { class: "skeleton" }), h("span", { class: "skeleton short" })), toEnd()), 300);
  const started = performance.now();
  toEnd();
  try {
    for await (const answer of answers(address, asked, data.output, asking.signal)) {
      clearTimeout(patience);
      draw(turn, answer, { asked, seconds: (performance.now() - started) / 1000 });
      toEnd();
    }
  } catch (problem) {
    clearTimeout(patience);
    failed(turn, problem, text);
  } finally {
    asking = null;
    toEnd();
    say.focus();
  }
}

const toEnd = () => turns.scrollTo({ top: turns.scrollHeight });

function failed(turn, problem, text) {
  const said = h("div");
  trouble(said, problem);
  turn.classList.add("failed");
  turn.replaceChildren(said, h("p", {}, h("button", { type: "button", class: "button small", onclick: () => ask(text) }, t("retry"))));
}

function draw(turn, answer, about) {
  const found = gist(answer.output, data.output);
  const doubt = answer.done && (found.doubts.length > 0 || found.headline === null);
  turn.className = `told${doubt ? " doubt" : ""}`;
  const bubble = h("div", { class: "bubble", tabindex: "0", role: "button", "aria-label": t("how"),
    onclick: () => select(turn, answer, about), onkeydown: (event) => event.key === "Enter" && select(turn, answer, about) });
  if (doubt) bubble.append(h("span", { class: "doubt-title" }, t("doubt")));
  if (doubt && found.headline !== null) bubble.append(h("div", { class: "closest" }, h("span", { class: "quiet" }, t("closest")), found.headline));
  if (!doubt) bubble.append(found.headline ?? "…");
  const said = answer.done ? feedback(data, answer.id, answer.output) : null;
  const why = h("div", { class: "why" }, found.scores.map(({ label, value }) => score(value, label)),
    found.why.map(({ label, about: text, value }) => h("span", { title: text ?? null }, `${label}: `, h("span", { class: "value" }, typeof value === "number" ? number(value) : value))),
    said?.tools);
  turn.replaceChildren(...[bubble, why, others(found.others), said?.place].filter(Boolean));
  if (answer.done) select(turn, answer, about);
}

function others(list) {
  if (!list.length) return null;
  return h("details", { class: "others fold" }, h("summary", {}, t("others", { n: list.length })),
    h("ul", {}, list.map(({ text, score: value }) => h("li", {}, h("span", {}, text), value === null ? null : score(value)))));
}

/** Show beside the conversation how this answer came about. */
function select(turn, { id, version, output }, { asked, seconds }) {
  for (const other of turns.querySelectorAll(".selected")) other.classList.remove("selected");
  turn.classList.add("selected");
  how.hidden = false;
  const facts = [["latency", duration(seconds)], ["version", h("a", { href: `/rooms/${data.system}/report?version=${version}` }, String(version))], id ? ["answer_id", h("code", {}, id.slice(0, 8))] : null];
  how.querySelector("[data-facts]").replaceChildren(...facts.filter(Boolean).map(([key, value]) => h("div", {}, h("dt", {}, t(key)), h("dd", {}, value))));
  how.querySelector("[data-json]").textContent = JSON.stringify({ id, version, output }, null, 2);
  const { [data.session]: hidden, ...visible } = asked;
  showCall(visible);
}

begin();
