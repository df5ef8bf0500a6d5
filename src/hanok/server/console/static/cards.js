// Cards of an answer: looked at, chosen, asked about. Choosing one is feedback; asking again shows what was learnt of it.

import { assetsOf, one } from "./answer.js";
import { call } from "./api.js";
import { cover } from "./cover.js";
import { h, icon, t, trouble } from "./dom.js";
import { addTag, known } from "./tags.js";
import { moving } from "./moving.js";
import { posteriors } from "./posteriors.js";
import { entryOf, fieldsOf, headingOf, isNumber, isPick, isShare, isText } from "./schema.js";
import { score } from "./score.js";

const PAUSE = 700; // milliseconds in which one sees what was noted, before the next answer comes

/** The place of the cards of one page.
 *
 * `item` is the element that holds the form; `ask` asks what it says, `again` what was asked last.
 */
export async function shelf(data, item, { ask, again }) {
  await styled();
  const definitions = data.output.$defs ?? {};
  const field = fieldsOf(data.output).find(([name]) => name === data.cards)[1];
  const parts = fieldsOf(entryOf(field, definitions), definitions);
  const named = (mark) => parts.find(([, part]) => part[mark])?.[0];
  const about = { data, item, parts, definitions, pick: named("x-pick"), cover: named("x-asset"), belief: named("x-beta"), says: saying(data.feedback), asks: asking(item), ask };
  const { [data.cards]: _, ...others } = data.output.properties;

  const said = h("p", { class: "shelf-said", role: "status" });
  const wrong = h("div", { hidden: true });
  const rest = h("dl", { class: "facts inline shelf-rest" });
  const grid = h("ol", { class: `cards${about.cover ? "" : " plain"}` });
  const keep = h("input", { type: "checkbox", checked: Boolean(about.belief) });
  const plot = about.belief ? posteriors(entryOf(field, definitions).properties[about.belief], definitions) : null;
  const tools = about.says ? h("div", { class: "shelf-tools" },
    h("button", { type: "button", class: "button small", onclick: () => again() }, t("again")),
    h("label", { class: "switch" }, keep, h("span", {}, t("again_each")))) : null;
  const element = h("div", { class: `shelf${plot ? " believed" : ""}` }, tools, said, wrong, rest, grid, plot?.element);
  let timer = null;
  if (plot) lightUp(element);
  item.addEventListener("input", () => about.asks.forEach(name));

  about.choose = async (answer, heading, value, button) => {
    if (button.ariaDisabled) return undefined;
    button.ariaDisabled = "true"; // not disabled: that would lose the focus
    trouble(wrong, null);
    try {
      await call("POST", `/v1/systems/${data.system}/feedback`, { answer: answer.id, feedback: about.says(value) });
    } catch (problem) {
      button.ariaDisabled = null;
      return trouble(wrong, problem);
    }
    const card = button.closest("li");
    card.classList.add("chosen");
    card.append(h("p", { class: "noted" }, icon("tick"), t("noted_card")));
    said.textContent = t("said", { title: heading });
    plot?.chosen(value);
    clearTimeout(timer);
    if (keep.checked) timer = setTimeout(() => element.isConnected && again(), PAUSE);
    return undefined;
  };

  return {
    element,
    /** Show another answer in the place of the last one; `fresh`: of another question. */
    draw(answer, fresh) {
      clearTimeout(timer);
      const entries = answer.output[data.cards] ?? [];
      const rows = entries.map((entry, at) => ({ id: about.pick ? String(entry[about.pick]) : String(at), place: at + 1, entry, title: titled(about, entry) }));
      if (fresh) said.textContent = t("number", { n: rows.length });
      trouble(wrong, null);
      const told = fieldsOf({ properties: others }, definitions).filter(([name]) => filled(answer.output[name]));
      rest.replaceChildren(...told.map(([name, part]) => h("div", {}, h("dt", { title: part.description }, part.title), h("dd", {}, one(answer.output[name], part, definitions, name)))));
      rest.hidden = !told.length;
      if (about.pick && about.asks.length) suggest(rows, about.asks);
      const places = parts.filter(([name, part]) => isNumber(part) && rows.every(({ entry, place }) => [place, place - 1].includes(entry[name])));
      const facts = parts.filter((part) => !places.includes(part));
      moving(grid, rows.length ? rows.map((row) => card(row, answer, facts, about)) : [h("li", { class: "quiet" }, t("nothing"))]);
      plot?.update(rows.map(({ entry, ...row }) => ({ ...row, belief: entry[about.belief] })), fresh);
    },
  };
}

/** How cards look; a page has it once there are some. */
const styled = () => new Promise((resolve) => document.head.append(h("link", { rel: "stylesheet", href: "/console/static/cards.css", onload: resolve, onerror: resolve })));

/** What feedback says that a value was chosen; null where none says so alone. */
function saying(schema) {
  const found = fieldsOf(schema ?? {}).find(([, field]) => isPick(field));
  if (!found || (schema.required ?? []).some((name) => name !== found[0])) return null;
  return (value) => ({ [found[0]]: found[1].type === "array" ? [value] : value });
}

/** The fields of the form that a card may fill in. */
const asking = (item) => [...item.querySelectorAll("[data-pick]")].filter((field) => field.parentElement.closest("[data-field]") === item.closest("[data-field]"));

const titled = (about, entry) => String(entry[headingOf(about.parts, entry) ?? about.pick] ?? "");

/** One card, which tells of its entry the `facts` that are not shown otherwise. */
function card({ id, place, entry, title }, answer, facts, about) {
  const heading = headingOf(about.parts, entry);
  const pressable = about.says && about.pick && answer.id;
  const button = pressable ? h("button", { type: "button", class: "choose", title: t("choose"), onclick: () => about.choose(answer, title, entry[about.pick], button) }, title) : null;
  const address = about.cover && entry[about.cover] ? assetsOf(about.data, answer.version)(entry[about.cover]) : null;
  const skip = new Set([heading, about.pick, about.cover, about.belief]);
  const told = facts.filter(([name]) => !skip.has(name) && filled(entry[name]));
  return h("li", { class: `pick-card${pressable ? " pressable" : ""}`, "data-id": id },
    cover(id, title, address, Boolean(about.cover)),
    h("h3", {}, h("span", { class: "place", "aria-hidden": "true" }, String(place)), button ?? h("span", {}, title)),
    h("div", { class: "told-of" }, told.map(([name, part]) => fact(entry[name], part, about.definitions, name))),
    about.asks.length && about.pick ? h("p", { class: "card-asks" }, about.asks.map((field) => askAbout(field, entry[about.pick], title, about))) : null);
}

const filled = (value) => value !== null && value !== undefined && value !== "" && !(Array.isArray(value) && !value.length);

function fact(value, part, definitions, name) {
  if (isShare(part)) return score(value, part.title);
  if (isText(part)) return h("p", { title: part.title }, value);
  return h("div", { class: "fact" }, h("span", { class: "quiet" }, part.title), " ", one(value, part, definitions, name));
}

/** A button that puts a card into a field of the form, and asks. */
function askAbout(field, value, title, { item, ask }) {
  const many = field.dataset.kind === "tags";
  const label = field.querySelector("label, legend").firstChild.textContent.trim();
  return h("button", { type: "button", class: "link", "aria-label": `${title}: ${many ? t("add_to", { field: label }) : t("related")}`,
    onclick: () => {
      if (many) addTag(field, String(value));
      else field.querySelector("input").value = value;
      item.dispatchEvent(new Event("input", { bubbles: true }));
      ask();
    } }, many ? t("add_to", { field: label }) : t("related"));
}

/** Let the fields that take a card suggest every card that was seen, by its title. */
function suggest(seen, asks) {
  const list = document.getElementById("picks");
  const there = new Map([...list.options].map((option) => [option.value, option]));
  for (const { id, title } of seen) {
    if (!there.has(id)) there.set(id, list.appendChild(h("option", { value: id })));
    if (title !== id) there.get(id).label = title;
  }
  asks.forEach(name);
}

/** Say below a field what the thing is called that it names. */
function name(field) {
  const input = field.querySelector("input:not([data-tag])");
  if (!input) return;
  const title = known(input, input.value);
  const place = field.querySelector(".called") ?? h("p", { class: "called quiet small" });
  place.textContent = title && title !== input.value ? title : "";
  input.after(place);
}

/** Show a card and its row of the plot together. */
function lightUp(element) {
  for (const event of ["pointerover", "focusin", "pointerleave", "focusout"]) element.addEventListener(event, ({ target, type }) => {
    const id = type === "pointerleave" || type === "focusout" ? null : target.closest("[data-id]")?.dataset.id;
    for (const one of element.querySelectorAll("[data-id]")) one.classList.toggle("lit", one.dataset.id === id);
  });
}
