"""Reading what a browser would put on paper: the text of each page of its PDF, without blanks."""

from __future__ import annotations

import re
import zlib

_OBJECT = re.compile(rb"(\d+) 0 obj\s(.*?)endobj", re.DOTALL)
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_SHOWN = re.compile(rb"/(\w+) [\d.]+ Tf|<([0-9A-Fa-f]+)>(?=[^\[\]]*?(?:Tj|\]|<|-?\d))")
_PAIR = re.compile(rb"<([0-9A-Fa-f]+)> <([0-9A-Fa-f]+)>\n")
_RANGE = re.compile(rb"<([0-9A-Fa-f]+)> <([0-9A-Fa-f]+)> <([0-9A-Fa-f]+)>\n")


def pages(pdf: bytes) -> list[str]:
    """The letters of each page, in the order in which they are drawn."""
    objects = {int(number): body for number, body in _OBJECT.findall(pdf)}
    maps = {n: _letters(objects, body) for n, body in objects.items() if b"/ToUnicode" in body}
    return [
        _text(_stream(objects[int(found[1])]), _fonts(objects, body, maps))
        for body in objects.values()
        if re.search(rb"/Type /Page\b(?!s)", body) and (found := re.search(rb"/Contents (\d+) 0 R", body))
    ]


def _stream(body: bytes) -> bytes:
    found = _STREAM.search(body)
    assert found is not None
    return zlib.decompress(found[1]) if b"/FlateDecode" in body else found[1]


def _fonts(objects: dict[int, bytes], page: bytes, maps: dict[int, dict[int, str]]) -> dict[bytes, dict[int, str]]:
    referred = re.search(rb"/Resources (\d+) 0 R", page)
    found = objects[int(referred[1])] if referred else page
    return {name: maps[int(own)] for name, own in re.findall(rb"/(\w+) (\d+) 0 R", found) if int(own) in maps}


def _letters(objects: dict[int, bytes], font: bytes) -> dict[int, str]:
    referred = re.search(rb"/ToUnicode (\d+) 0 R", font)
    assert referred is not None
    told = _stream(objects[int(referred[1])])
    made: dict[int, str] = {}
    for part in re.findall(rb"beginbfchar\n(.*?)endbfchar", told, re.DOTALL):
        made |= {int(a, 16): bytes.fromhex(b.decode()).decode("utf-16-be") for a, b in _PAIR.findall(part)}
    for part in re.findall(rb"beginbfrange\n(.*?)endbfrange", told, re.DOTALL):
        for first, last, letter in _RANGE.findall(part):
            begin = int(letter, 16)
            made |= {n: chr(begin + n - int(first, 16)) for n in range(int(first, 16), int(last, 16) + 1)}
    return made


def _text(content: bytes, fonts: dict[bytes, dict[int, str]]) -> str:
    said, current = [], dict[int, str]()
    for font, shown in _SHOWN.findall(content):
        if font:
            current = fonts.get(font, {})
        else:
            said += [current.get(int(shown[n : n + 4], 16), "") for n in range(0, len(shown), 4)]
    return "".join("".join(said).split())
