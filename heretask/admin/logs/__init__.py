"""The log as sentences, and as CSV."""
