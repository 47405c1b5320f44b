"""How long the log is kept, and the protocol of what went."""
