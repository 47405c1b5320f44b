// Answers for passkeys: the one part of signing in that needs a script. A form with data-passkey ("get" or "create") and data-begin
// asks the server what to sign, lets the device sign it, and sends the answer in the field data-answer. Without this script, or where
// the browser knows no passkeys, the form stays hidden, and passwords work as ever.
"use strict";

(() => {
  if (!window.PublicKeyCredential?.parseRequestOptionsFromJSON || !navigator.credentials) return;

  async function answer(form) {
    const fields = new FormData(form);
    const said = await fetch(form.dataset.begin, {
      method: "POST", headers: { "X-CSRFToken": fields.get("csrfmiddlewaretoken"), "X-Requested-With": "fetch" },
      credentials: "same-origin", cache: "no-store", redirect: "manual",
    });
    if (!said.ok) throw new Error("refused");
    const { publicKey } = await said.json();
    const made = form.dataset.passkey === "create"
      ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) })
      : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) });
    return JSON.stringify(made.toJSON());
  }

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const told = form.querySelector("output");
      told.textContent = "";
      try {
        form.querySelector("[data-answer]").value = await answer(form);
        form.submit();                // without the event: page.js has marked this form as being sent
      } catch {
        told.textContent = form.dataset.sorry;   // given up by its owner, no passkey here, or no network: one sentence
        delete form.dataset.sending;
        for (const button of form.querySelectorAll('[aria-busy="true"]')) button.removeAttribute("aria-busy");
      }
    });
  }
})();
