"""Customers, as the supplier's Management sees and makes them."""
