// Answers for the one-time link: its code stands behind the #, which no server and no log ever sees; it is put into the field here.
"use strict";

(() => {
  const field = document.querySelector('[data-link] [name="link"]');
  const code = decodeURIComponent(location.hash.slice(1));
  if (!field || !code) return;
  field.value = code;
  history.replaceState(null, "", location.pathname);
})();
