"""The start page: what is mine today, opened only where it is new, in a bounded number of queries."""

from __future__ import annotations

import datetime as dt

from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from heretask.kernel.log.models import Event
from heretask.social.citizens.models import Citizen
from heretask.social.journal import actions as journal
from tests.cast import Cast
from tests.filled import fill, write


def test_carer_sees_what_others_wrote_and_nothing_of_other_units(cast: Cast) -> None:
    citizen = fill(cast)[cast.solsikken.slug]
    with cast.bo.inside() as bo:
        write(bo, citizen, "Drak sin kaffe i haven.")
    page = cast.anna.client().get("/platform/today/").content.decode()
    assert "Drak sin kaffe i haven." in page
    assert "Bo Friis" in page
    other = cast.clara.client().get("/platform/today/").content.decode()
    assert "kaffe" not in other
    assert "Birthe" not in other


def test_what_is_shown_is_logged_and_nothing_else_is_opened(cast: Cast) -> None:
    citizen = fill(cast)[cast.solsikken.slug]
    with cast.eva.inside():
        Citizen.objects.filter(id=citizen.id).update(light="red")
    cast.bo.client().get("/platform/today/")
    with cast.eva.inside():
        seen = Event.objects.get(action="social.today.seen", actor=cast.bo.user.id)
    assert seen.shown != []
    assert seen.outcome == "done"


def test_half_written_and_unsigned_notes_stand_on_top(cast: Cast) -> None:
    citizen = fill(cast)[cast.solsikken.slug]
    page = cast.anna.client().get("/platform/today/").content.decode()
    assert page.index("Det er du ikke færdig med") < page.index("Det har andre skrevet")
    with cast.bo.inside() as bo:
        journal.write_note(citizen_id=citizen.id, kind="diary", text="Ikke underskrevet", by=bo)
    assert "Det er du ikke færdig med" in cast.bo.client().get("/platform/today/").content.decode()


def test_queries_do_not_grow_with_notes(cast: Cast) -> None:
    citizen = fill(cast)[cast.solsikken.slug]
    with cast.bo.inside() as bo:
        write(bo, citizen, "Det første notat.")
    counts = []
    for _round in range(2):
        client = cast.anna.client()
        client.get("/platform/today/")
        with CaptureQueriesContext(connections["default"]) as captured:
            assert client.get("/platform/today/").status_code == 200
        counts.append(len(captured))
        with cast.bo.inside() as bo:
            for number in range(6):
                journal.write_and_sign(
                    citizen_id=citizen.id, kind="diary", text=f"Notat {number}", by=bo,
                    happened_at=timezone.now() - dt.timedelta(minutes=number),
                )  # fmt: skip
    assert counts[0] == counts[1]
    assert counts[0] <= 33  # eight for a message that waits, four for tasks; one or two for each other card
    reaching = [
        q["sql"] for q in captured.captured_queries if 'WHERE ("social_citizens_citizen"."active" AND' in q["sql"]
    ]
    assert len(reaching) == 2, "whom one sees and whose journal one reads, each asked once for all cards"


def test_administrator_sees_promises_and_figures_without_names(cast: Cast) -> None:
    fill(cast)
    page = cast.eva.client().get("/platform/today/").content.decode()
    assert "Vores løfter" in page or "Løfter, der kræver jer" in page
    assert "Læs loggen" in page
    assert "Birthe" not in page


def test_bare_address_leads_home_or_to_the_door(cast: Cast) -> None:
    assert cast.anna.client().get("/").headers["Location"] == "/platform/today/"
