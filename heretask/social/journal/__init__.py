"""The journal: notes written, signed, corrected beside the original, and searched."""
