"""Page furniture: the shell, components, charts, middleware."""
