"""Keep the Danish catalogue complete: `--check` fails for a text without Danish, `--update` adds what is missing.

Texts are English in code and templates; templates are read by Django's own translator, so both count alike.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import django
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po, write_po
from django.conf import settings

ROOT = Path(__file__).resolve().parent.parent / "heretask"
DANISH = ROOT / "locale" / "da" / "LC_MESSAGES" / "django.po"
KEYWORDS = ("_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext", "npgettext")
STRING = re.compile(r"""u?('(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")""")
CALL = re.compile(rf"(?P<name>n?p?gettext|_)\((?P<given>\s*(?:{STRING.pattern}\s*,?\s*)+)")


def texts() -> Iterator[tuple[str | tuple[str, str], str | None, str]]:
    """Every text as (msgid, context, where); a plural text is a pair."""
    for path in sorted(ROOT.rglob("*")):
        if "migrations" in path.parts:
            continue
        if path.suffix == ".py":
            found = _of_python(path.read_bytes())
        elif path.suffix == ".html":
            found = _of_template(path.read_text())
        else:
            continue
        for function, messages in found:
            yield *_text(function, messages), str(path.relative_to(ROOT))


def _of_python(source: bytes) -> Iterator[tuple[str, list[str]]]:
    keywords: dict[str, Any] = dict.fromkeys(KEYWORDS)
    for _line, function, messages, _comments in extract_python(BytesIO(source), keywords, (), {}):
        found: Iterable[object] = [messages] if isinstance(messages, str) else messages
        given = [message for message in found if isinstance(message, str)]
        if given:
            yield str(function), given


def _of_template(source: str) -> Iterator[tuple[str, list[str]]]:
    """Django turns a template into calls of gettext between blanked text; their strings are read here."""
    from django.utils.translation.template import templatize

    for call in CALL.finditer(templatize(source)):
        yield call["name"], [ast.literal_eval(text) for text in STRING.findall(call["given"])]


def _text(function: str, messages: list[str]) -> tuple[str | tuple[str, str], str | None]:
    context = messages.pop(0) if "pgettext" in function else None
    if function.startswith("n") and len(messages) > 1:
        return (messages[0], messages[1]), context
    return messages[0], context


def catalogue() -> Catalog:
    """The Danish catalogue as it is."""
    with DANISH.open("rb") as file:
        return read_po(file, locale="da")


def missing(found: Catalog) -> list[str]:
    """Texts without Danish, or whose Danish lacks a %(place)s of the English."""
    wrong = []
    for msgid, context, where in texts():
        key = msgid if isinstance(msgid, str) else msgid[0]
        if not key:
            continue
        danish = _danish(found.get(key, context))
        if not danish:
            wrong.append(f"{where}: no Danish for {key!r}")
            continue
        places = set(re.findall(r"%\(\w+\)[sd]", key))
        lost = [place for place in places if not any(place in text for text in danish)]
        wrong.extend(f"{where}: the Danish of {key!r} lacks {place}" for place in lost)
    return sorted(set(wrong))


def _danish(message: Message | None) -> list[str]:
    """The Danish of a text, with each of its plurals; nothing where one is missing or unsure."""
    if message is None or message.fuzzy:
        return []
    forms = [message.string] if isinstance(message.string, str) else list(message.string or ())
    return forms if all(forms) else []


def update() -> None:
    """Add new texts without Danish, drop those that are no longer used."""
    old, new = catalogue(), Catalog(locale="da", header_comment="# The Danish of HereTask.")
    for msgid, context, where in texts():
        key = msgid if isinstance(msgid, str) else msgid[0]
        if key:
            known = old.get(key, context)
            empty = "" if isinstance(msgid, str) else ("", "")
            new.add(msgid, known.string if known else empty, locations=[(where, 0)], context=context)
    write(new)


def write(found: Catalog) -> None:
    """Write the catalogue without dates, so that equal content is an equal file."""
    out = BytesIO()
    write_po(out, found, sort_output=True, include_lineno=False, width=120)
    lines = [
        line
        for line in out.getvalue().decode().splitlines()
        if not re.match(r'"(POT-Creation|PO-Revision|Last-Tr|Report|Project-Id|Generated)', line)
    ]
    DANISH.parent.mkdir(parents=True, exist_ok=True)
    DANISH.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    settings.configure(USE_I18N=True)
    django.setup()
    if "--update" in sys.argv:
        update()
    absent = missing(catalogue())
    if absent:
        sys.exit("\n".join(absent))
