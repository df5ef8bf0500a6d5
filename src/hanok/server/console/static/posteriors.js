// What is believed of each card's share, as a hill over it; a click, and one sees the hill move.

import { beta } from "./beta.js";
import { h, number, s, t } from "./dom.js";
import { moving, still } from "./moving.js";
import { fieldsOf, isNumber, resolve } from "./schema.js";

const WIDTH = 200, HEIGHT = 34, FOOT = 7; // of one hill in its own units; below its foot lies the interval
const QUICK = 150; // milliseconds of a change

/** The plot of the entries' beliefs, whose field of the entry's schema is `field`: its title, where it has one, names the axis. */
export function posteriors(field, definitions) {
  const counts = fieldsOf(resolve(field, definitions), definitions).filter(([name, part]) => isNumber(part) && name !== "alpha" && name !== "beta");
  const hills = h("ol", { class: "hills", "aria-hidden": "true" });
  const axis = h("div", { class: "hill-axis", "aria-hidden": "true" });
  const table = h("tbody");
  const heads = ["#", t("card"), t("mean"), t("interval"), "α", "β", ...counts.map(([, part]) => part.title)];
  const element = h("figure", { class: "beliefs" },
    h("figcaption", {}, h("h3", {}, t("beliefs")), h("p", { class: "quiet small" }, t("beliefs_about"))),
    hills, axis, h("p", { class: "axis-name quiet small", "aria-hidden": "true" }, field.title ?? t("share")),
    h("details", { class: "fold" }, h("summary", {}, t("table")), h("div", { class: "scroll", tabindex: "0" },
      h("table", {}, h("thead", {}, h("tr", {}, heads.map((head) => h("th", { scope: "col" }, head)))), table))));
  let drawn = new Map(), top = null, frame = 0, chosen = null;

  return {
    element,
    /** The card that was chosen: its hill is drawn as it was before, too. */
    chosen(id) {
      chosen = String(id);
    },
    update(given, fresh) {
      const rows = given.filter(({ belief }) => belief?.alpha > 0 && belief?.beta > 0);
      element.hidden = !rows.length;
      if (!rows.length) return;
      const known = fresh ? new Map() : drawn, was = chosen;
      const wanted = nice(Math.max(...rows.map((row) => beta(row.belief.alpha, row.belief.beta).high)));
      const lines = rows.map((row) => hill(row, row.id === was ? known.get(row.id) : null));
      chosen = null;
      moving(hills, lines.map(({ row }) => row));
      table.replaceChildren(...rows.map((row) => numbers(row, counts)));
      const from = fresh || top === null ? wanted : top;
      cancelAnimationFrame(frame);
      const started = performance.now();
      const step = (now) => {
        const share = still() ? 1 : Math.min(1, Math.max(0, (now - started) / QUICK));
        top = from + (wanted - from) * share;
        drawn = new Map(rows.map(({ id, belief }) => [id, between(known.get(id) ?? belief, belief, share)]));
        for (const { id, draw } of lines) draw(drawn.get(id), top);
        ticks(axis, top);
        if (share < 1) frame = requestAnimationFrame(step);
      };
      step(started);
    },
  };
}

const between = (old, now, share) => ({ alpha: old.alpha + (now.alpha - old.alpha) * share, beta: old.beta + (now.beta - old.beta) * share });

/** One row of the plot, and how it is drawn for a belief and an end of the axis. */
function hill({ id, place, title }, before) {
  const parts = { ghost: s("path", { class: "ghost" }), area: s("path", { class: "area" }), range: s("line", { class: "range" }), mean: s("line", { class: "mean" }) };
  const svg = s("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none" }, s("line", { class: "ground", x1: 0, x2: WIDTH, y1: HEIGHT - FOOT, y2: HEIGHT - FOOT }), ...Object.values(parts));
  const value = h("b");
  const row = h("li", { "data-id": id }, h("span", { class: "place" }, String(place)), h("span", { class: "hill-name", title }, title), svg, value);
  return { id, row, draw({ alpha, beta: misses }, top) {
    const found = beta(alpha, misses);
    const x = (share) => Math.min(WIDTH, (share / top) * WIDTH);
    parts.area.setAttribute("d", path(found.curve, x));
    parts.ghost.setAttribute("d", before ? path(beta(before.alpha, before.beta).curve, x) : "");
    line(parts.range, x(found.low), x(found.high), HEIGHT - FOOT / 2, HEIGHT - FOOT / 2);
    line(parts.mean, x(found.mean), x(found.mean), HEIGHT - FOOT - 4, HEIGHT);
    value.textContent = number(found.mean);
  } };
}

function line(element, x1, x2, y1, y2) {
  for (const [name, at] of Object.entries({ x1, x2, y1, y2 })) element.setAttribute(name, at.toFixed(2));
}

function path(curve, x) {
  const y = (density) => (HEIGHT - FOOT) - density * (HEIGHT - FOOT - 2);
  const points = curve.filter(([share], i) => i === 0 || x(share) < WIDTH).map(([share, density]) => `${x(share).toFixed(2)},${y(density).toFixed(2)}`);
  return `M${x(curve[0][0]).toFixed(2)},${HEIGHT - FOOT} L${points.join(" ")} L${x(curve.at(-1)[0]).toFixed(2)},${HEIGHT - FOOT} Z`;
}

/** An end of the axis at or above a share, from which three ticks are round. */
function nice(share) {
  const scale = 10 ** Math.floor(Math.log10(share));
  return Math.min(1, [1, 2, 4, 6, 8, 10].map((step) => step * scale).find((end) => end >= share * 0.999));
}

function ticks(axis, top) {
  axis.replaceChildren(...[0, top / 2, top].map((value) => h("span", {}, number(value))));
}

function numbers({ place, title, belief }, counts) {
  const { mean, low, high } = beta(belief.alpha, belief.beta);
  const cells = [mean, `${number(low)} – ${number(high)}`, belief.alpha, belief.beta, ...counts.map(([name]) => belief[name])];
  return h("tr", {}, h("td", {}, String(place)), h("th", { scope: "row" }, title), cells.map((cell) => h("td", { class: "num" }, typeof cell === "string" ? cell : number(cell))));
}
