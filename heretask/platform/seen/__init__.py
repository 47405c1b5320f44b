"""What a guest has seen, told from the log: the page that lets them answer for it."""
