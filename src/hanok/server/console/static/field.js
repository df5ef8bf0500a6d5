// Reading and filling the fields that the server made from a JSON schema (templates/fields.html).

import { t } from "./dom.js";

/** Pictures and sounds: loaded where a form has any. */
const media = () => import("./media.js");
/** Lists of texts, likewise. */
const tags = () => import("./tags.js");

/** What is not a value: the field was left empty, so the system's own default stands. */
const EMPTY = Symbol("empty");

/** Raised where a field holds what cannot be sent. */
export class Unreadable extends Error {}

/** The object that the fields directly below `root` hold. */
export async function read(root) {
  const item = {};
  for (const field of fields(root)) {
    const value = await readField(field);
    if (value !== EMPTY) item[field.dataset.field] = value;
  }
  return item;
}

/** The same without what is still at its default. */
export async function readChanged(root) {
  const item = await read(root);
  for (const field of fields(root)) {
    const name = field.dataset.field;
    if (name in item && JSON.stringify(item[name]) === field.dataset.default) delete item[name];
  }
  return item;
}

/** Put the values of an object into the fields below `root`; what it does not name goes back to its default. */
export function fill(root, item = {}) {
  for (const field of fields(root)) {
    const name = field.dataset.field;
    fillField(field, name in item && item[name] !== undefined ? item[name] : JSON.parse(field.dataset.default ?? "null"));
  }
}

/** Make the buttons below `root` work: adding and removing entries, dropping files, recording. */
export function wire(root) {
  root.addEventListener("click", (event) => {
    const add = event.target.closest("[data-add]");
    const remove = event.target.closest("[data-remove]");
    if (add) addEntry(add.closest("[data-field]")).querySelector("input, select, textarea")?.focus();
    if (remove) remove.closest("[data-entry]").remove();
    if (add || remove) root.dispatchEvent(new Event("input", { bubbles: true }));
  });
  if (root.querySelector("[data-kind=tags]")) tags().then((found) => found.wireTags(root));
  wireMedia(root);
}

function wireMedia(root) {
  for (const place of root.querySelectorAll("[data-media]")) media().then((found) => found.wireMedia(place));
}

/** Say at a field what the server says of it; true if there is such a field. */
export function complain(root, problem) {
  clear(root);
  const name = (problem.where ?? "").split(".")[0];
  const field = fields(root).find((candidate) => candidate.dataset.field === name);
  const place = field?.querySelector(".wrong");
  if (!place) return false;
  place.textContent = problem.message;
  place.hidden = false;
  const control = field.querySelector("input, select, textarea");
  control?.setAttribute("aria-invalid", "true");
  unfold(control);
  control?.focus();
  return true;
}

/** Say at the first field that cannot be sent why; true if there is one. */
export function incomplete(root) {
  clear(root);
  const control = root.querySelector(":invalid:not(fieldset)");
  if (!control) return false;
  const place = control.closest("[data-field]:has(.wrong)")?.querySelector(".wrong");
  if (place) {
    place.textContent = control.validationMessage;
    place.hidden = false;
  }
  control.setAttribute("aria-invalid", "true");
  unfold(control);
  control.focus();
  return true;
}

/** Open what hides a control. */
const unfold = (control) => control?.closest("details:not([open])")?.setAttribute("open", "");

export function clear(root) {
  for (const place of root.querySelectorAll(".wrong")) place.hidden = true;
  for (const control of root.querySelectorAll("[aria-invalid]")) control.removeAttribute("aria-invalid");
}

function fields(root) {
  return [...root.querySelectorAll("[data-field]")].filter((field) => field.parentElement.closest("[data-field]") === root.closest("[data-field]"));
}

async function readField(field) {
  switch (field.dataset.kind) {
    case "group": return read(field);
    case "table": {
      const rows = await Promise.all(entries(field).map((row) => readRow(row)));
      return rows.length ? rows : EMPTY;
    }
    case "tags": {
      const values = (await tags()).tags(field);
      return values.length ? values : EMPTY;
    }
    case "list": {
      const values = await Promise.all(entries(field).map((entry) => readControl(entry, entry.dataset.kind)));
      const filled = values.filter((value) => value !== EMPTY);
      return filled.length ? filled : EMPTY;
    }
    case "pairs": {
      const pairs = await Promise.all(entries(field).map(async (entry) =>
        [entry.querySelector("[data-key]").value, await readControl(entry, entry.dataset.kind)]));
      const filled = pairs.filter(([key, value]) => key && value !== EMPTY);
      return filled.length ? Object.fromEntries(filled) : EMPTY;
    }
    default: return readControl(field, field.dataset.kind);
  }
}

async function readRow(row) {
  const item = {};
  for (const cell of row.querySelectorAll("[data-field]")) {
    const value = await readControl(cell, cell.dataset.kind);
    if (value !== EMPTY) item[cell.dataset.field] = value;
  }
  return item;
}

async function readControl(place, kind) {
  if (["image", "audio", "file"].includes(kind)) return (await (await media()).readMedia(place.querySelector("[data-media]"))) ?? EMPTY;
  const control = place.querySelector("input:not([data-key]), select, textarea");
  if (kind === "tick") return control.checked;
  if (kind === "choice") return control.value === "null" ? EMPTY : JSON.parse(control.value);
  if (control.value === "") return control.required && kind !== "number" ? "" : EMPTY;
  if (kind === "number") return Number(control.value);
  if (kind !== "json") return control.value;
  try {
    return JSON.parse(control.value);
  } catch (error) {
    throw new Unreadable(t("bad_json", { why: error.message }));
  }
}

function fillField(field, value) {
  const kind = field.dataset.kind;
  if (kind === "group") fill(field, value ?? {});
  else if (kind === "tags") tags().then((found) => found.fillTags(field, value ?? []));
  else if (kind === "table" || kind === "list" || kind === "pairs") {
    for (const entry of entries(field)) entry.remove();
    const values = kind === "pairs" ? Object.entries(value ?? {}) : value ?? [];
    for (const one of values) fillEntry(addEntry(field), kind, one);
  } else fillControl(field, kind, value);
}

function fillEntry(entry, kind, value) {
  if (kind === "table") for (const cell of entry.querySelectorAll("[data-field]")) fillControl(cell, cell.dataset.kind, value[cell.dataset.field]);
  else if (kind === "pairs") {
    entry.querySelector("[data-key]").value = value[0];
    fillControl(entry, entry.dataset.kind, value[1]);
  } else fillControl(entry, entry.dataset.kind, value);
}

function fillControl(place, kind, value) {
  if (["image", "audio", "file"].includes(kind)) return media().then((found) => found.showMedia(place.querySelector("[data-media]"), value ?? null));
  const control = place.querySelector("input:not([data-key]), select, textarea");
  if (kind === "tick") control.checked = Boolean(value);
  else if (kind === "choice") control.value = JSON.stringify(value ?? null);
  else if (kind === "json") control.value = value === null || value === undefined ? "" : JSON.stringify(value);
  else control.value = value ?? "";
  return undefined;
}

function entries(field) {
  return [...field.querySelector("[data-entries]").children];
}

function addEntry(field) {
  const template = field.querySelector("template[data-entry]");
  const entry = template.content.firstElementChild.cloneNode(true);
  field.querySelector("[data-entries]").append(entry);
  wireMedia(entry);
  return entry;
}
