"""One's own e-mail address: given, confirmed by a link, and which notices go there."""

from __future__ import annotations

import re
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from heretask.kernel.access.decide import Actor, check
from heretask.kernel.access.permissions import Permission
from heretask.kernel.log import record
from heretask.kernel.secrets.opening import open_text, seal
from heretask.kernel.tenancy.base import current, uuid7

from . import events, guard, posting
from .letters import letter
from .models import MailAddress

LONGEST = 120
_SHAPE = re.compile(r"[!-~]+@[!-~]+", re.ASCII)

CONFIRM = letter(
    "outbox.confirm",
    gettext_lazy("Confirm your e-mail address in HereTask"),
    gettext_lazy(
        "Hello\n\nThis address was given in HereTask for notices that something waits there.\n\n"
        "Sign in and confirm it here:\n%(link)s\n\n"
        "If you do not know HereTask, do nothing: no more mail comes.\n"
    ),
    route="platform.mailing_confirm",
    parts=("confirm",),
    confirm=UUID,
)


class Refused(Exception):
    """A rule says no; the message is a sentence for the person who asked."""


def own(by: Actor) -> MailAddress | None:
    """The address of `by`, closed."""
    return MailAddress.objects.filter(user_id=by.person_id).first()


def shown(row: MailAddress) -> str:
    """The address itself, for its owner."""
    return open_text(row, "address")


def check_address(text: str) -> str:
    """The address as it is kept; raises Refused for what is none, and for one with a CPR number in it."""
    kept = text.strip()
    if len(kept) > LONGEST or not _SHAPE.fullmatch(kept):
        raise Refused(_("Write an e-mail address such as name@example.dk."))
    try:
        validate_email(kept)
    except ValidationError:
        raise Refused(_("Write an e-mail address such as name@example.dk.")) from None
    if guard.has_number(kept):
        raise Refused(_("This address holds what reads like a CPR number. Use another one: addresses travel openly."))
    return kept


def set_address(text: str, *, by: Actor) -> MailAddress:
    """Keep a new address, which counts once it is confirmed, and send the link that confirms it. Raises Refused."""
    check(by, Permission.PLATFORM_ACCOUNT_OWN)
    kept = check_address(text)
    row = MailAddress.objects.select_for_update().filter(user_id=by.person_id).first()
    if row is None:
        row = MailAddress(user_id=by.person_id, customer_id=current().customer_id)
    elif row.confirmed_at and not row.bounced_at and open_text(row, "address") == kept:
        raise Refused(_("That is your address already, and it is confirmed."))
    row.confirm, row.confirmed_at, row.bounced_at, row.bounce = uuid7(), None, None, ""
    seal(row, address=kept)
    row.save()
    record(events.ADDRESS_SET, on=("user", by.person_id), changed=["address"])
    posting.put(CONFIRM, row, confirm=row.confirm)
    return row


def confirm(link: UUID, *, by: Actor) -> None:
    """Confirm one's own address by the id of the link. Raises Refused for any but the newest link to oneself."""
    check(by, Permission.PLATFORM_ACCOUNT_OWN)
    row = MailAddress.objects.select_for_update().filter(user_id=by.person_id, confirm=link).first()
    if row is None:
        raise Refused(_("This link confirms nothing of yours any more. Have a new one sent."))
    if row.confirmed_at is None:
        row.confirmed_at = timezone.now()
        row.save(update_fields=["confirmed_at"])
        record(events.ADDRESS_CONFIRMED, on=("user", by.person_id), changed=["confirmed_at"])


def choose(*, notices: bool, checkpoints: bool, by: Actor, urgent: bool | None = None) -> None:
    """Choose which notices come by e-mail; urgent ones as the others where nothing is said of them."""
    check(by, Permission.PLATFORM_ACCOUNT_OWN)
    row = MailAddress.objects.select_for_update().filter(user_id=by.person_id).first()
    if row is None:
        raise Refused(_("Give an e-mail address first."))
    checkpoints = checkpoints and Permission.ADMIN_LOG_READ in {p for g in by.given for p in g.may}
    urgent = notices if urgent is None else urgent
    row.notices, row.urgent, row.checkpoints = notices, urgent, checkpoints
    row.save(update_fields=["notices", "urgent", "checkpoints"])
    chosen = {"notices": notices, "urgent": urgent, "checkpoints": checkpoints}
    record(
        events.NOTICES_CHANGED, on=("user", by.person_id), changed=list(chosen),
        variables={kind: "on" if wanted else "off" for kind, wanted in chosen.items()},
    )  # fmt: skip


def remove(*, by: Actor) -> None:
    """Have no address any more; what waits for it is dropped when its turn comes."""
    check(by, Permission.PLATFORM_ACCOUNT_OWN)
    gone, _by_model = MailAddress.objects.filter(user_id=by.person_id).delete()
    if gone:
        record(events.ADDRESS_REMOVED, on=("user", by.person_id))
