"""A photo for the demo, drawn here: a key cabinet with four shelves, seen in the light of a lamp."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw, ImageFilter

_WALL, _WOOD, _DARK, _KEY, _NEW = "#d8cdbb", "#8a5a36", "#5c3a22", "#a9a9b4", "#d9a521"


def key_cabinet() -> bytes:
    """A JPEG of 1600 x 1200 points; the new key hangs on the second shelf."""
    picture = Image.new("RGB", (1600, 1200), _WALL)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((300, 120, 1300, 1080), fill=_WOOD, outline=_DARK, width=18)
    for shelf in range(4):
        top = 170 + shelf * 222
        draw.rectangle((345, top, 1255, top + 185), fill="#b98a5c", outline=_DARK, width=6)
        draw.text((370, top + 12), f"Hylde {shelf + 1}", fill=_DARK, font_size=34)
        for hook in range(6):
            _key(draw, 430 + hook * 140, top + 62, _NEW if (shelf, hook) == (1, 3) else _KEY)
    draw.ellipse((775, 436, 925, 586), outline="#b3261e", width=10)
    light = Image.radial_gradient("L").resize(picture.size).point(lambda value: 255 - value // 2)
    shaded = Image.composite(picture, Image.new("RGB", picture.size, "#2a2018"), light)
    out = io.BytesIO()
    shaded.filter(ImageFilter.GaussianBlur(1.2)).save(out, "JPEG", quality=82)
    return out.getvalue()


def _key(draw: ImageDraw.ImageDraw, x: int, y: int, colour: str) -> None:
    draw.ellipse((x - 20, y, x + 20, y + 40), outline=colour, width=9)
    draw.rectangle((x - 5, y + 38, x + 5, y + 108), fill=colour)
    for tooth in (78, 96):
        draw.rectangle((x + 5, y + tooth, x + 22, y + tooth + 8), fill=colour)
