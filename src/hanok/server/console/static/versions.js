// Promoting and rolling back.

import { call } from "./api.js";
import { pageData, trouble } from "./dom.js";

const data = document.getElementById("page-data") ? pageData() : {};
const wrong = document.querySelector("[data-problem]");

async function change(button, method, address, body) {
  button.disabled = true;
  try {
    await call(method, address, body);
    location.reload();
  } catch (problem) {
    trouble(wrong, problem);
    button.disabled = false;
  }
}

for (const button of document.querySelectorAll("[data-promote]"))
  button.addEventListener("click", () => change(button, "PUT", `/v1/models/${data.system}/aliases/champion`, { version: Number(button.dataset.promote) }));
const back = document.querySelector("[data-rollback]");
back?.addEventListener("click", () => change(back, "POST", `/v1/models/${data.system}/aliases/champion/rollback`));

// two versions, neither more nor fewer
const picks = [...document.querySelectorAll("[name=compare]")];
const compare = document.querySelector("[data-compare]");
function count() {
  const chosen = picks.filter((pick) => pick.checked).length;
  if (compare) compare.disabled = chosen !== 2;
  for (const pick of picks) pick.disabled = chosen >= 2 && !pick.checked;
}
for (const pick of picks) pick.addEventListener("change", count);
count();
