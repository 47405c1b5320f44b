"""Continuity: what is done when something fails, agreed by name, and tried out every year."""
