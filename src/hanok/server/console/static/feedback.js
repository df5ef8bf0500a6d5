// Saying what an answer was worth: two buttons where the schema has one yes-or-no, a form for the rest.

import { call } from "./api.js";
import { h, icon, t, trouble } from "./dom.js";
import { complain, fill, incomplete, read, wire } from "./field.js";
import { gist } from "./schema.js";

/** The buttons and, once asked for, the form for one recorded answer; null where the system takes no feedback. */
export function feedback(data, id, output) {
  const template = document.getElementById("feedback");
  if (!template || !id) return null;
  const place = h("div", { class: "feedback" });
  const tools = h("span", { class: "tools" });
  const send = async (body, done) => {
    await call("POST", `/v1/systems/${data.system}/feedback`, { answer: id, feedback: body });
    tools.replaceChildren(h("span", { class: "noted", role: "status" }, t("noted")));
    done?.();
  };
  const open = (known = {}) => {
    place.replaceChildren(form(template, data, output, known, send, () => place.replaceChildren()));
    place.querySelector("input, textarea, select")?.focus();
  };
  if (data.verdict) {
    const press = (value, name, label) => h("button", { type: "button", class: "icon-button", "aria-label": label, title: label,
      onclick: () => send({ [data.verdict]: value }).then(() => !value && hasMore(template) && open({ [data.verdict]: value }), (problem) => failed(place, problem)) }, icon(name));
    tools.append(press(true, "thumb", t("good")), press(false, "thumb-down", t("bad")));
  }
  if (!data.verdict || hasMore(template))
    tools.append(h("button", { type: "button", class: "icon-button", "aria-label": t("correct"), title: t("correct"), onclick: () => open(data.verdict ? { [data.verdict]: false } : {}) }, icon("pencil")));
  return { tools, place };
}

const hasMore = (template) => template.content.querySelector("[data-field]") !== null;

function failed(place, problem) {
  const said = h("div");
  trouble(said, problem);
  place.replaceChildren(said);
}

function form(template, data, output, known, send, close) {
  const made = template.content.firstElementChild.cloneNode(true);
  wire(made);
  fill(made, sameNamed(output, data.output));
  made.querySelector("[data-cancel]").addEventListener("click", close);
  made.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (incomplete(made)) return;
    try {
      await send({ ...known, ...(await read(made)) }, close);
    } catch (problem) {
      const place = made.querySelector("[data-problem]");
      if (!complain(made, problem)) {
        place.textContent = problem.message;
        place.hidden = false;
      }
    }
  });
  return made;
}

/** What the answer said under the same names: a correction begins with it. */
export function sameNamed(output, schema) {
  const { list } = gist(output, schema);
  return { ...(list ? output[list][0] : {}), ...output };
}
