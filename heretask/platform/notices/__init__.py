"""Notices: what is put up for all, a unit or a role, and who has acknowledged it."""
