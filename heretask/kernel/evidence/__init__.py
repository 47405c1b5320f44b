"""Whether each promise holds, measured from the running system."""
