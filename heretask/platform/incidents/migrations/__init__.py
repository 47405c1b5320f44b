"""Migrations of platform/incidents."""
