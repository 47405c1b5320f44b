"""Marking and unmarking: each is permission, policy, change and event in one transaction."""

from __future__ import annotations

from uuid import UUID

from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from heretask.kernel.access.decide import Actor, check
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.identity import shared
from heretask.kernel.identity.models import SharedBrowser
from heretask.kernel.log import record
from heretask.kernel.tenancy.models import Unit

from . import events, policies, queries
from .policies import Refused


def share(*, browser_id: UUID | None, unit: Unit, label: str, by: Actor) -> SharedBrowser:
    """Mark the browser that `by` sits at as shared by the people of `unit`, for 90 days; an older mark of it ends."""
    check(by, P.ADMIN_BROWSERS_SHARE)
    policies.check_unit(by, unit)
    if browser_id is None:
        raise Refused(_("This browser is not known. Sign in again, and try once more."))
    queries.marks_of(browser_id).update(ended_at=Now())
    made = SharedBrowser.objects.create(
        browser=browser_id, unit=unit, label=label, marked_by=by.person_id, until=timezone.now() + shared.LASTS
    )
    record(events.SHARED, on=("browser", made.id), variables={"unit": unit.name, "label": label}, changed=["shared"])
    return made


def unshare(*, mark: SharedBrowser, by: Actor) -> None:
    """End the sharing: the browser shows nobody any more, from its next page on."""
    check(by, P.ADMIN_BROWSERS_SHARE)
    if not SharedBrowser.objects.filter(id=mark.id, ended_at=None).update(ended_at=Now()):
        raise Refused(_("This browser is not shared any more."))
    said = {"unit": mark.unit.name, "label": mark.label}
    record(events.UNSHARED, on=("browser", mark.id), variables=said, changed=["shared"])
