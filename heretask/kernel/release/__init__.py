"""Releases: which commit runs, what an archive of one holds, and the bill of its materials."""
