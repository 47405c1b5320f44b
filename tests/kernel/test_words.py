"""Keyed words: stems as PostgreSQL makes them, hashes of one customer and one column, and a memory that is bounded."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heretask.kernel.secrets import words
from tests import database
from tests.cast import Cast

ENDINGS = (
    "", "e", "en", "et", "er", "ere", "erne", "ernes", "ene", "enes", "s", "t", "te", "ede", "et", "ende", "hed", "heden", "heder",
    "lig", "ligt", "løst", "els", "elsen", "elser", "ig", "igst", "gd", "dt", "kt", "gt", "sk", "ske", "isk", "eres", "erendes",
)  # fmt: skip
STEMS = (
    "medicin", "fald", "sygeplejersk", "bolig", "søvn", "urolig", "smert", "måltid", "hus", "ængst", "bad", "kærlig", "tryk", "tryg",
    "betydning", "dat", "gul", "grønn", "plej", "hånd", "fødd", "rygg", "kløe", "å", "øl", "æbl", "bæl", "spis", "drikk", "gå", "værelse",
)  # fmt: skip


def the_words() -> list[str]:
    """Every word of the demo's texts and of this repository's Danish, and stems with every ending there is."""
    texts = [path.read_text() for path in Path("heretask/demo/texts").iterdir() if path.suffix in {".txt", ".py"}]
    texts.append(Path("heretask/locale/da/LC_MESSAGES/django.po").read_text())
    found = set(re.findall(r"[a-zæøåé]+", " ".join(texts).lower()))
    return sorted(found | {stem + ending for stem in STEMS for ending in ENDINGS})


def test_stems_are_those_of_postgresql() -> None:
    asked = the_words()
    assert len(asked) > 6_000
    with database.superuser() as admin:
        # a dictionary without stop words: the plain `danish_stem` gives nothing for 'og'
        admin.execute("drop text search dictionary if exists public.danish_all")
        admin.execute("create text search dictionary public.danish_all (template = snowball, language = danish)")
        try:
            rows = admin.execute(
                "select w, (ts_lexize('public.danish_all', w))[1] from unnest(%s::text[]) w", [asked]
            ).fetchall()
        finally:
            admin.execute("drop text search dictionary public.danish_all")
    assert [(w, theirs, words.stem(str(w))) for w, theirs in rows if theirs != words.stem(str(w))] == []


@given(st.text())
def test_words_are_where_they_are_said_to_be(text: str) -> None:
    for start, end, word in words.words_in(text):
        assert text[start:end].casefold()[: words.LONGEST] == word
        assert "_" not in word
        assert not any(letter.isspace() for letter in word)


def test_texts_are_cut_into_words_and_beginnings() -> None:
    assert words.words_of("Fik 37,5 mg – p-pille, IDÉ\n«Å»_ø") == [
        "fik",
        "37",
        "5",
        "mg",
        "p",
        "pille",
        "idé",
        "å",
        "ø",
    ]
    assert words.words_of("A\u030angst") == ["ångst"]
    assert words.stems_of("Søvnen var urolig", "søvn") == {"søvn", "var", words.stem("urolig")}
    assert words.prefixes_of("Bo Anne-Marie 4") == {"bo", "an", "ann", "anne", "ma", "mar", "mari", "marie", "4"}
    assert max(map(len, words.prefixes_of("Maksimiliane"))) == 8
    assert words.words_of("x" * 20_000) == ["x" * 64]


def test_hashes_meet_inside_one_customer_and_column_only(cast: Cast) -> None:
    with cast.anna.inside():
        here = words.hashes("notes", ["falde", "sove", "falde"])
        again = words.hashes("notes", {"sove", "falde"})
        names = words.hashes("names", ["falde", "sove"])
    with cast.dan.inside():
        there = words.hashes("notes", ["falde", "sove"])
    assert here == again == sorted(set(here))
    assert len(here) == 2
    assert not set(here) & (set(names) | set(there))
    assert all(-(2**63) <= number < 2**63 for number in here)


def test_hashes_need_a_session() -> None:
    with pytest.raises(RuntimeError):
        words.hashes("notes", ["falde"])


def test_what_is_remembered_is_bounded(cast: Cast) -> None:
    with cast.anna.inside():
        words.hashes("notes", (f"ord{n}" for n in range(40_000)))
    assert words._hash.cache_info().currsize <= 30_000
    for n in range(25_000):
        words.stem(f"ord{n}")
    assert words.stem.cache_info().currsize <= 20_000
