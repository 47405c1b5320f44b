"""PDF and Office documents, which are kept as they come: what is refused of them, by their content alone."""

from __future__ import annotations

import io
import re
import zipfile
import zlib

from django.utils.translation import gettext as _

from .policies import PARTS, RATIO, RATIO_FROM, UNPACKED, Refused

_OFFICE = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}
_MAIN = {
    "docx": b"wordprocessingml.document.main+xml", "xlsx": b"spreadsheetml.sheet.main+xml",
    "pptx": b"presentationml.presentation.main+xml",
}  # fmt: skip
_MACRO_PARTS = re.compile(r"vbaProject|vbaData|/activeX/|^Basic/|^Scripts/|/macrosheets/", re.IGNORECASE)
_MACRO_TYPES = re.compile(rb"macroEnabled|vnd\.ms-office\.(vbaProject|activeX)", re.IGNORECASE)
_FETCHED = re.compile(
    rb"(attachedTemplate|/oleObject|/frame)\"[^>]*External"
    rb"|External[^>]*(attachedTemplate|/oleObject|/frame)\""
)
_PROGRAM = (b"MZ", b"\x7fELF", b"#!", b"PK\x03\x04", b"7z\xbc\xaf", b"Rar!", b"\x1f\x8b", b"\xca\xfe\xba\xbe")
_EMBEDDED = re.compile(r"(word|xl|ppt)/embeddings/[^/]+\.(xlsx|docx|pptx)")
_ACTIVE = re.compile(rb"/(JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA|ImportData|SubmitForm)(?![A-Za-z])")
_OBJECTS = re.compile(rb"/ObjStm(?![A-Za-z])[^\0]{0,400}?stream\r?\n", re.DOTALL)
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_INFLATED = 4 * 1024 * 1024


def is_pdf(data: bytes) -> bool:
    """Whether the content begins as a PDF does; one that begins with anything else first is none to us."""
    return data.startswith((b"%PDF-1.", b"%PDF-2."))


def check_pdf(data: bytes) -> None:
    """Raise Refused for a PDF that is cut off, has something behind its end, or has programs or files inside."""
    end = data.rfind(b"%%EOF")
    if end < 0 or data[end + 5 :].strip(b"\r\n\t \0"):
        raise Refused(_("The PDF is damaged or cut off. Save it again, and choose it anew."))
    if _ACTIVE.search(_ESCAPED.sub(_character, data)) or any(_ACTIVE.search(inner) for inner in _inflated(data)):
        raise Refused(
            _("The PDF holds programs, forms that send, or other files. Print it to a plain PDF, and choose that.")
        )


def office_kind(data: bytes) -> str:
    """Which Office document a zip is, all of it checked; raises Refused where it is none, or not a harmless one."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _checked(data, archive)
    except Refused:
        raise
    except Exception as wrong:  # a hostile zip may break the reader anywhere
        raise Refused(_("The document is damaged. Save it again, and choose it anew.")) from wrong


def _checked(data: bytes, archive: zipfile.ZipFile) -> str:
    parts = archive.infolist()
    names = {part.filename for part in parts}
    kind = next((kind for kind, main in _OFFICE.items() if {main, "[Content_Types].xml"} <= names), "")
    if not kind and parts and parts[0].filename == "mimetype" and "content.xml" in names:
        kind = "odt"
    if not kind:
        raise Refused(what_is_possible())
    _check_sizes(data, archive, parts)
    unpacked = 0
    for part in parts:
        content = _read(archive, part, UNPACKED - unpacked)
        unpacked += len(content)
        _check_part(kind, part.filename, content)
    return kind


def _check_sizes(data: bytes, archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> None:
    """Raise Refused for a bomb, for parts that lead elsewhere, and for what stands before or behind the zip."""
    bomb = _("The document unpacks to far more than a document holds. It was not opened.")
    if len(parts) > PARTS or sum(part.file_size for part in parts) > UNPACKED:
        raise Refused(bomb)
    if any(p.file_size > RATIO_FROM and p.file_size > RATIO * max(1, p.compress_size) for p in parts):
        raise Refused(bomb)
    wrong = any(
        part.flag_bits & 1 or "\\" in part.filename or part.filename.startswith("/") or ":" in part.filename
        or ".." in part.filename.split("/") or part.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
        for part in parts
    )  # fmt: skip
    if wrong or len({part.filename for part in parts}) != len(parts):
        raise Refused(_("The document is encrypted, or its parts are not named as a document's are. Save it anew."))
    end = data.rfind(b"PK\x05\x06")
    if not data.startswith(b"PK\x03\x04") or end + 22 + len(archive.comment) != len(data):
        raise Refused(_("Something stands before or behind the document. Save it again, and choose it anew."))


def _check_part(kind: str, name: str, content: bytes) -> None:
    macros = _("The document holds macros, which are programs. Save it without them, and choose that.")
    if _MACRO_PARTS.search(name) or (name == "[Content_Types].xml" and _MACRO_TYPES.search(content)):
        raise Refused(macros)
    if name == "[Content_Types].xml" and _MAIN[kind] not in content:
        raise Refused(what_is_possible())
    if kind == "odt" and name == "mimetype" and content.strip() != b"application/vnd.oasis.opendocument.text":
        raise Refused(what_is_possible())
    if name.endswith(".rels") and _FETCHED.search(content):
        raise Refused(_("The document fetches parts of itself from elsewhere. Save it as a PDF, and choose that."))
    if content.startswith(_PROGRAM) and not (content.startswith(b"PK\x03\x04") and _EMBEDDED.fullmatch(name)):
        raise Refused(_("The document has a program or an archive inside. Save it as a PDF, and choose that."))


def _read(archive: zipfile.ZipFile, part: zipfile.ZipInfo, most: int) -> bytes:
    """A part, whatever size it says it has: no more than `most` is ever unpacked."""
    with archive.open(part) as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise Refused(_("The document unpacks to far more than a document holds. It was not opened."))
    return content


def _inflated(data: bytes) -> list[bytes]:
    """What stands compressed among a PDF's objects, where a name could hide; bounded."""
    found, rest = [], _INFLATED
    for match in _OBJECTS.finditer(data):
        unpacking = zlib.decompressobj()
        try:
            inner = unpacking.decompress(data[match.end() :], max(1, rest))
        except zlib.error:
            continue
        rest -= len(inner)
        found.append(_ESCAPED.sub(_character, inner))
        if rest <= 0:
            raise Refused(_("The PDF is put together too closely to be looked through. Print it to a plain PDF first."))
    return found


def _character(match: re.Match[bytes]) -> bytes:
    return bytes([int(match[1], 16)])


def what_is_possible() -> str:
    """What is said of every other kind of file."""
    return _(
        "This kind of file cannot be kept. Possible are photos and pictures (JPEG, PNG, WebP), PDF, docx, xlsx, "
        "pptx and odt."
    )
