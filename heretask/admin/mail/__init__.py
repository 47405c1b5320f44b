"""Mail that went out, and what could not: counts and reasons, no address and no text."""
