"""The help of a page is served with it, in the language that was chosen."""

from __future__ import annotations

import pytest

from tests.cast import Cast

TASKS = {"da": "De opgaver, der er dine", "en": "The tasks that are yours"}
DOOR = {"da": "Skriv dit brugernavn", "en": "Write your user name"}
KEY = 'popovertarget="ht-help"'


@pytest.mark.parametrize("language", ["da", "en"])
def test_a_page_and_the_door_bring_their_help(cast: Cast, language: str) -> None:
    client = cast.anna.client()
    client.cookies["__Host-language"] = language
    page = client.get("/platform/tasks/").content.decode()
    assert TASKS[language] in page
    assert page.count(KEY) == 2  # what opens it, and what closes it
    assert not any(text in page for other, text in TASKS.items() if other != language)
    del client.cookies["__Host-ht"]
    assert DOOR[language] in client.get("/sign-in/").content.decode()


def test_a_refusal_needs_none(cast: Cast) -> None:
    page = cast.anna.client().get("/nowhere/")
    assert page.status_code == 404
    assert "ht-help" not in page.content.decode()
