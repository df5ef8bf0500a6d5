// One job, live until it has ended.

import { call, events } from "./api.js";
import { curves } from "./curve.js";
import { duration, h, localTimes, number, pageData, t, trouble } from "./dom.js";

const data = pageData();
const get = (id) => document.getElementById(id);
const ENDED = ["done", "failed", "cancelled"];
const wrong = document.querySelector("[data-problem]");

async function watch() {
  let ended = false;
  for (let pause = 1; ; pause = Math.min(2 * pause, 15)) {
    try {
      for await (const { data: job } of events("GET", `/v1/jobs/${data.id}/events`)) {
        wrong.hidden = true;
        pause = 1;
        draw(job);
        ended = ENDED.includes(job.state);
      }
      if (ended) return await refreshRail();
    } catch (problem) {
      wrong.textContent = `${problem.message} ${problem.hint}`;
      wrong.hidden = false;
      if (problem.status >= 400 && problem.status < 500) return undefined;
    }
    await new Promise((resolve) => setTimeout(resolve, 1000 * pause));
  }
}

function draw(job) {
  const state = document.querySelector("[data-job-state]");
  state.className = `state job-${job.state}`;
  state.replaceChildren(h("span", { class: `dot job-${job.state}`, "aria-hidden": "true" }), t(`job.${job.state}`));
  progress(job);
  get("curve").replaceChildren(...curves(job.curve, t("step_axis")));
  get("log").querySelector("pre").textContent = job.log;
  get("log").hidden = !job.log;
  for (const name of ENDED) get(name).hidden = job.state !== name;
  const cancel = document.querySelector("[data-cancel-job]");
  if (cancel) {
    cancel.hidden = ENDED.includes(job.state);
    cancel.disabled = job.cancel_requested;
  }
  if (job.state === "done") finished(job);
  if (job.state === "failed") {
    trouble(document.querySelector("[data-error]"), job.error);
    get("log").open = true;
  }
}

function progress(job) {
  const bar = get("progress"), now = job.progress;
  get("live").hidden = job.state !== "done" && ENDED.includes(job.state) && !job.curve.length;
  const stage = job.cancel_requested && !ENDED.includes(job.state) ? t("cancelling")
    : job.state !== "running" || !now ? t(`job.${job.state}`)
    : now.total ? t("step", { stage: now.stage, step: now.step, total: now.total }) : t("step_open", { stage: now.stage, step: now.step });
  get("stage").textContent = stage;
  if (job.state === "done") bar.value = 1;
  else if (job.state === "running" && !now?.total) bar.removeAttribute("value");
  else bar.value = now?.total ? now.step / now.total : 0;
  const took = job.started && job.ended ? t("took", { time: duration(job.ended - job.started) }) : "";
  get("eta").textContent = job.state === "running" && now?.eta_s != null ? t("eta", { time: duration(Math.max(1, now.eta_s)) }) : took;
}

function finished(job) {
  const version = job.result?.version;
  const metrics = Object.entries(job.result?.metrics ?? {}).slice(0, 6);
  document.querySelector("[data-metrics]").replaceChildren(...metrics.map(([name, value]) => h("span", {}, h("span", { class: "quiet" }, `${name} `), h("b", {}, number(value)))));
  if (version === undefined) return;
  document.querySelector("[data-version-title]").textContent = t("ready", { n: version });
  document.querySelector("[data-try]").href = `/rooms/${data.system}?version=${version}`;
  document.querySelector("[data-report]").href = `/rooms/${data.system}/report?version=${version}`;
}

/** The house on the left shows that a room is lit: at once, and when the server has loaded what it is to serve. */
async function refreshRail(pauses = [1000, 4000]) {
  const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
  for (const part of [".plan", ".rail nav"]) document.querySelector(part).replaceWith(document.importNode(page.querySelector(part), true));
  localTimes();
  const [pause, ...rest] = pauses;
  if (pause) setTimeout(() => refreshRail(rest).catch(() => undefined), pause);
}

document.querySelector("[data-cancel-job]")?.addEventListener("click", async (event) => {
  event.target.disabled = true;
  await call("POST", `/v1/jobs/${data.id}/cancel`).then(draw, (problem) => ((wrong.textContent = problem.message), (wrong.hidden = false)));
});
for (const button of document.querySelectorAll("[data-again]")) {
  button.addEventListener("click", async () => {
    try {
      const job = await call("POST", "/v1/jobs", { kind: data.kind, system: data.system, args: given(data.args) });
      location.assign(`/jobs/${job.id}`);
    } catch (problem) {
      wrong.textContent = `${problem.message} ${problem.hint}`;
      wrong.hidden = false;
    }
  });
}

/** What was asked for, without what was left open. */
function given(value) {
  if (Array.isArray(value)) return value.map(given);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== null).map(([name, one]) => [name, given(one)]));
}

draw(await call("GET", `/v1/jobs/${data.id}`));
if (!ENDED.includes(data.state)) watch();
