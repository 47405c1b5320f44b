"""verify.py by itself: published vectors, plain words, names for what goes wrong, and nothing of ours inside it."""

from __future__ import annotations

import ast
import hashlib
import io
import json
import os
import random
import re
import shutil
import subprocess
import sys
import zipfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connections
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st

from heretask.admin.users.events import USERS_LISTED, USERS_SEARCHED
from heretask.config.cli import parser
from heretask.config.taking import verify as verify_command
from heretask.kernel.identity.sessions import operator
from heretask.kernel.log import merkle, record, verify, witness
from heretask.kernel.log.encoding import canonical_json, leaf_of
from heretask.kernel.log.lines import COLUMNS, HEADER, quoted
from heretask.kernel.log.queries import Filters
from heretask.kernel.log.sealing import Sealer
from heretask.kernel.log.sealkeys import SealKeys
from heretask.kernel.log.storing import statement
from heretask.kernel.log.trace import detail_place, make
from heretask.kernel.secrets.keys import seal_bytes
from heretask.kernel.spreadsheet import restore
from tests import database
from tests.adversarial.forging import Bundle, Tree, cells_of, changed
from tests.adversarial.world import Log, a_log
from tests.cast import make_cast
from tests.kernel.test_retention import lived, run
from tests.sealing import keys, seal

VECTORS = Path(__file__).parent / "vectors"
FILE = Path(verify.__file__)
# RFC 8032, 7.1: secret key, public key, message, signature
RFC8032 = [
    ("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
    ("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
    ("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"),
    ("833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
     "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
     "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
     "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704"),
]  # fmt: skip


# -- what others have published
@pytest.mark.parametrize(("secret", "public", "message", "signature"), RFC8032)
def test_published_signatures_hold_and_bent_ones_do_not(secret: str, public: str, message: str, signature: str) -> None:
    key, text, signed = bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature)
    assert Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret)).public_key().public_bytes_raw() == key
    assert verify.ed25519_holds(key, text, signed)
    assert not verify.ed25519_holds(key, text + b"x", signed)
    for at in range(0, 64, 7):
        assert not verify.ed25519_holds(key, text, signed[:at] + bytes([signed[at] ^ 4]) + signed[at + 1 :])
    higher = (int.from_bytes(signed[32:], "little") + verify._L).to_bytes(32, "little")
    assert not verify.ed25519_holds(key, text, signed[:32] + higher)  # RFC 8032, 5.1.7: S must be reduced
    assert not verify.ed25519_holds(key[:31], text, signed)


@pytest.mark.parametrize(
    "small", ["0100", "0000", "ecff", "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"]
)
def test_a_key_that_fits_every_message_is_refused(small: str) -> None:
    raw = bytes.fromhex(small)
    key = raw if len(raw) == 32 else raw[:1] + raw[1:] * 30 + (b"\x7f" if raw[0] == 0xEC else b"\x00")
    assert len(key) == 32
    assert not verify.ed25519_holds(key, b"anything", key + bytes(32))


@settings(deadline=None)
@given(st.binary(max_size=80))
def test_signatures_of_the_other_implementation_hold(message: bytes) -> None:
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw()
    assert verify.ed25519_holds(public, message, key.sign(message))
    assert not verify.ed25519_holds(public, message + b"0", key.sign(message))


def test_leaves_of_the_frozen_events() -> None:
    for one in json.loads((VECTORS / "events.json").read_text()):
        event = one["event"]
        cells = {name: cell(name, event.get(name)) for name in COLUMNS}
        cells |= {"salt": one["salt"], "leaf": one["leaf"]}
        made = [cells[name].encode() for name in COLUMNS]
        assert verify.Forms().leaf(made).hex() == one["leaf"]


def cell(name: str, value: object) -> str:
    """A value of the vector file as a cell of the CSV."""
    if value is None or isinstance(value, int):
        return "" if value is None else str(value)
    if name == "shown":
        return " ".join(value)  # type: ignore[arg-type]
    return json.dumps(value) if name == "changed" else restore_not(str(value))


def restore_not(text: str) -> str:
    """A text in its neutralised form, without quotation marks."""
    cell = quoted(text)
    return cell[1:-1].replace('""', '"') if cell.startswith('"') and cell.endswith('"') else cell


@given(st.text(max_size=60))
def test_the_apostrophe_comes_off_again_as_the_program_itself_takes_it(text: str) -> None:
    cell = restore_not(text)
    assert verify.raw_text(cell.encode("utf-8", "replace")) == restore(cell).encode("utf-8", "replace")


def root_of(leaves: list[bytes]) -> bytes:
    frontier = merkle.Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    return frontier.root()


@settings(deadline=None)
@given(st.integers(0, 700), st.randoms(use_true_random=False))
def test_the_edge_is_the_tree_whatever_pieces_it_is_given(size: int, chance: random.Random) -> None:
    leaves = [hashlib.sha256(n.to_bytes(4, "big")).digest() for n in range(size)]
    edge = verify.Edge()
    while edge.size < size:
        end = min(size, edge.size + chance.choice([1, 2, 3, 60, 256, 700]))
        if chance.random() < 0.5:
            edge.add(0, leaves[edge.size : end])
            continue
        for level in list(verify.pieces(edge.size, end)):
            edge.add(level, [root_of(leaves[edge.size : edge.size + (1 << level)])])
    assert (edge.size, edge.root()) == (size, root_of(leaves))


def test_danish_time_is_that_of_the_time_zone() -> None:
    moment, chance = datetime(1996, 1, 1, tzinfo=UTC), random.Random(1)
    while moment.year < 2050:
        local = moment.astimezone(ZoneInfo("Europe/Copenhagen")).utcoffset()
        assert timedelta(hours=verify.danish_hours(moment)) == local, moment
        moment += timedelta(minutes=chance.randrange(1, 40_000))


# -- the file itself
def test_it_is_one_file_that_needs_nothing_and_runs_on_python_3_8() -> None:
    tree = ast.parse(FILE.read_text(), feature_version=(3, 8))
    names = {
        alias.name if isinstance(node, ast.Import) else str(node.module)
        for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom) for alias in node.names
    }  # fmt: skip
    assert {name.partition(".")[0] for name in names} - {"__future__"} <= set(sys.stdlib_module_names)
    newer = r"\.removeprefix|\.removesuffix|\.bit_count|strict=|\bmatch \w+:|import.*\bUTC\b|functools\.cache\b|pairwise|isinstance\([^)]*\|"
    assert re.findall(newer, FILE.read_text()) == []


def test_every_sentence_is_there_in_both_languages_and_takes_the_same_words() -> None:
    for name, (english, danish) in verify.SAID.items():
        assert english, name
        assert danish, name
        assert set(re.findall(r"\{(\w+)\}", english)) == set(re.findall(r"\{(\w+)\}", danish)), name
        assert english != danish, name
    used = set(re.findall(r'(?:Stop|fault|say)\(\s*"([a-z-]+)"', FILE.read_text()))
    assert used <= set(verify.SAID)


# -- real extracts
@pytest.fixture(scope="module")
def log(request: pytest.FixtureRequest) -> Log:
    request.getfixturevalue("_database")
    return a_log(random.Random(11), 3)


@pytest.fixture(scope="module")
def whole(log: Log) -> Bundle:
    return log.export()


def put(bundle: Bundle, folder: Path, name: str = "heretask-log-2026-11-26.csv") -> Path:
    (folder / name).write_bytes(bundle.csv)
    (folder / f"{name}.proof").write_bytes(bundle.proof)
    return folder / name


def packed(bundle: Bundle, path: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("log.csv", bundle.csv)
        made.writestr("log.csv.proof", bundle.proof)
    return path


def names(report: verify.Report) -> list[str]:
    return [fault.name for fault in report.faults]


def ran(*arguments: str, folder: Path, language: str = "da_DK.UTF-8") -> subprocess.CompletedProcess[str]:
    """The program as somebody outside runs it: another folder, nothing of ours within reach."""
    environment = {"PATH": os.environ["PATH"], "LC_ALL": language, "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        [sys.executable, "-I", str(folder / "verify.py"), *arguments],
        cwd=folder, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_it_finds_what_lies_beside_it_and_says_in_danish_what_holds(whole: Bundle, log: Log, tmp_path: Path) -> None:
    shutil.copy(FILE, tmp_path / "verify.py")
    nothing = ran(folder=tmp_path)
    assert nothing.returncode == 2
    assert "Her er intet udtræk" in nothing.stdout
    packed(whole, tmp_path / "heretask-log-2026-11-26.zip")
    (tmp_path / "heretask-checkpoint.txt").write_text(log.notes[0])
    done = ran(folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Intet er ændret" in done.stdout
    assert "Intet mangler" in done.stdout
    assert "Det er den log, du noterede" in done.stdout
    english = ran("--language", "en", "heretask-log-2026-11-26.zip", folder=tmp_path)
    assert "Nothing was changed" in english.stdout
    assert "You gave no noted checkpoint" in english.stdout
    told = json.loads(ran("--json", "heretask-log-2026-11-26.zip", folder=tmp_path).stdout)
    assert (told["status"], told["complete"], told["rows"]) == (0, True, len(whole.lines))


def test_a_bent_line_is_named_with_its_number(whole: Bundle, tmp_path: Path) -> None:
    shutil.copy(FILE, tmp_path / "verify.py")
    lines = whole.lines
    lines[40] = changed(lines[40], outcome="forged")
    put(whole.with_lines(lines), tmp_path)
    number = whole.csv[: whole.csv.index(lines[41])].count(b"\n")
    done = ran(folder=tmp_path)
    assert done.returncode == 1
    assert f"Linje {number}: noget i den er ændret" in done.stdout
    assert "FILEN HOLDER IKKE" in done.stdout
    assert "Om noget mangler, kan ikke siges" in done.stdout


@pytest.mark.parametrize(
    ("spoilt", "sign"),
    [
        (lambda data: data[3:], "no byte order mark"),
        (lambda data: data.replace(b"\r\n", b"\n"), "line ends"),
        (lambda data: data.replace(b";", b","), "separators"),
        (lambda data: data.replace(b";", b"\t"), "separators"),
        (lambda data: b"\xef\xbb\xbf" + b";".join(b'"%b"' % c for c in data[3:].split(b"\r\n")[0].split(b";")) + b"\r\n" + data.split(b"\r\n", 1)[1], "quotes"),
    ],
)  # fmt: skip
def test_a_spreadsheet_that_saved_the_file_is_named(whole: Bundle, spoilt: object, sign: str) -> None:
    report = Bundle(spoilt(whole.csv), whole.proof).check()  # type: ignore[operator]
    assert report.faults[0].name == "resaved"
    assert report.faults[0].more == {"what": sign}
    assert set(names(report)[1:]) <= {
        "unreadable",
        "deleted",
        "inserted",
        "changed",
        "cut",
        "changed-salt",
        "changed-customer",
    }
    if sign in {"no byte order mark", "line ends", "quotes"}:
        assert names(report) == ["resaved"]


def test_numbers_that_a_spreadsheet_rewrote_are_named_by_column(whole: Bundle) -> None:
    rows = [whole.csv[3:].split(b"\r\n")[0] + b"\n"]
    for line in whole.lines[:30]:
        cells = cells_of(line)
        cells[2] = b"1,76416E+15"
        rows.append(b";".join(cell.replace(b"\r\n", b" ").replace(b";", b" ") for cell in cells) + b"\n")
    report = Bundle(b"".join(rows), whole.proof).check()
    assert names(report)[:2] == ["resaved", "rewritten-numbers"]
    assert report.faults[1].more == {"line": 2, "column": "at", "value": "1,76416E+15"}


def test_what_is_missing_is_said(whole: Bundle, tmp_path: Path) -> None:
    path = put(whole, tmp_path)
    assert names(verify.check_file(path)) == []
    assert names(verify.check_file(path.with_name(f"{path.name}.proof"))) == []
    path.with_name(f"{path.name}.proof").rename(tmp_path / "elsewhere")
    assert [(f.name, f.status) for f in verify.check_file(path).faults] == [("no-proof", 2)]
    assert names(verify.check_file(tmp_path / "nowhere.csv")) == ["no-file"]
    (tmp_path / "other.zip").write_bytes(b"PK nonsense")
    assert names(verify.check_file(tmp_path / "other.zip")) == ["truncated"]
    with zipfile.ZipFile(tmp_path / "empty.zip", "w") as made:
        made.writestr("x", "y")
    assert [(f.name, f.status) for f in verify.check_file(tmp_path / "empty.zip").faults] == [("not-a-bundle", 2)]
    (tmp_path / "notes.txt").write_text("hello")
    with pytest.raises(verify.Stop, match="noted-unreadable"):
        verify.read_noted(tmp_path / "notes.txt")


def test_a_broken_off_download_is_called_so_at_every_length(whole: Bundle, tmp_path: Path) -> None:
    data = packed(whole, tmp_path / "whole.zip").read_bytes()
    chance = random.Random(5)
    for length in [0, 1, 30, len(data) - 1, *(chance.randrange(len(data)) for _ in range(20))]:
        assert names(verify.check_zip(io.BytesIO(data[:length]))) == ["truncated"], length
    for _ in range(40):
        at = chance.randrange(len(data))
        bent = data[:at] + bytes([data[at] ^ 0x10]) + data[at + 1 :]
        verify.check_zip(io.BytesIO(bent))  # whatever it is called, it is answered
    for length in (0, 10, 300, len(whole.proof) - 2):
        report = Bundle(whole.csv, whole.proof[:length]).check()
        assert report.status, length
        assert names(report)[-1] in {"truncated", "bad-proof", "not-a-bundle"}, length


def test_a_csv_with_the_proof_of_another_extract(log: Log, whole: Bundle) -> None:
    part = log.export(Filters(person=log.cast.anna.user.id))
    assert Bundle(part.csv, whole.proof).check().status == 1
    assert Bundle(whole.csv, part.proof).check().status == 1
    other = a_log(random.Random(12), 1).export()
    assert names(Bundle(other.csv, whole.proof).check())[0] in {"changed-customer", "mixed"}


# -- noted checkpoints
@pytest.mark.parametrize(
    "copied",
    [
        lambda note: note, lambda note: note.replace("\n", "\r\n"), lambda note: "\n".join(f"> {line}" for line in note.splitlines()),
        lambda note: f"Hej Eva, her er kontrolpunktet:\n\n{note}\nHilsen", lambda note: "\ufeff" + note, lambda note: note.replace("\N{EM DASH}", "-"),
    ],
)  # fmt: skip
def test_a_noted_checkpoint_is_understood_however_it_was_copied(log: Log, copied: object) -> None:
    (note,) = verify.notes_from(copied(log.notes[1]))  # type: ignore[operator]
    assert note == verify.notes_from(log.notes[1])[0]
    assert len(note.signatures) == len(note.keys) == 1


def test_a_short_line_is_understood(log: Log) -> None:
    for text in (log.lines[0], f"Log: {log.lines[0]}", log.lines[0].replace(" ", " · ")):
        (note,) = verify.notes_from(text)
        assert note.size == int(log.lines[0].split()[0])
        assert note.root.hex() == log.lines[0].split()[1]
    assert verify.notes_from("12 events were noted") == []


def test_a_filtered_extract_can_be_compared_only_where_it_was_asked_for(log: Log) -> None:

    whole = log.export()
    size = next(n for n in range(5, len(whole.lines)) if b";log.read;" not in whole.lines[n])
    note = Tree(str(whole.head["origin"]), [], whole.lines).note_at(size)
    nobody = Filters(session=UUID(int=1))
    there = log.export(nobody, noted=(note,))
    assert (there.check().status, there.check().noted[0][1]) == (0, True)
    without = Bundle(log.export(nobody).csv, log.export(nobody).proof, (note,)).check()
    assert [(f.name, f.status) for f in without.faults] == [("not-comparable", 2)]
    assert Bundle(whole.csv, whole.proof, (note,)).check().status == 0


def test_rotation_is_followed_from_the_noted_key_to_the_newest(tmp_path: Path) -> None:
    log, own = Log(make_cast(), random.Random(3)), SealKeys(tmp_path / "key")
    own.ensure()
    sealer, noted = Sealer(own, sign_every=0), []
    assert sealer.lead()
    sealer.begin()
    for change in (lambda: None, own.rotate, own.retire, own.rotate, own.retire):
        change()
        with operator(log.cast.solsikken, "test"):
            record(USERS_LISTED)
        sealer.step()
        with operator(log.cast.solsikken, "test"):
            noted.append(witness.newest_note())

    connections["sealer"].close()
    bundle = log.export()
    for note in noted:
        assert Bundle(bundle.csv, bundle.proof, (note,)).check().status == 0
    assert len(bundle.head["bridges"]) == 2  # type: ignore[arg-type]
    broken = bundle.with_head(bridges=[])
    assert names(Bundle(broken.csv, broken.proof, (noted[0],)).check()) == ["new-key"]
    assert Bundle(broken.csv, broken.proof, (noted[-1],)).check().status == 0


# -- what cannot be proven is said
def test_events_without_a_place_stand_last_and_unproven() -> None:
    log = a_log(random.Random(21), 1)
    with operator(log.cast.solsikken, "test"):
        for n in range(3):
            record(USERS_LISTED, hits=n)
    bundle = log.export()
    report = bundle.check()
    assert [(f.name, f.status) for f in report.faults] == [("unsealed", 2)]
    assert report.unsealed == 3
    assert [cells_of(line)[24] for line in bundle.lines[-3:]] == [b"", b"", b""]
    lines = bundle.lines
    lines[-1] = changed(lines[-1], outcome="forged")
    assert "changed" in names(bundle.with_lines(lines).check())


def test_a_log_of_which_nothing_is_signed_is_handed_out_and_said_to_be_unproven() -> None:
    log = Log(make_cast(), random.Random(1))
    report = log.export().check()
    assert {f.name for f in report.faults} == {"unsigned", "unsealed"}
    assert report.status == 2


def test_a_deleted_event_is_missed_though_its_leaf_is_there() -> None:
    log = a_log(random.Random(22), 2)
    id_ = cells_of(log.export().lines[7])[3].decode()
    with database.superuser() as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute("delete from kernel_event where id = %s", [id_])
    report = log.export().check()
    assert names(report) == ["lost"]
    assert report.status == 1


def test_what_retention_has_taken_is_told_apart_from_what_was_deleted() -> None:
    cast = make_cast()
    gone = lived(cast, 15, 40)
    kept = lived(cast, 2, 5)
    log = Log(cast, random.Random(1))
    log.grow(30)
    assert log.export().check().as_data()["complete"]
    run(cast.solsikken)
    seal()
    report = log.export(noted=tuple(log.notes)).check()
    assert (report.status, report.gone, report.lost) == (0, len(gone), 0)
    assert not report.as_data()["complete"]
    assert "40 events stand only as a fingerprint" in " ".join(verify.sentences(report, "en"))
    with database.superuser() as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute("delete from kernel_event where id = %s", [kept[0]])
    report = log.export().check()
    assert (report.status, report.gone, report.lost, names(report)) == (1, len(gone), 1, ["lost"])


def test_an_event_bent_in_the_database_is_named_by_its_line() -> None:
    log = a_log(random.Random(23), 1)
    id_ = cells_of(log.export().lines[7])[3].decode()
    with database.superuser() as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute("update kernel_event set outcome = 'bent' where id = %s", [id_])
    bundle = log.export()
    report = bundle.check()
    assert names(report) == ["changed"]
    assert bundle.csv.split(b"\n")[report.faults[0].more["line"] - 1].split(b";")[3].decode() == id_


def test_a_masked_line_of_the_older_form_is_said_to_be_unproven() -> None:
    log = a_log(random.Random(24), 1)
    customer = log.cast.solsikken
    with operator(customer, "test") as here:
        key, plain = here.customer_key, canonical_json({"q": "ældre"})
        made = make(
            USERS_SEARCHED, customer_id=customer.id, customer_key=key, actor=None, session=None, hits=1, variables={"q": "x"}
        )  # fmt: skip
    sealed = seal_bytes(key, plain, detail_place(customer.id, made.id))
    older = replace(
        made, values={**made.values, "detail": sealed}, salt=made.salt[:32],
        leaf=leaf_of(made.salt[:32], {**made.values, "detail": plain}),
    )  # fmt: skip
    sql, params = statement([older], numbered=False)
    with connections["gate"].cursor() as cursor:
        cursor.execute(sql, params)
    seal()
    plainly, masked = log.export(), log.export(masked=True)
    assert plainly.check().status == 0
    assert "ældre" in plainly.csv.decode()
    report = masked.check()
    assert [(f.name, f.status) for f in report.faults] == [("older-form", 2)]
    assert report.faults[0].more["count"] == 1
    assert "ældre" not in masked.csv.decode()


# -- the commands
def test_the_command_checks_files_and_the_living_log(
    log: Log, whole: Bundle, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, noted = put(whole, tmp_path), tmp_path / "noted.txt"
    noted.write_text(log.notes[0])

    def run(*given: str) -> tuple[int, str]:
        status = verify_command(parser().parse_args(["log", "verify", *given]))
        return status, capsys.readouterr().out

    assert run(str(path), "--since", str(noted))[0] == 0
    status, out = run(str(path), "--since", str(noted), "--json")
    assert (status, json.loads(out)["noted"]) == (0, [{"size": verify.notes_from(log.notes[0])[0].size, "holds": True}])
    slug = log.cast.solsikken.slug
    status, out = run("--customer", slug, "--since", str(noted), "--json")
    assert (status, json.loads(out)["state"]) == (0, "grown")
    noted.write_text(log.notes[0].replace(verify.notes_from(log.notes[0])[0].at, "2020-01-01T00:00:00Z"))
    assert run("--customer", slug, "--since", str(noted))[0] == 1
    noted.write_text("nothing")
    assert run("--customer", slug, "--since", str(noted))[0] == 2
    assert run(str(tmp_path / "nowhere.csv"))[0] == 2
    assert run()[0] == 1


def test_the_living_log_is_compared_with_what_was_noted() -> None:
    log = a_log(random.Random(30), 3)
    whole = log.export()
    origin, other = str(whole.head["origin"]), a_log(random.Random(31), 1)
    lines = whole.lines
    lines[3] = changed(lines[3], outcome="bent")

    bent = Tree(origin, list(keys().keys()), lines)
    longer = Tree(origin, list(keys().keys()), [*whole.lines, *whole.lines])
    stranger = Tree(origin, [Ed25519PrivateKey.generate()], whole.lines)
    short = log.lines[0]
    cases = {
        log.notes[0]: "grown", short: "grown", log.notes[-1]: "same", bent.note_at(10): "rewritten",
        longer.note_at(len(whole.lines) + 3): "shrunk", stranger.note_at(10): "unknown", other.notes[0]: "foreign",
        short.replace(short.split()[1], "0123456789abcdef"): "rewritten",
    }  # fmt: skip
    with operator(log.cast.solsikken, "test"), override("en"):
        for text, state in cases.items():
            assert witness.compare(verify.notes_from(text)[0]).state == state, text
    with operator(make_cast().solsikken, "test"):
        assert witness.compare(verify.notes_from(short)[0]).state == "unsigned"
        assert (witness.newest_line(), witness.newest_note()) == ("", "")


def test_the_headings_are_the_same_on_both_sides() -> None:
    assert verify.COLUMNS == COLUMNS
    assert verify.HEADER == HEADER


def test_other_processes_come_to_the_same_answer(log: Log, whole: Bundle) -> None:
    lines = whole.lines
    lines[130] = changed(lines[130], outcome="forged")
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        for bundle in (whole, whole.with_lines(lines), whole.with_lines(lines[:-3])):
            noted = verify.notes_from(log.notes[0])
            alone = verify.Check(io.BytesIO(bundle.csv), io.BytesIO(bundle.proof), noted).run()
            together = verify.Check(io.BytesIO(bundle.csv), io.BytesIO(bundle.proof), noted, None, pool).run()
            assert together.as_data() == alone.as_data()
    gone = verify.Check(io.BytesIO(whole.csv), io.BytesIO(whole.proof), (), None, pool).run()  # the pool is closed
    assert gone.status == 0
