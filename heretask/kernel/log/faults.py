"""Telling of a failure without telling what somebody wrote: its kind and its place in the code, never its text."""

from __future__ import annotations


def place_of(failure: BaseException) -> str:
    """'kind at file:line' of the innermost frame."""
    place = failure.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f"{place.tb_frame.f_code.co_filename.rsplit('heretask/', 1)[-1]}:{place.tb_lineno}" if place else "?"
    return f"{type(failure).__name__} at {where}"
