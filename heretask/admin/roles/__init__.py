"""The roles of a customer: the built-in ones, and those it puts together itself."""
