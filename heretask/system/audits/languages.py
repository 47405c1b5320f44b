"""What is frozen is frozen in every language of ours at once: each reads their own, and one digest covers them all.

What was kept before in the language of whoever began reads as it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from django.conf import settings
from django.utils import translation

Words = dict[str, str]  # by language
Made = TypeVar("Made")
LANGUAGES: tuple[str, ...] = tuple(code for code, _name in settings.LANGUAGES)


def own() -> str:
    """The reader's language."""
    chosen = (translation.get_language() or LANGUAGES[0])[:2]
    return chosen if chosen in LANGUAGES else LANGUAGES[0]


def each(make: Callable[[], Made]) -> Iterator[tuple[str, Made]]:
    """What is made, in each language."""
    for language in LANGUAGES:
        with translation.override(language):
            yield language, make()


def in_each(words: object) -> Words:
    """A text that reads otherwise in each language, as it reads in all of them."""
    return dict(each(lambda: str(words)))


def read(words: str | Mapping[str, str]) -> str:
    """Frozen words in the reader's language; in our first one where they were frozen before theirs came."""
    return words if isinstance(words, str) else words.get(own()) or words[LANGUAGES[0]]
