"""Migrations of system/backups."""
