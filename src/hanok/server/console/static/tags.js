// A list of texts: each a tag that can be taken away, the next one typed behind them.

import { h, icon, t } from "./dom.js";

/** What the tags of a field say, with what is typed and not yet one. */
export function tags(field) {
  const typed = entry(field).value.trim();
  return [...[...list(field).children].map((tag) => tag.dataset.value), ...(typed ? [typed] : [])];
}

export function fillTags(field, values) {
  entry(field).value = "";
  list(field).replaceChildren(...values.map((value) => tag(field, value)));
}

/** Add one to a field, unless it is there. */
export function addTag(field, value) {
  if (!tags(field).includes(value)) list(field).append(tag(field, value));
}

/** Let Enter, a chosen suggestion and pasted lines become tags below `root`; Backspace takes the last one back. */
export function wireTags(root) {
  const on = (name, does) => root.addEventListener(name, (event) => event.target.matches("[data-tag]") && does(event, event.target, event.target.closest("[data-field]")));
  on("keydown", (event, input, field) => {
    if (event.key === "Enter" && !event.ctrlKey && !event.metaKey && !event.isComposing && input.value.trim()) {
      event.preventDefault();
      take(field, [input.value]);
    }
    if (event.key === "Backspace" && !input.value) list(field).lastElementChild?.querySelector("button").click();
  });
  on("input", (event, input, field) => {
    const chosen = !event.inputType || event.inputType === "insertReplacementText"; // not typed letter by letter
    if (chosen && known(input, input.value) !== undefined) take(field, [input.value]);
  });
  on("paste", (event, input, field) => {
    const lines = event.clipboardData.getData("text").split(/\r?\n/);
    if (lines.length > 1) {
      event.preventDefault();
      take(field, lines);
    }
  });
}

const entry = (field) => field.querySelector("[data-tag]");
const list = (field) => field.querySelector("[data-entries]");

function take(field, values) {
  entry(field).value = "";
  for (const value of values) if (value.trim()) addTag(field, value.trim());
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/** What the suggestions of an input call a value. */
export function known(input, value) {
  return [...(input.list?.options ?? [])].find((option) => option.value === value)?.label;
}

function tag(field, value) {
  const name = known(entry(field), value) || value;
  return h("li", { class: "tag", "data-entry": true, "data-value": value, title: name === value ? null : value }, h("span", {}, name),
    h("button", { type: "button", "data-remove": true, "aria-label": t("remove_tag", { name }), onclick: () => entry(field).focus() }, icon("close")));
}
