"""The pages of retention: how long, what would go, and the protocol of what went."""

from __future__ import annotations

import html
import re
from uuid import uuid4

import pytest
from django.db import DatabaseError, connections
from django.utils.translation import override

from heretask.admin.retention import presenters
from heretask.kernel.log.queries import microseconds
from heretask.kernel.paper.making import pdf
from heretask.kernel.retention import queries
from heretask.kernel.retention.cleaning import CLEANERS
from heretask.kernel.tenancy.models import Customer
from tests.admin.test_log_pages import stored
from tests.admin.test_openings import administrator_elsewhere
from tests.cast import Cast
from tests.kernel.test_openings import many
from tests.kernel.test_retention import ago, lived, run
from tests.sealing import seal


def text(page: bytes) -> str:
    """A page as words."""
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", page.decode()).split()))


def months_of(cast: Cast) -> int:
    return Customer.objects.using("owner").get(id=cast.solsikken.id).log_months


def test_longer_is_changed_at_once_and_shorter_is_asked_twice(cast: Cast) -> None:
    client = cast.eva.client()
    page = text(client.get("/admin/retention/").content)
    assert "Hvor længe loggen gemmes" in page
    assert client.post("/admin/retention/months/", {"months": "24"}).status_code == 302
    assert months_of(cast) == 24
    event = stored(cast, "log.months.changed")[-1]
    assert event.variables == {"before": "13", "after": "24", "why": ""}
    lived(cast, 20, 3)
    asked = client.post("/admin/retention/months/", {"months": "12", "reason": "Aftalt med DPO"})
    assert asked.status_code == 200
    assert "Hændelser, der ville forsvinde 3" in text(asked.content)
    assert "Aftalt med DPO" in text(asked.content)
    assert months_of(cast) == 24
    done = client.post("/admin/retention/months/", {"months": "12", "reason": "Aftalt med DPO", "sure": "12"})
    assert done.status_code == 302
    assert months_of(cast) == 12
    assert stored(cast, "log.months.changed")[-1].variables == {"before": "24", "after": "12", "why": "Aftalt med DPO"}
    log = text(client.get("/admin/log/").content)
    assert "24 → 12" in log


def test_what_would_go_is_counted_no_further_than_a_bound(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    at = microseconds(ago(20))
    many(cast, 30, since=at, until=at + 1_000)
    for module in (queries, presenters):
        monkeypatch.setattr(module, "COUNTED", 20)
    page = text(cast.eva.client().post("/admin/retention/months/", {"months": "12", "reason": "x"}).content)
    assert "over 20" in page


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ({"months": "5", "reason": "x"}, "6"), ({"months": "121"}, "120"), ({"months": "13"}, "i forvejen"), ({"months": "12"}, "kortere tid"),
        ({"months": "x"}, "tal"), ({"months": "12", "reason": "\x00"}, "NUL"), ({}, "udfyld"),
    ],
)  # fmt: skip
def test_what_is_not_possible_is_said(cast: Cast, form: dict[str, str], why: str) -> None:
    answer = cast.eva.client().post("/admin/retention/months/", form)
    assert answer.status_code == 200
    assert "error-summary" in answer.content.decode()
    assert months_of(cast) == 13
    assert why.lower() in text(answer.content).lower() or why in {"tal", "NUL", "udfyld"}


def test_the_protocol_as_page_and_as_paper(cast: Cast) -> None:
    lived(cast, 15, 6)
    client = cast.eva.client()
    assert "Der er indhold, der er ældre end det" in text(client.get("/admin/retention/").content)
    seal()
    run(cast.solsikken)
    page = client.get("/admin/retention/").content
    assert "6 af 6 hændelser fjernet" in text(page)
    assert "Der er indhold" not in text(page)
    link = re.search(r'/admin/retention/([0-9a-f-]{36})/"', page.decode())
    assert link
    protocol = text(client.get(f"/admin/retention/{link[1]}/").content)
    assert "Hændelser fastholdt 6" in protocol
    assert "LOG-1" in protocol
    assert "Brudt" in protocol or "Ikke overholdt" in protocol
    paper = client.post(f"/admin/retention/{link[1]}/paper/")
    assert paper.content.startswith(b"%PDF-")
    assert b"<pdfuaid:part>1</pdfuaid:part>" in paper.content
    assert stored(cast, "admin.retention.read")[-1].event.hits == 6
    assert stored(cast, "admin.retention.printed")[-1].event.hits == 6
    log = text(client.get("/admin/log/").content)
    assert "Indholdet af 6 hændelser blev fjernet" in log


def test_papers_are_made_in_english_too(cast: Cast) -> None:
    lived(cast, 15, 2)
    seal()
    run(cast.solsikken)
    with cast.eva.inside(), override("en"):
        told = presenters.protocol_told(queries.months()[0], queries.customer())
    assert told["title"].startswith("Protocol of removal: the log of ")
    assert pdf("protocol", told, at=ago(0)).startswith(b"%PDF-")
    assert told["note"][0].strip()


def test_everything_that_is_cleaned_has_words() -> None:
    assert set(CLEANERS) < set(presenters._KINDS)


def test_strangers_see_and_change_nothing(cast: Cast) -> None:
    lived(cast, 15, 2)
    seal()
    run(cast.solsikken)
    with cast.eva.inside():
        month = queries.months()[0].frozen.id
    for member in (cast.anna, cast.bo, cast.dan):
        client = member.client()
        assert client.get("/admin/retention/").status_code == 403
        assert client.get(f"/admin/retention/{month}/").status_code == 403
        assert client.post("/admin/retention/months/", {"months": "24"}).status_code == 403
        assert client.post(f"/admin/retention/{month}/paper/").status_code == 403
    ida = administrator_elsewhere(cast).client()
    assert ida.get(f"/admin/retention/{month}/").status_code == 404
    assert ida.post(f"/admin/retention/{month}/paper/").status_code == 404
    assert cast.eva.client().get(f"/admin/retention/{uuid4()}/").status_code == 404
    assert months_of(cast) == 13


def test_how_long_messages_are_kept_is_chosen_with_a_reason_where_it_gets_shorter(cast: Cast) -> None:
    def kept() -> int:
        return Customer.objects.using("owner").get(id=cast.solsikken.id).message_months

    client = cast.eva.client()
    assert "gemmes 24 måneder" in text(client.get("/admin/retention/").content)
    for wrong in ({"messages": "12"}, {"messages": "0", "reason": "x"}, {"messages": "121"}, {"messages": "24"}):
        assert client.post("/admin/retention/messages/", wrong).status_code == 422, wrong
    assert kept() == 24
    assert client.post("/admin/retention/messages/", {"messages": "12", "reason": "Aftalt"}).status_code == 302
    assert kept() == 12
    told = stored(cast, "admin.retention.messages")[-1]
    assert told.variables == {"before": "24", "after": "12", "why": "Aftalt"}
    assert cast.anna.client().post("/admin/retention/messages/", {"messages": "36"}).status_code == 403
    with cast.anna.inside(), pytest.raises(DatabaseError), connections["default"].cursor() as cursor:
        cursor.execute("select ht.keep_messages(1)")  # neither past the page
