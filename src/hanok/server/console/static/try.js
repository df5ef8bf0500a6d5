// Try it: a form made from the Input schema, the answer beside it.

import { show } from "./answer.js";
import { call } from "./api.js";
import { wireCalls } from "./calls.js";
import { duration, h, pageData, t, trouble } from "./dom.js";
import { feedback } from "./feedback.js";
import { clear, complain, fill, incomplete, read, wire } from "./field.js";

const data = pageData();
const form = document.getElementById("form");
const item = document.getElementById("item");
const place = document.getElementById("answer");
const told = document.querySelector("[data-facts]");
const address = `/v1/systems/${data.system}/predict${data.version ? `?version=${data.version}` : ""}`;
const call_ = wireCalls(document.querySelector(".calls"), data);

wire(item);
if (data.examples.length) fill(item, data.examples[0]);
data.examples.forEach((example, index) => {
  if (data.examples.length > 1) document.getElementById("chips").append(
    h("button", { type: "button", class: "chip", onclick: () => (fill(item, example), update()) }, t("example", { n: index + 1 })));
});
const update = () => read(item).then(call_, () => undefined);
form.addEventListener("input", update);
update();

form.addEventListener("submit", (event) => (event.preventDefault(), ask()));
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && form.contains(event.target)) ask();
});

async function ask() {
  clear(form);
  if (incomplete(item)) return place.replaceChildren(h("p", { class: "waiting quiet" }, t("look_left")));
  const button = form.querySelector("[type=submit]");
  button.disabled = true;
  const patience = setTimeout(() => place.replaceChildren(h("span", { class: "skeleton" }), h("span", { class: "skeleton short" })), 300);
  try {
    const asked = await read(item);
    const started = performance.now();
    const answer = await call("POST", address, asked);
    present(answer, (performance.now() - started) / 1000);
  } catch (problem) {
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
    button.disabled = false;
  }
  return undefined;
}

function present({ id, version, output }, seconds) {
  told.replaceChildren(fact("latency", duration(seconds)), fact("version", version));
  document.getElementById("twin").hidden = false;
  document.querySelector("[data-json]").textContent = JSON.stringify({ id, version, output }, shorten, 2);
  const shown = show(output, data.output);
  const said = feedback(data, id, output);
  place.replaceChildren(...[shown, said ? h("div", { class: "after" }, h("span", { class: "quiet small" }, t("worth")), said.tools) : null, said?.place].filter(Boolean));
}

const fact = (key, value) => h("div", {}, h("dt", {}, t(key)), h("dd", {}, String(value)));
const shorten = (_, value) => (typeof value === "string" && value.length > 2000 ? `${value.slice(0, 60)}…` : value);
