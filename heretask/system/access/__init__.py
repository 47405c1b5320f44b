"""Supplier access, the supplier's side: ask a customer, see what runs, enter, leave."""
