// What every page does: light and dark, local times, copying, the sheet on a narrow screen, keys.

import { h, localTimes, t } from "./dom.js";
import { openPalette } from "./palette.js";

const root = document.documentElement;
const MAC = navigator.platform.startsWith("Mac");
const typing = (target) => target.closest("input, textarea, select, [contenteditable]");

// -- light and dark: as the system wants it, or as chosen here -------------------------------------------------------

const NEXT = { "": "light", light: "dark", dark: "" };
const themeSwitch = document.querySelector("[data-theme-switch]");

function showTheme() {
  const theme = root.dataset.theme ?? "";
  themeSwitch?.querySelector("use").setAttribute("href", `/console/static/icons.svg#${theme || "auto"}`);
  themeSwitch?.setAttribute("title", `${t("theme")}: ${t(`theme.${theme || "auto"}`)}`);
  themeSwitch?.setAttribute("aria-label", `${t("theme")}: ${t(`theme.${theme || "auto"}`)}`);
}

function switchTheme() {
  const theme = NEXT[root.dataset.theme ?? ""];
  if (theme) root.dataset.theme = theme;
  else delete root.dataset.theme;
  document.cookie = `hanok_theme=${theme}; path=/; max-age=${theme ? 31536000 : 0}; samesite=lax`;
  showTheme();
}

themeSwitch?.addEventListener("click", switchTheme);
showTheme();
localTimes();
setInterval(localTimes, 60000);

// -- the language switch keeps what else the address says ------------------------------------------------------------

for (const link of document.querySelectorAll(".languages a")) {
  const query = new URLSearchParams(location.search);
  query.set("language", link.hreflang);
  link.href = `?${query}`;
}
if (new URLSearchParams(location.search).has("language")) {
  const query = new URLSearchParams(location.search);
  query.delete("language");
  history.replaceState(null, "", location.pathname + (query.size ? `?${query}` : ""));
}

// -- copying, choosing -----------------------------------------------------------------------------------------------

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await copy(button.parentElement.querySelector("pre"));
  button.classList.add("done");
  button.setAttribute("aria-label", t("copied"));
  setTimeout(() => {
    button.classList.remove("done");
    button.setAttribute("aria-label", t("copy"));
  }, 1500);
});
/** The clipboard is there on loopback and https only; elsewhere the old way. */
async function copy(element) {
  if (navigator.clipboard) return navigator.clipboard.writeText(element.textContent);
  getSelection().selectAllChildren(element);
  return document.execCommand("copy");
}

for (const select of document.querySelectorAll("select[data-submit]")) select.addEventListener("change", () => select.form.submit());

// -- the rail as a sheet ---------------------------------------------------------------------------------------------

const rail = document.getElementById("rail");
const open = document.querySelector("[data-sheet=open]");

function sheet(shown) {
  rail.classList.toggle("open", shown);
  open.setAttribute("aria-expanded", String(shown));
  document.querySelector(".veil")?.remove();
  if (shown) {
    document.body.append(h("div", { class: "veil", onclick: () => sheet(false) }));
    rail.querySelector("[data-sheet=close]").focus();
  } else open.focus();
}

open?.addEventListener("click", () => sheet(true));
rail?.querySelector("[data-sheet=close]").addEventListener("click", () => sheet(false));

// -- keys ------------------------------------------------------------------------------------------------------------

for (const key of document.querySelectorAll("[data-mod]")) if (MAC) key.textContent = key.textContent.replace("Ctrl ", "⌘");

const PLACES = { c: "/", j: "/jobs", k: "/keys", s: "/system" };
let went = 0; // when "g" was pressed

function listKeys() {
  document.querySelector(".keys-dialog")?.remove();
  const mod = MAC ? "⌘" : "Ctrl ";
  const rows = [[`${mod}K`, "palette"], ["/", "palette"], ["g c", "courtyard"], ["g j", "jobs"], ["g k", "keys"], ["g s", "system"],
    ["1 – 6", "tabs"], ["t", "theme"], [`${mod}Enter`, "send"], ["Esc", "close"], ["?", "help"]];
  const dialog = h("dialog", { class: "keys-dialog", "aria-labelledby": "keys-title", onclose: () => dialog.remove(),
    onclick: (event) => event.target === dialog && dialog.close() },
    h("h2", { id: "keys-title" }, t("keys")),
    h("dl", {}, rows.map(([key, does]) => [h("dt", {}, h("kbd", {}, key)), h("dd", {}, t(`keys.${does}`))])));
  document.body.append(dialog);
  dialog.showModal();
}

document.querySelector("[data-palette]")?.addEventListener("click", openPalette);
document.querySelector("[data-keys]")?.addEventListener("click", listKeys);

document.addEventListener("keydown", (event) => {
  if (!document.getElementById("rail")) return;
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    openPalette();
  } else if (event.key === "Escape" && rail.classList.contains("open")) sheet(false);
  else if (!event.ctrlKey && !event.metaKey && !event.altKey && !typing(event.target) && !document.querySelector("dialog[open]")) plain(event);
});

function plain(event) {
  const { key } = event;
  if (event.timeStamp - went < 1200 && PLACES[key]) location.assign(PLACES[key]);
  went = key === "g" ? event.timeStamp : 0;
  if (key === "/") {
    event.preventDefault();
    openPalette();
  } else if (key === "?") listKeys();
  else if (key === "t") switchTheme();
  else if (/^[1-6]$/.test(key)) document.querySelector(`[data-tab="${key}"]`)?.click();
}
