"""HereTask Social: the citizen's journal and all that belongs to it."""
