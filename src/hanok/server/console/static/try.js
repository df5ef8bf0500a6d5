// Try it: a form made from the Input schema, the answer beside it.

import { assetsOf, show } from "./answer.js";
import { call } from "./api.js";
import { wireCalls } from "./calls.js";
import { duration, h, pageData, t, trouble } from "./dom.js";
import { clear, complain, fill, incomplete, read, wire } from "./field.js";

const data = pageData();
const form = document.getElementById("form");
const item = document.getElementById("item");
const place = document.getElementById("answer");
const told = document.querySelector("[data-facts]");
const address = `/v1/systems/${data.system}/predict${data.version ? `?version=${data.version}` : ""}`;
const call_ = wireCalls(document.querySelector(".calls"), data);
let shelf = null; // where the answer is of cards
let last = null; // what was asked last
let turn = 0; // which asking the answer is awaited of

wire(item);
if (data.examples.length) fill(item, data.examples[0]);
data.examples.forEach((example, index) => {
  if (data.examples.length > 1) document.getElementById("chips").append(
    h("button", { type: "button", class: "chip", onclick: () => (fill(item, example), item.dispatchEvent(new Event("input", { bubbles: true }))) }, t("example", { n: index + 1 })));
});
const update = () => read(item).then(call_, () => undefined);
form.addEventListener("input", update);
update();

form.addEventListener("submit", (event) => (event.preventDefault(), ask()));
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && form.contains(event.target)) ask();
});

/** Ask what the form says, or what is given. */
async function ask(given = null) {
  clear(form);
  if (!given && incomplete(item)) return place.replaceChildren(h("p", { class: "waiting quiet" }, t("look_left")));
  const button = form.querySelector("[type=submit]");
  button.disabled = true;
  const mine = ++turn;
  const patience = setTimeout(() => shelf && last ? place.setAttribute("aria-busy", "true") : place.replaceChildren(h("span", { class: "skeleton" }), h("span", { class: "skeleton short" })), 300);
  try {
    const asked = given ?? await read(item);
    const started = performance.now();
    const answer = await call("POST", address, asked);
    if (mine !== turn) return undefined; // asked again meanwhile
    const fresh = JSON.stringify(asked) !== JSON.stringify(last);
    last = asked;
    await present(answer, (performance.now() - started) / 1000, fresh);
  } catch (problem) {
    last = null;
    told.replaceChildren();
    document.getElementById("twin").hidden = true;
    if (complain(item, problem)) place.replaceChildren(h("p", { class: "waiting quiet" }, t("look_left")));
    else {
      const said = h("div");
      trouble(said, problem);
      place.replaceChildren(said);
    }
  } finally {
    clearTimeout(patience);
    place.removeAttribute("aria-busy");
    button.disabled = false;
  }
  return undefined;
}

async function present(answer, seconds, fresh) {
  if (data.cards) shelf ??= await (await import("./cards.js")).shelf(data, item, { ask, again: () => ask(last) });
  const { id, version, output } = answer;
  told.replaceChildren(fact("latency", duration(seconds)), fact("version", version));
  document.getElementById("twin").hidden = false;
  document.querySelector("[data-json]").textContent = JSON.stringify({ id, version, output }, shorten, 2);
  const shown = shelf ? shelf.element : show(output, data.output, assetsOf(data, version));
  const said = (await import("./feedback.js")).feedback(data, id, output);
  const after = said ? [h("div", { class: "after" }, h("span", { class: "quiet small" }, t("worth")), said.tools), said.place] : [];
  if (place.firstChild !== shown) place.replaceChildren(shown);
  while (shown.nextSibling) shown.nextSibling.remove();
  place.append(...after);
  shelf?.draw(answer, fresh);
}

const fact = (key, value) => h("div", {}, h("dt", {}, t(key)), h("dd", {}, String(value)));
const shorten = (_, value) => (typeof value === "string" && value.length > 2000 ? `${value.slice(0, 60)}…` : value);
