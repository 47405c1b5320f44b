"""Reading releases, and what everybody's evidence and the server may know of them."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connections

from heretask.kernel.access.permissions import Permission
from heretask.kernel.access.roles import ROLES
from heretask.kernel.release.browsers import Walked, read
from heretask.kernel.release.running import Running, running
from heretask.kernel.secrets.files import place_of

from .models import Approval, Release

SHOWN = 50


def releases() -> list[Release]:
    """The newest, each with its approval."""
    return list(Release.objects.prefetch_related("approvals").order_by("-made_at")[:SHOWN])


def release(release_id: UUID) -> Release:
    """One of them; raises Release.DoesNotExist."""
    return Release.objects.prefetch_related("approvals").get(id=release_id)


def release_of_code(code: str) -> Release | None:
    """The newest release of these files."""
    return Release.objects.filter(code=code).order_by("-made_at").first()


def browsers_of(found: Release) -> Walked | None:
    """The newest browser tests of its files."""
    newest = found.browser_tests.filter(code=found.code).order_by("-walked_at").first()
    return read(json.dumps(newest.result)) if newest else None


def approval_of(found: Release) -> Approval | None:
    """Its approval, where there is one."""
    return next(iter(found.approvals.all()), None)


def names_of(ids: Iterable[UUID]) -> dict[UUID, str]:
    """What the log calls releases."""
    return {r.id: f"{r.version} ({r.commit[:12]})" for r in Release.objects.filter(id__in=set(ids))}


@dataclass(frozen=True, slots=True)
class Facts:
    """What may be known outside the supplier, by `ht.release_facts()`: no name of a person."""

    since: dt.datetime  # when this installation learned of releases
    approved: int  # releases that were ever approved
    running: Running
    release: dict[str, Any] | None  # the approved release of the commit that runs
    employees: list[list[str]]  # for each employed login the roles that it has now

    @property
    def same_code(self) -> bool:
        """Whether the files that run are those of the approved archive."""
        return self.release is not None and self.release["code"] == self.running.code

    @property
    def kept(self) -> bool:
        """Whether archive and bill lie where they were put; nobody can have exchanged them without the key."""
        if self.release is None:
            return False
        own = UUID(self.release["customer"])
        files = (UUID(self.release["id"]), UUID(self.release["bill_file"]))
        return all(place_of(own, one, kept=True).is_file() for one in files)

    @property
    def may_run(self) -> bool:
        """Whether what runs here was released."""
        return self.same_code

    @property
    def with_access(self) -> int:
        """How many employed logins may fetch the source."""
        return sum(any(_fetches(role) for role in roles) for roles in self.employees)


def facts() -> Facts:
    """What evidence and the server decide by."""
    here = running()
    with connections["default"].cursor() as cursor:
        cursor.execute("select applied from django_migrations where app = 'system_releases' order by applied limit 1")
        (since,) = cursor.fetchone()
        cursor.execute("select approved, release, employees from ht.release_facts(%s)", [here.commit])
        approved, found, employees = cursor.fetchone()
    return Facts(since, approved, here, json.loads(found) if found else None, json.loads(employees))


def browsers_here(here: Running) -> tuple[bool, Walked | None]:
    """Whether what runs was ever approved, and the newest browser tests of its files, by `ht.browser_facts()`."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select released, result from ht.browser_facts(%s, %s)", [here.commit, here.code])
        released, result = cursor.fetchone()
    return released, read(result) if result else None


def mixed_roles() -> list[str]:
    """Roles that may fetch the source and, by the same role, reach a customer's citizens; there must be none."""
    return sorted(key for key, role in ROLES.items() if _fetches(key) and any(p.system == "social" for p in role.may))


def _fetches(role: str) -> bool:
    return role in ROLES and Permission.SYSTEM_RELEASES_FETCH in ROLES[role].may
