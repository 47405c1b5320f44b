"""Paper: printed with a reason and an event, a duty until it is shredded or handed over, and never lost."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import DatabaseError, connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.formats import date_format

from heretask.kernel.access.addressed import To
from heretask.kernel.access.decide import Denied
from heretask.kernel.identity.sessions import operator
from heretask.kernel.log.models import Event
from heretask.kernel.log.trace import trace
from heretask.kernel.secrets import erasing, forgetting
from heretask.kernel.secrets.opening import open_text
from heretask.platform.messages import actions as messages
from heretask.platform.printing import actions, evidence, jobs, policies, queries
from heretask.platform.printing.models import Outcome, Paper
from heretask.platform.printing.policies import Handed, Refused
from heretask.platform.tasks import actions as tasks
from heretask.platform.tasks.policies import Words
from heretask.social.citizens.models import Citizen
from heretask.social.journal import actions as journal
from tests import database
from tests.cast import Cast, Member
from tests.social.people import make_citizen, new_events, opened_by

DAUGHTER = Handed("Tove Bro", "datter", "Skal med til lægen")


def noted(cast: Cast, citizen: Citizen, *texts: str) -> list[UUID]:
    with cast.anna.inside() as by:
        return [
            journal.write_and_sign(
                citizen_id=citizen.id, kind="diary", text=text, happened_at=timezone.now(), by=by
            ).id
            for text in texts
        ]  # fmt: skip


def printed(member: Member, about: UUID, key: str = "journal", **more: object) -> actions.Printed:
    given = {"form": actions.new_form(), "reason": "care", "words": "", "days": 7, **more}
    with member.inside() as by:
        return actions.print_sheet(key=key, about=about, by=by, **given)  # type: ignore[arg-type]


def aged(paper: Paper, hours: int) -> None:
    with database.superuser() as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute(
            "update platform_printing_paper set made_at = made_at - make_interval(hours => %s),"
            " ended_at = ended_at - make_interval(hours => %s) where id = %s", [hours, hours, paper.id],
        )  # fmt: skip


def mine(member: Member) -> queries.Papers:
    with member.inside() as by:
        return actions.see_own(by=by)


# what is printed, and that it is told


def test_a_journal_is_printed_with_its_reason_and_an_event(cast: Cast) -> None:
    citizen = make_citizen(cast, "Birthe Holm", cpr="010150-0000")
    noted(cast, citizen, "Sov roligt", "Spiste godt")
    client = cast.anna.client()
    url = f"/platform/papers/print/journal/{citizen.id}/"
    asked = client.get(url).content.decode()
    assert "Birthe" not in asked  # nothing is opened before it is said why
    events: list[Event] = []
    with new_events(cast.solsikken, events):
        page = client.post(
            url, {"form": str(actions.new_form()), "days": "7", "reason": "health", "words": "Til vagtlægen"}
        ).content.decode()
    assert all(word in page for word in ("Birthe Holm", "Sov roligt", "Spiste godt", "010150-••••", 'class="sheet"'))
    with cast.anna.inside():
        (paper,) = Paper.objects.all()
        assert open_text(paper, "words") == "Til vagtlægen"
        trace().opened.clear()
    made = timezone.localtime(paper.made_at)
    (mark,) = set(re.findall(r'data-mark="([^"]+)"', page))
    assert mark == f"Anna Skov · Solsikken · {date_format(made, 'j. F Y')} {made:%H.%M} · {paper.number}"
    assert paper.number in page
    (event,) = [e for e in events if e.action == "platform.paper.printed"]
    assert (event.citizen, event.object_id, event.hits) == (citizen.id, paper.id, paper.lines)
    assert opened_by(cast.eva, event)["why"].endswith("– Til vagtlægen")
    assert b"vagtl" not in bytes(event.detail or b"")


@pytest.mark.parametrize(
    "given", [{}, {"reason": "care"}, {"reason": "other", "days": "7"}, {"reason": "because", "days": "7"}]
)
def test_nothing_is_shown_without_a_reason(cast: Cast, given: dict[str, str]) -> None:
    citizen = make_citizen(cast, "Birthe Holm")
    noted(cast, citizen, "Sov roligt")
    events: list[Event] = []
    with new_events(cast.solsikken, events):
        answer = cast.anna.client().post(
            f"/platform/papers/print/journal/{citizen.id}/", {"form": str(actions.new_form()), **given}
        )
    assert answer.status_code == 422
    assert "Sov roligt" not in answer.content.decode()
    assert 'class="sheet"' not in answer.content.decode()
    assert not [e for e in events if "printed" in e.action]
    with cast.anna.inside():
        assert not Paper.objects.exists()


def test_the_database_takes_no_paper_without_a_reason(cast: Cast) -> None:
    paper = printed(cast.anna, make_citizen(cast, "Birthe Holm").id).paper
    with cast.anna.inside() as by, pytest.raises(DatabaseError), transaction.atomic():
        Paper.objects.create(
            user_id=by.person_id, kind="journal", about=paper.about, number="ABCD-2345", lines=1, reason=""
        )


def test_no_paper_without_its_event(cast: Cast) -> None:
    citizen = make_citizen(cast, "Birthe Holm")
    noted(cast, citizen, "Sov roligt")
    client = cast.anna.client()
    with database.superuser() as admin:
        admin.execute("revoke insert on kernel_event from heretask_app")
    try:
        answer = client.post(
            f"/platform/papers/print/journal/{citizen.id}/",
            {"form": str(actions.new_form()), "days": "7", "reason": "care"},
        )
    finally:
        with database.superuser() as admin:
            admin.execute("grant insert on kernel_event to heretask_app")
    assert answer.status_code == 503
    assert "Sov roligt" not in answer.content.decode()
    with cast.anna.inside():
        assert not Paper.objects.exists()


def test_the_same_form_prints_once(cast: Cast) -> None:
    citizen, form = make_citizen(cast, "Birthe Holm"), actions.new_form()
    noted(cast, citizen, "Sov roligt")
    printed(cast.anna, citizen.id, form=form)
    answer = cast.anna.client().post(
        f"/platform/papers/print/journal/{citizen.id}/", {"form": str(form), "days": "7", "reason": "care"}
    )
    assert (answer.status_code, "Sov roligt" in answer.content.decode()) == (422, False)
    with cast.anna.inside():
        assert Paper.objects.count() == 1


def test_a_note_is_printed_with_its_corrections_and_only_when_signed(cast: Cast) -> None:
    citizen = make_citizen(cast, "Birthe Holm")
    (note,) = noted(cast, citizen, "Faldt kl. 8")
    with cast.bo.inside() as by:
        journal.correct_note(note_id=note, text="Faldt kl. 9", reason="Forkert tid", by=by)
    text = printed(cast.anna, note, "note").sheet.blocks[0].text
    assert text.index("Faldt kl. 8") < text.index("Forkert tid") < text.index("Faldt kl. 9")
    with cast.anna.inside() as by:
        draft = journal.write_note(citizen_id=citizen.id, kind="diary", text="x", happened_at=timezone.now(), by=by)
    with pytest.raises(Denied):
        printed(cast.anna, draft.id, "note")


def test_the_days_tasks_and_a_conversation_are_printed(cast: Cast) -> None:
    citizen = make_citizen(cast, "Birthe Holm")
    with cast.bo.inside() as by:
        tasks.make_task(
            words=Words("Giv tabletterne", "Med vand", ("Morgen",)), to=To.person(cast.anna.user.id),
            due_at=timezone.now() + dt.timedelta(minutes=1), timed=True, citizen_id=citizen.id, by=by,
        )  # fmt: skip
        thread = messages.send(
            to=[To.person(cast.anna.user.id)], subject="Natten", text="Sov uroligt", citizen_id=citizen.id, by=by
        )
    own = printed(cast.anna, cast.anna.user.id, "tasks").sheet
    unit = printed(cast.anna, cast.nord.id, "unit-tasks").sheet
    assert "Giv tabletterne" in own.blocks[0].head
    assert "Birthe Holm" in own.blocks[0].head
    assert own.opened == {citizen.id}
    assert unit.blocks[0].head
    said = printed(cast.anna, thread.id, "conversation").sheet
    assert (said.title, said.blocks[0].text, said.citizen) == ("Natten", "Sov uroligt", citizen.id)
    with cast.anna.inside() as by:
        assert messages.count_waiting(by).unread == 1  # printing is not reading


@pytest.mark.parametrize(
    ("who", "key", "about"),
    [
        ("clara", "journal", lambda _c, citizen, _n: citizen.id),
        ("clara", "note", lambda _c, _citizen, note: note),
        ("dan", "journal", lambda _c, citizen, _n: citizen.id),
        ("clara", "tasks", lambda c, _citizen, _n: c.anna.user.id),
        ("clara", "unit-tasks", lambda c, _citizen, _n: c.nord.id),
        ("anna", "no-such", lambda _c, citizen, _n: citizen.id),
        ("anna", "conversation", lambda _c, citizen, _n: citizen.id),
    ],
)
def test_nobody_prints_what_they_may_not_read(
    cast: Cast, who: str, key: str, about: Callable[[Cast, Citizen, UUID], UUID]
) -> None:
    citizen = make_citizen(cast, "Birthe Holm")
    (note,) = noted(cast, citizen, "Sov roligt")
    with pytest.raises(Denied):
        printed(getattr(cast, who), about(cast, citizen, note), key)


# the duty


def test_a_paper_is_open_until_it_is_shredded_and_can_be_taken_back_for_ten_minutes(cast: Cast) -> None:
    citizen = make_citizen(cast, "Birthe Holm")
    paper = printed(cast.anna, citizen.id).paper
    client = cast.anna.client()
    today = client.get("/platform/today/").content.decode()
    assert paper.number in today
    assert client.post(f"/platform/papers/{paper.id}/shredded/", {"back": "today"})["Location"].startswith(
        "/platform/today/?"
    )
    assert (mine(cast.anna).count, mine(cast.anna).gone[0].shredded) == (0, True)
    assert paper.number not in client.get("/platform/today/").content.decode()
    assert client.post(f"/platform/papers/{paper.id}/shredded/").status_code == 409
    client.post(f"/platform/papers/{paper.id}/back/")
    assert mine(cast.anna).count == 1
    client.post(f"/platform/papers/{paper.id}/shredded/")
    aged(paper, 1)
    assert client.post(f"/platform/papers/{paper.id}/back/").status_code == 409
    assert mine(cast.anna).count == 0


def test_who_signs_out_with_paper_is_told_so_first_and_goes_with_one_more_click(cast: Cast) -> None:
    citizen = make_citizen(cast, "Birthe Holm")
    papers = [printed(cast.anna, citizen.id).paper for _n in range(2)]
    client = cast.anna.client()
    asked = client.post("/sign-out/")
    assert (asked.status_code, asked["Location"]) == (302, "/platform/papers/leaving/")
    page = client.get("/platform/papers/leaving/").content.decode()  # still signed in
    for words in ("Du har 2 print", 'href="/platform/papers/"', "Log ud alligevel", 'name="anyway"'):
        assert words in page, words
    assert "Birthe" not in page
    assert client.post("/sign-out/", {"anyway": "1"})["Location"] == "/sign-in/?why=out"
    assert client.get("/platform/today/").status_code == 302
    assert mine(cast.anna).count == 2  # and stays hers
    with cast.anna.inside() as by:
        for paper in papers:
            actions.shred(paper.id, by=by)
    assert cast.anna.client().post("/sign-out/")["Location"] == "/sign-in/?why=out"


def test_the_paper_of_others_and_a_dead_session_keep_nobody(cast: Cast) -> None:
    printed(cast.anna, make_citizen(cast, "Birthe Holm").id)
    assert cast.bo.client().post("/sign-out/")["Location"] == "/sign-in/?why=out"
    client = cast.anna.client()
    with database.superuser() as admin:
        admin.execute("update kernel_session set ended_at = now() where user_id = %s", [cast.anna.user.id])
    assert client.post("/sign-out/")["Location"] == "/sign-in/?why=out"


def test_it_is_handed_to_somebody_named(cast: Cast) -> None:
    paper = printed(cast.anna, make_citizen(cast, "Birthe Holm").id).paper
    client, url = cast.anna.client(), f"/platform/papers/{paper.id}/hand-over/"
    assert "Birthe Holm" in client.get(url).content.decode()
    for missing in ("name", "relation", "why"):
        given = {"name": "Tove Bro", "relation": "datter", "why": "Med til lægen", missing: ""}
        assert client.post(url, given).status_code == 422
    events: list[Event] = []
    with new_events(cast.solsikken, events):
        client.post(url, {"name": "Tove Bro", "relation": "datter", "why": "Med til lægen"})
    (event,) = [e for e in events if e.action == "platform.paper.handed"]
    assert opened_by(cast.eva, event) == {"why": "Tove Bro, datter: Med til lægen"}
    page = client.get("/platform/papers/").content.decode()
    assert "Tove Bro" in page
    with database.superuser() as admin:
        row = admin.execute(
            "select outcome, position(convert_to('Tove', 'UTF8') in handed) from platform_printing_paper where id = %s",
            [paper.id],
        ).fetchone()
    assert row is not None
    assert tuple(row) == ("handed", 0)
    assert client.get(url).status_code == 302  # it is gone already


def test_after_a_day_it_is_overdue_and_stands_on_top(cast: Cast) -> None:
    paper = printed(cast.anna, make_citizen(cast, "Birthe Holm").id).paper
    aged(paper, 23)
    assert mine(cast.anna).overdue == 0
    aged(paper, 2)
    assert mine(cast.anna).overdue == 1
    assert "Over tid" in cast.anna.client().get("/platform/papers/").content.decode()
    assert "Papir i enheden" in cast.bo.client().get("/platform/today/").content.decode()


def test_a_leader_sees_the_units_papers_and_ticks_them_off(cast: Cast) -> None:
    paper = printed(cast.anna, make_citizen(cast, "Birthe Holm").id).paper
    page = cast.bo.client().get("/platform/papers/units/").content.decode()
    assert all(word in page for word in ("Anna Skov", paper.number, "Birthe Holm"))
    assert cast.anna.client().get("/platform/papers/units/").status_code == 403
    for stranger in (cast.clara, cast.eva, cast.dan):
        for act in ("shredded", "back", "hand-over"):
            assert stranger.client().post(f"/platform/papers/{paper.id}/{act}/").status_code == 403
    cast.bo.client().post(f"/platform/papers/{paper.id}/shredded/", {"back": "units"})
    with cast.anna.inside():
        found = Paper.objects.get()
        assert (found.outcome, found.ended_by_id) == (Outcome.SHREDDED, cast.bo.user.id)


def test_paper_of_who_has_left_is_still_the_leaders(cast: Cast) -> None:
    printed(cast.anna, make_citizen(cast, "Birthe Holm").id)
    with database.superuser() as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute("update kernel_assignment set ended_at = now() where user_id = %s", [cast.anna.user.id])
    with cast.bo.inside() as by:
        assert actions.see_units(by=by).count == 1


def test_a_citizen_one_does_not_reach_any_more_is_not_named(cast: Cast) -> None:
    citizen = make_citizen(cast, "Birthe Holm")
    paper = printed(cast.anna, citizen.id).paper
    with cast.anna.inside() as by:
        actions.hand(paper.id, DAUGHTER, by=by)
    with database.superuser() as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute("update social_citizens_citizen set unit_id = %s where id = %s", [cast.syd.id, citizen.id])
    (line,) = mine(cast.anna).gone
    assert (line.citizen, line.handed, line.number) == ("", None, paper.number)


# it stands


@pytest.mark.parametrize(
    "change", ["reason = 'meeting'", "number = 'X'", "made_at = now()", "lines = 0", "subject = null", "words = 'x'", "about = gen_random_uuid()"]
)  # fmt: skip
def test_the_database_lets_no_paper_vanish_or_change(cast: Cast, change: str) -> None:
    paper = printed(cast.anna, make_citizen(cast, "Birthe Holm").id, words="Til mødet").paper
    for statement in (f"update platform_printing_paper set {change}", "delete from platform_printing_paper"):
        with (
            cast.anna.inside(),
            pytest.raises(DatabaseError),
            transaction.atomic(),
            connections["default"].cursor() as cursor,
        ):
            cursor.execute(statement)
    assert mine(cast.anna).open[0].id == paper.id


def test_only_what_went_long_ago_is_cleaned(cast: Cast) -> None:
    citizen = make_citizen(cast, "Birthe Holm")
    still, shredded, old = (printed(cast.anna, citizen.id).paper for _n in range(3))
    with cast.anna.inside() as by:
        actions.shred(shredded.id, by=by)
        actions.shred(old.id, by=by)
    aged(still, 24 * 500)
    aged(shredded, 24 * 399)
    aged(old, 24 * 401)
    with cast.anna.inside():
        assert jobs.old_papers(100) == 1
        assert set(Paper.objects.values_list("id", flat=True)) == {still.id, shredded.id}


def test_an_erasure_clears_the_words_and_leaves_the_duty(cast: Cast) -> None:
    citizen = make_citizen(cast, "Birthe Holm")
    handed, still = (printed(cast.anna, citizen.id, words="Til mødet").paper for _n in range(2))
    with cast.anna.inside() as by:
        actions.hand(handed.id, DAUGHTER, by=by)
        assert forgetting.remembered("default", cast.solsikken.id, [citizen.id]) >= {citizen.id}
    with operator(cast.solsikken, "test"):
        erasing.erase(citizen.id, "prøve")
    with cast.anna.inside():
        assert not Paper.objects.exclude(words=b"", handed=b"").exists()
    found = mine(cast.anna)
    assert [line.id for line in found.open] == [still.id]
    assert found.open[0].citizen == ""


def test_lists_ask_as_much_for_many_papers_as_for_few(cast: Cast) -> None:
    citizens = [make_citizen(cast, f"Borger {n}") for n in range(3)]

    def asked() -> int:
        with cast.anna.inside() as by, CaptureQueriesContext(connections["default"]) as own:
            actions.see_own(by=by)
        with cast.bo.inside() as by, CaptureQueriesContext(connections["default"]) as units:
            actions.see_units(by=by)
        return len(own) + len(units)

    for n in range(5):
        printed(cast.anna, citizens[n % 3].id)
    few = asked()
    with cast.anna.inside():
        Paper.objects.bulk_create(
            Paper(
                user_id=cast.anna.user.id, kind="journal", about=citizens[n % 3].id, subject=citizens[n % 3].id,
                number=queries.new_number(), lines=3, reason="care",
            )
            for n in range(200)
        )  # fmt: skip
    assert asked() == few
    assert mine(cast.anna).count == 205


# no other page prints


def test_the_style_sheet_keeps_ordinary_pages_off_paper() -> None:
    from django.contrib.staticfiles import finders

    found = finders.find("heretask.css")
    assert isinstance(found, str)
    with open(found) as file:  # noqa: PTH123
        style = file.read()
    assert evidence.keeps_off_paper(style)
    assert not evidence.keeps_off_paper(style.replace("@media print {", "@media screen {"))
    assert not evidence.keeps_off_paper(style.replace(evidence.EMPTY, ""))


def test_ordinary_pages_have_no_sheet_and_say_why_they_do_not_print(cast: Cast) -> None:
    citizen = make_citizen(cast, "Birthe Holm")
    client = cast.anna.client()
    for url in (
        "/platform/today/",
        "/platform/papers/",
        f"/social/journal/{citizen.id}/",
        "/platform/tasks/",
        "/sign-in/",
    ):
        page = (
            (Client(headers={"host": "localhost"}) if url == "/sign-in/" else client)
            .get(url, secure=True)
            .content.decode()
        )
        assert "data-unprinted" in page, url
        assert 'class="sheet"' not in page, url


def test_only_offered_periods_are_taken() -> None:
    with pytest.raises(Refused):
        policies.check_period(8, periods=True)
    assert policies.check_period(8, periods=False) == 0
