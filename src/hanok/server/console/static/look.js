// One value large: its place in the picture, how sure it is, where it comes from, and what else it may be.

import { h, t } from "./dom.js";
import { score } from "./score.js";

/** Whether a text has letters: then a figure chooses a reading; of a number it is typed. */
export const worded = (text) => /\p{L}/u.test(text);

/** The place of the close look; `draw` draws a value's box onto a canvas, `choose` is given the text of another reading. */
export function look(draw, choose) {
  const canvas = h("canvas", { "aria-hidden": "true" }), told = h("div");
  return {
    element: h("section", { class: "look", "aria-label": t("look") }, canvas, told),
    show(value) {
      draw(canvas, value);
      const { label, sure, facts, others } = value;
      told.replaceChildren(h("p", { class: "look-name" }, h("b", {}, label), sure === null ? null : score(sure, t("sure"))),
        h("dl", { class: "facts inline" }, facts.map(([title, text]) => h("div", {}, h("dt", {}, title), h("dd", {}, text)))));
      if (others.length) told.append(h("p", { class: "readings" }, h("span", { class: "quiet small" }, t("readings")), others.map((text, k) =>
        h("button", { type: "button", class: "button small", onclick: () => choose(text) }, worded(text) && k < 9 ? h("kbd", {}, String(k + 1)) : null, text || "–"))));
    },
  };
}
