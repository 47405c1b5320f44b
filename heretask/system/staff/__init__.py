"""The supplier's staff: who was hired, checked, trained, and has signed; and what each may do by it."""
