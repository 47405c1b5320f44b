"""Searching across what one may see: each feature answers for its own, and every search stands in the log (LOG-1)."""
