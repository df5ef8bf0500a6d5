// A share with a bar.

import { h, number } from "./dom.js";

export function score(value, label = "") {
  const bar = h("i");
  bar.style.width = `${Math.round(100 * Math.min(Math.max(value, 0), 1))}%`;
  return h("span", { class: "score" }, label ? h("span", {}, label) : null, h("span", { class: "meter", "aria-hidden": "true" }, bar), h("b", {}, number(value)));
}
