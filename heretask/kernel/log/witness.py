"""What stands on every paper so that a copy of it bears witness of the log."""


def newest_line() -> str:
    """The newest checkpoint as one line for the foot of a page; '' while there is none."""
    return ""
