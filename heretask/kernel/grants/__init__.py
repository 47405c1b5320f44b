"""A supplier's time-limited access to one customer: asked, answered, entered, watched, cut off, and over by itself."""
