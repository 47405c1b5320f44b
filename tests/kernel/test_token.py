"""The outermost key in a token: a real one in software (SoftHSM 2), from end to end."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client, override_settings

from heretask.config import health
from heretask.kernel.secrets import keys, providers, rings, rotating, tokens
from heretask.kernel.secrets.tokens import Token, Where
from heretask.kernel.tenancy.base import uuid7
from heretask.kernel.tenancy.models import Customer
from heretask.social.citizens import actions as citizens
from ops.softhsm import found
from tests.cast import Cast
from tests.database import ROOT
from tests.keyring import begin, killed_at, own_keys, rotate
from tests.sealing import seal
from tests.social.people import make_citizen

pytestmark = pytest.mark.usefixtures("fresh_database")

PIN = "471147"


@pytest.fixture(scope="module")
def module(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """SoftHSM with its tokens in a folder of this run's; the module reads where they are once in a process."""
    library = found()
    if library is None:
        pytest.fail("SoftHSM is missing: make test installs it, or says how to")
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    (folder / "conf").write_text(
        f"directories.tokendir = {folder}/tokens\nobjectstore.backend = file\nlog.level = ERROR\n"
    )
    os.environ["SOFTHSM2_CONF"] = str(folder / "conf")
    for label in ("heretask", "spare"):
        subprocess.run(
            ["softhsm2-util", "--init-token", "--free", "--label", label, "--pin", PIN, "--so-pin", PIN],
            check=True,
            capture_output=True,
        )
    yield library
    del os.environ["SOFTHSM2_CONF"]


@pytest.fixture
def where(module: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Where]:
    """The token, with labels that no other test uses."""
    pin = tmp_path / "pin"
    pin.write_text(PIN + "\n")
    pin.chmod(0o600)
    yield Where(module, "heretask", str(pin), f"test{uuid7().hex[-12:]}")
    close_all()
    providers._token.cache_clear()


MADE: list[Token] = []


def token_at(where: Where) -> Token:
    """A provider of one's own, signed out at the end of the test."""
    MADE.append(Token(where))
    return MADE[-1]


def close_all() -> None:
    """Sign out: one signs in to a token once in a process, and here there is more than one provider for it."""
    chosen = [providers._token(Where(**settings.HERETASK_PKCS11))] if settings.HERETASK_PKCS11["token"] else []
    for one in [*MADE, *chosen]:
        one._close()
    MADE.clear()


@pytest.fixture
def chosen(where: Where, tmp_path: Path) -> Iterator[dict[str, Any]]:
    """The token chosen by the settings, beside a key file that wraps everything so far."""
    with own_keys(tmp_path) as file:
        told = {"module": where.module, "token": where.token, "pin_file": where.pin_file, "label": where.label}
        with override_settings(HERETASK_KEY_PROVIDER="pkcs11", HERETASK_PKCS11=told):
            yield told | {"key_file": str(file)}
            close_all()


def names(cast: Cast) -> list[str]:
    cast.anna.customer = Customer.objects.using("owner").get(id=cast.solsikken.id)
    with cast.anna.inside() as by:
        return [row.name for row in citizens.list_citizens(by)]


def test_it_wraps_and_unwraps_inside_and_gives_no_key_away(where: Where) -> None:
    from pkcs11 import Attribute, AttributeSensitive

    token = token_at(where)
    assert token.versions() == {}
    token.make(1)
    token.make(1)
    assert list(token.versions()) == [1]
    wrapped = token.wrap(1, b"k" * 32, b"here")
    assert b"k" * 8 not in wrapped
    assert token.unwrap(1, wrapped, b"here") == b"k" * 32
    for bent, place in [
        (wrapped, b"there"),
        (wrapped[:-1], b"here"),
        (b"", b"here"),
        (wrapped[:20], b"here"),
        *flipped(wrapped),
    ]:
        with pytest.raises(keys.CannotOpen):
            token.unwrap(1, bent, place)
    key = token._key(token._session(), 1)
    assert (key[Attribute.SENSITIVE], key[Attribute.EXTRACTABLE]) == (True, False)
    with pytest.raises(AttributeSensitive):
        key[Attribute.VALUE]
    token.make(2)
    token.retire({1})
    assert list(token.versions()) == [2]
    with pytest.raises(keys.KeyFault, match="version 1"):
        token.unwrap(1, wrapped, b"here")


def flipped(wrapped: bytes) -> list[tuple[bytes, bytes]]:
    found = []
    for place in range(len(wrapped)):
        bent = bytearray(wrapped)
        bent[place] ^= 1
        found.append((bytes(bent), b"here"))
    return found


def test_from_the_file_into_the_token_and_on(cast: Cast, chosen: dict[str, Any]) -> None:
    make_citizen(cast, "Ane Vind")
    assert names(cast) == ["Ane Vind"]  # the file opens what it wrapped, whatever is chosen
    with pytest.raises(keys.KeyFault, match="rotate --outer"):
        providers.newest()
    rotate(what=rotating.OUTER)
    assert rotating.needed_versions() == {(2, 1)}
    assert providers.told(providers.newest()) == "pkcs11 1"
    in_token = bytes(Customer.objects.using("owner").get(id=cast.solsikken.id).wrapped_key)
    rotate(what=rotating.RETIRE)
    assert json.loads(Path(chosen["key_file"]).read_text())["keys"] == {}
    assert names(cast) == ["Ane Vind"]
    assert health.examine()["keys"] is True
    rotate(cast.solsikken)
    rotate(what=rotating.OUTER)
    assert rotating.needed_versions() == {(2, 2)}
    rotate(what=rotating.RETIRE)
    with pytest.raises(keys.KeyFault, match="version 1"):
        rings.opened(cast.solsikken.id, in_token)
    cast.solsikken = Customer.objects.using("owner").get(id=cast.solsikken.id)
    make_citizen(cast, "Bo Dam")
    assert names(cast) == ["Ane Vind", "Bo Dam"]
    with override_settings(HERETASK_KEY_PROVIDER="file"):  # and back
        rotate(what=rotating.OUTER)
        assert rotating.needed_versions() == {(1, 2)}
        assert names(cast) == ["Ane Vind", "Bo Dam"]


def test_killed_on_the_way_into_the_token_it_goes_on(cast: Cast, chosen: dict[str, Any]) -> None:
    make_citizen(cast, "Ane Vind")
    begun = begin(rotating.OUTER)
    assert killed_at(lambda: rotating.run(begun), 20)
    assert names(cast) == ["Ane Vind"]
    left = rotating.unfinished()
    assert left is not None
    rotating.run(left)
    assert rotating.needed_versions() == {(2, 1)}
    assert list(providers.chosen().versions()) == [1]
    assert names(cast) == ["Ane Vind"]


def test_the_commands_reach_the_token_in_a_process_of_their_own(cast: Cast, chosen: dict[str, Any]) -> None:
    rotate(what=rotating.OUTER)
    environment = {
        **os.environ, "HERETASK_ROLE": "operator", "PYTHONPATH": str(ROOT), "HERETASK_KEY_PROVIDER": "pkcs11",
        "HERETASK_KEY_FILE": chosen["key_file"], "HERETASK_PKCS11_MODULE": chosen["module"],
        "HERETASK_PKCS11_TOKEN": chosen["token"], "HERETASK_PKCS11_PIN_FILE": chosen["pin_file"],
        "HERETASK_PKCS11_LABEL": chosen["label"],
    }  # fmt: skip

    def run(*command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "heretask.config.cli", *command],
            cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip

    told = run("keys", "status", "--json")
    assert told.returncode == 0, told.stderr
    said = json.loads(told.stdout)
    assert (said["provider"], said["newest"]) == ("pkcs11", "pkcs11 1")
    assert all(one["opens"] for one in said["customers"])
    people = ["--asked-by", "nina", "--approved-by", "otto", "--why", "yearly"]
    assert run("keys", "rotate", "--outer", *people).returncode == 0
    assert json.loads(run("keys", "status", "--json").stdout)["newest"] == "pkcs11 2"
    assert '"keys": true' in run("doctor", "--json").stdout
    environment["HERETASK_PKCS11_TOKEN"] = "nowhere"
    lost = run("keys", "status")
    assert lost.returncode == 1
    assert "There is no token nowhere." in lost.stdout + lost.stderr
    assert '"keys": false' in run("doctor", "--json").stdout


def test_what_is_wrong_with_the_token_is_said(where: Where, tmp_path: Path) -> None:
    def said(**other: str) -> str:
        parts = {"module": where.module, "token": where.token, "pin_file": where.pin_file, **other}
        close_all()
        return token_at(Where(**parts)).fault()

    assert said() == ""
    assert said(token="nowhere") == "There is no token nowhere."
    assert "no PKCS#11 module" in said(module=str(tmp_path / "none.so"))
    assert "cannot be opened" in said(module=shutil.which("true") or "/bin/true")
    assert "Name the token" in said(module="")
    assert "is not there" in said(pin_file=str(tmp_path / "none"))
    wrong = tmp_path / "wrong"
    wrong.write_text("000000")
    wrong.chmod(0o600)
    assert "does not take the PIN" in said(pin_file=str(wrong))
    wrong.chmod(0o644)
    assert "mode 0600" in said(pin_file=str(wrong))
    with override_settings(HERETASK_KEY_PROVIDER="cloud"), pytest.raises(keys.KeyFault, match="file or pkcs11"):
        providers.chosen()


def test_a_token_that_is_gone_is_said_by_readyz_and_what_was_opened_goes_on(
    cast: Cast, chosen: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_citizen(cast, "Ane Vind")
    rotate(what=rotating.OUTER)
    assert names(cast) == ["Ane Vind"]
    monkeypatch.setattr(tokens, "_LOOK_EVERY", 0.0)
    pin = Path(chosen["pin_file"])
    pin.unlink()
    token = providers.chosen()
    assert isinstance(token, Token)
    token._close()
    assert names(cast) == ["Ane Vind"]
    seal()  # what other tests left waiting would be told as well
    answer = Client(headers={"host": "localhost"}).get("/readyz", secure=True)
    assert [name for name, well in answer.json().items() if not well] == ["keys"]
    pin.write_text(PIN)
    pin.chmod(0o600)
    assert health.examine()["keys"] is True


def test_a_version_destroyed_by_another_process_is_noticed(where: Where, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = token_at(where), token_at(where)
    one.make(1)
    before = one.stamp()
    monkeypatch.setattr(tokens, "_LOOK_EVERY", 0.0)
    one._close()  # one process signs in to a token once
    other.retire({1})
    assert one.stamp() != before
