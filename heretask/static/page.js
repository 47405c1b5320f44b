// Answers for small conveniences of a page. Everything here is an extra: each page works without it.
"use strict";

(() => {
  // '/' goes to the page's own search field, else to the search across everything; '?' shows the page's help and hides it.
  // Neither while somebody is writing.
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest?.("input, textarea, select, [contenteditable]")) return;
    if (event.key === "?") document.getElementById("ht-help")?.togglePopover?.();
    if (event.key !== "/") return;
    const field = document.querySelector('main input[type="search"]') ?? document.querySelector('input[type="search"]');
    const everything = document.body.dataset.searchUrl;
    if (!field && !everything) return;
    event.preventDefault();
    if (!field) { location.assign(everything); return; }
    field.focus();
    field.select();
  });

  // A form is sent once. The button says so by aria-busy; it is not disabled, since its name and value belong to what is sent.
  const BUSY_FOR = 8000;           // a download leaves the page where it is
  const free = (form) => {
    delete form.dataset.sending;
    for (const button of form.querySelectorAll('[aria-busy="true"]')) button.removeAttribute("aria-busy");
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method === "dialog" || form.matches("[data-sign-out]")) return;
    if (form.dataset.sending) { event.preventDefault(); event.stopImmediatePropagation(); return; }
    form.dataset.sending = "1";
    event.submitter?.setAttribute("aria-busy", "true");
    setTimeout(() => free(form), BUSY_FOR);
  }, true);
  document.addEventListener("htmx:afterRequest", (event) => { const form = event.target.closest?.("form"); if (form) free(form); });
  window.addEventListener("pageshow", () => { for (const form of document.forms) free(form); });

  // A fragment that was asked for earlier never overwrites what somebody has typed meanwhile.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const typed = [...(event.detail.target?.querySelectorAll?.("input, textarea") ?? [])].some((field) => field.value !== field.defaultValue);
    if (typed) event.detail.shouldSwap = false;
  });

  // After a refused form: the summary takes the focus, and its links the field.
  document.querySelector("[data-error-summary]")?.focus();
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-error-summary] a");
    if (!link) return;
    const place = document.getElementById(link.hash.slice(1));
    const field = place?.matches("input, select, textarea") ? place : place?.querySelector("input, select, textarea");
    if (!field) return;
    event.preventDefault();
    field.closest("details")?.setAttribute("open", "");
    field.focus();
  });

  // Fill buttons of the demonstration's sign-in: data-fill is JSON, field name -> value.
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-fill]");
    if (!button) return;
    let form = null;
    for (const [name, value] of Object.entries(JSON.parse(button.dataset.fill))) {
      const field = document.querySelector(`form [name="${CSS.escape(name)}"]`);
      if (!field) continue;
      field.value = value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      form = field.form;
    }
    form?.querySelector('[type="submit"]')?.focus();
  });

  // A field that narrows a list on this page: data-narrows names it. What is typed goes nowhere. Without scripts there is no field.
  for (const field of document.querySelectorAll("[data-narrows]")) {
    const list = document.getElementById(field.dataset.narrows);
    const none = document.getElementById(`${field.dataset.narrows}-none`);
    const rows = [...(list?.querySelectorAll("[data-row]") ?? [])];
    const narrow = () => {
      const wanted = field.value.trim().toLowerCase();
      for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(wanted);
      if (none) none.hidden = rows.some((row) => !row.hidden);
    };
    field.addEventListener("input", narrow);
    field.closest("[hidden]")?.removeAttribute("hidden");
    narrow();
  }

  // A long list to choose from: data-finds names a field put above it that keeps only what has all the words typed.
  for (const list of document.querySelectorAll("select[data-finds]")) {
    const groups = [...list.children].map((part) => [part, part.matches("optgroup") ? [...part.children] : []]);
    const field = Object.assign(document.createElement("input"), { type: "search", autocomplete: "off", placeholder: list.dataset.finds });
    field.setAttribute("aria-label", list.dataset.finds);
    field.addEventListener("input", () => {
      const words = field.value.trim().toLowerCase().split(/\s+/);
      const fits = (text) => words.every((word) => text.toLowerCase().includes(word));
      const chosen = list.value;
      for (const [part, options] of groups) {
        part.replaceChildren(...(options.length ? options.filter((one) => fits(one.textContent)) : part.childNodes));
      }
      list.replaceChildren(...groups.filter(([part, options]) => !options.length || part.children.length).map(([part]) => part));
      list.value = chosen;
      if (field.value.trim() && list.selectedOptions[0]?.value !== chosen || !list.value) {
        const first = list.querySelector("optgroup > option");
        if (first && field.value.trim()) first.selected = true; else list.selectedIndex = 0;
      }
    });
    field.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); list.focus(); } });
    list.before(field);
  }

  // Many boxes: those that are chosen stand there, the others come while a name is typed.
  for (const boxes of document.querySelectorAll(".checks[data-finds]")) {
    const labels = [...boxes.children];
    const field = Object.assign(document.createElement("input"), { type: "search", autocomplete: "off", placeholder: boxes.dataset.finds });
    field.setAttribute("aria-label", boxes.dataset.finds);
    const fits = (label, words) => words.every((word) => label.textContent.toLowerCase().includes(word));
    const tidy = () => {
      const words = field.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
      for (const label of labels) label.hidden = !label.querySelector("input").checked && !(words.length && fits(label, words));
    };
    field.addEventListener("input", tidy);
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      const free = labels.filter((label) => !label.hidden && !label.querySelector("input").checked);
      if (free.length === 1) { free[0].querySelector("input").checked = true; field.value = ""; tidy(); }
    });
    boxes.before(field);
    tidy();
  }

  // Parts that follow long work: data-poll-url is fetched every data-poll-seconds until the answer carries X-Done: 1.
  // Passive by design: the idle clock does not see it.
  async function follow(part) {
    const wait = Math.max(1, Number(part.dataset.pollSeconds) || 5) * 1000;
    const again = () => setTimeout(() => follow(part), wait);
    if (!part.isConnected) return;
    if (document.visibilityState === "hidden") { again(); return; }
    let done = false;
    try {
      const answer = await fetch(part.dataset.pollUrl, {
        headers: { "X-Requested-With": "fetch" }, credentials: "same-origin", cache: "no-store", redirect: "manual",
      });
      done = answer.headers.get("X-Done") === "1" || answer.status === 401 || answer.status === 404;
      const html = answer.ok ? await answer.text() : null;
      if (html !== null && part.isConnected && !part.contains(document.activeElement)) {
        part.innerHTML = html;
        document.dispatchEvent(new CustomEvent("heretask:swapped"));
      }
    } catch { /* no network: the part stays as it is and is asked again */ }
    if (!done) again();
  }
  for (const part of document.querySelectorAll("[data-poll-url]")) {
    setTimeout(() => follow(part), Math.max(1, Number(part.dataset.pollSeconds) || 5) * 1000);
  }
})();
