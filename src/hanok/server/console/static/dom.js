// Elements, words and numbers. Text only ever becomes text nodes: nothing a user or a model says is read as HTML.

const found = document.getElementById("words");
const words = found ? JSON.parse(found.textContent) : {};

/** A message in the page's language, its {blanks} filled in. */
export function t(key, values = {}) {
  return words[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

/** An element: h("a", {href: "/"}, "Home"); a property that begins with "on" is a listener, null is left out. */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(2).filter((child) => child !== null && child !== undefined));
  return element;
}

/** The same for SVG. */
export function s(tag, properties = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(properties)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

export function icon(name) {
  const svg = s("svg", { class: "icon", "aria-hidden": "true" });
  svg.append(s("use", { href: `/console/static/icons.svg#${name}` }));
  return svg;
}

/** What the page was given for its script. */
export function pageData() {
  return JSON.parse(document.getElementById("page-data").textContent);
}

/** Show a problem where the page keeps room for it, or take it away. */
export function trouble(place, problem) {
  place.hidden = !problem;
  place.replaceChildren();
  if (!problem) return;
  place.append(
    h("div", { class: "trouble", role: "alert" },
      h("p", { class: "trouble-what" }, problem.message),
      problem.where ? h("p", { class: "trouble-where" }, h("span", { class: "quiet" }, `${t("where")} `), h("code", {}, problem.where)) : null,
      problem.hint ? h("p", { class: "trouble-hint" }, problem.hint) : null));
}

// -- numbers as hanok.core.numbers writes them: at most three significant digits, shares as .914 ---------------------

const NBSP = "\u00a0";

function digits(x) {
  if (x === 0) return "0";
  if (Number.isInteger(x) && Math.abs(x) < 1000) return String(x).replace("-", "−");
  return x.toPrecision(3).replace(/^(-?)0\./, "$1.").replace("-", "−");
}

function scaled(x) {
  for (const prefix of ["", "k", "M", "G", "T"]) {
    if (Math.abs(Number(x.toPrecision(3))) < 1000) return [digits(x), prefix];
    x /= 1000;
  }
  return [x.toExponential(2), ""];
}

export function number(x) {
  return typeof x === "number" && Number.isFinite(x) ? scaled(x).join("") : "–";
}

export function size(bytes) {
  const [shown, prefix] = scaled(bytes);
  return `${shown}${NBSP}${prefix}B`;
}

export function duration(seconds) {
  if (seconds < 1) return `${digits(seconds * 1000)}${NBSP}ms`;
  if (seconds < 60) return `${digits(seconds)}${NBSP}s`;
  const [large, small, units] = seconds < 3600 ? [Math.floor(seconds / 60), Math.round(seconds % 60), ["min", "s"]]
    : [Math.floor(seconds / 3600), Math.round((seconds % 3600) / 60), ["h", "min"]];
  return `${large}${NBSP}${units[0]}${small ? ` ${small}${NBSP}${units[1]}` : ""}`;
}

// -- time ------------------------------------------------------------------------------------------------------------

const language = document.documentElement.lang;
const near = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
const far = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });

/** Put every moment below `root` into the visitor's own time. */
export function localTimes(root = document) {
  for (const element of root.querySelectorAll("time[datetime]")) {
    const moment = new Date(element.dateTime);
    const seconds = (moment - Date.now()) / 1000;
    element.title = far.format(moment);
    element.textContent = Math.abs(seconds) < 60 ? near.format(Math.min(Math.round(seconds), 0), "second")
      : Math.abs(seconds) < 3600 ? near.format(Math.round(seconds / 60), "minute")
      : Math.abs(seconds) < 86400 ? near.format(Math.round(seconds / 3600), "hour")
      : far.format(moment);
  }
}
