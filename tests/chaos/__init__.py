"""Killing what writes and what seals, again and again, and looking for what is lost, doubled or half."""
