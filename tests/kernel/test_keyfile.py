"""The key file: what it holds, and that everything wrong with it is said plainly and stops what must not go on."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from django.test import Client, override_settings

from heretask.config import health, installation
from heretask.kernel.secrets import keys, providers, rings
from heretask.kernel.secrets.keyfile import KeyFile
from heretask.kernel.tenancy.base import uuid7

HEX = "ab" * 32


def written(path: Path, text: str, mode: int = 0o600) -> Path:
    path.write_text(text)
    path.chmod(mode)
    return path


def test_one_line_of_the_first_releases_is_version_1_and_becomes_the_new_form(tmp_path: Path) -> None:
    file = KeyFile(written(tmp_path / "key", HEX + "\n"))
    assert file.versions() == {1: ""}
    wrapped = file.wrap(1, b"x" * 32, b"here")
    file.make(2)
    told = json.loads((tmp_path / "key").read_text())
    assert set(told["keys"]) == {"1", "2"}
    assert told["keys"]["1"] == {"made": "", "key": HEX}
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    assert file.unwrap(1, wrapped, b"here") == b"x" * 32
    file.make(2)
    assert json.loads((tmp_path / "key").read_text()) == told
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


@pytest.mark.parametrize(
    ("text", "mode", "said"),
    [
        (HEX, 0o640, "may be read by others"),
        (HEX, 0o604, "may be read by others"),
        (HEX[:-2], 0o600, "256 bits"),
        (HEX + "00", 0o600, "256 bits"),
        ("x" * 64, 0o600, "damaged"),
        ("", 0o600, "damaged"),
        ("{}", 0o600, "damaged"),
        ("[1]", 0o600, "damaged"),
        ('{"heretask keys": 2, "keys": {}}', 0o600, "damaged"),
        ('{"heretask keys": 1, "keys": {"0": {"key": "%s", "made": ""}}}' % HEX, 0o600, "damaged"),
        ('{"heretask keys": 1, "keys": {"1": {"key": "ab", "made": ""}}}', 0o600, "damaged"),
        ('{"heretask keys": 1, "keys": {"1": {}}}', 0o600, "damaged"),
        ('{"heretask keys": 1, "keys": 5}', 0o600, "damaged"),
        ("nøgle", 0o600, "plain letters"),
    ],
)
def test_a_wrong_file_is_refused_with_a_sentence(tmp_path: Path, text: str, mode: int, said: str) -> None:
    file = KeyFile(written(tmp_path / "key", text, mode))
    assert said in file.fault()
    assert "key" in file.fault()
    assert HEX not in file.fault()
    with pytest.raises(keys.KeyFault, match=said):
        file.versions()


def test_a_missing_key_is_said_by_readyz_and_stops_a_process_that_starts(tmp_path: Path) -> None:
    assert health.examine()["keys"] is True
    with override_settings(HERETASK_KEY_FILE=tmp_path / "gone"):
        assert "is not there" in providers.chosen().fault()
        answer = Client(headers={"host": "localhost"}).get("/readyz", secure=True)
        assert answer.status_code == 503
        assert [name for name, well in answer.json().items() if not well] == ["keys"]
        with pytest.raises(keys.KeyFault, match="is not there"):
            rings.new(uuid7(), keys.make_key())


def test_another_installations_key_is_said_by_readyz(tmp_path: Path) -> None:
    written(tmp_path / "key", HEX)
    with override_settings(HERETASK_KEY_FILE=tmp_path / "key"):
        assert providers.chosen().fault() == ""
        assert health.examine()["keys"] is False


def test_a_running_process_goes_on_with_what_it_read_and_says_so(tmp_path: Path) -> None:
    path = written(tmp_path / "key", HEX)
    customer = uuid7()
    with override_settings(HERETASK_KEY_FILE=path):
        ring = rings.new(customer, b"k" * 32)
        path.unlink()
        assert rings.opened(customer, ring).data_key == b"k" * 32
        assert "is not there" in providers.chosen().fault()
        written(path, "spoilt")
        assert rings.opened(customer, ring).data_key == b"k" * 32
        assert "damaged" in providers.chosen().fault()
        written(path, "cd" * 32)  # a file that is in order counts again
        with pytest.raises(keys.CannotOpen):
            rings.opened(customer, ring)


def test_a_file_that_cannot_be_written_keeps_what_it_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = KeyFile(written(tmp_path / "key", HEX))

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(keys.KeyFault, match="No space left"):
        file.make(2)
    assert (tmp_path / "key").read_text() == HEX
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


def test_a_lost_key_file_is_never_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HERETASK_HOME", str(tmp_path))
    monkeypatch.delenv("HERETASK_KEY_FILE", raising=False)
    made = installation.load()
    made.save()
    assert KeyFile(made.key_file).fault() == ""
    made.key_file.unlink()
    installation.load().save()
    assert not made.key_file.exists()


def test_rings_of_another_customer_or_bent_ones_do_not_open() -> None:
    customer, other = uuid7(), uuid7()
    ring = rings.new(customer, b"k" * 32)
    assert rings.opened(customer, ring).data_key == b"k" * 32
    with pytest.raises(keys.CannotOpen):
        rings.opened(other, ring)
    for place in range(len(ring)):
        bent = bytearray(ring)
        bent[place] ^= 1
        assert not rings.opens(customer, bytes(bent)), place
        assert not rings.opens(customer, ring[:place]), place


def test_a_cut_ring_never_makes_the_wrapping_key_the_data_key() -> None:
    customer = uuid7()
    parts = rings.parts_of(rings.new(customer, b"k" * 32))
    for forged in (rings.Parts(1, parts.wrapping), rings.Parts(0, parts.wrapping, parts.data)):
        assert not rings.opens(customer, rings._stored(forged))
