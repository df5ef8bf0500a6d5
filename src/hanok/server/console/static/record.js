// What an answer read, beside the picture it was read from; values are put right where they stand.

import { checks } from "./checks.js";
import { h, t, trouble } from "./dom.js";
import { look, worded } from "./look.js";
import { pictured } from "./pictured.js";
import { all, doubtful, sections } from "./placed.js";
import { besides, parts } from "./recorded.js";
import { words } from "./words.js";

/** How a record looks; a page has it once there is one. */
const styled = new Promise((resolve) => document.head.append(h("link", { rel: "stylesheet", href: "/console/static/record.css", onload: resolve, onerror: resolve })));

/** The record of an answer's output, read from a `picture`: its address and name.
 *
 * `about` is what the page says of the system: schemas, and the fields of feedback by which values are put right.
 * `send` takes such feedback; `skip`, where there is one, goes on without; `back` takes back what was said before this record;
 * `before` is feedback that was given on this answer.
 */
export async function record(about, output, picture, { send, skip, back, before = {} }) {
  await styled;
  const found = sections(output, about.output), values = all(found), worst = doubtful(values);
  const by = new Map(values.map((value) => [value.path, value]));
  const inputs = new Map(values.map((value) => [value.path, field(value, about)]));
  const said = words(values, inputs, before[about.right]);
  const owed = checks(output[about.checks] ?? [], values);
  const view = pictured(picture.address, picture.name, values, { pick: focus, hover: light });
  const close = look(view.look, (text) => choose(at, text));
  const foot = footing(about, { send: sent, skip, undo, change: update }, before);
  const element = h("div", { class: "record" },
    h("div", { class: "record-picture" }, view.element, close.element),
    h("div", { class: "record-values" }, besides(output, about.output), owed.element, parts(found, inputs), about.right || skip ? foot.element : null));
  let at = (worst[0] ?? values[0])?.path; // what is looked at closely

  const onField = (name, does) => element.addEventListener(name, (event) => event.target.matches("[data-path]") && does(event.target.dataset.path, event));
  onField("focusin", see);
  onField("input", (path) => (said.typing(path), update()));
  onField("change", (path) => (said.keep(path), update()));
  onField("keydown", keys);
  element.addEventListener("keydown", (event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && (event.preventDefault(), sent()));
  element.lastChild.addEventListener("pointerover", ({ target }) => light(target.closest("[data-cell]")?.querySelector("[data-path]").dataset.path));
  update();
  if (at) see(at);
  return { element, undo, focus: (path) => focus(by.has(path) ? path : (worst.find(said.open) ?? values[0])?.path), get at() { return at; } };

  function light(path) {
    view.light(path ?? at);
    for (const [own, input] of inputs) input.parentElement.classList.toggle("lit", own === path);
  }

  function see(path) {
    at = path;
    view.light(path);
    close.show(by.get(path));
  }

  function focus(path) {
    inputs.get(path)?.focus();
    inputs.get(path)?.select();
  }

  /** To the next field that a person should look at; after the last one, to sending. */
  function onward() {
    update();
    const next = worst.find(said.open);
    if (next) focus(next.path);
    else foot.focus();
  }

  function choose(path, text) {
    said.say(path, text);
    said.keep(path);
    update();
    focus(path);
  }

  function undo() {
    const path = said.takeBack();
    if (path === undefined) return back?.();
    update();
    focus(path);
    return foot.tell(t("taken_back", { field: by.get(path).label }));
  }

  function update() {
    const broken = owed.update((path) => inputs.get(path).value);
    for (const { path, stands } of values) {
      const state = said.said(path) ? "said" : stands ? "" : "doubt", cell = inputs.get(path).parentElement.classList;
      for (const name of ["said", "doubt"]) cell.toggle(name, name === state);
      cell.toggle("broken", broken.has(path));
      view.mark(path, state);
    }
    view.light(at);
    foot.count(values.filter(({ path }) => said.said(path)).length, worst.filter(({ path }) => !said.said(path)).length, said.steps || back);
  }

  function sent() {
    return foot.sending(() => send({ [about.right]: said.all(), ...foot.rest() }));
  }

  function keys(path, event) {
    if (event.target.readOnly || event.isComposing || event.altKey) return;
    const { text, others } = by.get(path), readings = [text, ...others];
    const command = event.ctrlKey || event.metaKey, typed = said.typed(path);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const figure = /^[1-9]$/.test(event.key) && !typed && readings.filter(Boolean).every(worded) ? others[event.key - 1] : undefined;
    if (event.key === "Enter" && !command) said.say(path, event.target.value), said.keep(path), onward();
    else if (event.key === "Escape") said.pass(path), said.keep(path), onward();
    else if (step && others.length) choose(path, readings[(Math.max(readings.indexOf(event.target.value), 0) + step + readings.length) % readings.length]);
    else if (figure !== undefined && !command) choose(path, figure);
    else if (event.key === "z" && command && !typed) undo();
    else return;
    event.preventDefault();
  }
}

function field({ path, label, text, stands, facts }, { right }) {
  const found = h("input", { type: "text", "data-path": path, "aria-label": label, value: text, readonly: !right, maxlength: 200,
    title: stands ? null : facts.at(-1)?.[1], autocomplete: "off", spellcheck: "false" });
  found.style.minWidth = `calc(${Math.max([...text].reduce((sum, letter) => sum + (letter > "\u1100" ? 1.9 : 1), 0), 2)}ch + 18px)`;
  return found;
}

/** Below the values: whether the rest is right, sending, taking back, and how far one is. */
function footing(about, { send, skip, undo, change }, before) {
  const rest = about.rest && about.right ? h("input", { type: "checkbox", checked: Boolean(before[about.rest.name]), onchange: change }) : null;
  const go = h("button", { type: "button", class: "button primary", onclick: send }, t(skip ? "send_next" : "send"));
  const back = h("button", { type: "button", class: "button", onclick: undo }, t("undo"));
  const count = h("span", { class: "quiet" }), told = h("p", { class: "quiet", role: "status" }), wrong = h("div", { hidden: true });
  let busy = false;
  const says = about.right ? [go, back] : []; // who may only look may go on
  return {
    element: h("div", { class: "record-foot" }, rest ? h("label", { class: "switch" }, rest, h("span", {}, about.rest.label)) : null,
      h("p", { class: "actions" }, says, skip ? h("button", { type: "button", class: "button", onclick: skip }, t("skip_picture")) : null, count), told, wrong),
    rest: () => (rest ? { [about.rest.name]: rest.checked } : {}),
    focus: () => (rest ?? go).focus(),
    tell: (text) => (told.textContent = text),
    count(n, left, undoable) {
      count.textContent = t("said_n", { n, left });
      go.disabled = !n && !rest?.checked;
      back.disabled = !undoable;
    },
    async sending(does) {
      if (busy || go.disabled) return;
      busy = true;
      trouble(wrong, null);
      try {
        await does();
      } catch (problem) {
        trouble(wrong, problem);
      } finally {
        busy = false;
      }
    },
  };
}
