// A metric over the steps of a run, as an SVG drawn here because it grows while one looks.

import { h, number, s } from "./dom.js";

const WIDTH = 420, HEIGHT = 170, LEFT = 44, BOTTOM = 26, TOP = 10, RIGHT = 8;

/** One figure for each metric of each stage that has at least two points. */
export function curves(points, axis) {
  const lines = new Map();
  for (const { stage, step, metrics } of points) {
    for (const [name, y] of Object.entries(metrics)) {
      const key = `${stage}\n${name}`;
      if (!lines.has(key)) lines.set(key, { stage, name, at: [] });
      if (y !== null) lines.get(key).at.push([step, y]);
    }
  }
  return [...lines.values()].filter(({ at }) => at.length > 1).map((line) => drawn(line, axis));
}

function drawn({ stage, name, at }, axis) {
  const xs = at.map(([x]) => x), ys = at.map(([, y]) => y);
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  const [low, high] = padded(Math.min(...ys), Math.max(...ys));
  const x = (value) => LEFT + ((value - left) / (right - left || 1)) * (WIDTH - LEFT - RIGHT);
  const y = (value) => HEIGHT - BOTTOM - ((value - low) / (high - low)) * (HEIGHT - TOP - BOTTOM);
  const last = at.at(-1);
  const svg = s("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": `${stage} ${name}: ${number(last[1])}` });
  for (const value of [low, (low + high) / 2, high]) {
    svg.append(s("line", { class: "grid", x1: LEFT, x2: WIDTH - RIGHT, y1: y(value), y2: y(value) }),
      s("text", { x: LEFT - 6, y: y(value) + 4, "text-anchor": "end" }, number(value)));
  }
  svg.append(s("text", { x: LEFT, y: HEIGHT - 6 }, String(left)), s("text", { x: WIDTH - RIGHT, y: HEIGHT - 6, "text-anchor": "end" }, `${axis} ${right}`),
    s("polyline", { class: "line", points: at.map(([a, b]) => `${x(a).toFixed(1)},${y(b).toFixed(1)}`).join(" ") }),
    s("circle", { class: "last", cx: x(last[0]), cy: y(last[1]), r: 3.5 }));
  return h("figure", {}, h("figcaption", {}, h("span", {}, `${stage} · ${name}`), h("b", {}, number(last[1]))), svg);
}

function padded(low, high) {
  const room = (high - low) * 0.08 || Math.abs(high) * 0.1 || 1;
  return [low - room, high + room];
}
