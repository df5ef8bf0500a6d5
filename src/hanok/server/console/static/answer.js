// Showing any answer, or any item, by its schema.

import { h, number, t } from "./dom.js";
import { entryOf, fieldsOf, isNumber, isShare, isText, resolve } from "./schema.js";

/** Every field of an object that says something; of an item that is what differs from the default. */
export function show(value, schema, definitions = schema.$defs ?? {}) {
  const fields = fieldsOf(schema, definitions).filter(([name, field]) => !field["x-session"] && value[name] !== null && value[name] !== undefined
    && JSON.stringify(value[name]) !== JSON.stringify(field.default));
  return h("div", { class: "shown" }, fields.map(([name, field]) =>
    h("div", {}, fields.length > 1 ? h("span", { class: "name", title: field.description ?? null }, field.title) : null, one(value[name], field, definitions, name))));
}

function one(value, schema, definitions, name) {
  if (value === null || value === undefined || value === "") return h("span", { class: "quiet" }, "–");
  if (schema.contentMediaType) return shownMedia(value, schema.contentMediaType, schema.title ?? name);
  if (typeof value === "boolean") return h("span", { class: value ? "yes" : "no" }, t(value ? "yes" : "no"));
  if (isShare(schema)) return score(value);
  if (isNumber(schema)) return h("span", { class: "big-number" }, number(value));
  if (isText(schema)) return h("p", { class: "text" }, value);
  const entry = entryOf(schema, definitions);
  if (entry) return table(value, fieldsOf(entry, definitions), definitions);
  if (Array.isArray(value)) return list(value, resolve(schema.items ?? {}, definitions), definitions, name);
  if (typeof value === "object") return pairs(value, schema, definitions);
  return h("span", {}, String(value));
}

/** A share with a bar. */
export function score(value, label = "") {
  const bar = h("i");
  bar.style.width = `${Math.round(100 * Math.min(Math.max(value, 0), 1))}%`;
  return h("span", { class: "score" }, label ? h("span", {}, label) : null, h("span", { class: "meter", "aria-hidden": "true" }, bar), h("b", {}, number(value)));
}

function shownMedia(value, type, name) {
  const place = h("span", { class: "skeleton" });
  import("./media.js").then(({ media, player }) => {
    const blob = media(value, type);
    place.replaceWith(player(blob.type.split("/")[0], blob, name));
  });
  return place;
}

function table(rows, columns, definitions) {
  if (!rows.length) return h("p", { class: "quiet" }, t("nothing"));
  const used = columns.filter(([name]) => rows.some((row) => row[name] !== null && row[name] !== undefined && row[name] !== ""));
  return h("div", { class: "scroll", tabindex: "0" }, h("table", {},
    h("thead", {}, h("tr", {}, used.map(([, field]) => h("th", { scope: "col", title: field.description ?? null }, field.title)))),
    h("tbody", {}, rows.map((row) => h("tr", {}, used.map(([name, field]) =>
      isNumber(field) && !isShare(field) ? h("td", {}, number(row[name])) : h("td", {}, one(row[name], field, definitions, name))))))));
}

function list(values, schema, definitions, name) {
  if (!values.length) return h("p", { class: "quiet" }, t("nothing"));
  return h("ul", { class: "chips" }, values.map((value) => h("li", {}, isText(schema) || isNumber(schema) ? h("span", { class: "tag" }, String(value)) : one(value, schema, definitions, name))));
}

function pairs(value, schema, definitions) {
  const named = schema.properties ? fieldsOf(schema, definitions) : Object.keys(value).map((name) => [name, { ...resolve(schema.additionalProperties || {}, definitions), title: name }]);
  return h("dl", { class: "facts" }, named.filter(([name]) => value[name] !== undefined).map(([name, field]) =>
    h("div", {}, h("dt", {}, field.title), h("dd", {}, one(value[name], field, definitions, name)))));
}
