"""Users out of a spreadsheet: previewed with every bad row, all or nothing, and a second time without effect."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from heretask.admin.users import importing
from heretask.admin.users.models import UsersFile
from heretask.config import provision
from heretask.kernel.access.models import Assignment
from heretask.kernel.identity import signing_in
from heretask.kernel.identity.models import User
from heretask.kernel.identity.people import names_of
from heretask.kernel.identity.sessions import NOWHERE, operator
from heretask.kernel.identity.whence import From
from heretask.kernel.jobs.models import Job
from heretask.kernel.log.models import Event
from heretask.kernel.tenancy.models import Unit
from tests.cast import Cast
from tests.database import superuser
from tests.work import work as run_jobs

HEAD = ("Navn", "Brugernavn", "Rolle", "Enhed", "Slutdato")
GOOD = [
    ("Åse Nørgaard", "åse", "Medarbejder", "Nord", ""),
    ("Per Vikar", "per.v", "Medarbejder", "Syd", "31-12-2099"),
    ("Rie Leder", "RIE", "Teamleder", "Nord", ""),
    ("Rie Leder", "rie", "Medarbejder", "Syd", ""),
    ("Anna Skov", "anna", "Medarbejder", "Nord", ""),
]


def as_csv(rows: Iterable[tuple[str, ...]], encoding: str = "cp1252") -> bytes:
    return "\r\n".join(";".join(row) for row in [HEAD, *rows]).encode(encoding)


def as_xlsx(rows: Iterable[tuple[str, ...]]) -> bytes:
    book = openpyxl.Workbook()
    for row in [HEAD, *rows]:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def upload(client: Client, data: bytes, name: str = "brugere.csv", **more: str) -> str:
    answer = client.post("/admin/users/import/", {"file": SimpleUploadedFile(name, data), **more})
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    return str(answer["Location"])


def figures(page: str) -> tuple[int, ...]:
    """New, changed, unchanged and wrong rows."""
    return tuple(int(n) for n in re.findall(r'stat-figure">(\d+)<', page))


def read_in(client: Client, preview: str) -> str:
    answer = client.post(f"{preview}confirm/")
    assert answer.status_code == 302
    run_jobs()
    page = client.get(answer["Location"])
    assert page.status_code == 200
    return page.content.decode()


def everything(cast: Cast) -> list[object]:
    with operator(cast.solsikken, "test"):
        names = names_of(User.objects.values_list("id", flat=True))
        users = sorted((u.user_name, names[u.id], u.active) for u in User.objects.all())
        roles = sorted(
            (a.user.user_name, a.role, a.unit.name if a.unit else "", str(a.until))
            for a in Assignment.objects.filter(ended_at=None).select_related("user", "unit")
        )
        return [users, roles, sorted(Unit.objects.values_list("name", flat=True))]


@pytest.mark.parametrize("kind", ["cp1252", "utf-8-sig", "xlsx"])
def test_a_file_is_previewed_and_read_in_once(cast: Cast, kind: str) -> None:
    client = cast.eva.client()
    data, name = (as_xlsx(GOOD), "brugere.xlsx") if kind == "xlsx" else (as_csv(GOOD, kind), "brugere.csv")
    before = everything(cast)
    preview = upload(client, data, name)
    page = client.get(preview).content.decode()
    assert figures(page) == (3, 1, 1, 0)
    assert everything(cast) == before  # nothing before it is confirmed
    done = read_in(client, preview)
    assert "Åse Nørgaard" in done  # to be given a way in
    users, roles, _units = everything(cast)
    assert ("åse", "Åse Nørgaard", True) in users  # type: ignore[operator]
    assert {
        ("rie", "team_leader", "Nord", "None"),
        ("rie", "carer", "Syd", "None"),
        ("per.v", "carer", "Syd", "2099-12-31"),
    } <= set(roles)  # type: ignore[call-overload]
    with operator(cast.solsikken, "test"):
        assert UsersFile.objects.count() == 0
        assert Event.objects.filter(action="admin.user.created", actor=cast.eva.user.id).count() == 3
        assert Event.objects.filter(action="access.role.given", actor=cast.eva.user.id).count() == 4
        assert Event.objects.get(action="admin.users.imported").hits == 4
        job = Job.objects.get()
        assert (job.state, job.done, job.total) == ("done", 5, 5)
    whence = From("127.0.0.1", "tests")
    for password in ("", "åse", "Nattevagt-7"):
        assert (
            signing_in.by_password(f"åse@{cast.solsikken.slug}", password, at=NOWHERE, whence=whence).kind == "refused"
        )
    after = everything(cast)
    again = upload(client, data, name)
    page = client.get(again).content.decode()
    assert figures(page) == (0, 0, 5, 0)
    assert "confirm/" not in page
    read_in(client, again)  # even where somebody insists
    assert everything(cast) == after


def test_each_bad_row_is_named_with_line_column_and_reason(cast: Cast) -> None:
    bad = [
        ("", "uden.navn", "Medarbejder", "Nord", ""),
        ("Ole Hal", "ole hal", "Medarbejder", "Nord", ""),
        ("Ole Hal", "ole", "Direktør", "Nord", ""),
        ("Ole Hal", "ole", "Medarbejder", "", ""),
        ("Ole Hal", "ole", "Medarbejder", "Øst", ""),
        ("Ole Hal", "ole", "Medarbejder", "Nord", "31-02-2099"),
        ("Ole Hal", "ole", "Medarbejder", "Nord", "31-12-1999"),
        ("Ole Hal", "ole@andre", "Medarbejder", "Nord", ""),
        ("God Række", "god", "Medarbejder", "Nord", ""),
        ("God Række", "god", "Medarbejder", "Nord", ""),
        ("Andet Navn", "god", "Medarbejder", "Syd", ""),
        ("Eva Ny", "eva", "Administrator", "", ""),
    ]
    client = cast.eva.client()
    preview = upload(client, as_csv(bad))
    before = everything(cast)
    page = client.get(preview).content.decode()
    assert figures(page)[3] == 11
    table = page.split('id="wrong"')[1].split("</table>")[0]
    lines = [int(n) for n in re.findall(r'class="num">(\d+)<', table)]
    assert lines == [2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13]
    for column in ("Navn", "Brugernavn", "Rolle", "Enhed", "Slutdato"):
        assert f">{column}</td>" in table, column
    assert "confirm/" not in page
    done = read_in(client, preview)
    assert 'data-state="due"' in done
    assert everything(cast) == before
    with operator(cast.solsikken, "test"):
        assert UsersFile.objects.count() == 1
    assert client.post(f"{preview}give-up/").status_code == 302
    with operator(cast.solsikken, "test"):
        assert UsersFile.objects.count() == 0


def test_missing_units_are_made_where_asked(cast: Cast) -> None:
    client = cast.eva.client()
    rows = [("Ole Hal", "ole", "Medarbejder", "Øst", "")]
    assert figures(client.get(upload(client, as_csv(rows))).content.decode())[3] == 1
    preview = upload(client, as_csv(rows), make_units="on")
    page = client.get(preview).content.decode()
    assert figures(page) == (1, 0, 0, 0)
    assert "Øst" in page
    read_in(client, preview)
    assert "Øst" in everything(cast)[2]  # type: ignore[operator]
    with operator(cast.solsikken, "test"):
        assert Event.objects.filter(action="admin.unit.made").count() == 1


def test_names_and_last_days_are_changed(cast: Cast) -> None:
    client = cast.eva.client()
    rows = [("Anna Skov Lind", "anna", "Medarbejder", "Nord", "31-12-2099")]
    preview = upload(client, as_csv(rows))
    assert figures(client.get(preview).content.decode()) == (0, 1, 0, 0)
    read_in(client, preview)
    users, roles, _units = everything(cast)
    assert ("anna", "Anna Skov Lind", True) in users  # type: ignore[operator]
    assert [r for r in roles if r[0] == "anna"] == [("anna", "carer", "Nord", "2099-12-31")]  # type: ignore[attr-defined]


def test_all_or_nothing_when_it_fails_in_the_middle(cast: Cast) -> None:
    """The database refuses the last of the rows: none of them is there, and the job ends as failed."""
    client = cast.eva.client()
    rows = [(f"Person {n}", f"p{n}", "Medarbejder", "Nord", "") for n in range(120)]
    preview = upload(client, as_csv(rows))
    before = everything(cast)
    with superuser() as admin:
        admin.execute("alter table kernel_user add constraint breaker check (user_name <> 'p119') not valid")
        try:
            answer = client.post(f"{preview}confirm/")
            for _n in range(4):
                run_jobs()
                import time

                time.sleep(1.2)  # between the tries
        finally:
            admin.execute("alter table kernel_user drop constraint breaker")
    assert everything(cast) == before
    with operator(cast.solsikken, "test"):
        assert Job.objects.get().state == "failed"
        assert Job.objects.get().done == 100  # how far it was could be seen, though nothing stayed
        assert Event.objects.filter(action="admin.user.created", actor=cast.eva.user.id).count() == 0
    assert 'data-state="broken"' in client.get(answer["Location"]).content.decode()


@pytest.mark.parametrize(
    "data",
    [b"", b"\x89PNG\r\n", b"PK\x03\x04broken", b"Navn;Brugernavn\r\nX;y", b"\xff\xfe\x00", b"<html>x", b"a" * 5000],
)
def test_files_that_are_none_get_a_sentence(cast: Cast, data: bytes) -> None:
    client = cast.eva.client()
    answer = client.post("/admin/users/import/", {"file": SimpleUploadedFile("x.csv", data)})
    if answer.status_code == 200:
        assert "error-summary" in answer.content.decode()
        return
    page = client.get(answer["Location"])
    assert page.status_code == 200
    assert figures(page.content.decode())[3] >= 1


def test_the_file_is_sealed_while_it_waits(cast: Cast) -> None:
    client = cast.eva.client()
    upload(client, as_csv([("Hemmelig Person", "hemmelig", "Medarbejder", "Nord", "")]))
    with superuser() as admin:
        found = admin.execute(
            "select name, content from admin_users_usersfile where customer_id = %s", [cast.solsikken.id]
        ).fetchall()
    assert len(found) == 1
    stored = b"".join(bytes(cell) for row in found for cell in row if isinstance(cell, bytes | memoryview))
    assert len(stored) > 100
    for word in (b"Hemmelig", b"TmF2bjtCcnVn", b"brugere"):  # the second is how the headings begin in base64
        assert word not in stored


def test_another_person_does_not_reach_the_file(cast: Cast) -> None:
    from tests.cast import make_member

    preview = upload(cast.eva.client(), as_csv(GOOD))
    with operator(cast.solsikken, "test"):
        gry = make_member(
            cast.solsikken, "gry", "Gry Toft", "administrator", None, provision.operator_of(cast.solsikken)
        )
    client = gry.client()
    assert client.get(preview).status_code == 404
    assert client.post(f"{preview}confirm/").status_code == 404
    assert cast.bo.client().get(preview).status_code == 403


def test_the_operators_way(cast: Cast, tmp_path: Path) -> None:
    """What `heretask import users FILE` is made of."""
    with operator(cast.solsikken, "test"):
        by = provision.operator_of(cast.solsikken)
        plan = importing.plan_for(as_csv(GOOD), "brugere.csv", make_units=False, by=by)
        assert plan.ok
        assert len(importing.carry_out(plan, by=by)) == 3
    with operator(cast.solsikken, "test"):
        again = importing.plan_for(
            as_csv(GOOD), "brugere.csv", make_units=False, by=provision.operator_of(cast.solsikken)
        )
        assert not again.changes
