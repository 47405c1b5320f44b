"""A session under a grant at every URL of the matrix: only reading, only what the scope gives; after the cut, nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.urls import reverse

from heretask.kernel.access.granted import MAY
from heretask.ui.marks import mark_of
from tests.admin.test_grants import Case
from tests.adversarial.matrix import MATRIX, OPEN
from tests.adversarial.test_matrix import BY_NAME, SENT, body
from tests.adversarial.test_strangers import HIDDEN, hidden_in, things
from tests.cast import Cast
from tests.management import two_managers

NAMES = (*HIDDEN, "Clara Holst", "Dan Birk")
UNDER = {"system.access_leave"}  # what works under a grant though it is sent


@pytest.fixture
def walk(cast: Cast) -> Iterator[tuple[Case, dict[str, str]]]:
    """Finn's case, and every URL about the things of Solsikken."""
    known = things(cast)
    urls = {
        name: reverse(name, kwargs={place: known[place] for place in BY_NAME[name].pattern.converters})
        for name in MATRIX
        if name not in OPEN | UNDER
    }
    with two_managers() as two:
        citizen = known["citizen_id"]
        yield Case(cast, two, citizen, two.finn.client()), urls  # type: ignore[arg-type]


def allowed(name: str, scope: str) -> bool:
    """Whether the scope includes the permission of that URL."""
    mark = mark_of(BY_NAME[name].callback)
    return mark is not None and mark.permission in MAY[scope]


@pytest.mark.parametrize("scope", ["structure", "content"])
def test_only_reading_and_only_the_scope(walk: tuple[Case, dict[str, str]], scope: str) -> None:
    case, urls = walk
    case.inside(scope)
    faults = []
    read = 0
    for name, url in urls.items():
        for method in ("get", "post"):
            answer = getattr(case.finn, method)(url, SENT)
            told, page = f"{method} {name}: {answer.status_code}", body(answer)
            if answer.status_code >= 500:
                faults.append(f"{told}, failed")
            if answer.status_code < 400 and (method == "post" or not allowed(name, scope)):
                faults.append(f"{told}, let in")
            if scope == "structure" and hidden_in(page, NAMES):
                faults.append(f"{told}, shows a name")
            read += answer.status_code == 200
    assert faults == []
    assert read >= 5


def test_named_citizens_show_nobody_else(walk: tuple[Case, dict[str, str]]) -> None:
    case, urls = walk
    case.inside("citizens", "00000000-0000-0000-0000-000000000005")
    for name, url in urls.items():
        answer = case.finn.get(url)
        assert answer.status_code < 500, name
        assert hidden_in(body(answer), NAMES) == [], name


def test_after_the_cut_every_url_is_refused(walk: tuple[Case, dict[str, str]]) -> None:
    case, urls = walk
    grant = case.inside("content")
    cookie = case.finn.cookies["__Host-ht-grant"].value
    assert case.answer(grant, "cut").status_code == 302
    for name, url in urls.items():
        for method in ("get", "post"):
            case.finn.cookies["__Host-ht-grant"] = cookie
            answer = getattr(case.finn, method)(url, SENT)
            assert answer.status_code == 403, (method, name, answer.status_code)
            assert hidden_in(body(answer), NAMES) == [], name
