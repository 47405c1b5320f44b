"""Who works with which citizen: relations, the overview of a unit, and sealing."""
