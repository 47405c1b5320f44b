"""Opening a citizen outside one's work in an emergency, and what the leader says of it."""
