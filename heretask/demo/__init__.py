"""A whole installation with invented people and 13 months of their lives, to try HereTask with."""
