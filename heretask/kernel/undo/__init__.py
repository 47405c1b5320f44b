"""Taking back, for ten minutes, what one has just done."""
