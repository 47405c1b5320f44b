"""Whom the supplier calls at a customer in an emergency: kept by its administrators, for when the systems are down."""
