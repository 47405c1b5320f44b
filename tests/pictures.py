"""Pictures and documents that tests make by themselves: nothing of anybody's, and nothing from elsewhere."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from PIL import Image, ImageDraw

TYPES = '<?xml version="1.0"?><Types><Override PartName="/%s" ContentType="application/vnd.openxmlformats-officedocument.%s"/></Types>'
MAIN = {
    "docx": ("word/document.xml", "wordprocessingml.document.main+xml"),
    "xlsx": ("xl/workbook.xml", "spreadsheetml.sheet.main+xml"),
    "pptx": ("ppt/presentation.xml", "presentationml.presentation.main+xml"),
}


def picture(form: str = "JPEG", size: tuple[int, int] = (640, 480), mode: str = "RGB", **more: object) -> bytes:
    """A room with a window, drawn."""
    made = Image.new(mode, size, 0 if mode in {"L", "P", "I;16"} else "#dfe7d2")
    if mode == "RGB":
        draw = ImageDraw.Draw(made)
        draw.rectangle(
            (size[0] // 8, size[1] // 8, size[0] // 2, size[1] // 2), fill="#9cc4e4", outline="#43362a", width=4
        )
        draw.ellipse((size[0] // 2, size[1] // 2, size[0] - 10, size[1] - 10), fill="#c96f4a")
    out = io.BytesIO()
    made.save(out, form, **more)
    return out.getvalue()


def with_place(orientation: int = 1) -> bytes:
    """A photo as a phone makes it: with its place, its device and when it was taken."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x9003] = orientation, "HemmeligTelefon", "2026:11:26 02:14:00"
    exif.get_ifd(0x8825)[2] = (55.0, 40.0, 34.0)
    exif.get_ifd(0x8825)[1] = "N"
    return picture(exif=exif, size=(640, 320), comment=b"HemmeligKommentar", xmp=b"<x:xmpmeta>HemmeligXmp</x:xmpmeta>")


def pdf(inside: bytes = b"") -> bytes:
    """A PDF of one empty page."""
    return (
        b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R" + inside + b">>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n"
        b"xref\n0 1\n0000000000 65535 f \ntrailer<</Root 1 0 R/Size 4>>\nstartxref\n9\n%%EOF\n"
    )


def office(kind: str = "docx", more: Mapping[str, bytes] | None = None, types: str = "") -> bytes:
    """An Office document with nothing in it, and further parts."""
    main, of = MAIN[kind]
    parts = {"[Content_Types].xml": (types or TYPES % (main, of)).encode(), main: b"<x/>", **(more or {})}
    return zipped(parts)


def odt() -> bytes:
    """An OpenDocument text with nothing in it."""
    return zipped({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<x/>"})


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """A zip with these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()
