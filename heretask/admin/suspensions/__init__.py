"""Logins that the supplier's Management suspends, in any customer."""
