"""What a thief of the disk, a dump or the server's log would find: not a word of what was written or searched for."""

from __future__ import annotations

import csv
import io
import json
import secrets
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

from heretask.admin.logs import exporting
from heretask.config import provision
from heretask.config.cli import parser
from heretask.config.taking import export as log_export
from heretask.kernel.backup import manifest, parts
from heretask.kernel.identity.sessions import operator
from heretask.kernel.log.queries import Filters
from heretask.social.citizens import actions as citizens
from tests import database
from tests.backups import declared, take
from tests.cast import Cast
from tests.filled import fill, write
from tests.work import work

pytestmark = pytest.mark.usefixtures("fresh_database")


def random_word() -> str:
    """A word that stands nowhere else."""
    return "Zq" + secrets.token_hex(6)


def files_with(word: str, folder: Path) -> list[str]:
    """Files below `folder` in which the word stands, in any of the forms a text might have."""
    forms = [word.encode(), word.lower().encode(), word.encode("utf-16-le"), word.encode().hex().encode()]
    found = []
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            data = path.read_bytes()
            if any(form in data for form in forms):
                found.append(str(path.relative_to(folder)))
    return found


def dump() -> bytes:
    """A whole dump of this worker's database, as text."""
    cluster = database.the_cluster()
    made = subprocess.run(
        [str(cluster.binaries / "pg_dump"), "--dbname", cluster.conninfo(database.clone_name()), "--no-owner"],
        capture_output=True, check=True, env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    return made.stdout


def random_cpr() -> str:
    """A number in the form of a CPR number, of a month that does not exist: nobody's."""
    return f"{secrets.randbelow(28) + 1:02}13{secrets.randbelow(90) + 10}-{secrets.randbelow(9000) + 1000}"


def in_backup(folder: Path, name: str) -> bytes:
    """Everything in a backup for somebody who has the installation's outermost key: still without anybody's text."""
    key = manifest.read(folder / name).secret
    plain = b"".join(b"".join(parts.opened(folder / name / part, name, part, key)) for part in parts.PARTS)
    cluster = database.the_cluster()
    dump = b"".join(parts.opened(folder / name / "dump", name, "dump", key))
    script = subprocess.run(
        [str(cluster.binaries / "pg_restore"), "--file=-"], input=dump, capture_output=True, check=True
    )
    return plain + script.stdout + (folder / name / "manifest").read_bytes()


def test_what_was_entered_is_in_no_backup_dump_log_or_file(cast: Cast, tmp_path: Path) -> None:
    cpr, first = random_cpr(), "Zq" + secrets.token_hex(4)
    name, said = f"{first} Holm", f"{random_word()} fortalte om {random_word()} {random_word()}"
    with operator(cast.solsikken, "test"):
        by = provision.operator_of(cast.solsikken)
        citizen = citizens.create_citizen(unit_id=cast.nord.id, name=name, cpr=cpr, facts={"room": said}, by=by)
    with cast.anna.inside() as actor:
        write(actor, citizen, said)
    with cast.eva.inside() as actor:
        exporting.ask(exporting.keep(Filters(kind="changed"), by=actor), "for the tests", by=actor)
    work()
    with database.superuser() as admin:
        admin.execute("checkpoint")
        admin.execute("select pg_switch_wal()")
    target = tmp_path / "target"
    target.mkdir()
    with declared(target):
        made = take()
    assert made["outcome"] == "good"
    opened, text = in_backup(target, made["name"]), dump()
    assert str(citizen.id).encode() in opened  # it is the right backup, and it was opened
    for hidden in (cpr, cpr.replace("-", ""), first, said, said.rsplit(maxsplit=1)[-1]):
        assert hidden.encode() not in text
        assert hidden.encode().hex().encode() not in text
        assert hidden.encode() not in opened
        assert hidden.encode().hex().encode() not in opened
        for folder in (target, database.the_cluster().files, Path(settings.HERETASK_HOME)):
            assert files_with(hidden, folder) == []


def test_word_written_and_searched_is_nowhere_but_in_the_export(cast: Cast, tmp_path: Path) -> None:
    word, name = random_word(), random_word()
    citizen = fill(cast)[cast.solsikken.slug]
    anna, eva = cast.anna.client(), cast.eva.client()
    with cast.anna.inside() as by:
        from tests.filled import write

        note = write(by, citizen, f"Birthe fortalte om {word} hele aftenen.")
    anna.post(
        "/platform/drafts/",
        {"place": f"social.journal/{citizen.id}", "content": json.dumps({"text": f"mere om {word}"}), "cursor": "3"},
    )
    sent = anna.post(f"/social/journal/{citizen.id}/search/", {"q": word, "kind": "", "period": ""})
    assert word not in sent.headers["Location"]
    page = anna.get(sent.headers["Location"])
    assert page.content.decode().count(word) >= 2
    across = anna.post("/social/search/", {"q": word})
    assert word not in across.headers["Location"]
    assert anna.get(across.headers["Location"]).content.decode().count(word) >= 2
    anna.post("/social/citizens/search/", {"q": name}, follow=True)
    eva.post("/admin/log/", {"q": name}, follow=True)
    anna.post("/sign-in/", {"username": f"{name}@{cast.solsikken.slug}", "password": name})
    with cast.eva.inside() as by:
        from heretask.admin.users import actions

        actions.create_user(user_name="ny", name=f"Ny {name}", by=by)
    work()
    with database.superuser() as admin:
        admin.execute("checkpoint")
        admin.execute("select pg_switch_wal()")
    text = dump()
    for hidden in (word, name):
        assert hidden.encode() not in text
        assert hidden.encode().hex().encode() not in text
        assert files_with(hidden, database.the_cluster().files) == []
        assert files_with(hidden, Path(settings.HERETASK_HOME) / "files") == []
    out = tmp_path / "log.csv"
    given = parser().parse_args(["log", "export", "--customer", cast.solsikken.slug, "--out", str(out), "--json"])
    assert log_export(given) == 0
    rows = list(csv.DictReader(io.StringIO(out.read_text("utf-8-sig")), delimiter=";"))
    searches = [row for row in rows if row["action"] == "social.journal.searched"]
    assert len(searches) == 1
    assert any(word in value for value in searches[0].values())
    assert searches[0]["hits"] == "1"
    (across_journals,) = [row for row in rows if row["action"] == "social.search.searched"]
    assert any(word in value for value in across_journals.values())
    assert str(note) in across_journals["shown"]
    assert str(note) in searches[0]["shown"]
    assert out.stat().st_mode & 0o077 == 0
