/* The print page's one button. Without scripts it stays hidden, and the sentence beside it says what to press. */
"use strict";
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
