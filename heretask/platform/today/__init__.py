"""Today: the page everybody starts on."""
