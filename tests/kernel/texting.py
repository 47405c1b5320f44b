"""Telephones that count, and SMS on their way, for the tests of both."""

from __future__ import annotations

from uuid import uuid4

from django.utils.translation import gettext_noop

from heretask.kernel.outbox import letters, posting, telephones
from heretask.kernel.outbox.models import OutgoingMail
from heretask.kernel.secrets.opening import open_text
from tests import database
from tests.cast import Member

TEST = letters.letter(
    "tests.texted", gettext_noop("Something waits in HereTask"), gettext_noop("Look: %(link)s\n"),  # type: ignore[arg-type]
    route="platform.mailing", sms=gettext_noop("Something waits: %(link)s"), count=int,  # type: ignore[arg-type]
)  # fmt: skip
PRESSING = letters.letter(
    "tests.pressing", gettext_noop("Something waits in HereTask"), gettext_noop("Look: %(link)s\n"),  # type: ignore[arg-type]
    route="platform.mailing", sms=gettext_noop("Something waits: %(link)s"), urgent=True,  # type: ignore[arg-type]
)  # fmt: skip
LONG = "https://heretask.en-ret-lang-kommune.example.dk"  # an address as long as one of these may become


def new_number() -> str:
    """Eight figures that no other test has."""
    return f"20{uuid4().int % 10**6:06}"


def with_telephone(member: Member, *, notices: bool = True, urgent: bool = True) -> str:
    """The member with a telephone that is proven; its number as the provider is given it."""
    given = new_number()
    with member.inside() as by:
        row = telephones.set_number(given, by=by)
        telephones.prove(open_text(row, "code"), by=by)
        telephones.choose(notices=notices, urgent=urgent, by=by)
        OutgoingMail.objects.all().delete()
    return f"45{given}"


def sent(member: Member) -> OutgoingMail:
    """An SMS to the member in the outbox."""
    with member.inside() as by:
        row = telephones.own(by)
        assert row is not None
        return posting.put(TEST, row, count=3)


def again(text: OutgoingMail, member: Member) -> OutgoingMail:
    """The row as it is now."""
    with member.inside():
        return OutgoingMail.objects.get(id=text.id)


def asking() -> None:
    """Let it be time to ask of every SMS whether it arrived."""
    with database.superuser() as admin:
        admin.execute("update kernel_outgoingmail set ask_at = now() - interval '1 second' where ask_at is not null")
