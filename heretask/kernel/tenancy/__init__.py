"""Customers, their units, and the row that belongs to exactly one customer."""
