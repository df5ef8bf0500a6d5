// A threshold one may turn: what it would let through, how much of that is right, and how much is left to people.

import { h, number, s, t } from "./dom.js";

const WIDEST = 480, HEIGHT = 230, LEFT = 40, RIGHT = 12, TOP = 30, BOTTOM = 40;
const GOOD = 0.99; // where a dial stands at first: at the laxest place at which so much is right
const Z = 1.96;

const styled = new Promise((resolve) => document.head.append(h("link", { rel: "stylesheet", href: "/console/static/dial.css", onload: resolve, onerror: resolve })));

for (const block of document.querySelectorAll("script[id^=dial-]")) styled.then(() => set(block));

function set(block) {
  const { name, at, through, right, n, unit } = JSON.parse(block.textContent);
  const places = at.map((threshold, k) => ({ threshold, through: through[k], coverage: through[k] / n, precision: right[k] / through[k], ...wilson(right[k], through[k]) })).reverse();
  const first = places.findIndex(({ precision }) => precision >= GOOD);
  const card = block.parentElement, plot = drawn(places, unit, Math.min(card.clientWidth - 40, WIDEST));
  const told = Object.fromEntries(["through", "right", "people"].map((key) => [key, h("dd")]));
  const said = h("output", { class: "dial-at", for: `${block.id}-turn` });
  const turn = h("input", { type: "range", id: `${block.id}-turn`, min: "0", max: String(places.length - 1), step: "1", value: String(first < 0 ? places.length - 1 : first), oninput: show });
  const element = h("div", { class: "dial" }, plot.element, h("div", {},
    h("p", { class: "dial-turn" }, h("label", { for: turn.id }, t("threshold", { name })), said, turn),
    h("dl", { class: "dial-told", "aria-live": "polite" }, Object.entries(told).map(([key, place]) => h("div", {}, h("dt", {}, t(key)), place)))));
  const drawings = card.querySelectorAll(".drawing");
  for (const drawing of drawings) drawing.hidden = true;
  drawings[0].before(element);
  card.querySelector("h2").classList.remove("hidden"); // the drawing has its title in it
  show();

  function show() {
    const place = places[turn.value];
    said.textContent = number(place.threshold);
    told.through.replaceChildren(h("b", {}, number(place.coverage)), ` ${t("of", { n: place.through, total: n, unit })}`);
    told.right.replaceChildren(h("b", {}, number(place.precision)), ` [${number(place.low)}, ${number(place.high)}]`);
    told.people.replaceChildren(h("b", {}, String(n - place.through)), ` ${unit}`);
    turn.setAttribute("aria-valuetext", number(place.threshold));
    plot.point(place);
  }
}

/** Both ends of a share's interval; as hanok.parts.calibration.wilson. */
function wilson(right, of) {
  const share = right / of, square = Z * Z, middle = of * share + square / 2, spread = Z * Math.sqrt(of * share * (1 - share) + square / 4);
  return { low: Math.max((middle - spread) / (of + square), 0), high: Math.min((middle + spread) / (of + square), 1) };
}

/** Precision by coverage with its interval, and a point that moves. */
function drawn(places, unit, width) {
  const floor = Math.min(Math.floor(20 * Math.min(...places.map(({ precision }) => precision))) / 20, 0.95);
  const x = (share) => LEFT + share * (width - LEFT - RIGHT);
  const y = (share) => HEIGHT - BOTTOM - (Math.max(share - floor, 0) / (1 - floor)) * (HEIGHT - TOP - BOTTOM);
  const path = (points) => points.map(([a, b]) => `${x(a).toFixed(1)},${y(b).toFixed(1)}`).join(" ");
  const svg = s("svg", { viewBox: `0 0 ${width} ${HEIGHT}`, role: "img", "aria-label": t("plot", { unit }) });
  for (const share of [floor, (floor + 1) / 2, 1])
    svg.append(s("line", { class: "grid", x1: LEFT, x2: width - RIGHT, y1: y(share), y2: y(share) }), s("text", { x: LEFT - 6, y: y(share) + 4, "text-anchor": "end" }, number(share)));
  for (const share of [0, 0.5, 1]) svg.append(s("text", { x: x(share), y: HEIGHT - 24, "text-anchor": ["start", "middle", "end"][2 * share] }, number(share)));
  svg.append(s("text", { x: 0, y: 12 }, `↑ ${t("right")}`), s("text", { x: width - RIGHT, y: HEIGHT - 6, "text-anchor": "end" }, `${t("through")} →`));
  const guide = s("line", { class: "guide", y1: TOP, y2: HEIGHT - BOTTOM }), dot = s("circle", { class: "last", r: 4.5 });
  const up = places.map(({ coverage, high }) => [coverage, high]), down = places.map(({ coverage, low }) => [coverage, low]).reverse();
  svg.append(s("polygon", { class: "band", points: path([...up, ...down]) }), s("polyline", { class: "line", points: path(places.map(({ coverage, precision }) => [coverage, precision])) }), guide, dot);
  return {
    element: svg,
    point({ coverage, precision }) {
      for (const end of ["x1", "x2"]) guide.setAttribute(end, x(coverage));
      dot.setAttribute("cx", x(coverage));
      dot.setAttribute("cy", y(precision));
    },
  };
}
