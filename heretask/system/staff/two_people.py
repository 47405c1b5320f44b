"""Letting somebody go on though something is overdue: what both managers agree on, and carrying it out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from heretask.kernel.approvals.asking import Act, declare, parameters_of
from heretask.kernel.approvals.managing import managing
from heretask.kernel.approvals.models import Approval
from heretask.kernel.secrets.opening import open_text, seal
from heretask.kernel.tenancy.base import current
from heretask.ui.templatetags.ht import day

from . import events
from .declarations import STAFF
from .models import Override

OVERRIDE = "staff.override"
WHAT = {"check": gettext_lazy("Criminal record check"), "training": gettext_lazy("Training in IT security")}


def carry_out(approval: Approval) -> None:
    """Write down what was approved: the database writes it, from the request alone. Raises Refused."""
    said, why = parameters_of(approval), open_text(approval, "words")
    made = Override(customer_id=current().customer_id)
    seal(made, why=why)
    variables = {
        "what": said["what"], "until": said["until"], "asked": approval.asked_by.user_name,
        "approved": approval.approved_by.user_name if approval.approved_by else "",
    }  # fmt: skip
    with managing() as here:
        here.call("let_go_on", approval.id, made.id, made.why)
        here.record(events.OVERRIDDEN, on=(STAFF.key, UUID(said["entry"])), variables=variables)


def about(said: Mapping[str, Any]) -> str:
    """Who, and until when."""
    return _("%(name)s until %(day)s") % {"name": said["login"], "day": day(dt.date.fromisoformat(said["until"]))}


def facts(said: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What the other manager reads before approving."""
    until = dt.date.fromisoformat(said["until"])
    return [(_("Who"), said["login"]), (_("Although overdue"), str(WHAT[said["what"]])), (_("Until"), day(until))]


declare(Act(OVERRIDE, gettext_lazy("Let somebody of staff go on"), carry_out=carry_out, about=about, facts=facts))
