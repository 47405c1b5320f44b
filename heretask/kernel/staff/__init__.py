"""Who of the supplier's staff may sign in, and may be given a grant: decided in one place, asked at every entry."""
