"""Sealed files: what is cut, swapped, changed or moved is refused; nothing lies in the clear."""

from __future__ import annotations

import os
import resource
import signal
from collections.abc import Callable
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.test import override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from heretask.kernel.secrets.files import CHUNK, SealedFileReader, SealedFileWriter, place_of, remove, remove_older
from heretask.kernel.secrets.keys import CannotOpen, make_key

HEAD, SEALED = 36, CHUNK + 16
KEY, CUSTOMER = make_key(), uuid4()


@pytest.fixture(autouse=True)
def _home(tmp_path: Path) -> object:
    with override_settings(HERETASK_HOME=tmp_path):
        yield


def written(plain: bytes, key: bytes = KEY, customer: UUID = CUSTOMER) -> UUID:
    file = uuid4()
    with SealedFileWriter(key, customer, file) as out:
        for start in range(0, len(plain), 50_000):
            out.write(plain[start : start + 50_000])
    return file


def opened(file: UUID, key: bytes = KEY, customer: UUID = CUSTOMER) -> bytes:
    return b"".join(SealedFileReader(key, customer, file))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.integers(0, 300),
        st.integers(-3, 3).map(lambda n: CHUNK + n),
        st.integers(-3, 3).map(lambda n: 3 * CHUNK + n),
    )
)
def test_what_was_written_comes_back(length: int) -> None:
    plain = os.urandom(length)
    assert opened(written(plain)) == plain


def test_nothing_is_in_the_clear_and_nobody_else_may_read() -> None:
    file = written(b"hemmeligt-ord " * 30_000)
    path = place_of(CUSTOMER, file)
    assert b"hemmeligt" not in path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("cut", [1, 16, SEALED, SEALED + 1, 2 * SEALED, 3 * SEALED])
def test_truncation_is_refused(cut: int) -> None:
    file = written(os.urandom(4 * CHUNK))
    path = place_of(CUSTOMER, file)
    path.write_bytes(path.read_bytes()[:-cut])
    with pytest.raises(CannotOpen):
        opened(file)


def test_a_file_cut_to_its_head_is_refused() -> None:
    file = written(b"")
    path = place_of(CUSTOMER, file)
    for length in (HEAD, HEAD - 1, 0):
        path.write_bytes(path.read_bytes()[:length])
        with pytest.raises(CannotOpen):
            opened(file)


def test_swapped_repeated_and_appended_chunks_are_refused() -> None:
    file = written(os.urandom(3 * CHUNK + 5))
    path = place_of(CUSTOMER, file)
    whole = path.read_bytes()
    head, chunks = whole[:HEAD], [whole[HEAD + n * SEALED : HEAD + (n + 1) * SEALED] for n in range(4)]
    for order in ([1, 0, 2, 3], [0, 2, 1, 3], [0, 0, 1, 2, 3], [0, 1, 3], [0, 1, 2, 3, 3], [3]):
        path.write_bytes(head + b"".join(chunks[n] for n in order))
        with pytest.raises(CannotOpen):
            opened(file)
    path.write_bytes(whole)
    assert len(opened(file)) == 3 * CHUNK + 5


def test_any_changed_bit_is_refused() -> None:
    file = written(os.urandom(CHUNK + 100))
    path = place_of(CUSTOMER, file)
    whole = path.read_bytes()
    for at in (0, 5, HEAD - 1, HEAD, HEAD + 999, HEAD + SEALED - 1, HEAD + SEALED, len(whole) - 1):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        with pytest.raises(CannotOpen):
            opened(file)


def test_another_place_or_key_is_refused() -> None:
    file, other = written(b"x" * 100), uuid4()
    with pytest.raises(CannotOpen):
        opened(file, key=make_key())
    place_of(CUSTOMER, other).write_bytes(place_of(CUSTOMER, file).read_bytes())
    with pytest.raises(CannotOpen):
        opened(other)
    elsewhere = uuid4()
    place_of(elsewhere, file).parent.mkdir(parents=True)
    place_of(elsewhere, file).write_bytes(place_of(CUSTOMER, file).read_bytes())
    with pytest.raises(CannotOpen):
        opened(file, customer=elsewhere)


def test_two_writings_of_one_file_share_no_key() -> None:
    file = uuid4()
    sealed = []
    for _n in range(2):
        with SealedFileWriter(KEY, CUSTOMER, file) as out:
            out.write(b"the same")
        sealed.append(place_of(CUSTOMER, file).read_bytes())
    assert sealed[0][:HEAD] != sealed[1][:HEAD]
    assert sealed[0][HEAD:] != sealed[1][HEAD:]
    assert opened(file) == b"the same"


def test_what_was_broken_off_leaves_nothing() -> None:
    file = uuid4()

    def broken() -> None:
        with SealedFileWriter(KEY, CUSTOMER, file) as out:
            out.write(os.urandom(2 * CHUNK))
            raise OSError("no space left")

    with pytest.raises(OSError, match="no space"):
        broken()
    assert list(place_of(CUSTOMER, file).parent.iterdir()) == []


def test_old_files_are_removed() -> None:
    old, young = written(b"old"), written(b"young")
    os.utime(place_of(CUSTOMER, old), (1, 1))
    assert remove_older(CUSTOMER, 7) == 1
    assert not place_of(CUSTOMER, old).exists()
    assert opened(young) == b"young"
    remove(CUSTOMER, young)
    remove(CUSTOMER, young)
    assert remove_older(uuid4(), 7) == 0


def limited(act: Callable[[], object], most: int) -> str:
    """Run `act` in a process that may write no file longer than `most` bytes; what it raised, by name."""
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        said = "nothing"
        try:
            act()
        except BaseException as failure:  # noqa: BLE001  (told to the parent)
            said = f"{type(failure).__name__}: {failure}"
        os.write(write_end, said.encode())
        os._exit(0)
    os.close(write_end)
    os.waitpid(child, 0)
    with os.fdopen(read_end, "rb") as told:
        return told.read().decode()


@pytest.mark.parametrize("most", [0, 10, HEAD, HEAD + 1, HEAD + SEALED, HEAD + 2 * SEALED + 7])
def test_a_disk_that_fills_up_leaves_nothing_half(most: int, tmp_path: Path) -> None:
    said = limited(lambda: written(os.urandom(3 * CHUNK)), most)
    assert said.startswith("NoRoom")
    assert "no room left on the disk" in said
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_disk_that_fills_up_keeps_the_file_that_was_there(tmp_path: Path) -> None:
    file = written(b"den gamle")

    def again() -> None:
        with SealedFileWriter(KEY, CUSTOMER, file) as out:
            out.write(os.urandom(5 * CHUNK))

    assert limited(again, 2 * CHUNK).startswith("NoRoom")
    assert opened(file) == b"den gamle"
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [file.hex]
