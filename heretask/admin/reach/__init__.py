"""What somebody reaches, and why, or why not."""
