// Answers for the idle clock in the browser: a warning after four minutes without a person's input, an empty tab after five.
// It works without network, in every tab, after the laptop slept, and on the page that 'back' brings forward again.
// The server has its own clock and the last word; this one makes sure that nothing stays on the screen.
//
// Other scripts meet it by events on document:
//   heretask:warning   the warning is shown (drafts.js sends what is unsent)
//   heretask:emptying  detail.text = "saved" | "held" may be set, promises may be added to detail.waiting; detail.final is
//                      false when the page stays until those promises are kept (signing out), detail.why is "idle", "out" or "over"
//   heretask:alive     after emptying, the same person is signed in again; detail.csrf may be a fresh token
//   heretask:swapped   a fragment was put into the page (sent by page.js): scrolling it causes is not a person's
"use strict";

(() => {
  const body = document.body;
  const root = document.documentElement;
  if (!body.dataset.idle || !body.dataset.sessionUrl) return;

  const IDLE = Number(body.dataset.idle) * 1000;
  const WARN = Number(body.dataset.warn) * 1000;
  const PING_EVERY = 30_000;
  const POLL_EVERY = 30_000;
  const { sessionUrl, activityUrl, signInUrl } = body.dataset;
  const csrf = document.querySelector('meta[name="csrf"]')?.content ?? "";
  const channel = "BroadcastChannel" in window ? new BroadcastChannel("heretask") : null;

  const warning = document.getElementById("ht-idle");

  let person = body.dataset.person;
  let warned = false;
  let ended = "";                  // "" while the page is shown, then why it was emptied
  let lastPing = -Infinity;        // performance.now() of the newest activity POST
  let unsentInput = false;         // a person did something the server has not heard of
  let serverEnd = null;            // the moment the server said it would end the session, as a stamp
  let lastShared = 0;
  let quietUntil = 0;              // scrolling before this moment is caused by a script or the browser
  let lastPoll = performance.now();
  let pings = 0;                   // so that an answer asked for before a ping is not believed after it

  // Two clocks: performance.now() may stand still while the laptop sleeps, Date may be set by hand. The larger gap counts.
  const stamp = (age = 0) => ({ steady: performance.now() - age, wall: Date.now() - age });
  const since = (moment) => Math.max(performance.now() - moment.steady, Date.now() - moment.wall);
  let lastInput = stamp();         // loading a page is an act of a person: a link, a form, an address

  // --- A person's input ---------------------------------------------------------------------------------------------
  function noteInput(age = 0) {
    if (ended || since(lastInput) >= IDLE) { beat(); return; }   // too late: a first key after the sleep must not revive the page
    const moment = stamp(age);
    if (moment.steady > lastInput.steady) lastInput = moment;
    serverEnd = null;
    hideWarning();
  }

  function onInput(event) {
    if (!event.isTrusted || ended) return;
    if (event.type === "scroll" && performance.now() < quietUntil) return;
    if (warning?.contains(event.target)) return;   // its button answers by its click; hiding it now would let the press fall through
    const answering = warned;
    noteInput();
    if (ended) return;
    unsentInput = true;
    const now = performance.now();
    if (now - lastShared > 1000) {
      lastShared = now;
      channel?.postMessage({ kind: "input", at: Date.now() });
    }
    ping(answering);                 // after a warning the server may be near its end, too: it hears of this at once
  }

  for (const kind of ["pointerdown", "keydown", "touchstart", "touchmove", "wheel", "scroll", "input"]) {
    document.addEventListener(kind, onInput, { capture: true, passive: true });
  }
  const settle = () => { quietUntil = performance.now() + 1000; };
  for (const kind of ["heretask:swapped", "htmx:afterSwap", "htmx:afterSettle", "visibilitychange"]) document.addEventListener(kind, settle);
  for (const kind of ["load", "resize", "pageshow"]) window.addEventListener(kind, settle);
  settle();

  // --- Telling the server: at most one POST every 30 s, and only after input -----------------------------------------
  async function ping(force = false) {
    const now = performance.now();
    if (!activityUrl || !unsentInput || ended || (!force && now - lastPing < PING_EVERY)) return;
    lastPing = now;
    unsentInput = false;
    pings += 1;
    // `ago`: how many seconds old the newest input is, so that a late message does not lengthen the session.
    const fields = new URLSearchParams({ ago: String(Math.max(0, Math.floor(since(lastInput) / 1000))) });
    try {
      const answer = await fetch(activityUrl, {
        method: "POST", body: fields, headers: { "X-CSRFToken": csrf }, credentials: "same-origin", cache: "no-store", redirect: "manual",
      });
      if (answer.status === 401) empty("over");
    } catch {
      unsentInput = true;          // no network: tried again with the next beat that may send
    }
  }

  // --- Asking the server, passively ------------------------------------------------------------------------------------
  async function poll() {
    lastPoll = performance.now();
    const heard = pings;
    let answer;
    try {
      answer = await fetch(sessionUrl, {
        headers: { Accept: "application/json" }, credentials: "same-origin", cache: "no-store", redirect: "manual",
      });
    } catch { return; }            // no network: the clock here goes on
    if (answer.status === 401) { empty("over"); return; }
    if (!answer.ok) return;
    let said;
    try { said = await answer.json(); } catch { return; }
    if (!said.alive) { empty("over"); return; }
    if (!person) person = said.person;
    if (ended) {
      if (said.person && said.person === person) document.dispatchEvent(new CustomEvent("heretask:alive", { detail: { csrf: said.csrf ?? "" } }));
      return;
    }
    // Another person signed in in this browser: what stands here is not theirs.
    if (said.person && said.person !== person) { empty("over"); return; }
    if (typeof said.seconds_left === "number" && !unsentInput && heard === pings) serverEnd = stamp(-said.seconds_left * 1000);
  }

  // --- The clock -----------------------------------------------------------------------------------------------------
  function left() {
    const own = IDLE - since(lastInput);
    return serverEnd ? Math.min(own, -since(serverEnd)) : own;
  }

  let sharp = 0;

  function beat() {
    if (!ended) {
      const remaining = left();
      if (remaining <= 0) { empty("idle"); return; }
      const untilWarning = remaining - (IDLE - WARN);
      if (untilWarning <= 0) showWarning(remaining); else hideWarning();
      // Between two beats: exactly on time, not up to a second late.
      const next = untilWarning > 0 ? untilWarning : remaining;
      if (next < 1000) { clearTimeout(sharp); sharp = setTimeout(beat, next); }
      if (unsentInput) ping();
    }
    if (performance.now() - lastPoll >= POLL_EVERY) poll();
  }

  let worker = null;
  try {
    worker = new Worker(body.dataset.tickerUrl);
    worker.onmessage = beat;
  } catch { /* the timer below beats alone */ }
  setInterval(beat, 1000);

  // --- The warning ---------------------------------------------------------------------------------------------------
  // A popover that takes no focus: whoever is typing goes on typing, and the next key says 'I am here'.
  function showWarning(remaining) {
    if (!warning) return;
    const seconds = Math.max(1, Math.ceil(remaining / 1000));
    warning.querySelector("[data-seconds]").textContent = String(seconds);
    const bar = warning.querySelector("progress");
    bar.max = Math.round((IDLE - WARN) / 1000);
    bar.value = seconds;
    if (warned) return;
    warned = true;
    warning.showPopover?.();
    document.dispatchEvent(new CustomEvent("heretask:warning"));
  }

  function hideWarning() {
    if (!warned) return;
    warned = false;
    warning.hidePopover?.();
  }

  // The button's press is input like any other; a screen reader's press may come without a pointer, so it is counted here, too.
  warning?.querySelector("[data-still-here]")?.addEventListener("click", (event) => {
    if (!event.isTrusted) return;
    noteInput();
    if (ended) return;
    unsentInput = true;
    channel?.postMessage({ kind: "input", at: Date.now() });
    ping(true);
  });

  // --- Emptying ------------------------------------------------------------------------------------------------------
  function farewell(final, why) {
    const detail = { text: "", waiting: [], final, why };
    document.dispatchEvent(new CustomEvent("heretask:emptying", { detail }));
    return detail;
  }

  function empty(why, tell = true) {
    if (ended) return;
    ended = why;
    const detail = farewell(true, why);
    const panel = document.getElementById(`ht-ended-${why}`).content.cloneNode(true);
    panel.querySelector("[data-text-saved]").hidden = detail.text !== "saved";
    panel.querySelector("[data-text-held]").hidden = detail.text !== "held";
    const link = panel.querySelector("[data-sign-in]");
    if (detail.text === "held") {
      link.target = "_blank";      // leaving this tab would lose the words it holds; it takes them up again by itself
      link.rel = "noopener";
      link.href = signInUrl;
    } else {
      link.href = `${signInUrl}?next=${encodeURIComponent(location.pathname + location.search)}`;
    }
    body.className = "shell shell-plain";
    body.replaceChildren(panel);
    for (const name of ["hx-headers", "data-system"]) body.removeAttribute(name);
    getSelection()?.removeAllRanges();
    document.title = "HereTask";
    link.focus();
    if (tell) channel?.postMessage({ kind: why === "out" ? "signed-out" : "emptied", why });
  }

  // Nothing may be put back into an emptied page, not even by an answer that was already on its way.
  for (const kind of ["htmx:beforeRequest", "htmx:beforeSwap", "htmx:oobBeforeSwap"]) {
    document.addEventListener(kind, (event) => { if (ended) event.preventDefault(); }, true);
  }
  document.addEventListener("htmx:responseError", (event) => { if (event.detail?.xhr?.status === 401) empty("over"); });

  channel?.addEventListener("message", ({ data }) => {
    if (data?.kind === "input") noteInput(Math.max(0, Date.now() - data.at));
    else if (data?.kind === "emptied") { if (data.why === "over") poll(); else beat(); }
    else if (data?.kind === "signed-out") empty("out", false);
  });

  // htmx notes the page's path in the tab's storage. On a shared computer nothing is noted.
  const forget = () => { try { sessionStorage.clear(); } catch { /* switched off: nothing is there */ } };
  window.addEventListener("pagehide", forget);
  for (const kind of ["DOMContentLoaded", "htmx:afterSettle", "htmx:pushedIntoHistory", "htmx:replacedInHistory"]) {
    document.addEventListener(kind, forget);
  }

  // --- Signing out ---------------------------------------------------------------------------------------------------
  // Unsent text goes first, two seconds at most; then every tab is emptied, this one after the browser has taken the form.
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("[data-sign-out]")) return;
    event.preventDefault();
    const { waiting } = farewell(false, "out");
    if (waiting.length) await Promise.race([Promise.allSettled(waiting), new Promise((done) => { setTimeout(done, 2000); })]);
    form.submit();
    setTimeout(() => empty("out"), 0);
  });

  // --- Pages that come back ------------------------------------------------------------------------------------------
  window.addEventListener("pagehide", (event) => { if (event.persisted && !ended) root.hidden = true; });
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    if (ended) { root.hidden = false; poll(); return; }
    root.hidden = true;
    location.reload();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible") return;
    beat();
    poll();
  });
  window.addEventListener("focus", beat);
  window.addEventListener("online", poll);
})();
