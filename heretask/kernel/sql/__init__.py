"""Roles and functions of the database, as SQL files beside the code that relies on them."""

from pathlib import Path


def read(name: str) -> str:
    """The text of one of the SQL files."""
    return (Path(__file__).parent / f"{name}.sql").read_text()
