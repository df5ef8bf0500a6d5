// The values of a record as fields in tables, and what else its answer says.

import { one } from "./answer.js";
import { h } from "./dom.js";
import { beside } from "./placed.js";
import { fieldsOf, isText } from "./schema.js";

/** The sections of a record, with the fields of their values. */
export function parts(sections, inputs) {
  const cell = (value, tag) => h(tag, { "data-cell": true }, inputs.get(value.path));
  return sections.map(({ title, pairs, tables }) => h("section", { class: "record-part" }, title ? h("h3", {}, title) : null,
    pairs.length ? h("div", { class: "pairs-line" }, pairs.map((value) => h("label", {}, h("span", { class: "quiet" }, value.path.split(".").at(-1)), cell(value, "span")))) : null,
    tables.map((found) => table(found, cell))));
}

function table({ title, columns, rows }, cell) {
  const heads = [h("th", { scope: "col" }, h("span", { class: "hidden" }, title)), ...columns.map((name) => h("th", { scope: "col" }, name))];
  return h("div", { class: "scroll" }, h("table", {}, h("thead", {}, h("tr", {}, heads)),
    h("tbody", {}, rows.map((row, k) => h("tr", {}, h("th", { scope: "row", class: "quiet" }, String(k + 1)), row.map((value) => (value ? cell(value, "td") : h("td"))))))));
}

/** Lists of sentences below each other, everything else on one line. */
export function besides(output, schema) {
  const definitions = schema.$defs ?? {};
  const fields = fieldsOf(beside(schema), definitions).filter(([name]) => ![null, undefined, ""].includes(output[name]) && output[name].length !== 0);
  const sentences = ([name, field]) => field.type === "array" && output[name].every((entry) => typeof entry === "string");
  return h("div", { class: "record-head" },
    h("dl", { class: "facts inline" }, fields.filter((field) => !sentences(field)).map(([name, field]) => h("div", {},
      h("dt", { title: field.description ?? null }, field.title), h("dd", {}, isText(field) ? h("b", {}, output[name]) : one(output[name], field, definitions, name))))),
    fields.filter(sentences).map(([name, field]) => h("div", {}, h("span", { class: "quiet small" }, field.title),
      h("ul", { class: "sentences" }, output[name].map((text) => h("li", {}, text))))));
}
