// Values of an answer that say where they stand in a picture, by its schema: grouped as the answer groups them.

import { fieldsOf, isShare, isText, resolve } from "./schema.js";

/** What an object with a box says, by the names of its fields; null where a schema is of none. */
function reading(schema, definitions) {
  const parts = fieldsOf(schema, definitions);
  const box = parts.find(([, part]) => part["x-box"]);
  if (!box) return null;
  const [value] = parts[0];
  const first = (fits) => parts.find(([name, part]) => name !== value && part !== box[1] && fits(part))?.[0];
  const sure = first(isShare), stands = first((part) => part.type === "boolean"), others = first((part) => part.type === "array");
  return { box: box[0], value, sure, stands, others, facts: parts.filter(([name, part]) => name !== value && isText(part)) };
}

/** The sections of an answer as [{title, pairs, tables: [{title, columns, rows}]}]; pairs and rows are of values.
 *
 * A value is {path, label, text, sure, stands, others, facts, box}. The name of an object with any keys is no part of a path.
 */
export function sections(output, schema) {
  const definitions = schema.$defs ?? {}, found = [];
  visit(output, schema, [], "");
  return found.filter(({ pairs, tables }) => pairs.length || tables.length);

  function visit(value, of, path, title) {
    const section = { title, pairs: [], tables: [] };
    found.push(section);
    for (const [name, field] of fieldsOf(of, definitions)) part(value[name], field, path, name, section);
  }

  function part(value, field, path, name, section) {
    if (value === null || value === undefined) return;
    const own = [...path, name];
    const any = field.additionalProperties && resolve(field.additionalProperties, definitions);
    if (reading(field, definitions)) section.pairs.push(placed(value, field, own, section.title, field.title));
    else if (any && reading(any, definitions)) section.pairs.push(...Object.keys(value).map((key) => placed(value[key], any, [...path, key], section.title, key)));
    else if (field.type === "array" && Array.isArray(value)) list(value, field, own, section);
    else if (field.properties) visit(value, field, own, field.title);
  }

  function list(values, field, path, section) {
    const entry = resolve(field.items ?? {}, definitions);
    const any = entry.additionalProperties && resolve(entry.additionalProperties, definitions);
    const numbered = (k) => `${field.title} ${k + 1}`;
    if (reading(entry, definitions)) section.pairs.push(...values.map((value, k) => placed(value, entry, [...path, k], section.title, numbered(k))));
    else if (any && reading(any, definitions)) table(values.map((row, k) => Object.keys(row).map((key) => [key, placed(row[key], any, [...path, k, key], `${section.title} ${numbered(k)}`.trim(), key)])), field.title, section);
    else if (entry.properties) values.forEach((value, k) => visit(value, entry, [...path, k], numbered(k)));
  }

  function table(rows, title, section) {
    const left = new Map(); // columns stand as they do in the picture
    for (const row of rows) for (const [key, { box }] of row) left.set(key, Math.min(left.get(key) ?? Infinity, ...box.map(([x]) => x)));
    const columns = [...left.keys()].sort((a, b) => left.get(a) - left.get(b));
    if (rows.length) section.tables.push({ title, columns, rows: rows.map((row) => columns.map((key) => new Map(row).get(key) ?? null)) });
  }

  function placed(value, of, path, title, label) {
    const names = reading(of, definitions);
    const text = (one) => (one === null || one === undefined ? "" : String(one));
    return {
      path: path.join("."),
      label: `${title} ${label}`.trim(),
      text: text(value[names.value]),
      sure: value[names.sure] ?? null,
      stands: value[names.stands] ?? true,
      others: (value[names.others] ?? []).map(text),
      facts: names.facts.filter(([name]) => value[name]).map(([name, part]) => [part.title, value[name]]),
      box: value[names.box] ?? [],
    };
  }
}

/** All values of sections, in their order. */
export const all = (found) => found.flatMap(({ pairs, tables }) => [...pairs, ...tables.flatMap(({ rows }) => rows.flat())]).filter(Boolean);

/** The least sure first, of those that may not stand. */
export const doubtful = (values) => values.filter(({ stands }) => !stands).sort((a, b) => (a.sure ?? 0) - (b.sure ?? 0));

/** The schema of what else an answer says. */
export function beside(schema) {
  const boxed = (part, seen = []) => {
    const text = JSON.stringify(part);
    return /"x-(box|checks|same)"/.test(text) || [...text.matchAll(/\$defs\/([^"]+)"/g)].some(([, name]) => !seen.includes(name) && boxed(schema.$defs[name], [...seen, name]));
  };
  return { ...schema, properties: Object.fromEntries(Object.entries(schema.properties).filter(([, part]) => !boxed(part))) };
}
