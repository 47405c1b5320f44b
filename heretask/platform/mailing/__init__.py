"""Notices by e-mail: where one wants to be told that something waits."""
