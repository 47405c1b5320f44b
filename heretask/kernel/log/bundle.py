"""What is handed out: CSV, proof, the verifier and a page to read, in one .zip; or CSV and proof as two files.

Everything is written as a stream. Two parts of a .zip cannot grow at once, so the proof waits in a sealed file of its
own until the CSV is complete; it holds hashes only, a hundredth of the CSV.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from io import RawIOBase
from queue import Queue
from threading import Thread
from typing import Any
from uuid import UUID

from django.utils import timezone

from heretask.kernel.secrets import files as sealed
from heretask.kernel.tenancy.base import uuid7

from .exporting import Export
from .proving import Sink

LEVEL = 1  # of compression: the quickest, a seventh of the CSV's size
_PIECES = 8  # that may wait for the thread that packs

README = """HereTask: et udtræk af loggen

{csv}         loggen, en linje for hver hændelse; kan åbnes i et regneark
{csv}.proof   beviset for, at intet er ændret og intet mangler
verify.py     kontrollerer det: kræver Python 3.8 eller nyere (python.org), intet net, intet andet

Sådan kontrolleres udtrækket: læg verify.py og denne .zip i samme mappe, og dobbeltklik på verify.py
(eller skriv: python verify.py). Har du noteret et kontrolpunkt tidligere, så gem det som heretask-checkpoint.txt
i samme mappe: så kontrolleres også, at loggen af i dag er loggen fra dengang, vokset.
Gem ikke CSV-filen fra et regneark: så er den ikke længere den, der blev udleveret.

Kontrolpunktet i dette udtræk. Gem det et sted, som leverandøren ikke kan nå:

HereTask: an extract of the log

{csv}         the log, a line for each event; opens in a spreadsheet
{csv}.proof   the proof that nothing was changed and nothing is missing
verify.py     checks it: needs Python 3.8 or newer (python.org), no network, nothing else

To check the extract put verify.py and this .zip into one folder, and double-click verify.py
(or type: python verify.py). If you noted a checkpoint earlier, save it as heretask-checkpoint.txt
in the same folder: then it is also checked that the log of today is the log of then, grown.
Do not save the CSV from a spreadsheet: it is then no longer what was handed out.

The checkpoint of this extract, to be kept where the supplier cannot reach it:

{note}"""


def verifier() -> bytes:
    """The program that checks an extract, as it is handed out."""
    return files("heretask.kernel.log").joinpath("verify.py").read_bytes()


class Hashing:
    """Passes on what it takes, and knows the check sum and length of it all."""

    def __init__(self, out: Sink) -> None:
        self._out, self._digest, self.length = out, hashlib.sha256(), 0

    def write(self, plain: bytes, /) -> int:
        """Take the next piece."""
        self._digest.update(plain)
        self.length += len(plain)
        self._out.write(plain)
        return len(plain)

    @property
    def sha256(self) -> str:
        """Of everything so far."""
        return self._digest.hexdigest()


def write_zip(export: Export, out: Sink, name: str, *, customer_key: bytes, customer_id: UUID) -> str:
    """Write the whole bundle; returns the SHA-256 of the .zip. `name` is that of the CSV in it."""
    whole, waiting = Hashing(out), uuid7()
    now = timezone.localtime().timetuple()[:6]
    try:
        with zipfile.ZipFile(_Unseekable(whole), "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as bundle:
            with (
                sealed.SealedFileWriter(customer_key, customer_id, waiting) as proof,
                _member(bundle, name, now) as table,
            ):
                export.write_to(table, proof)
            with _member(bundle, f"{name}.proof", now) as packed:
                for piece in sealed.SealedFileReader(customer_key, customer_id, waiting):
                    packed.write(piece)
            for more, text in (
                ("verify.py", verifier()), ("README.txt", README.format(csv=name, note=export.base.note).encode()),
            ):  # fmt: skip
                bundle.writestr(zipfile.ZipInfo(more, now), text, zipfile.ZIP_DEFLATED)
    finally:
        sealed.remove(customer_id, waiting)
    return whole.sha256


@contextmanager
def _member(bundle: zipfile.ZipFile, name: str, now: tuple[int, ...]) -> Iterator[Behind]:
    info = zipfile.ZipInfo(name, now)  # type: ignore[arg-type]  # six numbers
    info.compress_type = zipfile.ZIP_DEFLATED
    with bundle.open(info, "w", force_zip64=True) as packed, Behind(packed) as behind:
        yield behind


class Behind:
    """Hands pieces on in a thread of its own: packing, hashing and sealing leave the interpreter free meanwhile."""

    def __init__(self, out: Any) -> None:
        self._out, self._pieces, self._failure = out, Queue[bytes | None](_PIECES), []  # type: Any, Queue[bytes | None], list[BaseException]
        self._thread = Thread(target=self._work, daemon=True)

    def write(self, plain: bytes, /) -> int:
        """Take the next piece; raises what an earlier one failed with."""
        if self._failure:
            raise self._failure[0]
        if plain:
            self._pieces.put(bytes(plain))
        return len(plain)

    def __enter__(self) -> Behind:
        """Begin."""
        self._thread.start()
        return self

    def __exit__(self, kind: Any, error: Any, where: Any) -> None:
        """Wait until everything is handed on."""
        self._pieces.put(None)
        self._thread.join()
        if self._failure and error is None:
            raise self._failure[0]

    def _work(self) -> None:
        while (piece := self._pieces.get()) is not None:
            if not self._failure:
                try:
                    self._out.write(piece)
                except BaseException as failure:  # noqa: BLE001  (it is raised where the next piece is given)
                    self._failure.append(failure)


class _Unseekable(RawIOBase):
    """What zipfile writes to: forwards only."""

    def __init__(self, out: Sink) -> None:
        self._out = out

    def writable(self) -> bool:
        return True

    def write(self, plain: Any, /) -> int:
        return self._out.write(bytes(plain))
