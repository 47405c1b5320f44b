"""Search across the journals of those one works with, and keeping its index complete."""
