"""Forty files that somebody might send in, made by code: what each is called, and whether a cleaned one may be kept."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PIL import Image, PngImagePlugin

from tests.pictures import TYPES, odt, office, pdf, picture, with_place, zipped

SCRIPT = b"<script>document.title='EXECUTED';fetch('/executed')</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="document.title=\'EXECUTED\'">' + SCRIPT + b"</svg>"
MARKS = (b"<script", b"EXECUTED", b"Hemmelig", b"%PDF", b"PK\x03\x04", b"<svg", b"GPS")  # that no kept picture may hold


@dataclass(frozen=True)
class Hostile:
    """A file: its name as it is sent, its bytes, and the kind it is kept as, or '' where it is refused."""

    name: str
    make: Callable[[], bytes]
    kept: str = ""
    shown: str = ""  # the name it is kept under


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack("!I", len(data)) + kind + data + struct.pack("!I", zlib.crc32(kind + data))


def png_with(chunk: bytes) -> bytes:
    """A PNG with a further chunk before its end."""
    made = picture("PNG")
    end = made.rindex(b"IEND") - 4
    return made[:end] + chunk + made[end:]


def flood(width: int = 50_000, height: int = 50_000) -> bytes:
    """A PNG of 2.5 billion points in a few hundred bytes."""
    head = struct.pack("!IIBBBBB", width, height, 1, 0, 0, 0, 0)
    data = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", head) + png_chunk(b"IDAT", data) + png_chunk(b"IEND", b"")


def jpeg_flood() -> bytes:
    """A small JPEG that says it has 65,500 x 65,500 points."""
    made = bytearray(picture(size=(60, 60)))
    at = made.index(b"\xff\xc0") + 5
    made[at : at + 4] = struct.pack("!HH", 65_500, 65_500)
    return bytes(made)


def png_text() -> bytes:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", SCRIPT.decode())
    info.add_itxt("XML:com.adobe.xmp", "<x>HemmeligXmp</x>", zip=False)
    return picture("PNG", pnginfo=info)


def animated(form: str) -> bytes:
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "green", "blue")]
    out = io.BytesIO()
    frames[0].save(out, form, save_all=True, append_images=frames[1:], duration=100)
    return out.getvalue()


def profiled() -> bytes:
    return picture(icc_profile=b"HemmeligProfil" * 20)


def bomb() -> bytes:
    return office(more={"word/media/x.bin": bytes(60 * 1024 * 1024)})


def lying_bomb() -> bytes:
    """A document whose part says it is short, and is not."""
    made = bytearray(office(more={"word/media/x.bin": bytes(5_000_000)}))
    real, told = struct.pack("<I", 5_000_000), struct.pack("<I", 50)
    return bytes(made).replace(real, told)


def many_parts() -> bytes:
    return office(more={f"word/p{n}.xml": b"" for n in range(2_001)})


def macro() -> bytes:
    return office(more={"word/vbaProject.bin": b"\xd0\xcf\x11\xe0"})


def hidden_javascript() -> bytes:
    """A PDF whose program stands compressed among its objects."""
    inner = zlib.compress(b"4 0 <</S/JavaScript/JS(app.alert(1))>>")
    stream = b"5 0 obj<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\r\n" % len(inner)
    return pdf().replace(b"xref\n", stream + inner + b"\r\nendstream endobj\nxref\n", 1)


EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
REMOTE = b'<Relationships><Relationship Type="x/attachedTemplate" Target="https://example.org/a.dotm" TargetMode="External"/></Relationships>'

HOSTILE: Mapping[str, Hostile] = {
    "gif-html": Hostile("a.gif", lambda: b"GIF89a/*" + SCRIPT + b"*/"),
    "animated-gif": Hostile("a.gif", lambda: animated("GIF")),
    "jpeg-html-behind": Hostile("a.jpg", lambda: picture() + SCRIPT, "jpg"),
    "jpeg-zip-behind": Hostile("a.jpg", lambda: picture() + zipped({"a.html": SCRIPT}), "jpg"),
    "jpeg-html-comment": Hostile("a.jpg", lambda: picture(comment=SCRIPT), "jpg"),
    "jpeg-gps": Hostile("a.jpg", lambda: with_place(6), "jpg"),
    "jpeg-profile": Hostile("a.jpg", profiled, "jpg"),
    "jpeg-cut": Hostile("a.jpg", lambda: picture()[:900]),
    "jpeg-flood": Hostile("a.jpg", jpeg_flood),
    "jpeg-head-alone": Hostile("a.jpg", lambda: b"\xff\xd8\xff\xe0" + SCRIPT),
    "png-text": Hostile("a.png", png_text, "png"),
    "png-unknown-chunk": Hostile("a.png", lambda: png_with(png_chunk(b"teSt", SCRIPT)), "png"),
    "png-behind": Hostile("a.html", lambda: picture("PNG") + SCRIPT, "png", "a.png"),
    "png-flood": Hostile("a.png", flood),
    "png-animated": Hostile("a.png", lambda: animated("PNG"), "png"),
    "webp-animated": Hostile("a.webp", lambda: animated("WEBP"), "jpg"),
    "webp-exif": Hostile("a.webp", lambda: picture("WEBP", exif=b"Exif\0\0II*\0\x08\0\0\0\0\0HemmeligSted"), "jpg"),
    "svg": Hostile("a.svg", lambda: SVG),
    "svg-as-png": Hostile("a.png", lambda: b'<?xml version="1.0"?>' + SVG),
    "svg-bom": Hostile("a.jpg", lambda: b"\xef\xbb\xbf" + SVG),
    "svg-zipped": Hostile("a.svgz", lambda: zlib.compress(SVG, wbits=31)),
    "html": Hostile("a.html", lambda: b"<!doctype html>" + SCRIPT),
    "html-bom": Hostile("brev.pdf", lambda: b"\xef\xbb\xbf<html>" + SCRIPT),
    "html-utf16": Hostile("brev.docx", lambda: ("\ufeff<html>" + SCRIPT.decode()).encode("utf-16-le")),
    "pdf-after-html": Hostile("brev.pdf", lambda: b"<html>" + SCRIPT + pdf()),
    "pdf-html-behind": Hostile("brev.pdf", lambda: pdf() + SCRIPT),
    "pdf-javascript": Hostile("brev.pdf", lambda: pdf(b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>")),
    "pdf-javascript-written": Hostile("brev.pdf", lambda: pdf(b"/OpenAction<</S/J#61vaScript/#4aS(app.alert(1))>>")),
    "pdf-javascript-packed": Hostile("brev.pdf", hidden_javascript),
    "pdf-launch": Hostile("brev.pdf", lambda: pdf(b"/OpenAction<</S/Launch/F(cmd.exe)>>")),
    "pdf-cut": Hostile("brev.pdf", lambda: pdf()[:-8]),
    "docx-bomb": Hostile("a.docx", bomb),
    "docx-lying-bomb": Hostile("a.docx", lying_bomb),
    "docx-many-parts": Hostile("a.docx", many_parts),
    "docx-macro": Hostile("a.docx", macro),
    "docm": Hostile(
        "a.docm",
        lambda: office(types=TYPES % ("word/document.xml", "wordprocessingml.document.main+xml' x='macroEnabled.main+xml")),
    ),
    "docx-nested-zip": Hostile("a.docx", lambda: office(more={"word/a.zip": zipped({"b.exe": b"MZ"})})),
    "docx-program": Hostile("a.docx", lambda: office(more={"word/media/a.png": b"MZ\x90\0"})),
    "docx-leads-out": Hostile("a.docx", lambda: office(more={"../../etc/cron.d/a": b"x"})),
    "docx-fetches": Hostile("a.docx", lambda: office(more={"word/_rels/settings.xml.rels": REMOTE})),
    "docx-behind": Hostile("a.docx", lambda: office() + SCRIPT),
    "zip": Hostile("a.zip", lambda: zipped({"a.html": SCRIPT})),
    "jar-as-xlsx": Hostile("a.xlsx", lambda: zipped({"META-INF/MANIFEST.MF": b"x", "A.class": b"\xca\xfe\xba\xbe"})),
    "odt-that-is-none": Hostile("a.odt", lambda: zipped({"mimetype": b"text/html", "content.xml": SCRIPT})),
    "exe": Hostile("a.jpg", lambda: b"MZ\x90\0" + bytes(500)),
    "elf": Hostile("a.pdf", lambda: b"\x7fELF" + bytes(500)),
    "shell": Hostile("a.png", lambda: b"#!/bin/sh\nrm -rf /\n"),
    "eicar": Hostile("a.pdf", lambda: EICAR),
    "mp4": Hostile("a.jpg", lambda: b"\0\0\0\x20ftypisom" + bytes(500)),
    "heic": Hostile("IMG_1.HEIC", lambda: b"\0\0\0\x20ftypheic" + bytes(500)),
    "empty": Hostile("a.jpg", lambda: b""),
    "one-byte": Hostile("a.jpg", lambda: b"\xff"),
    "text": Hostile("a.pdf", lambda: b"Bare tekst"),
    "name-up": Hostile("../../../etc/passwd.jpg", picture, "jpg", "passwd.jpg"),
    "name-windows": Hostile("C:\\Users\\anna\\..\\stue.jpg", picture, "jpg", "stue.jpg"),
    "name-turned": Hostile("brev\u202egpj.exe", pdf, "pdf", "brevgpj.pdf"),
    "name-nul": Hostile("stue\0.html\x07.jpg", picture, "jpg", "stue.html.jpg"),
    "name-html": Hostile("<img src=x onerror=alert(1)>.png", lambda: picture("PNG"), "png"),
    "name-long": Hostile("x" * 4000 + ".pdf", pdf, "pdf"),
    "name-header": Hostile('a"\r\nContent-Type: text/html\r\n\r\n.odt', odt, "odt"),
    "name-none": Hostile("...", picture, "jpg", "fil.jpg"),
    "double-ending": Hostile("faktura.pdf.exe", pdf, "pdf", "faktura.pdf.pdf"),
}  # fmt: skip
