"""Taking backups, restoring them and proving that they can be restored; run by a process of its own."""
