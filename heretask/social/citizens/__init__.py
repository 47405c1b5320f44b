"""Citizens: who they are, and who works with them."""
