"""Reading what a screen reader goes by: the tags of a PDF, in the order of its tree."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_OBJECT = re.compile(rb"(\d+) 0 obj\s(.*?)endobj", re.DOTALL)
_NAME = re.compile(rb"/S\s*/(\w+)")
_CHILDREN = re.compile(rb"/K\s*(\[[^\]]*\]|\d+ 0 R)")
_REFERENCE = re.compile(rb"(\d+) 0 R")


@dataclass(frozen=True)
class Tag:
    """One part of the structure: its name, and everything that is said of it."""

    name: str
    body: bytes


def tags(pdf: bytes) -> list[Tag]:
    """Every tag, from the root, as they are read."""
    objects = {int(number): body for number, body in _OBJECT.findall(pdf)}
    root = next(body for body in objects.values() if b"/Type/StructTreeRoot" in body)
    return list(_below(objects, root))


def _below(objects: dict[int, bytes], body: bytes) -> Iterator[Tag]:
    children = _CHILDREN.search(body)
    for number in _REFERENCE.findall(children[1]) if children else []:
        own = objects.get(int(number), b"")
        name = _NAME.search(own)
        if name:
            yield Tag(name[1].decode(), own)
            yield from _below(objects, own)
