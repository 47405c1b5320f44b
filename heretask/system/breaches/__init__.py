"""Breaches: the case with its clock, who is touched, the notice to every customer, and what came of it (NOTIFY-1)."""
