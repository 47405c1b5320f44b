"""Security incidents: reported from every page by whoever is there, told to Management at once, answered (BREACH-1)."""
