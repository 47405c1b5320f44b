#!/usr/bin/env python3
"""Checks an extract of a HereTask log: that nothing in it was changed, that nothing is missing, and whose log it is.

    python verify.py                          checks every extract that lies beside this file
    python verify.py FILE [--since NOTED]     checks one, and whether the log is the noted one, grown

One file, Python 3.8 or newer, nothing to install, no network. It shares no code with the program it checks: the form
of an event, the Merkle tree (RFC 6962), signed notes (C2SP) and Ed25519 (RFC 8032) are written here once more.
Exit status: 0 it holds, 1 it does not hold, 2 it could not be checked.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import csv
import hashlib
import io
import json
import locale
import os
import re
import struct
import sys
import unicodedata
import zipfile
import zlib
from collections import deque
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta, timezone
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Dict, Iterator, List, NamedTuple, Sequence, Tuple

COLUMNS = (
    "time_utc", "time_copenhagen", "at", "id", "customer", "actor_user_name", "actor_name", "actor", "session", "grant",
    "action", "sentence", "object_kind", "object_id", "citizen", "purpose", "detail", "hits", "shown", "outcome",
    "address", "agent", "changed", "times", "place", "salt", "commitment", "leaf",
)  # fmt: skip
HEADER = ("\ufeff" + ";".join(COLUMNS) + "\r\n").encode()
FIRST_LINE = "HereTask log proof 1"
OLDER = b"older form"  # in the place of a commitment: the variables cannot be left out of this event's form
TAG = 10  # bytes for each line: 4 of its leaf, 4 of its check sum, 2 of its salt's
AHEAD = 600  # lines looked ahead to tell what was done to them
LONG = 16 << 20  # bytes of a file from which on other processes help
MOST = 20  # faults that are told one by one
csv.field_size_limit(1 << 26)

# ---------------------------------------------------------------------------------------------------------- words
SAID: dict[str, tuple[str, str]] = {
    "no-files": (
        "There is no extract here. Put verify.py beside the extract (a .zip, or a .csv with its .csv.proof) and run it again.",
        "Her er intet udtræk. Læg verify.py ved siden af udtrækket (en .zip, eller en .csv med sin .csv.proof), og kør igen.",
    ),
    "two-files": (
        "Give the document and its signature: verify.py assessment FILE FILE.sig",
        "Angiv dokumentet og dets underskrift: verify.py assessment FIL FIL.sig",
    ),
    "sample-how": (
        "Give the list and the seed: verify.py sample LIST --seed 'WORDS' --number 10",
        "Angiv listen og frøet: verify.py sample LISTE --seed 'ORD' --number 10",
    ),
    "no-list": (
        "This is no list of ids, one a line and in order.",
        "Det er ikke en liste med id'er, ét på hver linje og i rækkefølge.",
    ),
    "population": ("{count} rows, SHA-256 {digest}. Drawn:", "{count} rækker, SHA-256 {digest}. Udtrukket:"),
    "no-signature": (
        "There is no signature here by a key that is known.",
        "Her er ingen underskrift af en nøgle, der kendes.",
    ),
    "other-document": (
        "The signature is of another document, or the document was changed after it was signed.",
        "Underskriften er af et andet dokument, eller dokumentet er ændret, efter at det blev underskrevet.",
    ),
    "document-holds": (
        "The document is exactly what was signed at {at} by the key {key}.",
        "Dokumentet er præcis det, der blev underskrevet {at} med nøglen {key}.",
    ),
    "no-file": ("There is no file {file}.", "Filen {file} findes ikke."),
    "no-proof": (
        "The proof is missing: {file} must lie beside the CSV. It comes with the extract; without it nothing can be checked.",
        "Beviset mangler: {file} skal ligge ved siden af CSV-filen. Den følger med udtrækket; uden den kan intet kontrolleres.",
    ),
    "no-csv": ("The CSV that the proof belongs to is missing.", "CSV-filen, som beviset hører til, mangler."),
    "not-a-bundle": ("This is no extract of a HereTask log.", "Det er ikke et udtræk af en HereTask-log."),
    "truncated": (
        "The file is cut off: it was not downloaded or copied to its end. Fetch it again.",
        "Filen er skåret af: den er ikke hentet eller kopieret til ende. Hent den igen.",
    ),
    "damaged": ("The file is damaged and cannot be unpacked. Fetch it again.", "Filen er beskadiget og kan ikke pakkes ud. Hent den igen."),
    "bad-proof": (
        "The proof is not in order ({what}): it was changed, or does not belong here.",
        "Beviset er ikke i orden ({what}): det er ændret, eller det hører ikke til her.",
    ),
    "noted-unreadable": (
        "There is no checkpoint in {file}. It must hold the text you noted or downloaded earlier.",
        "Der er intet kontrolpunkt i {file}. Den skal indeholde den tekst, du noterede eller hentede tidligere.",
    ),
    "wrong-key": (
        "The checkpoint is signed with another key than the one that stands in the extract.",
        "Kontrolpunktet er underskrevet med en anden nøgle end den, der står i udtrækket.",
    ),
    "bad-signature": (
        "The signature of the checkpoint does not hold: the checkpoint was changed after it was signed.",
        "Kontrolpunktets underskrift holder ikke: kontrolpunktet er ændret, efter at det blev underskrevet.",
    ),
    "new-key": (
        "The log is signed with a key that your noted checkpoint does not know, and nothing signed with the old key says "
        "that the new one is right. The whole log may have been written anew.",
        "Loggen er underskrevet med en nøgle, som dit noterede kontrolpunkt ikke kender, og intet, der er underskrevet med "
        "den gamle nøgle, siger god for den nye. Hele loggen kan være skrevet om.",
    ),
    "other-customer": (
        "This belongs to another customer's log: expected {expected}, found {found}.",
        "Det hører til en anden kundes log: ventede {expected}, fandt {found}.",
    ),
    "mixed": (
        "CSV and proof are not from the same extract.",
        "CSV-filen og beviset er ikke fra det samme udtræk.",
    ),
    "resaved": (
        "The CSV was opened and saved again by a spreadsheet or an editor ({what}). It is no longer what was handed out: "
        "take the CSV out of the extract once more, and do not save it.",
        "CSV-filen er åbnet og gemt igen i et regneark eller en editor ({what}). Den er ikke længere den, der blev udleveret: "
        "tag CSV-filen ud af udtrækket igen, og gem den ikke.",
    ),
    "rewritten-numbers": (
        "Line {line}: a spreadsheet has rewritten the column '{column}' (it says {value}).",
        "Linje {line}: et regneark har skrevet kolonnen '{column}' om (der står {value}).",
    ),
    "heading": ("Line 1: the headings were changed.", "Linje 1: overskrifterne er ændret."),
    "changed": (
        "Line {line}: something in it was changed after it was written ({what}).",
        "Linje {line}: noget i den er ændret, efter at den blev skrevet ({what}).",
    ),
    "changed-time": (
        "Line {line}: the event was moved in time ({what}).", "Linje {line}: hændelsen er flyttet i tid ({what}).",
    ),
    "changed-customer": (
        "Line {line}: the event was moved to another customer ({what}).",
        "Linje {line}: hændelsen er flyttet til en anden kunde ({what}).",
    ),
    "changed-salt": ("Line {line}: the salt was changed.", "Linje {line}: saltet er ændret."),
    "unreadable": (
        "Line {line}: cannot be read as a line of the extract ({what}).",
        "Linje {line}: kan ikke læses som en linje i udtrækket ({what}).",
    ),
    "deleted": (
        "Before line {line}: {count} lines are missing (events {first} to {last} of the log).",
        "Før linje {line}: der mangler {count} linjer (hændelse {first} til {last} i loggen).",
    ),
    "inserted": (
        "Line {line}: this line was put in; it does not belong to the extract.",
        "Linje {line}: denne linje er sat ind; den hører ikke til udtrækket.",
    ),
    "swapped": ("Lines {line} and {other} have changed places.", "Linje {line} og {other} har byttet plads."),
    "reordered": (
        "Line {line}: stands in the wrong order (event {place} of the log, expected {expected}).",
        "Linje {line}: står i forkert rækkefølge (hændelse {place} i loggen, ventede {expected}).",
    ),
    "cut": (
        "The end is missing: the last {count} lines were cut off after line {line}.",
        "Slutningen mangler: de sidste {count} linjer er skåret af efter linje {line}.",
    ),
    "check-sum": (
        "The file is not the one that was handed out: its check sum is another.",
        "Filen er ikke den, der blev udleveret: dens kontrolsum er en anden.",
    ),
    "root": (
        "Lines and proof fit each other, but do not lead to what was signed: both were rewritten together.",
        "Linjer og bevis passer sammen, men fører ikke til det, der er underskrevet: de er skrevet om sammen.",
    ),
    "shrunk": (
        "The log has become shorter than your noted checkpoint: you noted {noted} events, this says {size}. Events were "
        "removed, an old copy was put back, or the extract is older than your note.",
        "Loggen er blevet kortere end dit noterede kontrolpunkt: du noterede {noted} hændelser, her står {size}. Hændelser er "
        "fjernet, en gammel kopi er lagt tilbage, eller udtrækket er ældre end din notering.",
    ),
    "rewritten": (
        "The log was rewritten: its first {noted} events are not those of your noted checkpoint.",
        "Loggen er skrevet om: dens første {noted} hændelser er ikke dem i dit noterede kontrolpunkt.",
    ),
    "not-comparable": (
        "Your noted checkpoint of {noted} events cannot be compared with this extract, since the filter left out what stands "
        "around it. Ask for an extract that names this checkpoint, or for one of the whole log.",
        "Dit noterede kontrolpunkt på {noted} hændelser kan ikke sammenlignes med dette udtræk, fordi filteret har udeladt det, "
        "der står omkring det. Bed om et udtræk, der nævner kontrolpunktet, eller om et af hele loggen.",
    ),
    "lost": (
        "{count} events are in the log's tree, but their content was gone when the extract was made, and no retention explains "
        "it: they were deleted.",
        "{count} hændelser er i loggens træ, men deres indhold var væk, da udtrækket blev lavet, og ingen opbevaringsfrist "
        "forklarer det: de er slettet.",
    ),
    "older-form": (
        "{count} lines (the first is line {line}) are masked and of an older form: that they are in the log is proven, what "
        "stands in them is not. An extract with search words can be checked in full.",
        "{count} linjer (den første er linje {line}) er maskeret og af en ældre form: det er bevist, at de er i loggen, men ikke "
        "hvad der står i dem. Et udtræk med søgeord kan kontrolleres helt.",
    ),
    "unsealed": (
        "The last {count} lines (from line {line}) had no signed place in the log yet when the extract was made. Nothing "
        "proves them. Make a new extract in some minutes.",
        "De sidste {count} linjer (fra linje {line}) havde endnu ingen underskrevet plads i loggen, da udtrækket blev lavet. Intet "
        "beviser dem. Lav et nyt udtræk om nogle minutter.",
    ),
    "unsigned": (
        "Nothing of this log had been signed when the extract was made, so nothing in it is proven.",
        "Intet af denne log var underskrevet, da udtrækket blev lavet, så intet i det er bevist.",
    ),
    "more": ("… and {count} more.", "… og {count} til."),
    "integrity-holds": (
        "Nothing was changed: {rows} lines are as they were written, and lead to the signed checkpoint.",
        "Intet er ændret: {rows} linjer er, som de blev skrevet, og fører til det underskrevne kontrolpunkt.",
    ),
    "integrity-fails": ("THE FILE DOES NOT HOLD:", "FILEN HOLDER IKKE:"),
    "integrity-unsure": ("Not everything could be checked:", "Ikke alt kunne kontrolleres:"),
    "complete": (
        "Nothing is missing: the file holds every one of the {size} events, from the first one to the checkpoint.",
        "Intet mangler: filen indeholder hver eneste af de {size} hændelser, fra den første til kontrolpunktet.",
    ),
    "filtered": (
        "A selection: {rows} of {size} events. {left} others were left out by the filter, neither more nor fewer.",
        "Et udvalg: {rows} af {size} hændelser. {left} andre er udeladt af filteret, hverken flere eller færre.",
    ),
    "gone": (
        "{count} events stand only as a fingerprint: their content is gone, after the period of retention as the extract says.",
        "{count} hændelser står kun som et aftryk: deres indhold er væk, efter opbevaringsfristen, som udtrækket siger.",
    ),
    "completeness-unknown": ("Whether something is missing cannot be said.", "Om noget mangler, kan ikke siges."),
    "checkpoint": ("Checkpoint: {size} events, {root}, {at}", "Kontrolpunkt: {size} hændelser, {root}, {at}"),
    "noted-holds": (
        "It is the log you noted ({noted} events, {at}), grown by {grown}.",
        "Det er den log, du noterede ({noted} hændelser, {at}), vokset med {grown}.",
    ),
    "noted-none": (
        "You gave no noted checkpoint, so trust in the key rests on the extract itself: whoever could rewrite the whole log "
        "could also sign it anew. Keep the checkpoint above, and give it next time with --since.",
        "Du har ikke angivet et noteret kontrolpunkt, så tilliden til nøglen hviler på udtrækket selv: den, der kunne skrive hele "
        "loggen om, kunne også underskrive den igen. Gem kontrolpunktet ovenfor, og angiv det næste gang med --since.",
    ),
    "noted-short": (
        "A short note proves the log but not the key; a whole checkpoint proves both.",
        "En kort notering beviser loggen, men ikke nøglen; et helt kontrolpunkt beviser begge.",
    ),
    "aid": (
        "Names and sentences help reading. They are covered by the check sum of the file, not by the signature.",
        "Navne og sætninger er en læsehjælp. De er dækket af filens kontrolsum, ikke af underskriften.",
    ),
    "masked": ("Search words are masked in this extract.", "Søgeord er maskeret i dette udtræk."),
    "using-noted": ("Noted checkpoint: {file}", "Noteret kontrolpunkt: {file}"),
    "progress": ("{count} lines …", "{count} linjer …"),
    "wait": ("Press Enter to close.", "Tryk Enter for at lukke."),
    "a cell": ("a cell", "en celle"),
    "the proven columns": ("one of the proven columns", "en af de beviste kolonner"),
    "name or sentence": ("a name, the sentence or the layout", "et navn, sætningen eller opsætningen"),
    "cells": ("{found} cells instead of {expected}", "{found} celler i stedet for {expected}"),
    "no byte order mark": ("no byte order mark", "intet byte order mark"),
    "line ends": ("other line ends", "andre linjeskift"),
    "separators": ("other separators", "andre skilletegn"),
    "quotes": ("other quotation marks", "andre anførselstegn"),
    "nothing": ("nothing", "intet"),
}  # fmt: skip


class Stop(Exception):
    """Nothing more can be checked; `name` says why."""

    def __init__(self, name: str, status: int = 1, **more: Any) -> None:
        super().__init__(name)
        self.fault = Fault(name, status, more)


class Fault(NamedTuple):
    """One thing that is wrong (status 1) or could not be checked (2): its name, and what its sentence needs."""

    name: str
    status: int
    more: dict[str, Any]

    def told(self, language: str) -> str:
        """The sentence."""
        return say(self.name, language, **self.more)


def say(name: str, language: str, **more: Any) -> str:
    """A sentence in `da` or `en`; words inside it are translated too, and thousands set apart."""
    danish = language == "da"
    put = {}
    for key, value in more.items():
        if isinstance(value, int):
            put[key] = f"{value:,}".replace(",", "." if danish else ",")
        else:
            put[key] = SAID[value][danish] if key == "what" and value in SAID else str(value)
    return SAID[name][danish].format(**put)


# -------------------------------------------------------------------------------------------- Ed25519 (RFC 8032, 5.1)
_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_ROOT = pow(2, (_P - 1) // 4, _P)
Point = Tuple[int, int, int, int]


def _recover(y: int, sign: int) -> int | None:
    x2 = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P) % _P
    x = pow(x2, (_P + 3) // 8, _P)
    if (x * x - x2) % _P:
        x = x * _ROOT % _P
    if (x * x - x2) % _P or (x == 0 and sign):
        return None
    return _P - x if x & 1 != sign else x


def _point(data: bytes) -> Point | None:
    number = int.from_bytes(data, "little")
    y, sign = number & ((1 << 255) - 1), number >> 255
    x = _recover(y, sign) if y < _P else None
    return None if x is None else (x, y, 1, x * y % _P)


def _add(p: Point, q: Point) -> Point:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % _P, (p[1] + p[0]) * (q[1] + q[0]) % _P
    c, d = 2 * p[3] * q[3] * _D % _P, 2 * p[2] * q[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


_ZERO: Point = (0, 1, 1, 0)
_BASE_Y = 4 * pow(5, _P - 2, _P) % _P
_BASE_X = _recover(_BASE_Y, 0) or 0
_BASE: Point = (_BASE_X, _BASE_Y, 1, _BASE_X * _BASE_Y % _P)


def _equal(p: Point, q: Point) -> bool:
    return not ((p[0] * q[2] - q[0] * p[2]) % _P or (p[1] * q[2] - q[1] * p[2]) % _P)


def ed25519_holds(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether an Ed25519 signature holds. Keys of small order, which fit many messages, are refused."""
    if len(public) != 32 or len(signature) != 64:
        return False
    a, r, s = _point(public), _point(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= _L:
        return False
    eight = a
    for _ in range(3):
        eight = _add(eight, eight)
    if _equal(eight, _ZERO):
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % _L
    minus = (_P - a[0], a[1], 1, _P - a[3])
    both, total = _add(_BASE, minus), _ZERO  # s·B - k·A, both numbers in one pass
    for bit in range(252, -1, -1):
        total = _add(total, total)
        pick = (s >> bit & 1) | (k >> bit & 1) << 1
        if pick:
            total = _add(total, (_BASE, minus, both)[pick - 1])
    return _equal(total, r)


# ------------------------------------------------------------------------------------------- checkpoints as signed notes
class Key(NamedTuple):
    """A public key as it is handed on."""

    name: str
    id: bytes
    public: bytes


class Note(NamedTuple):
    """A checkpoint: what it says, and who signed it. `text` is empty for a short note of size and beginning of root."""

    origin: str
    size: int
    root: bytes
    at: str
    text: str
    signatures: tuple[tuple[str, bytes], ...]
    keys: tuple[Key, ...] = ()


_KEY = re.compile(r"(\S+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})")
_SIGNED = re.compile("[\u2014\u2013-]+ (\\S+) ([A-Za-z0-9+/]+={0,2})")
_UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DOCUMENT = re.compile(r"heretask/document/[0-9a-f-]{36}")
_ORIGIN = re.compile(r"heretask/log/[0-9a-f-]{36}")
_SHORT = re.compile(r"(?<![0-9a-f])(\d{1,15})[ \t\u00b7,;:]+([0-9a-f]{16})(?![0-9a-f])[ \t\u00b7,;:]*(\S*)")


def key_from(line: str) -> Key | None:
    """A key's line, or None."""
    found = _KEY.fullmatch(line.strip())
    if not found:
        return None
    raw = base64.b64decode(found[3])
    id_ = hashlib.sha256(found[1].encode() + b"\n" + raw).digest()[:4]
    if raw[:1] != b"\x01" or len(raw) != 33 or id_.hex() != found[2]:
        return None
    return Key(found[1], id_, raw[1:])


def notes_from(text: str) -> list[Note]:
    """The checkpoints in a text, however it was copied: quoted by a mail, with other line ends, among other words."""
    lines = [line.strip().lstrip(">").strip() for line in text.replace("\ufeff", "").splitlines()]
    keys = tuple(key for key in map(key_from, lines) if key)
    found = []
    for number, line in enumerate(lines):
        if _ORIGIN.fullmatch(line):
            note = _note_at(lines, number, keys)
            if note:
                found.append(note)
    if found:
        return found
    short = _SHORT.search(text)
    return [Note("", int(short[1]), bytes.fromhex(short[2]), short[3], "", ())] if short else []


def _note_at(lines: list[str], number: int, keys: tuple[Key, ...]) -> Note | None:
    body = []
    for line in lines[number:]:
        if not line or _SIGNED.fullmatch(line):
            break
        body.append(line)
    try:
        size, root = int(body[1]), base64.b64decode(body[2], validate=True)
    except (IndexError, ValueError):
        return None
    rest = lines[number + len(body) :]
    while rest and not rest[0]:
        rest = rest[1:]
    signatures = []
    for line in rest:
        signed = _SIGNED.fullmatch(line)
        if not signed:
            break
        signatures.append((signed[1], base64.b64decode(signed[2])))
    text = "".join(line + "\n" for line in body)
    return Note(body[0], size, root, body[3] if len(body) > 3 else "", text, tuple(signatures), keys)


def signers(note: Note, keys: Sequence[Key]) -> set[Key]:
    """Those of `keys` that signed a note; raises Stop where a signature by one of them does not hold."""
    held = set()
    for key in keys:
        for name, blob in note.signatures:
            if name == key.name and blob[:4] == key.id:
                if not ed25519_holds(key.public, note.text.encode(), blob[4:]):
                    raise Stop("bad-signature")
                held.add(key)
    return held


# ---------------------------------------------------------------------------------------------- the tree (RFC 6962, 2.1)
class Edge:
    """The right edge of a growing tree: at most one complete subtree of each level."""

    def __init__(self) -> None:
        self.size = 0
        self.left: dict[int, bytes] = {}

    def add(self, level: int, hashes: list[bytes]) -> None:
        """Append complete subtrees of one level."""
        if self.size & ((1 << level) - 1):
            raise Stop("bad-proof", what="places")
        place, sha = self.size >> level, hashlib.sha256
        self.size += len(hashes) << level
        while hashes:
            if place & 1:
                hashes = [self.left.pop(level), *hashes]
            if len(hashes) & 1:
                self.left[level] = hashes[-1]
            two = iter(hashes)
            hashes = [sha(b"\x01" + a + b).digest() for a, b in zip(two, two)]
            place, level = place >> 1, level + 1

    def root(self) -> bytes:
        """The root of the tree as it is now."""
        hashes = [self.left[level] for level in sorted(self.left)]
        if not hashes:
            return hashlib.sha256(b"").digest()
        right = hashes[0]
        for left in hashes[1:]:
            right = hashlib.sha256(b"\x01" + left + right).digest()
        return right


def pieces(first: int, end: int) -> Iterator[int]:
    """The levels of the fewest complete subtrees that make up the leaves from `first` to before `end`."""
    while first < end:
        level = (first & -first).bit_length() - 1 if first else (end - first).bit_length() - 1
        while 1 << level > end - first:
            level -= 1
        yield level
        first += 1 << level


# -------------------------------------------------------------------------------------------------- the form of an event
_NONE = b"\xff\xff\xff\xff"
_plain, _sha256 = binascii.unhexlify, hashlib.sha256
_AT = {name: number for number, name in enumerate(COLUMNS)}
_LAST = len(COLUMNS)
_SPACES = "[\\s\u200b\u2060\ufeff]*[\t\r\n=+\\-@\uff1d\uff0b\uff0d\uff20]"
_MARKED = re.compile("'+" + _SPACES)


def _sized(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + data


def raw_text(cell: bytes) -> bytes:
    """A cell without the apostrophe that keeps spreadsheets from running it."""
    if cell[:1] == b"'" and _MARKED.match(cell.decode()):
        return cell[1:]
    return cell


class _Remembered(Dict[bytes, bytes]):
    """Cells that come again and again, as pieces of the form; forgotten when they become many."""

    def __missing__(self, cell: bytes) -> bytes:
        if len(self) > 20000:
            self.clear()
        made = self[cell] = self.make(cell)
        return made

    def make(self, cell: bytes) -> bytes:
        """A text."""
        return _sized(raw_text(cell))


class _Ids(_Remembered):
    def make(self, cell: bytes) -> bytes:
        return _sized(_id(cell)) if cell else _NONE


class _Numbers(_Remembered):
    def make(self, cell: bytes) -> bytes:
        return _sized(int(cell).to_bytes(8, "big", signed=True)) if cell else _NONE


class _Names(_Remembered):
    def make(self, cell: bytes) -> bytes:
        plain = raw_text(cell).decode()
        names = json.loads(plain) if plain[:1] == "[" else plain.split()
        return _sized(len(names).to_bytes(4, "big") + b"".join(_sized(name.encode()) for name in names))


class _Shown(_Remembered):
    def make(self, cell: bytes) -> bytes:
        ids = cell.split()
        return _sized(len(ids).to_bytes(4, "big") + b"".join(b"\x00\x00\x00\x10" + _id(one) for one in ids))


def _id(cell: bytes) -> bytes:
    plain = binascii.unhexlify(cell.replace(b"-", b""))
    if len(plain) != 16 or len(cell) != 36:
        raise ValueError("no id")
    return plain


class _Times(Dict[int, Tuple[bytes, bytes, bytes]]):
    """An hour since 1970 -> how both time columns begin in it, and how the second one ends."""

    def __missing__(self, hour: int) -> tuple[bytes, bytes, bytes]:
        if len(self) > 20000:
            self.clear()
        moment = datetime.fromtimestamp(hour * 3600, timezone.utc)
        hours = danish_hours(moment)
        local = moment + timedelta(hours=hours)
        made = self[hour] = (moment.isoformat()[:13].encode(), local.isoformat()[:13].encode(), b"+0%d:00" % hours)
        return made


_MINUTES = [b":%02d:%02d." % divmod(second, 60) for second in range(3600)]


def danish_hours(moment: datetime) -> int:
    """How many hours Denmark is ahead of UTC: two from the last Sunday of March to that of October, at 01:00 UTC."""

    def last_sunday(month: int) -> datetime:
        end = datetime(moment.year, month, 31, 1, tzinfo=timezone.utc)
        return end - timedelta(days=(end.weekday() + 1) % 7)

    return 2 if last_sunday(3) <= moment < last_sunday(10) else 1


class Forms:
    """Makes the leaf of a line, from nothing but the line."""

    def __init__(self) -> None:
        self.ids, self.texts, self.numbers = _Ids(), _Remembered(), _Numbers()
        self.names, self.shown, self.times = _Names(), _Shown(), _Times()

    def leaf(self, cells: Sequence[bytes]) -> bytes:
        """The leaf of an event; of one that is masked in the older form, the leaf that stands there."""
        (
            _, _, at, id_, customer, _, _, actor, session, grant, action, _, object_kind, object_id, citizen, purpose,
            detail, hits, shown, outcome, address, agent, changed, times, _, salt, commitment, leaf,
        ) = cells  # fmt: skip
        ids, texts, numbers, plain = self.ids, self.texts, self.numbers, _plain(salt)
        if commitment:
            if commitment == OLDER:
                return _plain(leaf)
            begins, said = b"\x02", b"\x00\x00\x00\x20" + _plain(commitment)
        elif len(plain) == 64:
            begins, said = b"\x02", b"\x00\x00\x00\x20" + _sha256(plain[32:] + raw_text(detail)).digest()
            plain = plain[:32]
        else:
            begins, said = b"\x01", _sized(raw_text(detail)) if detail else _NONE
        plain_id = _plain(id_.replace(b"-", b""))
        if len(plain_id) != 16 or len(plain) != 32 or len(id_) != 36:
            raise ValueError("no id")
        return _sha256(b"".join((
            b"\x00", plain, begins, b"\x00\x00\x00\x10", plain_id, b"\x00\x00\x00\x08", int(at).to_bytes(8, "big"),
            ids[customer], ids[actor], ids[session], ids[grant], texts[action], texts[object_kind], ids[object_id],
            ids[citizen], texts[purpose], said, numbers[hits], self.shown[shown], texts[outcome], texts[address],
            texts[agent], self.names[changed], numbers[times],
        ))).digest()  # fmt: skip

    def begins(self, cells: Sequence[bytes]) -> bytes:
        """How the line must begin: both readable times follow from the third column."""
        at = cells[2]
        hour, second = divmod(int(at[:-6]), 3600)
        utc, local, hours = self.times[hour]
        clock = _MINUTES[second] + at[-6:]
        return utc + clock + b"+00:00;" + local + clock + hours + b";" + at + b";"


_tag = struct.Struct(">4sIH").pack
_sum = zlib.adler32  # the quicker one: it only finds the line, SHA-256 says whether anything is wrong


def tag_of(leaf: bytes, line: bytes, salt: bytes) -> bytes:
    """What the proof says of a line, to find the one that is wrong."""
    return _tag(leaf, _sum(line), _sum(salt) & 0xFFFF)


Record = Tuple[int, bytes]  # a line of the CSV, with its number
Right = Tuple[List[bytes], int, int]  # leaves, how many of them are of the older form, and the line of the first such


def cells_of(record: bytes) -> list[bytes]:
    """The cells of a record; raises ValueError where it is none."""
    if b'"' not in record:
        return record[:-2].split(b";")
    return quoted_cells(record, ";")


def quoted_cells(record: bytes, separator: str) -> list[bytes]:
    """The cells of a record that has quotation marks, or is of another program."""
    lines = [record.decode()] if record.count(b"\n") == 1 else io.StringIO(record.decode(), newline="")
    found = list(csv.reader(lines, delimiter=separator))
    if len(found) != 1:
        return []
    if b"\x1f" in record:
        return [cell.encode() for cell in found[0]]
    return "\x1f".join(found[0]).encode().split(b"\x1f")


def leaves_of(
    customer: bytes, kind: str, first: int, records: list[Record], tags: bytes, forms: Forms | None = None
) -> Right | None:
    """The leaves of a run where everything in it is right; None where anything is not. Also done by other processes."""
    leaves, made, older, first_older, forms = [], [], 0, 0, forms or _FORMS
    place, hexlify = first, binascii.hexlify
    try:
        for line, record in records:
            cells = record[:-2].split(b";") if b'"' not in record else quoted_cells(record, ";")
            leaf = forms.leaf(cells)
            if (
                cells[24] != (b"%d" % place if kind == "r" else b"") or cells[4] != customer
                or hexlify(leaf) != cells[27] or not record.startswith(forms.begins(cells))
            ):  # fmt: skip
                return None
            if cells[26] == OLDER:
                older, first_older = older + 1, first_older or line
            leaves.append(leaf)
            made.append(_tag(leaf, _sum(record), _sum(cells[25]) & 0xFFFF))
            place += 1
    except (ValueError, IndexError, OverflowError, csv.Error):
        return None
    return (leaves, older, first_older) if b"".join(made) == tags else None


_FORMS = Forms()


# -------------------------------------------------------------------------------------------------------- the two files
class _Hashed(io.RawIOBase):
    """Passes a file on, and knows the check sum of all that was read."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self.digest = file, hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            data = self._file.read(len(buffer))
        except (zipfile.BadZipFile, zlib.error, EOFError) as broken:
            raise Stop("damaged") from broken
        self.digest.update(data)
        buffer[: len(data)] = data
        return len(data)


class Lines:
    """The CSV as records, with the number of the line each begins at; and the check sum of it all."""

    def __init__(self, file: BinaryIO) -> None:
        raw = _Hashed(file)
        self.digest, self.line, self.separator, self.loose = raw.digest, 1, ";", False
        self._source = io.BufferedReader(raw, 1 << 18)

    def take(self, count: int) -> list[tuple[int, bytes]]:
        """The next `count` records; fewer at the end."""
        made = []
        for record in islice(self._source, count):
            start, whole = self.line, record
            self.line += 1
            if b'"' in record:
                while whole.count(b'"') & 1 and len(whole) < 1 << 24:  # a line break inside a cell
                    following = next(self._source, b"")
                    if not following:
                        break
                    whole, self.line = whole + following, self.line + 1
            made.append((start, whole))
        return made

    def cells(self, record: bytes) -> list[bytes]:
        """The cells of a record; raises ValueError where it is none."""
        return quoted_cells(record, self.separator) if self.loose else cells_of(record)


class Wanted(NamedTuple):
    """A line that should be there: its place in the log (None where it has none yet), and its tag."""

    place: int | None
    tag: bytes


class Proof:
    """The file beside the CSV: a first part about the whole, then what comes line after line, then an end."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        if self._line() != FIRST_LINE:
            raise Stop("not-a-bundle", 2)
        self.end: dict[str, Any] = {}
        try:
            said = json.loads(self._line())
            self.origin, self.masked, self.whole = str(said["origin"]), bool(said["masked"]), bool(said["whole"])
            self.keys = [key for key in map(key_from, said["keys"]) if key]
            self.notes = notes_from(str(said["checkpoint"]))
            self.bridges = [note for text in said["bridges"] for note in notes_from(str(text))]
        except (ValueError, KeyError, TypeError) as wrong:
            raise Stop("bad-proof", what="heading") from wrong

    def parts(self) -> Iterator[tuple[str, int, int, bytes]]:
        """Kind (r lines, u lines without a place, gaps: g filtered, x expired, l lost), first place, count, bytes."""
        while True:
            line = self._line()
            if line.startswith("end "):
                self.end = json.loads(line[4:])
                return
            try:
                kind, first, count, data = line.split(" ")
                if kind not in {"r", "g", "x", "l", "u"}:
                    raise ValueError(kind)
                yield kind, int(first), int(count), base64.b64decode(data, validate=True)
            except ValueError as wrong:
                raise Stop("bad-proof", what="a line") from wrong

    def _line(self) -> str:
        try:
            line = self._file.readline(1 << 24)
        except (zipfile.BadZipFile, zlib.error, EOFError) as broken:
            raise Stop("damaged") from broken
        if not line.endswith(b"\n"):
            raise Stop("truncated")
        return line[:-1].decode("utf-8", "replace").rstrip("\r")


class Report:
    """What was found."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.more = self.rows = self.left = self.gone = self.lost = self.unsealed = self.older = 0
        self.note: Note | None = None
        self.noted: list[tuple[Note, bool]] = []  # what was noted, and whether it was found to be part of this log
        self.masked = self.read = False

    @property
    def status(self) -> int:
        """The exit status."""
        found = {fault.status for fault in self.faults}
        return 1 if 1 in found else 2 if found else 0

    def fault(self, name: str, status: int = 1, **more: Any) -> None:
        """Take a fault down; many are counted only."""
        if len(self.faults) < MOST:
            self.faults.append(Fault(name, status, more))
        else:
            self.more += 1

    def as_data(self) -> dict[str, Any]:
        """For programs."""
        note = self.note
        return {
            "status": self.status, "holds": self.status == 0,
            "faults": [{"name": f.name, "status": f.status, **f.more, "sentence": f.told("en")} for f in self.faults],
            "more_faults": self.more, "rows": self.rows, "left_out": self.left, "content_gone": self.gone, "content_lost": self.lost,
            "without_place": self.unsealed, "older_form": self.older, "masked": self.masked,
            "complete": self.read and not self.status and not self.left and not self.gone,
            "checkpoint": {"origin": note.origin, "size": note.size, "root": note.root.hex(), "at": note.at} if note else None,
            "noted": [{"size": one.size, "holds": held} for one, held in self.noted],
        }  # fmt: skip


class Run(NamedTuple):
    """Lines that stand one after the other, and perhaps another process that computes their leaves."""

    kind: str
    first: int
    records: list[Record]
    tags: bytes
    being_made: Any

    def wanted(self) -> list[Wanted]:
        """The lines that should be there."""
        tags = [self.tags[n : n + TAG] for n in range(0, len(self.tags), TAG)]
        return [Wanted(self.first + n if self.kind == "r" else None, tag) for n, tag in enumerate(tags)]


class Row(NamedTuple):
    """A line that is there; without cells where it cannot be read."""

    line: int
    record: bytes
    cells: list[bytes]
    place: int | None
    tag: bytes


# ------------------------------------------------------------------------------------------------------------- checking
class Check:
    """One extract against its proof, and against what was noted earlier. Each `check_` finds its own kind of fault."""

    def __init__(
        self, table: BinaryIO, proof: BinaryIO, noted: Sequence[Note] = (), told: Any = None, workers: Any = None
    ) -> None:
        self.report, self.workers, self.ahead = Report(), workers, 32 if workers is not None else 0
        self.proof, self.lines, self.forms, self.edge = Proof(proof), Lines(table), Forms(), Edge()
        self.parts, self.noted, self.told = self.proof.parts(), list(noted), told
        self.customer = self.proof.origin.rpartition("/")[2].encode()
        self.roots: dict[int, bytes | None] = {}

    def run(self) -> Report:
        """Everything; what stands in the way of going on is the last fault."""
        report = self.report
        report.masked = self.proof.masked
        try:
            trusted = self.check_signature()
            self.check_origin()
            self.check_noted_size()
            self.check_keys(trusted)
            self.roots = dict.fromkeys(note.size for note in [*self.noted, *self.proof.bridges])
            self.check_heading()
            self._read()
            if not report.faults:
                self.check_end()
                self.check_root()
                self.check_noted()
            if report.lost:
                report.fault("lost", count=report.lost)
            if report.older:
                report.fault("older-form", 2, count=report.older, line=self.first_older)
            if report.unsealed:
                report.fault("unsealed", 2, count=report.unsealed, line=self.first_unsealed)
            report.read = True
        except Stop as stop:
            report.faults.append(stop.fault)
        return report

    def check_signature(self) -> set[Key]:
        """The checkpoint must be signed by a key that the extract names; returns those that did."""
        if not self.proof.notes:
            self.report.fault("unsigned", 2)
            return set()
        self.report.note = self.proof.notes[0]
        held = signers(self.proof.notes[0], self.proof.keys)
        if not held:
            raise Stop("wrong-key")
        return held

    def check_origin(self) -> None:
        """Extract, checkpoint and what was noted must be of one log."""
        for note in [*self.proof.notes, *self.noted, *self.proof.bridges]:
            if note.origin and note.origin != self.proof.origin:
                raise Stop("other-customer", expected=note.origin, found=self.proof.origin)

    def check_noted_size(self) -> None:
        """A log never becomes shorter."""
        size = self.proof.notes[0].size if self.proof.notes else 0
        for note in self.noted:
            if note.size > size:
                raise Stop("shrunk", noted=note.size, size=size)

    def check_keys(self, newest: set[Key]) -> None:
        """From the key of what was noted to that of the newest checkpoint, by checkpoints that both have signed."""
        for note in self.noted:
            if not note.signatures:
                continue
            trusted = signers(note, [*note.keys, *self.proof.keys])
            grown = True
            while grown and trusted:
                grown = False
                for bridge in self.proof.bridges:
                    by = signers(bridge, self.proof.keys)
                    if by & trusted and by - trusted:
                        trusted, grown = trusted | by, True
            if self.proof.notes and not trusted & newest:
                raise Stop("new-key")

    def check_heading(self) -> None:
        """The first line; where a spreadsheet has been at work it shows here."""
        first = self.lines.take(1)
        if not first or first[0][1] == HEADER:
            if not first:
                raise Stop("cut", line=0, count=0)
            return
        record = first[0][1]
        plain = record.decode("utf-8", "replace").lstrip("\ufeff")
        for separator in ";,\t|":
            if next(csv.reader([plain], delimiter=separator), []) == list(COLUMNS):
                signs = {
                    "separators": separator != ";", "line ends": not record.endswith(b"\r\n"),
                    "no byte order mark": not record.startswith(HEADER[:3]), "quotes": b'"' in record,
                }  # fmt: skip
                self.report.fault("resaved", what=next((sign for sign, true in signs.items() if true), "quotes"))
                self.lines.separator, self.lines.loose = separator, True
                return
        self.report.fault("heading")

    def check_end(self) -> None:
        """What the proof says of the whole must be so, to the last byte."""
        end, found = self.proof.end, self.report
        counted = (found.rows, found.left, found.gone, found.lost, found.unsealed)
        names = ("rows", "left_out", "content_gone", "content_lost", "without_place")
        if tuple(end.get(name) for name in names) != counted:
            raise Stop("bad-proof", what="counts")
        if end.get("csv_sha256") != self.lines.digest.hexdigest():
            raise Stop("check-sum")

    def check_root(self) -> None:
        """All leaves and the hashes for the gaps must lead to the root that was signed."""
        note = self.report.note
        if note and (self.edge.size, self.edge.root()) != (note.size, note.root):
            raise Stop("root")

    def check_noted(self) -> None:
        """The tree of this extract, at the size that was noted, must have the root that was noted."""
        for note in [*self.noted, *self.proof.bridges]:
            root = self.roots.get(note.size)
            mine = note in self.noted
            if root is None:
                if mine:
                    self.report.fault("not-comparable", 2, noted=note.size)
            elif root[: len(note.root)] != note.root:
                raise Stop("rewritten", noted=note.size)
            if mine:
                self.report.noted.append((note, root is not None))

    # -- line after line
    first_older = first_unsealed = 0

    def _read(self) -> None:
        self._reach(0)
        next_place, last = 0, False
        runs: deque[Run] = deque()
        for kind, first, count, data in self.parts:
            if kind in ("g" if self.proof.whole else "xl"):
                raise Stop("bad-proof", what="a line")
            if kind == "u":
                last = True
            elif first != next_place or count < 1 or last:
                raise Stop("bad-proof", what="places")
            next_place += 0 if last else count
            if kind in {"r", "u"}:
                runs.append(self._run(kind, first, count, data))
            if not self._settle(runs, most=self.ahead if kind in {"r", "u"} else 0):
                return
            if kind in {"g", "x", "l"}:
                self._gap(kind, first, count, data)
        left = self.lines.take(AHEAD) if self._settle(runs, most=0) else []
        if left:
            self._differences(left, [])

    def _gap(self, kind: str, first: int, count: int, data: bytes) -> None:
        levels = list(pieces(first, first + count))
        if len(data) != 32 * len(levels):
            raise Stop("bad-proof", what="a line")
        for number, level in enumerate(levels):
            self.edge.add(level, [data[32 * number : 32 * number + 32]])
        counted = {"g": "left", "x": "gone", "l": "lost"}[kind]
        setattr(self.report, counted, getattr(self.report, counted) + count)
        self._reach(self.edge.size)

    def _run(self, kind: str, first: int, count: int, tags: bytes) -> Run:
        """Begin with a run of lines: in another process where there is one, and the run is worth it."""
        if len(tags) != TAG * count:
            raise Stop("bad-proof", what="a line")
        records, being_made = self.lines.take(count), None
        if self.workers is not None and count > 100:
            with suppress(RuntimeError, OSError):
                being_made = self.workers.submit(leaves_of, self.customer, kind, first, records, tags)
        return Run(kind, first, records, tags, being_made)

    def _settle(self, runs: deque[Run], *, most: int) -> bool:
        """Take what is known of the oldest runs until only `most` wait; False where one of them is not right."""
        while len(runs) > most:
            run = runs[0]
            right = self._right(run) if not self.report.faults or self._only_unsure() else None
            if right is None:
                self._differences(
                    [one for run in runs for one in run.records], [one for run in runs for one in run.wanted()]
                )
                return False
            self._take(runs.popleft(), *right)
        return True

    def _right(self, run: Run) -> Right | None:
        if run.being_made is not None:
            try:
                right: Right | None = run.being_made.result()
                return right
            except (RuntimeError, OSError):  # the other processes are gone: this one does it alone
                self.workers = None
        return leaves_of(self.customer, *run[:4], forms=self.forms)

    def _take(self, run: Run, leaves: list[bytes], older: int, first_older: int) -> None:
        report, before = self.report, self.report.rows
        report.rows += len(leaves)
        report.older += older
        self.first_older = self.first_older or first_older
        if run.kind == "u":
            self.first_unsealed = self.first_unsealed or run.records[0][0]
            report.unsealed += len(leaves)
        else:
            self._grow(run.first, leaves)
        if self.told and before // 100000 != report.rows // 100000:
            self.told(report.rows)

    def _only_unsure(self) -> bool:
        return all(fault.status == 2 for fault in self.report.faults)

    def _grow(self, first: int, leaves: list[bytes]) -> None:
        done = 0
        for size in sorted(size for size in self.roots if first < size < first + len(leaves)):
            self.edge.add(0, leaves[done : size - first])
            self._reach(size)
            done = size - first
        self.edge.add(0, leaves[done:])
        self._reach(self.edge.size)

    def _reach(self, size: int) -> None:
        if size in self.roots:
            self.roots[size] = self.edge.root()

    # -- what is wrong with it
    def _row(self, line: int, record: bytes) -> Row:
        try:
            cells = self.lines.cells(record)
        except (ValueError, IndexError, csv.Error):
            cells = []
        if len(cells) != _LAST:
            return Row(line, record, [], None, b"")
        place = int(cells[24]) if cells[24].isdigit() else None
        try:
            leaf = self.forms.leaf(cells)
        except (ValueError, IndexError, OverflowError):
            leaf = b""
        return Row(line, record, cells, place, tag_of(leaf, record, cells[25]) if leaf else b"")

    def _differences(self, records: list[tuple[int, bytes]], wanted: list[Wanted]) -> None:
        """Compare what is there with what should be, from here to the end, and say what was done to it."""
        have: deque[Row] = deque(self._row(*one) for one in records)
        want = deque(wanted)
        line = records[-1][0] if records else self.lines.line - 1
        while self.report.more < 200:
            self._fill(have, want)
            if not have or not want:
                self._rest(have, want, line)
                return
            line = have[0].line
            if _fits(have[0], want[0]):
                self._compare(have.popleft(), want.popleft())
            else:
                self._misplaced(have, want)

    def _fill(self, have: deque[Row], want: deque[Wanted]) -> None:
        if len(have) < AHEAD // 2:
            have.extend(self._row(*one) for one in self.lines.take(AHEAD - len(have)))
        while len(want) < AHEAD // 2:
            part = next(self.parts, None)
            if part is None:
                return
            kind, first, count, data = part
            if kind in {"r", "u"}:
                want.extend(
                    Wanted(first + n if kind == "r" else None, data[TAG * n : TAG * n + TAG]) for n in range(count)
                )

    def _rest(self, have: deque[Row], want: deque[Wanted], line: int) -> None:
        if want:
            more = sum(count for kind, _first, count, _data in self.parts if kind in {"r", "u"})
            self.report.fault("cut", line=line, count=len(want) + more)
        for row in have:
            self.report.fault("inserted", line=row.line)

    def _compare(self, row: Row, wanted: Wanted) -> None:
        if self.lines.loose:
            if row.tag[:4] != wanted.tag[:4]:
                self.check_line(row, wanted)
        elif row.tag != wanted.tag or row.place != wanted.place or not self._derived(row):
            self.check_line(row, wanted)

    def _derived(self, row: Row) -> bool:
        return (
            row.record.startswith(self.forms.begins(row.cells)) and binascii.hexlify(self.forms.leaf(row.cells)) == row.cells[27]
            and row.cells[4] == self.customer
        )  # fmt: skip

    def _misplaced(self, have: deque[Row], want: deque[Wanted]) -> None:
        row, wanted = have[0], want[0]
        there = next((n for n, one in enumerate(have) if _fits(one, wanted)), 0)
        due = next((n for n, one in enumerate(want) if _fits(row, one)), 0)
        if there and there == due and _fits(have[there], wanted):
            self.report.fault("swapped", line=row.line, other=have[there].line)
            have[0], have[there] = have[there], have[0]
        elif there and due:
            self.report.fault("reordered", line=row.line, place=_told(row.place), expected=_told(wanted.place))
            self._compare(have.popleft(), want[due])
            del want[due]
        elif len(have) > 1 and len(want) > 1 and _fits(have[1], want[1]):
            self.check_line(have.popleft(), want.popleft())
        elif there:
            self.report.fault("inserted", line=row.line)
            have.popleft()
        elif due or (row.place is not None and wanted.place is not None and row.place > wanted.place and row.tag):
            self._deleted(row, want)
        else:
            self.check_line(have.popleft(), want.popleft())

    def _deleted(self, row: Row, want: deque[Wanted]) -> None:
        first, last, count = want[0].place, want[0].place, 0
        while want and not _fits(row, want[0]) and (row.place is None or (want[0].place or 0) < row.place):
            last, count = want.popleft().place, count + 1
            self._fill(deque([row] * AHEAD), want)
        self.report.fault("deleted", line=row.line, count=count, first=_told(first), last=_told(last))

    def check_line(self, row: Row, wanted: Wanted) -> None:
        """Say what was done to one line."""
        fault, cells = self.report.fault, row.cells
        if not cells:
            found = row.record.count(b";") + 1
            fault("unreadable", line=row.line, what=say("cells", "en", found=found, expected=_LAST))
            return
        if self.lines.loose and self._by_spreadsheet(row):
            return
        moved = _moved_in_time(cells) or (
            "" if self.lines.loose or self._begins(row) else cells[0].decode("utf-8", "replace")
        )
        if cells[4] != self.customer:
            fault("changed-customer", line=row.line, what=cells[4].decode("utf-8", "replace"))
        elif row.tag and row.place != wanted.place and None not in (row.place, wanted.place) and self._derived(row):
            fault("reordered", line=row.line, place=_told(row.place), expected=_told(wanted.place))  # whole, not here
        elif wanted.tag[8:] != (_sum(cells[25]) & 0xFFFF).to_bytes(2, "big"):
            fault("changed-salt", line=row.line)
        elif moved:
            fault("changed-time", line=row.line, what=moved)
        elif row.tag[:4] == wanted.tag[:4] and row.place == wanted.place and self._derived(row):
            fault("changed", line=row.line, what="name or sentence")
        else:
            fault("changed", line=row.line, what="the proven columns")

    def _begins(self, row: Row) -> bool:
        try:
            return row.record.startswith(self.forms.begins(row.cells))
        except (ValueError, OverflowError):
            return False

    def _by_spreadsheet(self, row: Row) -> bool:
        for column in ("at", "place", "hits", "times", "time_utc"):
            cell = row.cells[_AT[column]].decode("utf-8", "replace")
            right = r"\d{4}-\d\d-\d\dT[\d:.+]+" if column == "time_utc" else r"\d*"
            if not re.fullmatch(right, cell):
                self.report.fault("rewritten-numbers", line=row.line, column=column, value=cell[:40])
                return True
        return False


def _fits(row: Row, wanted: Wanted) -> bool:
    """Whether a line is the one that should be there, changed or not."""
    return (row.place is not None and row.place == wanted.place) or (row.tag != b"" and row.tag[:4] == wanted.tag[:4])


def _told(place: int | None) -> str:
    return "?" if place is None else str(place + 1)


def _moved_in_time(cells: list[bytes]) -> str:
    """An event's id begins with its time in milliseconds: where `at` says another, it was moved."""
    try:
        made, at = int.from_bytes(_id(cells[3])[:6], "big"), int(cells[2])
    except ValueError:
        return ""
    return (
        ""
        if made == at // 1000
        else datetime.fromtimestamp(made // 1000, timezone.utc).strftime("%Y-%m-%d %H:%M:%S UTC")
    )


# ------------------------------------------------------------------------------------------------------ files and people
def check_file(path: Path, noted: Sequence[Note] = (), told: Any = None, workers: Any = None) -> Report:
    """Check an extract that is a file: a .zip, or a CSV with its proof beside it."""
    report = Report()
    try:
        if not path.is_file():
            raise Stop("no-file", 2, file=path.name)
        if zipfile.is_zipfile(path) or path.suffix.lower() == ".zip":
            with path.open("rb") as file:
                return check_zip(file, noted, told, workers)
        table = path.with_name(path.name[: -len(".proof")]) if path.name.endswith(".proof") else path
        proof = table.with_name(table.name + ".proof")
        if not table.is_file():
            raise Stop("no-csv", 2)
        if not proof.is_file():
            raise Stop("no-proof", 2, file=proof.name)
        with table.open("rb") as csv_file, proof.open("rb") as proof_file:
            return Check(csv_file, proof_file, noted, told, workers).run()
    except Stop as stop:
        report.faults.append(stop.fault)
    return report


def check_zip(file: BinaryIO, noted: Sequence[Note] = (), told: Any = None, workers: Any = None) -> Report:
    """Check an extract that is a .zip in an open file."""
    report = Report()
    try:
        try:
            bundle = zipfile.ZipFile(file)
        except zipfile.BadZipFile as broken:
            raise Stop("truncated") from broken
        with bundle:
            proofs = [name for name in bundle.namelist() if name.endswith(".csv.proof")]
            if not proofs:
                raise Stop(
                    "no-proof" if any(n.endswith(".csv") for n in bundle.namelist()) else "not-a-bundle",
                    2,
                    file=".csv.proof",
                )
            table = proofs[0][: -len(".proof")]
            if table not in bundle.namelist():
                raise Stop("no-csv", 2)
            with bundle.open(table) as csv_file, bundle.open(proofs[0]) as proof_file:
                return Check(csv_file, proof_file, noted, told, workers).run()  # type: ignore[arg-type]
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError):
        report.fault("damaged")
    except Stop as stop:
        report.faults.append(stop.fault)
    return report


@contextmanager
def several(path: Path) -> Iterator[Any]:
    """Other processes to help with a long extract, where this computer has them; None elsewhere."""
    if (os.cpu_count() or 1) < 2 or not path.is_file() or path.stat().st_size < LONG:
        yield None
        return
    with ProcessPoolExecutor(min(os.cpu_count() or 1, 8)) as pool:
        yield pool


def read_noted(path: Path) -> list[Note]:
    """The checkpoints somebody noted; raises Stop where there are none in the file."""
    try:
        found = notes_from(path.read_text("utf-8", "replace"))
    except OSError as missing:
        raise Stop("no-file", 2, file=path.name) from missing
    if not found:
        raise Stop("noted-unreadable", 2, file=path.name)
    return found


def sentences(report: Report, language: str) -> list[str]:
    """What was found, in words, with integrity and completeness apart."""
    told, note = [], report.note
    if report.status == 0 and note:
        told.append(say("integrity-holds", language, rows=report.rows))
    elif report.faults:
        told.append(say("integrity-fails" if report.status == 1 else "integrity-unsure", language))
        told += ["  - " + fault.told(language) for fault in report.faults]
        told += ["  - " + say("more", language, count=report.more)] if report.more else []
    if report.status == 1 or not report.read or not note:
        told.append(say("completeness-unknown", language))
    elif report.left:
        told.append(say("filtered", language, rows=report.rows - report.unsealed, size=note.size, left=report.left))
    elif not report.gone:
        told.append(say("complete", language, size=note.size))
    if report.gone and report.status != 1:
        told.append(say("gone", language, count=report.gone))
    return told + _about_trust(report, language)


def _about_trust(report: Report, language: str) -> list[str]:
    told, note = [], report.note
    if report.status != 1 and note:
        for one, held in report.noted:
            if held:
                told.append(say("noted-holds", language, noted=one.size, at=one.at, grown=note.size - one.size))
            if held and not one.signatures:
                told.append(say("noted-short", language))
        told.append(say("checkpoint", language, size=note.size, root=note.root.hex()[:16], at=note.at))
        if not report.noted:
            told.append(say("noted-none", language))
        told.append(say("aid", language))
    if report.masked:
        told.append(say("masked", language))
    return told


def language_here() -> str:
    """`da` where this computer speaks Danish, else `en`."""
    words = [os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG")]
    try:
        locale.setlocale(locale.LC_ALL, "")
        words.append(locale.getlocale()[0] or "")
    except (locale.Error, ValueError):
        pass
    chosen = next((word for word in words if word), "")
    return "da" if chosen.lower().startswith("da") else "en"


def _holds_a_proof(path: Path) -> bool:
    """Whether a .zip is one of ours; a broken one by its name, so that it is said to be broken."""
    try:
        with zipfile.ZipFile(path) as packed:
            return any(name.endswith(".csv.proof") for name in packed.namelist())
    except (zipfile.BadZipFile, OSError):
        return path.name.startswith("heretask-log")


def found_beside(folder: Path) -> tuple[list[Path], list[Path]]:
    """The extracts in a folder, and the noted checkpoints (heretask-checkpoint….txt) that lie with them."""
    extracts = []
    for path in sorted(folder.iterdir()):
        if path.name.endswith(".csv.proof"):
            extracts.append(path.with_name(path.name[: -len(".proof")]))
        elif path.suffix.lower() == ".csv" and not path.with_name(path.name + ".proof").exists():
            with path.open("rb") as file:
                if b"time_utc" in file.read(64):
                    extracts.append(path)
        elif path.suffix.lower() == ".zip" and _holds_a_proof(path):
            extracts.append(path)
    return extracts, sorted(folder.glob("heretask-checkpoint*.txt"))


# ------------------------------------------------------------------------------------------------- documents and signatures
def check_document(path: Path, signature: Path, known: Sequence[Key] = ()) -> Fault:
    """Whether a document (an assessment) is what the keys of the log signed: a fault of status 0 says that it is."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for part in iter(lambda: file.read(1 << 20), b""):
            digest.update(part)
    lines = [line.rstrip() for line in signature.read_text("utf-8").splitlines()]
    keys = tuple(key for key in map(key_from, lines) if key)
    start = next((n for n, line in enumerate(lines) if _DOCUMENT.fullmatch(line)), None)
    if start is None or len(lines) < start + 3:
        return Fault("no-signature", 2, {})
    text = "".join(line + "\n" for line in lines[start : start + 3])
    signed = [match for match in map(_SIGNED.fullmatch, lines[start + 3 :]) if match]
    note = Note(lines[start], 0, b"", lines[start + 2], text, tuple((m[1], base64.b64decode(m[2])) for m in signed))
    try:
        held = signers(note, [key for key in keys if not known or key in known])
    except Stop as stop:
        return stop.fault
    if not held:
        return Fault("no-signature", 2, {})
    if lines[start + 1] != "sha256:" + digest.hexdigest():
        return Fault("other-document", 1, {})
    return Fault("document-holds", 0, {"at": note.at, "key": min(key.id.hex() for key in held)})


def _document(asked: argparse.Namespace, language: str) -> int:
    """`verify.py assessment FILE SIG`."""
    if len(asked.file) != 3:
        return _say(asked, language, {"status": 2, "faults": [{"name": "two-files"}]}, [say("two-files", language)])
    known = [key for path in asked.since for key in map(key_from, path.read_text("utf-8").splitlines()) if key]
    found = check_document(asked.file[1], asked.file[2], known)
    words = f"{asked.file[1].name}: {found.told(language)}"
    return _say(
        asked, language, {"status": found.status, "faults": [{"name": found.name}] if found.status else []}, [words]
    )


# --------------------------------------------------------------------------------------------------------------- samples
def drawn(ids: Sequence[str], seed: str, number: int) -> list[str]:
    """The ids with the smallest SHA-256 of seed and id; blanks in the seed count once, letters are composed."""
    plain = unicodedata.normalize("NFC", " ".join(seed.split()))
    return sorted(ids, key=lambda own: hashlib.sha256((plain + own).encode()).digest())[:number]


def _sample(asked: argparse.Namespace, language: str) -> int:
    """`verify.py sample LIST --seed WORDS --number N`."""
    if len(asked.file) != 2 or not asked.seed:
        return _say(asked, language, {"status": 2, "faults": [{"name": "sample-how"}]}, [say("sample-how", language)])
    if not asked.file[1].is_file():
        words = [say("no-file", language, file=asked.file[1].name)]
        return _say(asked, language, {"status": 2, "faults": [{"name": "no-file"}]}, words)
    content = asked.file[1].read_bytes()
    ids = content.decode("ascii", "replace").splitlines()
    if not all(map(_UUID.fullmatch, ids)) or ids != sorted(set(ids)):
        return _say(asked, language, {"status": 2, "faults": [{"name": "no-list"}]}, [say("no-list", language)])
    digest, rows = hashlib.sha256(content).hexdigest(), drawn(ids, asked.seed, asked.number)
    words = [say("population", language, count=len(ids), digest=digest), *rows]
    return _say(asked, language, {"status": 0, "count": len(ids), "sha256": digest, "drawn": rows}, words)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="verify.py", description="Checks an extract of a HereTask log.")
    parser.add_argument(
        "file", nargs="*", type=Path, help="the extract; without it, every one that lies beside verify.py or here"
    )
    parser.add_argument(
        "--since",
        action="append",
        type=Path,
        default=[],
        metavar="NOTED",
        help="a file with a checkpoint noted earlier",
    )
    parser.add_argument("--seed", default="", help="of a sample: verify.py sample LIST --seed WORDS --number N")
    parser.add_argument("--number", type=int, default=10, help="of rows in a sample")
    parser.add_argument("--language", choices=["da", "en"], default="")
    parser.add_argument("--json", action="store_true", help="for programs")
    asked = parser.parse_args(arguments)
    language = asked.language or language_here()
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")
    status = _main(asked, language)
    if os.name == "nt" and not asked.file and not asked.json and sys.stdin and sys.stdin.isatty():
        input(say("wait", language))  # the window would close before it can be read
    return status


def _main(asked: argparse.Namespace, language: str) -> int:
    files, since = list(asked.file), list(asked.since)
    if files and str(files[0]) == "assessment":
        return _document(asked, language)
    if files and str(files[0]) == "sample":
        return _sample(asked, language)
    if not files:
        for folder in dict.fromkeys([Path.cwd().resolve(), Path(__file__).resolve().parent]):
            extracts, beside = found_beside(folder)
            if extracts:
                files, since = extracts, since or beside
                break
        else:
            return _say(asked, language, {"status": 2, "faults": [{"name": "no-files"}]}, [say("no-files", language)])
    worst = 0
    try:
        noted = [note for path in since for note in read_noted(path)]
    except Stop as stop:
        return _say(asked, language, {"status": 2, "faults": [{"name": stop.fault.name}]}, [stop.fault.told(language)])
    progress = _progress(language) if sys.stderr.isatty() else None
    for path in files:
        with several(path) as workers:
            report = check_file(path, noted, progress, workers)
        words = [str(path.name), *("  " + one for one in sentences(report, language))]
        words[1:1] = ["  " + say("using-noted", language, file=one.name) for one in since]
        _say(asked, language, {"file": str(path), **report.as_data()}, words)
        worst = max(worst, report.status, key=lambda one: (0, 2, 1)[one])
    return worst


def _say(asked: argparse.Namespace, _language: str, data: dict[str, Any], words: Sequence[str]) -> int:
    sys.stdout.write((json.dumps(data) if asked.json else "\n".join(words)) + "\n")
    return int(data["status"])


def _progress(language: str) -> Any:
    return lambda count: sys.stderr.write("\r" + say("progress", language, count=count) + " ") and sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
