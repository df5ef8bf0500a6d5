// What values owe each other, checked while one types: sums, ranks, and what counts.

import { h, icon, t } from "./dom.js";

const HOLDS = {
  sum: ([total, ...parts]) => Math.abs(total - parts.reduce((sum, part) => sum + part, 0)) < 1e-6,
  ranks: (ranks) => ranks.every((rank, k) => !k || ranks[k - 1] <= rank),
  count: (places) => places.every((place, k) => place === k + 1),
};

/** The badges of an answer's checks; `values` are those with a box. */
export function checks(found, values) {
  const known = found.filter(({ kind, cells }) => HOLDS[kind] && cells.every((path) => values.some((value) => value.path === path)));
  const badges = known.map(() => h("li", { class: "check" }));
  const said = known.map(() => "");
  return {
    element: h("ul", { class: "checks", "aria-live": "polite", "aria-label": t("checks"), hidden: !known.length }, badges),
    /** Check what fields say now; `textOf` gives the text of a path. Gives the paths of cells in checks that fail. */
    update(textOf) {
      const broken = new Set();
      known.forEach(({ kind, cells }, k) => {
        const numbers = cells.map((path) => numeral(textOf(path)));
        const state = numbers.includes(null) ? "open" : HOLDS[kind](numbers) ? "holds" : "broken";
        if (state === "broken") for (const path of cells) broken.add(path);
        const off = kind === "sum" && state === "broken" ? numbers[0] - numbers.slice(1).reduce((sum, one) => sum + one, 0) : null;
        const text = `${state} ${off}`;
        if (said[k] === text) return; // only what changes is read out
        said[k] = text;
        badges[k].className = `check ${state}`;
        badges[k].replaceChildren(icon(state === "holds" ? "tick" : "warn"), name(kind, cells, values),
          h("b", {}, state === "broken" && off !== null ? t("off_by", { n: `${off > 0 ? "+" : "−"}${Math.round(Math.abs(off) * 1e6) / 1e6}` }) : t(`check.${state}`)));
      });
      return broken;
    },
  };
}

function name(kind, cells, values) {
  const label = (path) => values.find((value) => value.path === path).label;
  const part = cells.at(-1).split(".").pop();
  const first = label(cells[0]);
  if (kind === "sum") return h("span", {}, t("sum_of", { total: first, part }));
  return h("span", {}, kind === "count" ? t("count_of", { first }) : t("ranks_of", { first }));
}

/** A number as people write it, or null: 1,234 and 1234 are one. */
function numeral(text) {
  const plain = text.replace(/[\s,']/g, "");
  return plain !== "" && Number.isFinite(Number(plain)) ? Number(plain) : null;
}
