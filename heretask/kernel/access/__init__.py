"""Who may do what: permissions, readable roles, and the one decision with its reason."""
