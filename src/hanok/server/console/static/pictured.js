// A picture with boxes on it, and a close look at one of them.

import { h, s, t } from "./dom.js";

const AROUND = 0.35; // of a box's height, what the close look shows around it
const CLOSE = 96; // pixels such a look is high at most

/** The picture at an address with the boxes of some values; `pick` is told the path of one that is clicked. */
export function pictured(address, alt, values, { pick, hover }) {
  const image = h("img", { src: address, alt });
  const boxes = new Map(values.filter(({ box }) => box.length > 2).map((value) => [value.path, polygon(value)]));
  const drawing = s("svg", { "aria-hidden": "true", preserveAspectRatio: "none" }, ...boxes.values());
  const element = h("div", { class: "pictured" }, image, drawing);
  const ready = image.decode().then(
    () => (drawing.setAttribute("viewBox", `0 0 ${image.naturalWidth} ${image.naturalHeight}`), true),
    () => (element.replaceChildren(h("p", { class: "quiet" }, t("not_shown"))), false));
  for (const [event, does] of [["click", pick], ["pointerover", hover], ["pointerout", () => hover(null)]])
    drawing.addEventListener(event, ({ target }) => target.dataset.path && does(target.dataset.path));
  return {
    element,
    /** Show one box as the one meant, others not. */
    light(path) {
      for (const [own, box] of boxes) box.classList.toggle("lit", own === path);
    },
    /** Say of a box what is known: doubt or said. */
    mark(path, state) {
      boxes.get(path)?.setAttribute("class", [state, boxes.get(path).classList.contains("lit") ? "lit" : ""].join(" ").trim());
    },
    /** Draw what stands in the box of a value onto a canvas. */
    async look(canvas, { box }) {
      canvas.hidden = !(box.length > 2 && (await ready));
      if (canvas.hidden) return;
      const [left, right] = ends(box, 0), [top, bottom] = ends(box, 1);
      const room = AROUND * (bottom - top);
      const x = Math.max(left - room, 0), y = Math.max(top - room, 0);
      const width = Math.min(right + room, image.naturalWidth) - x, height = Math.min(bottom + room, image.naturalHeight) - y;
      const scale = Math.min(CLOSE / height, 2 * CLOSE * 2 / width, 6) * devicePixelRatio;
      Object.assign(canvas, { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) });
      canvas.style.aspectRatio = `${canvas.width} / ${canvas.height}`;
      canvas.style.width = `${canvas.width / devicePixelRatio}px`;
      canvas.getContext("2d").drawImage(image, x, y, width, height, 0, 0, canvas.width, canvas.height);
    },
  };
}

const ends = (box, axis) => [Math.min(...box.map((corner) => corner[axis])), Math.max(...box.map((corner) => corner[axis]))];

function polygon({ path, label, box }) {
  const found = s("polygon", { points: box.map(([x, y]) => `${x},${y}`).join(" "), "data-path": path });
  found.append(s("title", {}, label));
  return found;
}
