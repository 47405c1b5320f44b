"""Retention: what is older than a customer keeps it goes, what proves it stays, and a protocol tells what went."""
