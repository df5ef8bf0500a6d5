// Making and revoking API keys.

import { call } from "./api.js";
import { t, trouble } from "./dom.js";

const form = document.getElementById("form");
const wrong = form.querySelector("[data-problem]");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  trouble(wrong, null);
  const scopes = [...form.querySelectorAll("[type=checkbox]:checked")].map((box) => box.value);
  try {
    const made = await call("POST", "/v1/keys", { name: form.querySelector("#name").value, scopes });
    document.querySelector("[data-secret]").textContent = made.secret;
    document.getElementById("secret").hidden = false;
    form.querySelector("[type=submit]").disabled = true;
  } catch (problem) {
    trouble(wrong, problem);
  }
});

for (const button of document.querySelectorAll("[data-revoke]")) {
  button.addEventListener("click", async () => {
    if (!confirm(t("revoke", { name: button.dataset.name }))) return;
    await call("DELETE", `/v1/keys/${button.dataset.revoke}`).then(() => location.reload(), (problem) => trouble(wrong, problem));
  });
}
