// Bring data: upload, see what was recognised, correct it, ask for a job.

import { call } from "./api.js";
import { h, pageData, t, trouble } from "./dom.js";
import { complain, incomplete, readChanged, Unreadable, wire } from "./field.js";
import { wireDrop } from "./drop.js";
import { recognised } from "./recognised.js";

const data = pageData();
const form = document.getElementById("form");
const go = document.getElementById("go");
const wrong = form.querySelector("[data-problem]");
const sources = {}; // slot → what the job is given: one upload, or a list of them
const verdicts = {}; // slot → what the check said

for (const slot of document.querySelectorAll("[data-slot]")) {
  const drop = slot.querySelector(".drop");
  if (!drop) continue;
  const input = drop.querySelector("input");
  const name = slot.dataset.slot;
  input.addEventListener("change", () => input.files.length && take(slot, name, [...input.files]));
  wireDrop(drop, (files) => take(slot, name, files));
}

async function take(slot, name, files) {
  const place = slot.querySelector("[data-checked]");
  const many = data.slots[name].kind === "folder";
  slot.querySelector(".drop").hidden = true;
  try {
    const uploads = [];
    for (const [index, file] of (many ? files : files.slice(0, 1)).entries()) {
      place.replaceChildren(h("p", { class: "quiet", role: "status" }, t("uploading", { name: file.name, n: index + 1, total: many ? files.length : 1 })), h("span", { class: "skeleton" }));
      const body = new FormData();
      body.append("file", file);
      const kept = await call("POST", "/v1/uploads", body);
      uploads.push({ blob: kept.blob, name: kept.name });
    }
    sources[name] = many ? uploads : uploads[0];
    await check(slot, name);
  } catch (problem) {
    drop(slot, name);
    const said = h("div");
    trouble(said, problem);
    place.replaceChildren(said);
  }
}

/** Take a file out of its slot again. */
function drop(slot, name) {
  delete sources[name];
  delete verdicts[name];
  slot.querySelector(".drop").hidden = false;
  slot.querySelector(".drop input").value = "";
  slot.querySelector("[data-checked]").replaceChildren();
  ready();
}

async function check(slot, name) {
  const place = slot.querySelector("[data-checked]");
  const found = await call("POST", `/v1/systems/${data.system}/check`, { sources: { [name]: sources[name] } }).catch((problem) => {
    if (problem.status !== 422) throw problem;
    return { [name]: { recognised: [], unused: [], problems: [problem], n_problems: 1, n_rows: 0, preview: [] } };
  });
  verdicts[name] = found[name];
  place.replaceChildren(recognised(found[name], sources[name], {
    change: (upload) => {
      sources[name] = upload;
      check(slot, name).catch((problem) => trouble(place, problem));
    },
    skip: (skip) => {
      sources[name] = { ...sources[name], skip };
      ready();
    },
    remove: () => drop(slot, name),
  }));
  ready();
}

// -- may one train? --------------------------------------------------------------------------------------------------

function ready() {
  const reason = Object.entries(data.slots).map(([name, slot]) => obstacle(name, slot)).find(Boolean);
  go.disabled = Boolean(reason);
  document.getElementById("why-not").textContent = reason ?? "";
}

function obstacle(name, slot) {
  const found = verdicts[name];
  if (!found) return slot.required ? t("why.missing", { slot: slot.label }) : null;
  const missing = found.recognised.find((column) => column.required && !column.column);
  if (missing) return t("why.column", { field: missing.field });
  if (!found.n_problems || !found.problems.length) return null;
  const usable = found.n_rows > (found.n_bad ?? 0);
  if (!usable) return t("why.nothing", { slot: slot.label });
  return sources[name].skip ? null : t("why.rows");
}

// -- asking for the job ----------------------------------------------------------------------------------------------

const config = document.getElementById("config");
const tune = document.getElementById("tune");
if (config) wire(config);
tune?.addEventListener("change", () => (document.getElementById("trials-field").hidden = !tune.checked));

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (go.disabled) return;
  if (config && incomplete(config)) {
    document.getElementById("advanced").open = true;
    return;
  }
  go.disabled = true;
  trouble(wrong, null);
  try {
    const args = { sources, config: config ? await readChanged(config) : {}, seed: Number(document.getElementById("seed")?.value || 0) };
    if (tune?.checked) args.trials = Number(document.getElementById("trials").value || 20);
    const job = await call("POST", "/v1/jobs", { kind: tune?.checked ? "tune" : "train", system: data.system, args });
    location.assign(`/jobs/${job.id}`);
  } catch (problem) {
    go.disabled = false;
    if (problem instanceof Unreadable || !config || !complain(config, { ...problem, message: problem.message, where: problem.where?.replace("config.", "") })) trouble(wrong, problem);
    else document.getElementById("advanced").open = true;
  }
});

ready();
