// What a card shows where it has no picture: a lattice window of the house, drawn from its name, always the same.

import { h, s } from "./dom.js";

const TONES = ["celadon", "indigo", "ochre", "vermilion"];
const WIDTH = 60;

/** The picture at an address, or the window with the first letter of a title. */
export function cover(id, title, address, tall) {
  const drawn = () => windowOf(id, title, tall);
  if (!address) return h("div", { class: `cover${tall ? "" : " band"}` }, drawn());
  const image = h("img", { src: address, alt: "", loading: "lazy", onerror: () => image.replaceWith(drawn()) });
  return h("div", { class: "cover" }, image);
}

function windowOf(id, title, tall) {
  const seed = hash(id), height = tall ? 80 : 20;
  const columns = 3 + (seed % 3), rows = tall ? 4 + ((seed >>> 3) % 4) : 2;
  const svg = s("svg", { viewBox: `0 0 ${WIDTH} ${height}`, class: `window ${TONES[(seed >>> 6) % TONES.length]}`, "aria-hidden": "true", preserveAspectRatio: "xMidYMid slice" });
  for (let column = 1; column < columns; column += 1) svg.append(line((column * WIDTH) / columns, 0, (column * WIDTH) / columns, height));
  for (let row = 1; row < rows; row += 1) svg.append(line(0, (row * height) / rows, WIDTH, (row * height) / rows));
  const size = tall ? 24 : 11;
  svg.append(s("rect", { x: WIDTH / 2 - size * 0.8, y: height / 2 - size * 0.8, width: size * 1.6, height: size * 1.6 }),
    s("text", { x: WIDTH / 2, y: height / 2 + size * 0.36, "font-size": size }, [...title.trim()][0]?.toUpperCase() ?? ""));
  return svg;
}

const line = (x1, y1, x2, y2) => s("line", { x1, y1, x2, y2 });

/** 32 bits of a text (FNV-1a). */
function hash(text) {
  let found = 0x811c9dc5;
  for (const letter of text) found = Math.imul(found ^ letter.codePointAt(0), 0x01000193);
  return found >>> 0;
}
