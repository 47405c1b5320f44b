"""What is sealed, with which key, and that opening it is logged."""
