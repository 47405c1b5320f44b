"""HereTask Platform: where everybody starts."""
