"""What states, letters and codes of mail are called."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from heretask.kernel.outbox import sms
from heretask.kernel.outbox.models import Way

from .queries import Seen, Wrong


def outbox_context(seen: Seen) -> dict[str, Any]:
    """The page: figures, and what needs somebody."""
    return {
        "sent": seen.counts.get("sent", 0), "waits": seen.counts.get("waiting", 0),
        "failed": seen.counts.get("failed", 0) + seen.counts.get("bounced", 0),
        "refused": seen.counts.get("refused", 0), "wrong": [_line(w) for w in seen.wrong],
        "waiting": [_line(w) for w in seen.waiting], "bounced": seen.bounced,
        "server": bool(settings.HERETASK_SMTP), "gateway": bool(settings.HERETASK_SMS), "provider": sms.PROVIDER,
        "goes_by_sms": seen.goes_by_sms, "telephones": seen.telephones, "texted": seen.texted, "arrived": seen.arrived,
    }  # fmt: skip


def _line(mail: Wrong) -> dict[str, Any]:
    return {"mail": mail, "letter": letter_name(mail.letter), "why": why(mail), "state": _STATES.get(mail.state, "due")}


_STATES = {"failed": "broken", "bounced": "broken", "refused": "broken"}


def letter_name(key: str) -> str:
    """What a letter is about."""
    return {
        "outbox.confirm": _("Confirm the address"),
        "outbox.code": _("The code for a telephone"),
        "platform.messages": _("A message waits"),
        "platform.messages.urgent": _("An urgent message waits"),
        "platform.incidents.here": _("A security incident was reported"),
        "platform.incidents.managed": _("A security incident was reported"),
        "admin.logs.checkpoint": _("The log's checkpoint"),
    }.get(key, key)


def why(mail: Wrong) -> str:
    """What went wrong, in words beside the server's code."""
    if mail.state == "refused":
        return {
            "number": _("Stopped by our guard: it held what reads like a CPR number."),
            "name": _("Stopped by our guard: it held a name of somebody here."),
        }.get(mail.reason, _("Stopped by our guard."))
    if mail.way == Way.SMS:
        return _why_no_sms(mail)
    if mail.state == "bounced":
        return _("The server refuses the address (code %(code)s).") % {"code": mail.reason}
    words = {
        "no connection": _("The mail server did not answer."),
        "no encryption": _("The mail server offers no encryption that is strong enough."),
        "not let in": _("The mail server did not accept our password."),
    }.get(mail.reason)
    return words or _("The mail server answered with code %(code)s.") % {"code": mail.reason}


def _why_no_sms(text: Wrong) -> str:
    if text.state == "bounced":
        return _("The telephone number was refused (%(code)s).") % {"code": text.reason}
    words = {
        "no connection": _("The provider of SMS did not answer."),
        "no encryption": _("The provider of SMS offers no encryption that we trust."),
        "not let in": _("The provider of SMS did not let us in: the token, the address or the credit."),
        "no sense": _("What answered is not the provider of SMS."),
        "lost": _("The provider gave it up; the telephone may be off."),
    }.get(text.reason)
    return words or _("The provider of SMS answered with code %(code)s.") % {"code": text.reason}
