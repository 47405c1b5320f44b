"""Taking a file in: scanned, its kind found by its content and never by its name, a picture written anew."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from django.utils.translation import gettext as _

from . import documents, pictures, scanning
from .policies import LARGEST, Refused, clean_name, too_large

_one_at_a_time = threading.BoundedSemaphore(1)  # a decoded picture is large, and a process answers eight people at once
_HEIC = {b"heic", b"heix", b"hevc", b"hevx", b"mif1", b"msf1", b"heim", b"heis", b"avif", b"avis"}


@dataclass(frozen=True, slots=True)
class Accepted:
    """A file that may be kept, as it will be kept."""

    name: str
    kind: str  # the ending of its name: jpg, png, pdf, docx, xlsx, pptx or odt
    content: bytes
    small: bytes = b""
    width: int = 0
    height: int = 0


def accept(data: bytes, name: str) -> Accepted:
    """The file as it will be kept; raises Refused with a sentence that says what is possible."""
    if not data:
        raise Refused(_("The file is empty. Choose it again; if it comes from a cloud, wait until it is fetched."))
    if len(data) > LARGEST:
        raise Refused(too_large())
    scanning.scan(data)
    with _one_at_a_time:
        form = pictures.form_of(data)
        if form:
            made = pictures.rewrite(data, form)
            kind = "jpg" if made.kind == "jpeg" else made.kind
            return Accepted(clean_name(name, kind), kind, made.content, made.small, made.width, made.height)
        if documents.is_pdf(data):
            documents.check_pdf(data)
            return Accepted(clean_name(name, "pdf"), "pdf", data)
        if data.startswith(b"PK"):
            kind = documents.office_kind(data)
            return Accepted(clean_name(name, kind), kind, data)
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC:
        raise Refused(
            _(
                "This picture is in a form (HEIC) that not every screen can show. Take it with the camera button here, "
                "or choose 'Most compatible' under Formats in the phone's camera settings."
            )
        )
    raise Refused(documents.what_is_possible())
