"""Building, checking and running the product."""
