"""The guidelines that a customer sets on top of the floor (LOGIN-5)."""
