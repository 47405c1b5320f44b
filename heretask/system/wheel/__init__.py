"""The annual wheel: what must be done each year, who answers for it, and that it was done, with proof."""
