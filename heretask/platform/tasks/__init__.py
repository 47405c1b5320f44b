"""Tasks: what somebody is to do by when, once or again and again."""
