// Showing any answer, or any item, by its schema.

import { h, number, t } from "./dom.js";
import { score } from "./score.js";
import { entryOf, fieldsOf, isNumber, isShare, isText, resolve } from "./schema.js";

const ASSETS = Symbol("assets"); // beside the definitions: where the files lie

/** Every field of an object that says something; of an item that is what differs from the default.
 *
 * `assets` is the address below which the files lie that the object names.
 */
export function show(value, schema, assets = null) {
  const definitions = { ...schema.$defs, [ASSETS]: assets };
  const fields = fieldsOf(schema, definitions).filter(([name, field]) => !field["x-session"] && !field["x-same"] && value[name] !== null && value[name] !== undefined
    && JSON.stringify(value[name]) !== JSON.stringify(field.default));
  return h("div", { class: "shown" }, fields.map(([name, field]) =>
    h("div", {}, fields.length > 1 ? h("span", { class: "name", title: field.description ?? null }, field.title) : null, one(value[name], field, definitions, name))));
}

/** Where the files of an artifact lie; `home` tells those of another home from them, which the browser may have kept. */
export function assetsOf({ system, home }, version) {
  return (name) => `/v1/systems/${system}/versions/${version}/assets/${name.split("/").map(encodeURIComponent).join("/")}?of=${home}`;
}

/** One value by its schema. */
export function one(value, schema, definitions, name) {
  if (value === null || value === undefined || value === "") return h("span", { class: "quiet" }, "–");
  if (schema.contentMediaType) return shownMedia(value, schema.contentMediaType, schema.title ?? name);
  if (typeof value === "boolean") return h("span", { class: value ? "yes" : "no" }, t(value ? "yes" : "no"));
  if (isShare(schema)) return score(value);
  if (isNumber(schema)) return h("span", { class: "big-number" }, number(value));
  if (schema["x-asset"] && definitions[ASSETS]) return shownAsset(definitions[ASSETS](value), schema["x-asset"]);
  if (schema["x-beta"]) return h("span", { title: `α ${number(value.alpha)}, β ${number(value.beta)}` }, number(value.alpha / (value.alpha + value.beta)));
  if (isText(schema)) return h("p", { class: "text" }, value);
  const entry = entryOf(schema, definitions);
  if (entry) return table(value, fieldsOf(entry, definitions), definitions);
  if (Array.isArray(value)) return list(value, resolve(schema.items ?? {}, definitions), definitions, name);
  if (typeof value === "object") return pairs(value, schema, definitions);
  return h("span", {}, String(value));
}

function shownMedia(value, type, name) {
  const place = h("span", { class: "skeleton" });
  import("./media.js").then(({ media, player }) => {
    const blob = media(value, type);
    place.replaceWith(player(blob.type.split("/")[0], blob, name));
  });
  return place;
}

function shownAsset(address, type) {
  return type.startsWith("audio") ? h("audio", { controls: true, src: address }) : h("img", { class: "thumb", src: address, alt: "", loading: "lazy" });
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
