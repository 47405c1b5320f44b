// Answers for the text being written: nobody loses a sentence. Forms with data-draft-url and data-draft-place are sent as a draft two
// seconds after the last input, the form's .saved says where the text is, and what could not be sent stays in this script's
// memory, and nowhere else: no browser storage of any kind, since the computer is shared.
"use strict";

(() => {
  const WAIT = 2000;
  const RETRY = [3000, 6000, 12_000, 24_000, 30_000];
  const danish = document.documentElement.lang.startsWith("da");
  let token = document.querySelector('meta[name="csrf"]')?.content ?? "";
  let emptied = false;
  const keepers = new Map();       // form -> Keeper

  const isText = (field) => field.matches(
    'textarea, select, input:not([type="hidden"], [type="password"], [type="file"], [type="submit"], [type="button"], [type="image"], [type="reset"])',
  ) && field.name && !field.matches("[data-draft-skip]");

  function contentOf(form) {
    const content = {};
    for (const field of form.elements) {
      if (!isText(field)) continue;
      if (field.type === "radio") { if (field.checked) content[field.name] = field.value; }
      else if (field.type === "checkbox") (content[field.name] ??= []).push(...(field.checked ? [field.value] : []));
      else if (field.multiple) content[field.name] = [...field.selectedOptions].map((option) => option.value);
      else content[field.name] = field.value;
    }
    return JSON.stringify(content);
  }

  function cursorOf(field) {
    try { return field?.selectionEnd ?? null; } catch { return null; }   // date fields and the like have none
  }

  // The server's clock, as the people in the house read it.
  function clock(answer) {
    const moment = new Date(answer.headers.get("Date") ?? Date.now());
    const parts = new Intl.DateTimeFormat("en-GB", { timeZone: "Europe/Copenhagen", hour: "2-digit", minute: "2-digit" }).format(moment);
    return danish ? parts.replace(":", ".") : parts;
  }

  class Keeper {
    constructor(form) {
      this.form = form;
      this.url = form.dataset.draftUrl;
      this.place = form.dataset.draftPlace;
      this.box = form.querySelector(".saved") ?? form.closest(".card, section, main")?.querySelector(".saved");
      this.sent = contentOf(form);   // what the server has
      this.held = null;              // what it has not, once the page is gone
      this.touched = false;
      this.field = null;
      this.tries = 0;
      this.timer = 0;
      this.running = null;
      this.closed = false;           // the form itself has been sent
    }

    say(state, key, time = "") {
      if (!this.box || emptied) return;
      const words = (this.box.dataset[key] ?? this.form.dataset[key] ?? "").replace("{time}", time);
      this.box.dataset.state = state;
      const place = this.box.querySelector("[data-words]") ?? this.box;
      if (place.textContent !== words) place.textContent = words;   // the same words again would be read aloud again
    }

    message() {
      if (this.held) return this.held;
      const cursor = cursorOf(this.field);
      return {
        place: this.place,
        content: contentOf(this.form),
        cursor: cursor === null ? "" : String(cursor),
        cursor_field: this.field?.name ?? "",
        person: document.body.dataset.person ?? "",   // so that the server can refuse another person's words
      };
    }

    get dirty() {
      if (this.closed) return false;
      return this.held !== null || (this.touched && contentOf(this.form) !== this.sent);
    }

    later(wait) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.send(), wait);
    }

    onInput(field) {
      this.touched = true;
      this.field = field;
      if (!this.closed) this.later(this.tries ? Math.max(WAIT, RETRY[0]) : WAIT);
    }

    // Resolves to "saved", "refused" (the server answered no) or "offline".
    send() {
      clearTimeout(this.timer);
      if (this.running) return this.running.then(() => (this.dirty ? this.send() : "saved"));
      if (!this.dirty) return Promise.resolve("saved");
      this.running = this.deliver(this.message()).finally(() => { this.running = null; });
      return this.running;
    }

    async deliver(message) {
      const slow = setTimeout(() => this.say("due", "saving"), 1000);
      try {
        const body = new URLSearchParams(message);
        const answer = await fetch(this.url, {
          method: "POST", body, headers: { "X-CSRFToken": token }, credentials: "same-origin", cache: "no-store", redirect: "manual",
          keepalive: body.toString().length < 60_000,   // browsers refuse larger ones
        });
        if (!answer.ok) {
          this.say("broken", "refused");
          this.again();
          return "refused";
        }
        this.sent = message.content;
        if (this.held === message) this.held = null;
        this.tries = 0;
        this.say("ok", "saved", clock(answer));
        if (!emptied && this.dirty) this.later(WAIT);
        return "saved";
      } catch {
        this.say("broken", "unsaved");
        this.again();
        return "offline";
      } finally {
        clearTimeout(slow);
      }
    }

    again() {
      if (emptied) return;           // then only after the same person has signed in again
      this.later(RETRY[Math.min(this.tries, RETRY.length - 1)]);
      this.tries += 1;
    }

    restore() {
      const name = this.form.dataset.cursorField;
      if (!this.form.dataset.cursor || !name) return;
      const field = this.form.elements.namedItem(name);
      if (!(field instanceof HTMLElement)) return;
      field.closest("details")?.setAttribute("open", "");
      field.focus({ preventScroll: true });
      const [start, end = start] = this.form.dataset.cursor.split("-").map(Number);
      try { if (Number.isFinite(start)) field.setSelectionRange(start, end); } catch { /* a field without a cursor */ }
      field.scrollIntoView({ block: "center" });
    }
  }

  function adopt(within) {
    for (const form of within.querySelectorAll("form[data-draft-url]")) {
      if (keepers.has(form)) continue;
      const keeper = new Keeper(form);
      keepers.set(form, keeper);
      keeper.restore();
    }
  }

  // After emptying, the browser may belong to someone else: then only 'heretask:alive' sends.
  const flush = () => (emptied ? [] : [...keepers.values()].filter((keeper) => keeper.dirty).map((keeper) => keeper.send()));

  for (const kind of ["input", "change"]) {
    document.addEventListener(kind, (event) => {
      const form = event.target.form;
      if (form && isText(event.target)) keepers.get(form)?.onInput(event.target);
    });
  }

  // Sending the form itself: the draft goes first, so that a lost network shows here and not as the browser's error page.
  document.addEventListener("submit", async (event) => {
    const keeper = keepers.get(event.target);
    if (!keeper || keeper.closed) return;
    if (!keeper.dirty && !keeper.running) { close(keeper); return; }
    event.preventDefault();
    event.stopImmediatePropagation();
    const submitter = event.submitter;
    submitter?.setAttribute("aria-busy", "true");
    const outcome = await keeper.send();
    submitter?.removeAttribute("aria-busy");
    if (outcome === "offline" || emptied) return;   // the words stay in the form, .saved says why
    close(keeper);
    keeper.form.requestSubmit(submitter);
  }, true);

  // A late draft must not rise again after the note was signed. If the page is still here after a while, the form is open again.
  function close(keeper) {
    clearTimeout(keeper.timer);
    keeper.closed = true;
    setTimeout(() => { keeper.closed = false; }, 10_000);
  }

  window.addEventListener("pagehide", flush);
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") flush(); });
  window.addEventListener("online", flush);
  document.addEventListener("heretask:warning", flush);
  for (const kind of ["heretask:swapped", "htmx:afterSettle"]) {
    document.addEventListener(kind, () => {
      for (const form of keepers.keys()) if (!form.isConnected) keepers.delete(form);
      adopt(document);
    });
  }

  // The page is about to be emptied (or left): take the words out of the form, send them, keep them until the server has them.
  document.addEventListener("heretask:emptying", (event) => {
    const { detail } = event;
    for (const keeper of keepers.values()) {
      if (keeper.touched || keeper.form.dataset.cursor) detail.text ||= "saved";
      if (!keeper.dirty) continue;
      const message = keeper.message();
      if (detail.final) keeper.held = message;
      detail.text = "held";
      if (detail.why !== "over") detail.waiting.push(keeper.send());
    }
    if (detail.final) emptied = true;
  });

  // The same person is back (in another tab): send what was held, then show the page again with the words in it.
  document.addEventListener("heretask:alive", async (event) => {
    const held = [...keepers.values()].filter((keeper) => keeper.held);
    if (!held.length) return;
    token = event.detail.csrf || await freshToken();
    const outcomes = await Promise.all(held.map((keeper) => keeper.send()));
    if (outcomes.every((outcome) => outcome === "saved")) location.reload();
    // otherwise the next poll tries again
  });

  // Signing in changes the token against forged requests; this very page, asked for anew, carries the new one.
  async function freshToken() {
    try {
      const answer = await fetch(location.href, { credentials: "same-origin", cache: "no-store" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      return page.querySelector('meta[name="csrf"]')?.content ?? token;
    } catch {
      return token;
    }
  }

  adopt(document);
})();
