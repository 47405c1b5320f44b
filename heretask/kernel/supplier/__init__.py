"""What the supplier's Management may do to customers and their logins, and nothing beyond that (ORG-3)."""
