"""What the door and the account show: sentences, a QR code, the demo's code."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from uuid import UUID

import segno
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from heretask.kernel.identity.models import User

from .queries import DemoPerson


def why(state: str) -> str:
    """Why one is at the door again."""
    return {
        "idle": _("You were logged out after 5 minutes without activity. Your text is here still."),
        "absolute": _("You were signed in for 12 hours. Sign in again; your text is here still."),
        "ended": _("This session has ended. Sign in again; your text is here still."),
        "deactivated": _("This login has been closed. Ask your administrator."),
        "suspended": _("This login has been suspended. Ask your administrator."),
        "hours": _("Your workplace lets people in at certain hours only. Ask your administrator if you must work now."),
        "network": _("Your workplace lets people in from certain networks only. Ask your administrator."),
        "out": _("You are signed out."),
        "switched": _("Your session has ended, and your text is kept for you alone."),
    }.get(state, "")


def qr(text: str) -> SafeString:
    """A QR code as inline SVG: no image, no style, so that the strict content policy holds."""
    out = BytesIO()
    segno.make(text, error="m").save(
        out,
        kind="svg",
        xmldecl=False,
        svgns=True,
        omitsize=True,
        border=3,
        dark="#000",
        light="#fff",
        svgclass="qr",
        lineclass=None,
    )
    return mark_safe(out.getvalue().decode())  # noqa: S308  (drawn here, from our own characters)


def grouped(secret: str) -> str:
    """A secret in groups of four, to be typed."""
    return " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))


def demo_code(user_id: UUID | None, people: Sequence[DemoPerson]) -> DemoPerson | None:
    """In the demo alone: whoever stands at the door, with the code of this moment."""
    if user_id is None or not people:
        return None
    user = User.objects.using("gate").select_related("customer").get(id=user_id)
    name = f"{user.user_name}@{user.customer.slug}"
    return next((p for p in people if p.user_name == name), None)
