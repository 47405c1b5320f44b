"""Guests of a customer: inspectors and auditors, who read, for 30 days at most."""
