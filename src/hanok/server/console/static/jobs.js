// The list of jobs: those that run are kept up to date.

import { call } from "./api.js";
import { h, pageData, t } from "./dom.js";

const watched = new Set(pageData().running);

async function look() {
  for (const id of watched) {
    const job = await call("GET", `/v1/jobs/${id}`);
    const row = document.querySelector(`[data-job="${id}"]`);
    const state = row.querySelector("[data-job-state]");
    state.className = `state job-${job.state}`;
    state.replaceChildren(h("span", { class: `dot job-${job.state}`, "aria-hidden": "true" }), t(`job.${job.state}`));
    const now = job.progress;
    row.querySelector("[data-job-progress]").replaceChildren(...(job.state === "running" && now?.total
      ? [h("progress", { max: now.total, value: now.step, "aria-label": t("step", { stage: now.stage, step: now.step, total: now.total }) })] : []));
    if (["queued", "running"].includes(job.state)) continue;
    watched.delete(id);
    const version = job.result?.version;
    row.querySelector("[data-job-result]").replaceChildren(...(job.error ? [h("span", { class: "trouble-what clip" }, job.error.message)]
      : version ? [h("a", { href: `/rooms/${job.system}/report?version=${version}` }, t("version_n", { n: version }))] : []));
  }
  if (watched.size) setTimeout(() => look().catch(() => undefined), 2000);
}

if (watched.size) setTimeout(() => look().catch(() => undefined), 1000);
