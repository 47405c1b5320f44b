"""Who may reach what: the rights of every role, and the addresses that stand under each."""
