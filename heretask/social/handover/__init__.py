"""Hand-over between shifts: what is marked for the next one, and who has taken over."""
