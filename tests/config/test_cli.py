"""The operator's commands: what they do, and that they say no with a sentence and exit status 1."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from heretask.config import cli, cluster, provision
from heretask.kernel.approvals import asking
from heretask.kernel.identity import signing_in
from heretask.kernel.identity.sessions import NOWHERE, operator, touch
from heretask.kernel.identity.whence import From
from heretask.kernel.log.models import Event
from heretask.social.citizens.models import Citizen
from tests import database
from tests.cast import Cast
from tests.keyring import own_keys
from tests.management import two_managers
from tests.sealing import seal

CITIZENS = "Navn;CPR;Enhed;Værelse;Indflyttet\r\nÅge Sørensen;010150-0000;Nord;12;31-12-1999\r\nElse Bruun;020250-0000;Syd;3;01.02.2020\r\n"


def test_customer_create_gives_an_administrator_a_way_in(capsys: pytest.CaptureFixture[str], cast: Cast) -> None:
    slug = f"ny-{cast.solsikken.slug}"
    assert (
        cli.main(
            [
                "customer",
                "create",
                slug,
                "Nyt Tilbud",
                "--administrator",
                "Karin Lund",
                "--user-name",
                "karin",
                "--json",
            ]
        )
        == 0
    )
    made = json.loads(capsys.readouterr().out)
    assert made["user_name"] == f"karin@{slug}"
    assert signing_in.by_link(made["code"], at=NOWHERE, whence=From("127.0.0.1", "")).kind == "password"
    assert cli.main(["customer", "create", slug, "Nyt", "--administrator", "K", "--user-name", "k"]) == 1
    assert "already" in capsys.readouterr().err


@pytest.mark.parametrize("slug", ["Solsikken", "a b", "x@y", "1", "æble", ""])
def test_customer_nobody_could_sign_in_to_is_refused(capsys: pytest.CaptureFixture[str], slug: str) -> None:
    assert cli.main(["customer", "create", slug, "X", "--administrator", "K L", "--user-name", "k"]) == 1
    assert "short name" in capsys.readouterr().err


def test_import_of_citizens_as_a_danish_spreadsheet_has_them(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "borgere.csv"
    file.write_bytes(CITIZENS.encode("cp1252"))
    command = ["import", "citizens", str(file), "--customer", cast.solsikken.slug, "--json"]
    assert cli.main([*command, "--preview"]) == 0
    assert json.loads(capsys.readouterr().out) == {"new": 2, "changed": 0, "unchanged": 0}
    for expected in ({"new": 2, "changed": 0, "unchanged": 0}, {"new": 0, "changed": 0, "unchanged": 2}):
        assert cli.main(command) == 0
        assert json.loads(capsys.readouterr().out) == expected
    with operator(cast.solsikken, "test"):
        assert Citizen.objects.count() == 2


def test_bad_rows_are_named_and_nothing_is_read_in(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "borgere.csv"
    file.write_bytes(CITIZENS.replace("31-12-1999", "31-02-1999").encode("cp1252"))
    assert cli.main(["import", "citizens", str(file), "--customer", cast.solsikken.slug]) == 1
    said = capsys.readouterr().err
    assert "2: Indflyttet: Der findes ingen dag 31 i måned 2 i 1999." in said
    with operator(cast.solsikken, "test"):
        assert Citizen.objects.count() == 0


def test_import_of_users(cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "brugere.csv"
    file.write_text("Navn;Brugernavn;Rolle;Enhed\nFreja Birk;freja;Medarbejder;Øst\n", encoding="utf-8-sig")
    command = ["import", "users", str(file), "--customer", cast.solsikken.slug, "--json"]
    assert cli.main(command) == 1
    assert cli.main([*command, "--make-units"]) == 0
    assert json.loads(capsys.readouterr().out)["new"] == 1


@pytest.mark.parametrize(
    "command",
    [
        ["import", "users", "/nowhere.csv", "--customer", provision.SUPPLIER], ["log", "export", "--customer", "nobody", "--out", "/tmp/x"],
        ["import", "citizens", "/nowhere.csv", "--customer", "nobody"],
    ],
)  # fmt: skip
def test_what_is_not_there_is_said(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(command) == 1
    assert capsys.readouterr().err.startswith("There is no ")


def test_doctor_finds_all_well(capsys: pytest.CaptureFixture[str]) -> None:
    seal()
    assert cli.main(["doctor", "--json"]) == 0
    assert set(json.loads(capsys.readouterr().out).values()) == {True}


def test_demo_people_exist_in_a_demo_only(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["demo", "people", "--json"]) == 1
    assert "not a demo" in capsys.readouterr().err


def test_operator_acts_are_in_the_customers_log(cast: Cast, tmp_path: Path) -> None:
    out = tmp_path / "log.csv"
    assert cli.main(["log", "export", "--customer", cast.solsikken.slug, "--out", str(out)]) == 0
    with operator(cast.solsikken, "test"):
        assert Event.objects.filter(action__startswith="log.", actor=None).exists()


def test_web_process_holds_no_other_credentials() -> None:
    """The web's settings keep the passwords of its own two roles in memory, not the owner's."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "heretask.config.settings"}
    environment.pop("HERETASK_ROLE", None)
    said = subprocess.run(
        [sys.executable, "-c", "from django.conf import settings; print(sorted(settings.INSTALLATION.passwords), sorted(settings.DATABASES))"],
        env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert said.stdout.strip() == "['heretask_app', 'heretask_gate'] ['default', 'gate']"


def test_init_makes_both_managers_together_and_once(capsys: pytest.CaptureFixture[str]) -> None:
    with two_managers() as two:  # whoever managed before steps aside for a while; so do these
        with database.superuser() as admin:
            admin.execute(
                "update kernel_assignment set ended_at = now() where role = 'management' and ended_at is null"
            )
        number = two.grethe.user.user_name.removeprefix("grethe-m")
        both = [f"ulla{number}", "Ulla Berg", f"viggo{number}", "Viggo Lind"]
        for wrong in ([], both[:2], [both[0], "Ulla", both[0], "Viggo"], [both[0], "Ulla Berg", both[2], "ulla  berg"]):
            assert cli.main(["init", *wrong]) == 1
        assert "wo different people" in capsys.readouterr().err
        assert cli.main(["init", *both, "--json"]) == 0
        made = json.loads(capsys.readouterr().out)
        assert [one["user_name"] for one in made] == [f"{both[0]}@heretask", f"{both[2]}@heretask"]
        assert made[0]["code"] != made[1]["code"]
        assert cli.main(["init", f"x{number}", "X Y", f"z{number}", "Z W"]) == 1
        assert "already" in capsys.readouterr().err
        assert cli.main(["init", "--renew", "--json"]) == 0
        renewed = json.loads(capsys.readouterr().out)
        assert {one["user_name"] for one in renewed} == {one["user_name"] for one in made}
        whence = From("127.0.0.1", "")
        assert signing_in.by_link(made[0]["code"], at=NOWHERE, whence=whence).kind == "refused"
        door = signing_in.by_link(renewed[0]["code"], at=NOWHERE, whence=whence)
        assert door.kind == "password"
        chosen = signing_in.choose_password("Ledelsen-ny-42", at=touch(door.token, acted=True), whence=whence)
        assert chosen.kind == "factor"  # a second factor before anything is seen
        assert cli.main(["init", "--renew", "--json"]) == 0
        assert [one["name"] for one in json.loads(capsys.readouterr().out)] == ["Viggo Lind"]


def test_keys_are_replaced_by_an_approval_once_managers_sign_in(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with own_keys(tmp_path), two_managers() as two:
        typed = ["keys", "rotate", "--customer", cast.solsikken.slug, "--asked-by", two.grethe.user.user_name,
                 "--approved-by", two.henrik.user.user_name, "--why", "for the tests"]  # fmt: skip
        with database.superuser() as admin:
            admin.execute(
                "update kernel_credential set first_used_at = now() where user_id = any(%s)",
                [[two.grethe.user.id, two.henrik.user.id]],
            )
        assert cli.main(typed) == 1
        assert "Two people" in capsys.readouterr().err
        with two.grethe.inside():
            made = asking.ask(asking.ROTATE, {"slug": cast.solsikken.slug}, "A dump was lost on a train")
        run = ["keys", "rotate", "--customer", cast.solsikken.slug, "--approval", str(made.id), "--json"]
        assert cli.main(run) == 1
        assert "not approved" in capsys.readouterr().err
        with two.henrik.inside():
            asking.approve(made, bytes(made.digest).hex())
        assert cli.main(["keys", "rotate", "--approval", str(made.id)]) == 1  # all customers: not what was asked for
        assert cli.main(["keys", "rotate", "--outer", "--approval", str(made.id)]) == 1
        capsys.readouterr()
        assert cli.main(run) == 0
        told = json.loads(capsys.readouterr().out)
        assert (told["asked_by"], told["approved_by"]) == (two.grethe.user.user_name, two.henrik.user.user_name)
        assert cli.main(run) == 1
        assert "already" in capsys.readouterr().err
        with operator(two.own, "test"):
            assert Event.objects.filter(action="approval.used", object_id=made.id).count() == 1


def test_an_installation_may_lie_where_no_folder_is_yet(tmp_path: Path) -> None:
    home = tmp_path / "none" / "such"
    assert cluster.Cluster(home).root == home
    assert not home.parent.exists()
