"""How a grant is called in sentences of the log, and what they say of one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heretask.kernel.log import naming

from .models import Grant, GrantScope


def names_of(ids: Iterable[UUID]) -> dict[UUID, str]:
    """The case number of each."""
    return dict(Grant.objects.filter(id__in=set(ids)).values_list("id", "case_number"))


def told(said: Mapping[str, Any]) -> str:
    """What was asked for or given: 'Content, SAG-77, 60 minutes', with the customer before and the purpose behind."""
    parts = [str(said.get("customer") or ""), str(GrantScope(said["scope"]).label), str(said.get("case") or "")]
    if said.get("minutes"):
        minutes = int(said["minutes"])
        parts.append(ngettext("%d minute", "%d minutes", minutes) % minutes)
    parts.append(_("until %(day)s") % {"day": said["until"]} if said.get("until") else "")
    parts.append(f"»{said['purpose']}«" if said.get("purpose") else "")
    return ", ".join(part for part in parts if part)


naming.register("grant", names_of)
