"""Each page has a short help, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.template import Context, engines
from django.template.loader_tags import ExtendsNode
from django.utils.html import strip_tags
from django.utils.translation import override

ROOT = Path(__file__).resolve().parents[2] / "heretask" / "templates"
FURNITURE = {"ui/base.html", "ui/shell.html", "ui/plain.html"}  # what pages are built on
WITHOUT = {"ui/error.html"}  # a refusal is a sentence of its own, and has no question mark
LONGEST = 700
SENTENCE = re.compile(r"[.?](?:\s|$)")


def pages() -> Iterator[str]:
    """The template of every page; parts of pages begin with an underscore."""
    for path in sorted(ROOT.rglob("*.html")):
        name = str(path.relative_to(ROOT))
        if not path.name.startswith("_") and name not in FURNITURE | WITHOUT:
            yield name


def help_of(template: Any, language: str) -> str:
    """The help of a page as it is read, tidied; '' where it has none."""
    extends = template.nodelist.get_nodes_by_type(ExtendsNode)
    block = extends[0].blocks.get("help") if extends else None
    context = Context()
    with override(language), context.bind_template(template):
        text = block.nodelist.render(context) if block else ""
    return " ".join(strip_tags(text).split())


def wrong(template: Any) -> list[str]:
    """What is wrong with the help of a page, by language."""
    found = {language: help_of(template, language) for language in ("da", "en")}
    said = [f"{language}: {len(text)} characters" for language, text in found.items() if not 0 < len(text) <= LONGEST]
    said += [
        f"{language}: {count} sentences"
        for language, text in found.items()
        if text and not 2 <= (count := len(SENTENCE.findall(text))) <= 8
    ]
    return said + (["the same in both"] if found["da"] and found["da"] == found["en"] else [])


def test_each_page_has_a_short_help_in_both_languages() -> None:
    engine = engines["django"].engine  # type: ignore[attr-defined]
    names = list(pages())
    assert len(names) > 150
    assert {name: said for name in names if (said := wrong(engine.get_template(name)))} == {}


def test_what_is_built_on_has_the_place_for_it() -> None:
    for name in ("ui/shell.html", "ui/plain.html"):
        source = (ROOT / name).read_text()
        assert "{% block help %}{% endblock %}" in source
        assert "ui/_help_key.html" in source


@pytest.mark.parametrize(
    ("block", "complaint"),
    [
        ("", "da: 0 characters"),
        ("{% block help %} <p> </p> {% endblock %}", "en: 0 characters"),
        ("{% block help %}" + "Press it. " * 80 + "{% endblock %}", "da: 799 characters"),
        ("{% block help %}One sentence alone.{% endblock %}", "en: 1 sentences"),
        ("{% block help %}Written once. For everybody.{% endblock %}", "the same in both"),
    ],
    ids=["none", "empty", "long", "one", "untranslated"],
)
def test_a_page_without_a_good_one_is_found(block: str, complaint: str) -> None:
    engine = engines["django"].engine  # type: ignore[attr-defined]
    assert complaint in wrong(engine.from_string('{% extends "ui/shell.html" %}' + block))
