// What a JSON schema says of a value: the same reading as hanok.core.marks.resolve.

/** One field's schema without indirection. */
export function resolve(schema, definitions = {}) {
  const inner = (schema.anyOf ?? []).find((one) => one.type !== "null") ?? {};
  const merged = { ...inner, ...schema };
  return { ...(definitions[(merged.$ref ?? "").split("/").pop()] ?? {}), ...merged, anyOf: undefined };
}

/** The fields of an object's schema as [name, schema]. */
export function fieldsOf(schema, definitions = schema.$defs ?? {}) {
  return Object.entries(schema.properties ?? {}).map(([name, field]) => {
    const found = resolve(field, definitions);
    return [name, { ...found, title: field.title ?? inTitleCase(name), description: field.description }];
  });
}

function inTitleCase(name) {
  const words = name.replaceAll("_", " ");
  return words[0].toUpperCase() + words.slice(1);
}

export const isText = (schema) => schema.type === "string" && !schema.contentMediaType;
export const isNumber = (schema) => schema.type === "number" || schema.type === "integer";
/** A number that says how sure or how good, on a scale that ends at 1. */
export const isShare = (schema) => schema.type === "number" && schema.minimum === 0 && schema.maximum === 1;
/** The schema of the objects in a list, or null. */
export function entryOf(schema, definitions) {
  if (schema.type !== "array" || !schema.items) return null;
  const items = resolve(schema.items, definitions);
  return items.properties ? items : null;
}

/** Whether choosing a card says this field's value; of a list, whether it is one of its values. */
export const isPick = (schema) => Boolean(schema["x-pick"] ?? schema.items?.["x-pick"]);
/** What a thing in a list is called: its first text. The name by which it is chosen is one only where no other is always there. */
export function headingOf(parts, values) {
  const texts = parts.filter(([name, field]) => isText(field) && !field["x-asset"] && values[name]);
  const pick = texts.find(([, field]) => field["x-pick"]);
  const title = pick ? texts.find(([, field]) => !field["x-pick"] && field.default === undefined) ?? pick : texts[0];
  return title?.[0] ?? null;
}

/** What an answer comes to, by its schema alone.
 *
 * The headline is the first text of the output, or of the first object in its first list of objects; numbers from 0 to 1
 * beside it are its scores, other texts beside it are why, the rest of the list are others. A false yes-or-no at the top
 * means that the answer does not stand.
 */
export function gist(output, schema) {
  const definitions = schema.$defs ?? {};
  const top = fieldsOf(schema);
  const doubts = top.filter(([name, field]) => field.type === "boolean" && output[name] === false);
  const found = { headline: null, scores: [], why: [], others: [], field: null, list: null, doubts };
  const text = top.find(([name, field]) => isText(field) && !field["x-asset"] && output[name]);
  const list = top.find(([name, field]) => entryOf(field, definitions) && output[name]?.length);
  if (text) {
    found.headline = output[text[0]];
    found.field = text[0];
    beside(found, output, top, text[0]);
  } else if (list) {
    const parts = fieldsOf(entryOf(list[1], definitions), definitions);
    const first = output[list[0]][0];
    const main = headingOf(parts, first);
    found.headline = main ? first[main] : JSON.stringify(first);
    found.field = main;
    found.list = list[0];
    beside(found, first, parts, main);
    found.others = output[list[0]].slice(1).map((entry) => ({
      text: main ? entry[main] : JSON.stringify(entry),
      score: parts.find(([, field]) => isShare(field))?.[0] in entry ? entry[parts.find(([, field]) => isShare(field))[0]] : null,
    }));
  }
  return found;
}

function beside(found, values, parts, main) {
  for (const [name, field] of parts) {
    const value = values[name];
    if (name === main || field["x-asset"] || value === null || value === undefined || value === "") continue;
    if (isShare(field)) found.scores.push({ label: field.title, value });
    else if (isText(field) || isNumber(field)) found.why.push({ label: field.title, about: field.description, value });
  }
}
