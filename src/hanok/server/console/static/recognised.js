// What was recognised in a file: a column for every field, problems with row and reason, what to do about them.

import { h, icon, number, t } from "./dom.js";

const SHOWN = 8; // problems listed before they are folded

/** The verdict of a check on one slot; `change`, `skip` and `remove` are called with what a person decides. */
export function recognised(found, given, does) {
  const parts = [fileLine(found, given, does)];
  if (found.recognised.length) parts.push(columns(found, given, does), filter(found, given, does));
  if (found.n_problems) parts.push(problems(found, given, does));
  const place = document.createDocumentFragment();
  place.append(...parts.filter(Boolean));
  return place;
}

function fileLine(found, given, does) {
  const many = Array.isArray(given);
  const good = !found.n_problems;
  const about = many ? t("files", { n: number(given.length) })
    : [t("rows", { n: number(found.n_rows) }), found.encoding].filter(Boolean).join(" · ");
  return h("p", { class: "file-line" }, icon(good ? "tick" : "file"), h("b", {}, many ? t("folder") : given.name), h("span", { class: "quiet" }, about),
    h("button", { type: "button", class: "link", onclick: does.remove }, t("replace")));
}

/** One row a field: which column holds it, how that was known, what the first rows say. */
function columns(found, given, does) {
  const names = [...found.recognised.map(({ column }) => column).filter(Boolean), ...found.unused].filter((name, i, all) => all.indexOf(name) === i);
  const choose = (field) => (event) => {
    const { [field]: old, ...rest } = given.columns ?? {};
    does.change({ ...given, columns: event.target.value ? { ...rest, [field]: event.target.value } : rest });
  };
  const rows = found.recognised.map(({ field, column, how, expected, required }) => h("tr", {},
    h("th", { scope: "row" }, field, required ? null : h("span", { class: "quiet" }, ` ${t("optional")}`)),
    h("td", {}, h("select", { "aria-label": t("column_for", { field }), onchange: choose(field) },
      h("option", { value: "" }, t("no_column")), names.map((name) => h("option", { value: name, selected: name === column }, name)))),
    h("td", {}, h("span", { class: "how", title: expected }, h("span", { class: `dot ${column ? "serving" : required ? "broken" : "planned"}`, "aria-hidden": "true" }), t(`how.${how}`))),
    h("td", { class: "sample" }, found.preview.slice(0, 2).map((row) => h("span", {}, text(row[field]))))));
  return h("div", { class: "scroll" }, h("table", { class: "recognised" },
    h("thead", {}, h("tr", {}, ["field", "column", "recognised", "first_rows"].map((key) => h("th", { scope: "col" }, t(key))))),
    h("tbody", {}, rows)), found.unused.length ? h("p", { class: "quiet small" }, t("unused", { names: found.unused.join(", ") })) : null);
}

/** Keep only the rows whose column has a value. */
function filter(found, given, does) {
  const [column, value] = Object.entries(given.where ?? {})[0] ?? ["", ""];
  const names = [...new Set([...found.unused, ...found.recognised.map((one) => one.column).filter(Boolean)])];
  if (!names.length) return null;
  const select = h("select", { "aria-label": t("filter") }, h("option", { value: "" }, t("filter.all")), names.map((name) => h("option", { value: name, selected: name === column }, name)));
  const input = h("input", { type: "text", value, "aria-label": t("filter.value"), placeholder: t("filter.value"), size: "12" });
  const apply = () => {
    if (select.value && !input.value) return input.focus();
    return does.change({ ...given, where: select.value ? { [select.value]: input.value } : {} });
  };
  select.addEventListener("change", apply);
  input.addEventListener("change", apply);
  return h("p", { class: "filter" }, h("span", { class: "quiet" }, t("filter")), select, h("span", { class: "quiet" }, "="), input);
}

function problems(found, given, does) {
  const shown = found.problems.map((problem) => h("tr", {}, h("td", {}, h("code", {}, problem.where)), h("td", {}, problem.message, problem.hint && !problem.hint.startsWith("--") ? h("span", { class: "about quiet" }, problem.hint) : null)));
  const rows = (some) => h("div", { class: "scroll" }, h("table", {}, h("tbody", {}, some)));
  const complete = found.recognised.every(({ required, column }) => !required || column);
  const skippable = complete && found.n_bad > 0 && found.n_rows > found.n_bad;
  const box = h("input", { type: "checkbox", id: `skip-${given.blob}`, checked: Boolean(given.skip), onchange: (event) => does.skip(event.target.checked) });
  return h("div", { class: "problems" },
    h("h3", {}, icon("warn"), complete && found.n_bad ? t("bad_rows", { n: number(found.n_bad), total: number(found.n_rows) }) : t("cannot_use")),
    rows(shown.slice(0, SHOWN)),
    shown.length > SHOWN ? h("details", { class: "fold" }, h("summary", {}, t("more_problems", { n: number(found.n_problems - SHOWN) })), rows(shown.slice(SHOWN))) : null,
    skippable ? h("div", { class: "field tick" }, box, h("label", { for: `skip-${given.blob}` }, t("skip", { n: number(found.n_bad) }))) : null);
}

const text = (value) => (value === null || value === undefined ? "–" : typeof value === "object" ? JSON.stringify(value) : String(value));
