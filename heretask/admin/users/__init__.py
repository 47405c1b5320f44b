"""A customer's users: created, renamed, given roles, deactivated, read in from a spreadsheet."""
