"""PostgreSQL as this product needs it: keys that lead with the customer, policies, and COMMIT sent before rendering."""
