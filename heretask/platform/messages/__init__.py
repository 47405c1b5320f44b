"""Secure messages: threads to people, units and roles, about a citizen or not, that never leave HereTask (DATA-5)."""
