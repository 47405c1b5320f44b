"""The records engine: duties, documents and registers, of which the management system is made."""
