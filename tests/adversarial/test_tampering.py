"""The tamper bench, shortened; and that each check of the verifier finds what no other one does."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from heretask.kernel.log import notes, verify
from heretask.kernel.log.merkle import Frontier
from tests.adversarial import tampering
from tests.adversarial.forging import FORMS, Bundle, Tree, cells_of, changed, fitted, refitted
from tests.adversarial.world import Log, a_log
from tests.sealing import keys


def test_every_change_is_found_by_its_name_and_nothing_else_is_accused() -> None:
    said: list[str] = []
    assert tampering.run(360, 40, random.Random(2026), said.append) == []
    assert len(said) == 2 * len(tampering.NAMES) + 1


@pytest.fixture(scope="module")
def log(request: pytest.FixtureRequest) -> Log:
    request.getfixturevalue("_database")
    return a_log(random.Random(7), 2)


def signed(log: Log, lines: list[bytes], signers: list[Ed25519PrivateKey], noted: tuple[str, ...] = ()) -> Tree:
    whole = log.export()
    return Tree(str(whole.head["origin"]), signers, lines, noted=noted)


def forged_signature(log: Log) -> Bundle:
    """A rewritten tree under a checkpoint whose signature is that of another text."""
    lines = log.export().lines
    lines[1] = changed(lines[1], outcome="forged")
    made = signed(log, lines, keys().keys(), (log.notes[0],)).bundle("")
    true = verify.notes_from(str(made.head["checkpoint"]))[0]
    lied = str(made.head["checkpoint"]).replace(true.at, "2020-01-01T00:00:00Z")
    return replace(made.with_head(checkpoint=lied), noted=())


def older_than_noted(log: Log) -> Bundle:
    return signed(log, log.export().lines[:3], keys().keys(), (log.notes[-1],)).bundle("")


def key_of_ones_own(log: Log) -> Bundle:
    """The true history, carried on under a key that nobody knows."""
    return signed(log, log.export().lines, [Ed25519PrivateKey.generate()], (log.notes[0],)).bundle("")


def fitted_cell(log: Log) -> Bundle:
    bundle = replace(log.export(), noted=())
    lines = bundle.lines
    lines[2] = fitted(changed(lines[2], outcome="forged"))
    return refitted(bundle.with_lines(lines))


def restored(log: Log) -> Bundle:
    lines = log.export().lines
    lines[0] = changed(lines[0], outcome="restored")
    return signed(log, lines, keys().keys(), (log.notes[0],)).bundle("")


def other_sentence(log: Log) -> Bundle:
    """A sentence exchanged with its tag; the check sum of the whole stays."""
    bundle = log.export()
    lines = bundle.lines
    lines[2] = changed(lines[2], sentence="Bo gjorde det.")
    end = bundle.proof.splitlines()[-1]
    made = refitted(bundle.with_lines(lines))
    return replace(made, proof=b"\n".join([*made.proof.splitlines()[:-1], end, b""]))


def other_time(log: Log) -> Bundle:
    """The time that people read, while the one that was hashed stays."""
    bundle = log.export()
    lines = bundle.lines
    lines[2] = changed(lines[2], time_copenhagen="2020-01-01T00:00:00.000000+01:00")
    return refitted(bundle.with_lines(lines))


def foreign(log: Log) -> Bundle:
    """A checkpoint somebody noted of another log, without its signature."""
    other = notes.body(
        "heretask/log/00000000-0000-0000-0000-000000000000", 0, Frontier().root(), dt.datetime.now(dt.UTC)
    )
    return replace(log.export(), noted=(other,))


def _nothing(*_given: object) -> None:
    """A check that was taken out."""


def _believing(check: verify.Check) -> set[verify.Key]:
    check.report.note = check.proof.notes[0]
    return set(check.proof.keys)


REMOVED: dict[str, tuple[Callable[[Log], Bundle], str, Callable[..., Any]]] = {
    "check_signature": (forged_signature, "bad-signature", _believing),
    "check_noted_size": (older_than_noted, "shrunk", _nothing),
    "check_keys": (key_of_ones_own, "new-key", _nothing),
    "check_root": (fitted_cell, "root", _nothing),
    "check_noted": (restored, "rewritten", _nothing),
    "check_end": (other_sentence, "check-sum", _nothing),
    "check_origin": (foreign, "other-customer", _nothing),
}


@pytest.mark.parametrize("name", REMOVED)
def test_without_one_check_something_is_missed(log: Log, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    attack, called, nothing = REMOVED[name]
    bundle = attack(log)
    assert tampering.named(bundle) == {called}
    monkeypatch.setattr(verify.Check, name, nothing)
    assert tampering.named(bundle) == set()


def test_without_looking_at_the_readable_times_one_could_be_changed(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    bundle = other_time(log)
    assert tampering.named(bundle) == {"changed-time"}
    monkeypatch.setattr(verify.Forms, "begins", lambda *_given: b"")
    assert tampering.named(bundle) == set()


def test_without_computing_leaves_a_cell_could_be_changed(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    bundle = log.export()
    lines = bundle.lines
    lines[2] = changed(lines[2], outcome="forged")
    bundle = bundle.with_lines(lines)
    assert tampering.named(bundle) == {"changed"}
    true = [bytes.fromhex(cells_of(line)[27].decode()) for line in lines]
    places = iter(true)
    monkeypatch.setattr(verify.Forms, "leaf", lambda *_given: next(places))  # believes what stands there
    monkeypatch.setattr(verify, "_tag", lambda *_given: b"")
    run = verify.leaves_of

    def believing(customer: bytes, kind: str, first: int, records: Any, _tags: bytes, forms: verify.Forms) -> Any:
        return run(customer, kind, first, records, b"", forms)

    monkeypatch.setattr(verify, "leaves_of", believing)
    assert tampering.named(bundle) == {"check-sum"}


def test_what_is_left_out_of_a_whole_log_is_told(log: Log) -> None:
    """Integrity is not completeness: lines taken out with a true proof hold, and are missed by number."""
    attacker = tampering.Attacker(random.Random(3), [log])
    attacker.prepare()
    bundle = attacker.attack("delete", clever=True)
    report = bundle.check()
    assert report.status == 0
    assert report.left == len(attacker.now[0][0].lines) - len(bundle.lines)
    assert not report.as_data()["complete"]
    assert FORMS.leaf(cells_of(bundle.lines[0]))
