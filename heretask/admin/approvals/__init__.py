"""What takes both of Management, asked for and approved."""
