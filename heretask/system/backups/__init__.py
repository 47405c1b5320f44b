"""Backups and drills: what was taken and proven, where it lies, and that both happen by themselves."""
