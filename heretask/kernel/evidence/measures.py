"""Measurements of what the kernel itself enforces."""
