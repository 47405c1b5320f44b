"""Sample checks of the log: openings drawn by chance that nobody chose, explained and judged by two people."""
