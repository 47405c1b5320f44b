"""Pictures are never kept as they come: they are decoded, turned upright, made smaller, and written anew.

What is written holds pixels and nothing else: no EXIF and so no place, no profile, no comment, no byte behind the end.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from .policies import EDGE, EDGE_SMALL, PIXELS, PIXELS_WHOLE, Refused

_KINDS = {b"\xff\xd8\xff": "JPEG", b"\x89PNG\r\n\x1a\n": "PNG"}


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture written anew, with a small one for lists."""

    kind: str  # "jpeg" or "png"
    content: bytes
    small: bytes  # always JPEG
    width: int
    height: int


def form_of(data: bytes) -> str:
    """Which form of picture the content is by its first bytes; '' for anything else."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    return next((form for head, form in _KINDS.items() if data.startswith(head)), "")


def rewrite(data: bytes, form: str) -> Picture:
    """The picture as it is kept. Raises Refused where it is damaged, or would not fit into memory when decoded."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of sizes; ours are checked below, before anything is decoded
            return _rewritten(data, form)
    except Refused:
        raise
    except Exception as wrong:  # a hostile picture may break the decoder anywhere
        raise Refused(_("The picture is damaged and cannot be shown. Take it again, or choose another.")) from wrong


def _rewritten(data: bytes, form: str) -> Picture:
    with Image.open(io.BytesIO(data), formats=[form]) as opened:
        if opened.width * opened.height > (PIXELS if form == "JPEG" else PIXELS_WHOLE):
            raise Refused(
                _("The picture has too many points (%(width)d x %(height)d). Make it smaller first.")
                % {"width": opened.width, "height": opened.height}
            )
        if form == "JPEG":
            opened.draft(None, (EDGE, EDGE))  # decodes at a half, a quarter or an eighth, if that is still enough
        picture = _plain(ImageOps.exif_transpose(opened))
    picture.thumbnail((EDGE, EDGE), Image.Resampling.LANCZOS)
    clear = picture.mode == "RGBA"
    kind = "png" if clear or form == "PNG" else "jpeg"
    small = Image.new("RGB", picture.size, "white") if clear else picture.copy()
    if clear:
        small.paste(picture, mask=picture.getchannel("A"))
    small.thumbnail((EDGE_SMALL, EDGE_SMALL), Image.Resampling.LANCZOS)
    return Picture(kind, _written(picture, kind), _written(small, "jpeg", 70), picture.width, picture.height)


def _plain(picture: Image.Image) -> Image.Image:
    """The pixels of its first frame in a fresh picture that has nothing else; RGB, or RGBA where it is see-through."""
    clear = picture.mode in {"RGBA", "LA", "PA", "La", "RGBa"} or "transparency" in picture.info
    if picture.mode.startswith("I"):  # 16 bits of grey
        picture = picture.point(lambda value: value / 256).convert("L")
    pixels = picture.convert("RGBA" if clear else "RGB")
    if clear and pixels.getchannel("A").getextrema() == (255, 255):
        pixels = pixels.convert("RGB")
    fresh = Image.new(pixels.mode, pixels.size)
    fresh.paste(pixels)
    return fresh


def _written(picture: Image.Image, kind: str, quality: int = 85) -> bytes:
    out = io.BytesIO()
    more = {"quality": quality, "progressive": True} if kind == "jpeg" else {}
    picture.save(out, kind.upper(), optimize=True, **more)
    return out.getvalue()
