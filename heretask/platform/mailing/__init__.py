"""Notices by e-mail and SMS: where one wants to be told that something waits."""
