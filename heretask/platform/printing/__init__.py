"""Printing: only through one page, with a reason; and the paper stays somebody's duty until it is gone."""
