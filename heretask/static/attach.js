// Answers for files in a form: what the camera takes and what is chosen are gathered in one list, each can be taken out again,
// and sending shows how far it has come. Without this script the two fields of the form do the same, one choice each.
"use strict";

(() => {
  const held = new WeakMap();      // form -> File[]
  const formOf = (part) => part?.closest?.("form");
  const partOf = (form) => form?.querySelector("[data-attach]");

  function draw(form) {
    const part = partOf(form), list = part.querySelector("[data-attach-list]"), files = held.get(form) ?? [];
    list.replaceChildren(...files.map((file, at) => {
      const row = document.createElement("li");
      row.className = "keep";
      const lead = document.createElement("span");
      lead.className = "row-lead row-lead-slim";
      const icon = part.querySelector("label .icon").cloneNode(true);
      lead.append(icon);
      const name = document.createElement("bdi");
      name.className = "row-title";
      name.textContent = file.name;
      const words = document.createElement("span");
      const size = document.createElement("span");
      size.className = "row-sub";
      size.textContent = new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit: file.size < 1e6 ? "kilobyte" : "megabyte", maximumFractionDigits: file.size < 1e6 ? 0 : 1 }).format(file.size / (file.size < 1e6 ? 1e3 : 1e6));
      words.append(name, size);
      const out = document.createElement("button");
      out.type = "button";
      out.className = "btn btn-quiet btn-small";
      out.textContent = "×";
      out.setAttribute("aria-label", list.dataset.remove.replace("{name}", file.name));
      out.addEventListener("click", () => { files.splice(at, 1); put(form, files); part.querySelector("[data-attach-many]").focus(); });
      row.append(lead, words, out);
      return row;
    }));
    list.hidden = !files.length;
  }

  function put(form, files) {
    held.set(form, files);
    const all = new DataTransfer();
    for (const file of files) all.items.add(file);
    const part = partOf(form);
    part.querySelector("[data-attach-many]").files = all.files;
    part.querySelector("[data-attach-camera]").value = "";
    draw(form);
  }

  document.addEventListener("change", (event) => {
    if (!event.target.matches?.("[data-attach-camera], [data-attach-many]")) return;
    const form = formOf(event.target);
    const known = new Set((held.get(form) ?? []).map((file) => `${file.name}/${file.size}/${file.lastModified}`));
    const more = [...event.target.files].filter((file) => !known.has(`${file.name}/${file.size}/${file.lastModified}`));
    put(form, [...(held.get(form) ?? []), ...more]);
  });

  // Sending with files: the same request, with its progress. Drafts.js has gone before (it listens while the event is captured).
  document.addEventListener("submit", (event) => {
    const form = event.target, part = partOf(form);
    if (event.defaultPrevented || !part || !held.get(form)?.length || event.submitter?.value === "discard") return;
    event.preventDefault();
    const progress = part.querySelector("[data-attach-progress]"), words = progress.querySelector("[data-attach-words]");
    const bar = progress.querySelector("progress"), submitter = event.submitter;
    progress.hidden = false;
    words.textContent = progress.dataset.sending;
    submitter?.setAttribute("aria-busy", "true");
    form.dataset.sending = "1";
    const free = () => { submitter?.removeAttribute("aria-busy"); delete form.dataset.sending; };
    const asking = new XMLHttpRequest();
    asking.open("POST", form.action);
    asking.setRequestHeader("X-Requested-With", "fetch");
    asking.upload.addEventListener("progress", (sent) => { if (sent.lengthComputable) bar.value = Math.floor(100 * sent.loaded / sent.total); });
    asking.upload.addEventListener("load", () => { words.textContent = progress.dataset.looking; bar.removeAttribute("value"); });
    asking.addEventListener("error", () => { free(); words.textContent = progress.dataset.failed; bar.value = 0; });
    asking.addEventListener("load", () => {
      free();
      if (asking.status === 401) { location.reload(); return; }   // to the sign-in page; the text lies in the draft
      if (asking.status < 400) { location.assign(asking.responseURL); return; }
      const page = new DOMParser().parseFromString(asking.responseText, "text/html");
      const again = [...page.querySelectorAll("form")].find((one) => one.action === form.action && partOf(one));
      if (!again) { progress.hidden = true; document.querySelector("main").replaceWith(document.adoptNode(page.querySelector("main") ?? page.body)); return; }
      const fresh = document.adoptNode(again);
      form.replaceWith(fresh);
      document.dispatchEvent(new CustomEvent("heretask:swapped"));
      fresh.querySelector("[data-error-summary]")?.focus();
    });
    asking.send(new FormData(form, submitter));
  });
})();
