"""Supplier access, the customer's side: answer, watch, cut off, read the report, approve beforehand."""
