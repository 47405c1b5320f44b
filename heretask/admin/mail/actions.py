"""Looking at what went out, which is an event: names of users stand there; and whether anything goes by SMS."""

from __future__ import annotations

from django.db import connections
from django.utils.translation import gettext as _

from heretask.kernel.access.decide import Actor, check
from heretask.kernel.access.permissions import Permission
from heretask.kernel.log import record

from . import events, queries
from .policies import Refused


def see_outbox(by: Actor) -> queries.Seen:
    """What went out in 30 days, and what could not."""
    check(by, Permission.ADMIN_MAIL_SEE)
    seen = queries.outbox()
    record(events.SEEN, hits=len(seen.wrong) + len(seen.waiting) + len(seen.telephones))
    return seen


def let_sms_go(chosen: bool, *, by: Actor) -> None:
    """Let notices go by SMS, or no more; the database asks once more who chooses. Raises Refused."""
    check(by, Permission.ADMIN_MAIL_CHOOSE)
    if chosen == queries.goes_by_sms():
        raise Refused(_("Nothing was changed."))
    with connections["default"].cursor() as cursor:
        cursor.execute("select ht.let_sms_go(%s)", [chosen])
    record(events.SMS_LET_GO if chosen else events.SMS_STOPPED, changed=["sms"])
