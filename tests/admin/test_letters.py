"""The letter that tells a citizen who has opened their data: what stands in it, what never does, and that it is logged."""

from __future__ import annotations

import datetime as dt
import html
import re
from uuid import UUID

import psycopg
import pytest
import typst
from django.test import Client
from django.utils import timezone

from heretask.admin.openings import exporting
from heretask.admin.openings.exporting import Wanted
from heretask.admin.openings.presenters import letter_told
from heretask.kernel.evidence.measuring import MEASURES, measure
from heretask.kernel.identity.sessions import h1_of, operator
from heretask.kernel.log.models import Event
from heretask.kernel.paper import making
from heretask.kernel.tenancy.models import Customer
from heretask.social.citizens import actions as citizens
from heretask.social.citizens import importing
from heretask.social.journal import actions as journal
from tests.admin.test_log_pages import make_citizen, stored
from tests.admin.test_openings import administrator_elsewhere
from tests.adversarial.test_rows import code_of, web
from tests.cast import Cast
from tests.kernel.test_openings import NOW, many
from tests.social.people import make_citizen as citizen_of

__all__ = ["web"]


def lived(cast: Cast) -> UUID:
    """Tove, whom Anna reads and finds, and Bo sees in a list, beside Kaj."""
    tove = make_citizen(cast, "Tove Lind")
    make_citizen(cast, "Kaj Mortensen")
    with cast.anna.inside() as by:
        journal.read_journal(tove, by)
    with cast.anna.inside() as by:
        journal.read_journal(tove, by)
    with cast.anna.inside() as by:
        journal.search_journal(citizen_id=tove, words="Kaj Mortensen", by=by)
    with cast.bo.inside() as by:
        citizens.list_citizens(by)
    return tove


def asked(client: Client, citizen: UUID, **more: str) -> str:
    today = timezone.localdate()
    form = {
        "since": (today - dt.timedelta(days=30)).isoformat(), "until": today.isoformat(), "recipient": "Tove Lind", "why": "Spurgt i telefonen",
        "language": "da", **more,
    }  # fmt: skip
    answer = client.post(f"/admin/openings/citizen/{citizen}/letter/", form)
    assert answer.status_code == 302, answer.content.decode()[-1500:]
    return str(answer["Location"])


def told(cast: Cast, citizen: UUID, **more: str) -> dict[str, object]:
    """The letter as its paper is given it."""
    today = timezone.localdate()
    wanted = Wanted(citizen, today - dt.timedelta(days=30), today, "Tove", "Spurgt", more.get("language", "da"))
    with cast.eva.inside() as by:
        return letter_told(exporting.make(exporting.ask(wanted, by=by), by=by))


def lines(letter: dict[str, object]) -> list[list[str]]:
    return [row for section in letter["sections"] for row in section["rows"]]  # type: ignore[attr-defined]


def test_the_letter_tells_days_roles_reasons_and_how_often(cast: Cast) -> None:
    found = lines(told(cast, lived(cast)))
    short = {(row[2], row[3], row[4], row[5]) for row in found}
    assert ("Medarbejder, Nord", "Læste din journal", "Arbejder i Nord", "2") in short
    assert ("Medarbejder, Nord", "Søgte i din journal", "Arbejder i Nord", "1") in short
    assert ("Teamleder", "Så dig i en liste med andre", "I kraft af rollen", "1") in short
    assert ("Driften på serveren", "Ændrede dine oplysninger", "", "1") in short
    assert all(row[0] == f"{timezone.localdate():%d-%m-%Y}" for row in found)


def test_nothing_about_others_and_no_names_of_staff_unless_chosen(cast: Cast) -> None:
    tove = lived(cast)
    roles = str(told(cast, tove))
    for word in ("Kaj", "Mortensen", "Anna Skov", "Bo Friis"):
        assert word not in roles
    assert "Tove Lind" in roles
    with cast.eva.inside() as by:
        exporting.choose_names(True, "Aftalt med tillidsfolk", by=by)
    names = str(told(cast, tove))
    assert "Anna Skov, Medarbejder, Nord" in names
    assert "Kaj" not in names


def test_what_the_software_does_by_itself_is_told_as_such(cast: Cast) -> None:
    tove = citizen_of(cast, "Tove Lind", cpr="010150-0000").id
    sheet = b"Navn;CPR-nummer;Enhed\nTove Lind;010150-0000;Nord\n"
    with cast.eva.inside() as by:
        kept = importing.keep_file(sheet, "borgere.csv", by=by)
    with cast.eva.inside() as by:
        importing.look_through(importing.kept_file(kept.id, by), by=by)
    letter = told(cast, tove)
    assert ["Programmet selv", "Behandlet af programmet", "", "1"] in [row[2:] for row in lines(letter)]
    assert "ikke viste dine oplysninger til nogen" in str(letter["outro"])
    assert "ikke viste" not in str(told(cast, lived(cast))["outro"])


def test_the_letter_is_read_first_and_then_made(cast: Cast) -> None:
    tove = lived(cast)
    client = cast.eva.client()
    url = asked(client, tove)
    assert "Tove" not in url
    page = html.unescape(client.get(url).content.decode())
    assert "Læste din journal" in page
    assert "Spurgt i telefonen" in page
    read = stored(cast, "admin.openings.letter.read")[-1]
    assert (read.event.citizen, read.variables["why"]) == (tove, "Spurgt i telefonen")
    assert stored(cast, "admin.openings.letter.made") == []
    paper = client.post(f"{url}paper/")
    assert paper.status_code == 200
    assert paper["Content-Type"] == "application/pdf"
    assert "Tove" not in paper["Content-Disposition"]
    assert paper["Cache-Control"] == "no-store"
    assert paper.content.startswith(b"%PDF-")
    made = stored(cast, "admin.openings.letter.made")[-1]
    assert (made.event.citizen, made.event.actor, made.event.hits) == (tove, cast.eva.user.id, read.event.hits + 1)  # type: ignore[operator]
    assert made.variables == read.variables
    assert client.get(f"{url}paper/").status_code == 405


def test_no_paper_without_its_event(cast: Cast) -> None:
    """Where the event cannot be stored, nothing of the letter leaves."""
    client = cast.eva.client()
    url = asked(client, lived(cast))
    from tests import database

    with database.superuser() as admin:
        admin.execute("create function public.no() returns trigger language plpgsql as $$ begin raise 'full'; end $$")
        admin.execute(
            "create trigger zz_no before insert on kernel_event for each row when (new.action = 'admin.openings.letter.made') execute function no()"
        )
        try:
            answer = client.post(f"{url}paper/")
            assert answer.status_code == 503
            assert b"%PDF" not in answer.content
        finally:
            admin.execute("drop trigger zz_no on kernel_event")
            admin.execute("drop function public.no()")


def test_the_paper_is_tagged_archivable_and_in_its_language() -> None:
    letter = {
        "lang": "da", "title": "Hvem har set på dine oplysninger", "customer": "Solsikken", "page": ["Side", "af"], "foot": "solsikken 7 abc",
        "facts": [["Om:", "Tove"]], "intro": ["En sætning."], "head": ["Dag", "Tid", "Hvem", "Hvad", "Hvorfor", "Gange"],
        "sections": [{"title": "November 2026", "rows": [["01-11-2026", "07.00", "Medarbejder", "Læste", "Arbejder i Nord", "1"]]}],
        "nothing": "", "outro": [],
    }  # fmt: skip
    at = dt.datetime(2026, 11, 26, tzinfo=dt.UTC)
    paper = making.pdf("openings", letter, at=at)
    assert b"<pdfaid:part>3</pdfaid:part>" in paper
    assert b"<pdfaid:conformance>A</pdfaid:conformance>" in paper
    assert b"<pdfuaid:part>1</pdfuaid:part>" in paper
    assert b"/MarkInfo" in paper
    assert re.search(rb"/Lang ?\(da\)", paper)
    assert paper == making.pdf("openings", letter, at=at)
    assert paper != making.pdf("openings", {**letter, "foot": "solsikken 8 abd"}, at=at)


@pytest.mark.parametrize("hostile", ["#panic()", "= Overskrift", "*fed* _x_ $y$ `z`", "#import \"x\"", "\\u{1F}", "<a> @b // c", "]#[", "\x00æ", "🙂"])  # fmt: skip
def test_what_people_write_is_set_as_text(hostile: str) -> None:
    """As data it changes no structure: a paper with hostile words has the headings of one with harmless ones."""
    letter = {
        "lang": "da", "title": "T", "customer": hostile, "page": ["Side", "af"], "foot": hostile, "facts": [[hostile, hostile]],
        "intro": [hostile], "head": ["1", "2", "3", "4", "5", "6"], "sections": [{"title": hostile, "rows": [[hostile] * 6]}], "nothing": "", "outro": [hostile],
    }  # fmt: skip
    at = dt.datetime(2026, 11, 26, tzinfo=dt.UTC)
    paper = making.pdf("openings", letter, at=at)
    plain = making.pdf("openings", {**letter, "customer": "x", "foot": "x", "facts": [["x", "x"]], "intro": ["x"], "sections": [{"title": "x", "rows": [["x"] * 6]}], "outro": ["x"]}, at=at)  # fmt: skip
    assert paper.count(b"/S /H1") == plain.count(b"/S /H1")
    assert paper.count(b"/S /TD") == plain.count(b"/S /TD")


def test_a_template_without_a_title_is_refused() -> None:
    """The standards are asked of the compiler, not only written into the file."""
    with pytest.raises(typst.TypstError):
        typst.compile(b"= A", format="pdf", pdf_standards=["a-3a", "ua-1"])


def test_a_long_letter_is_refused_with_a_sentence(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    tove = make_citizen(cast)
    many(cast, 60, since=NOW - 1_000_000, until=NOW, citizen=tove)
    monkeypatch.setattr(exporting, "MOST", 50)
    client = cast.eva.client()
    url = asked(client, tove)
    for answer in (client.get(url), client.post(f"{url}paper/")):
        assert answer.status_code == 409
        assert "Vælg en kortere" in answer.content.decode()


def test_english_letters_are_english(cast: Cast) -> None:
    letter = told(cast, lived(cast), language="en")
    assert letter["title"] == "Who has opened your data"
    assert ("Carer, Nord", "Read your journal") in {(row[2], row[3]) for row in lines(letter)}


def test_a_read_letter_keeps_log_1_true(cast: Cast) -> None:
    client = cast.eva.client()
    client.get(asked(client, lived(cast)))
    client.post(f"{asked(client, lived(cast))}paper/")
    with operator(cast.solsikken, "test"):
        result, _seconds = measure(MEASURES["LOG-1"])
    assert result.sample["unlogged"] == 0


def test_names_of_staff_are_chosen_with_a_reason(cast: Cast) -> None:
    client = cast.eva.client()
    assert client.post("/admin/openings/names/", {"names": "names", "reason": ""}).status_code == 200
    assert client.post("/admin/openings/names/", {"names": "roles", "reason": "x"}).status_code == 200
    chosen = client.post("/admin/openings/names/", {"names": "names", "reason": "Aftalt"})
    assert chosen.status_code == 302
    event = stored(cast, "admin.openings.names.chosen")[-1]
    assert event.variables == {"before": "roles", "after": "names", "why": "Aftalt"}
    assert Customer.objects.using("owner").get(id=cast.solsikken.id).letter_names
    assert not Customer.objects.using("owner").get(id=cast.fyrtaarnet.id).letter_names


def test_strangers_make_no_letter(cast: Cast, web: psycopg.Connection[tuple[object, ...]]) -> None:
    tove = lived(cast)
    eva = cast.eva.client()
    url = asked(eva, tove)
    for member in (cast.anna, cast.bo, cast.dan):
        client = member.client()
        for path in (f"/admin/openings/citizen/{tove}/letter/", url, "/admin/openings/names/"):
            assert client.get(path).status_code == 403
        assert client.post(f"{url}paper/").status_code == 403
        assert code_of(web, "select ht.name_staff_in_letters(true)", h1_of(member.token())) == "42501"
    assert code_of(web, "update kernel_customer set letter_names = true", h1_of(cast.eva.token())) == "42501"
    assert code_of(web, "select ht.name_staff_in_letters(true)") == "28000"
    ida = administrator_elsewhere(cast).client()
    assert ida.get(url).status_code == 404
    assert ida.post(f"{url}paper/").status_code == 404
    theirs = asked(ida, tove)
    answer = ida.get(theirs)
    assert answer.status_code == 409
    assert "Tove" not in answer.content.decode()
    with operator(cast.fyrtaarnet, "test"):
        assert not Event.objects.filter(action="admin.openings.letter.made").exists()


@pytest.mark.parametrize(
    "wrong", [{"until": "2020-01-01"}, {"since": "x"}, {"recipient": ""}, {"why": "\x00"}, {"language": "fr"}]
)
def test_what_is_missing_is_said(cast: Cast, wrong: dict[str, str]) -> None:
    tove = make_citizen(cast)
    today = timezone.localdate().isoformat()
    form = {"since": today, "until": today, "recipient": "x", "why": "x", "language": "da"} | wrong
    answer = cast.eva.client().post(f"/admin/openings/citizen/{tove}/letter/", form)
    assert answer.status_code == 200
    assert "error-summary" in answer.content.decode()


def test_everything_that_is_let_through_can_be_shown() -> None:
    every = "".join(chr(code) for low, high in making.SHOWN for code in range(low, high + 1))
    assert making.settable(every).count(making.MISSING) == 0
    letter = {
        "lang": "da", "title": "T", "customer": "x", "page": ["Side", "af"], "foot": every, "facts": [], "intro": [every, making.MISSING],
        "head": ["1", "2", "3", "4", "5", "6"], "sections": [], "nothing": every, "outro": [],
    }  # fmt: skip
    assert making.pdf("openings", letter, at=dt.datetime(2026, 11, 26, tzinfo=dt.UTC)).startswith(b"%PDF-")
    assert making.settable("A\x00\u202e\n🙂 Åse") == "A " + making.MISSING + " Åse"
