"""Policies: published in versions, reviewed every year, acknowledged by each member of staff."""
