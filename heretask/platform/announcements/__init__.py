"""Notices of the supplier to its customers: written by Management, read on everybody's start page."""
