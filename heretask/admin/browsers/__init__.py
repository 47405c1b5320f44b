"""Browsers that the people of a unit share: marked by a leader or administrator, listed, and unmarked."""
