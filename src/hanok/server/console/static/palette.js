// The command palette: rooms, models, jobs and commands, filtered as one types.

import { call } from "./api.js";
import { h, t } from "./dom.js";

const MOST = 40;
let dialog, input, list, entries = [], shown = [], chosen = 0;

export async function openPalette() {
  if (dialog?.open) return;
  dialog ??= make();
  dialog.showModal();
  input.value = "";
  input.focus();
  try {
    entries = await call("GET", "/console/search.json");
  } catch (problem) {
    entries = [];
    list.replaceChildren(h("li", { class: "none", role: "presentation" }, problem.message));
    return;
  }
  filter();
}

function make() {
  input = h("input", { type: "text", role: "combobox", "aria-expanded": "true", "aria-controls": "palette-list", "aria-autocomplete": "list",
    "aria-label": t("palette"), placeholder: t("palette"), autocomplete: "off", spellcheck: "false", oninput: filter, onkeydown: move });
  list = h("ul", { id: "palette-list", role: "listbox", "aria-label": t("palette") });
  const made = h("dialog", { class: "palette", "aria-label": t("palette"), onclick: (event) => event.target === made && made.close() }, input, list);
  document.body.append(made);
  return made;
}

/** Every word that was typed has to be somewhere in an entry; where a title begins with it counts most. */
function filter() {
  const asked = input.value.toLowerCase().split(/\s+/).filter(Boolean);
  const scored = entries.map((entry) => {
    const title = entry.title.toLowerCase();
    const all = `${title} ${entry.words} ${entry.about}`.toLowerCase();
    const fits = asked.every((word) => all.includes(word));
    return { entry, score: fits ? asked.reduce((sum, word) => sum + (title.startsWith(word) ? 3 : title.includes(word) ? 2 : 1), 1) : 0 };
  });
  shown = scored.filter(({ score }) => score).sort((a, b) => (asked.length ? b.score - a.score : 0)).slice(0, MOST).map(({ entry }) => entry);
  if (asked.length) shown.sort((a, b) => first(a.group) - first(b.group));
  chosen = 0;
  draw();
}

const first = (group) => shown.findIndex((entry) => entry.group === group);

function draw() {
  let group = null;
  list.replaceChildren(...shown.flatMap((entry, index) => {
    const row = h("li", { role: "option", id: `option-${index}`, "aria-selected": String(index === chosen), onclick: () => go(entry),
      onmousemove: () => index !== chosen && choose(index) }, h("span", {}, entry.title), h("span", {}, entry.about));
    if (entry.group === group) return [row];
    group = entry.group;
    return [h("li", { role: "presentation" }, group), row];
  }));
  if (!shown.length) list.append(h("li", { class: "none", role: "presentation" }, t("palette.none")));
  input.setAttribute("aria-activedescendant", shown.length ? `option-${chosen}` : "");
}

function choose(index) {
  document.getElementById(`option-${chosen}`)?.setAttribute("aria-selected", "false");
  chosen = index;
  const row = document.getElementById(`option-${chosen}`);
  row.setAttribute("aria-selected", "true");
  row.scrollIntoView({ block: "nearest" });
  input.setAttribute("aria-activedescendant", row.id);
}

function move(event) {
  if (event.isComposing) return;
  if (event.key === "Enter" && shown[chosen]) {
    event.preventDefault();
    go(shown[chosen]);
  } else if (["ArrowDown", "ArrowUp"].includes(event.key) && shown.length) {
    event.preventDefault();
    choose((chosen + (event.key === "ArrowDown" ? 1 : -1) + shown.length) % shown.length);
  }
}

function go(entry) {
  dialog.close();
  location.assign(entry.href);
}
