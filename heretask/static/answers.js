// Arrows go through the answers of a search, Enter opens one, Escape leads back to the field. Tab does without this file.
"use strict";

(() => {
  const page = document.querySelector("[data-answers]");
  const field = page?.querySelector('input[type="search"]');
  if (!field) return;
  const answers = [...page.querySelectorAll("[data-answer]")];

  page.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = answers.indexOf(document.activeElement);
    if (event.key === "Escape" && at >= 0) {
      event.preventDefault();
      field.focus();
      field.select();
      return;
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    if (at < 0 && (document.activeElement !== field || event.key === "ArrowUp")) return;
    const next = event.key === "ArrowDown" ? answers[at + 1] : (answers[at - 1] ?? field);
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
})();
