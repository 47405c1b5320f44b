"""One walk through the systems in Chromium, Firefox and WebKit, at a desk and on a phone (WEB-1)."""
