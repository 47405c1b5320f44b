"""Releases of the tests: one of what runs here, and small checkouts from which others are made."""

from __future__ import annotations

import datetime as dt
import subprocess
from pathlib import Path
from uuid import UUID

from django.utils import timezone

from heretask.config import provision
from heretask.kernel.identity.sessions import operator
from heretask.kernel.release.browsers import ENGINES, STEPS, WIDTHS, Walk, Walked
from heretask.kernel.release.running import running
from heretask.kernel.release.source import Source
from heretask.system.releases import actions
from heretask.system.releases.models import Release
from tests import database
from tests.cast import Member
from tests.management import close_idle_logins

LOCKED = Path(__file__).parents[1] / "requirements" / "base.txt"


def released(member: Member | None) -> UUID:
    """What runs here as a release that passed in all browsers, approved by `member`, whatever other tests have left."""
    forget_releases()
    own, here = provision.customer_called(provision.SUPPLIER), running()
    with operator(own, "test"):
        found = Source(here.commit, b"an archive", here.code, LOCKED.read_text())
        made = actions.keep("1.0.0", found, by=provision.operator_of(own))
        actions.keep_browsers(walked(here.code), by=provision.operator_of(own))
    if member is not None:
        with member.inside() as by:
            actions.approve(made.id, seen=made.commit, by=by)
    return made.id


def walked(code: str, *, days: int = 0, **failed: str) -> Walked:
    """Browser tests of that code in which everything passed, so many days ago, but for what failed in an engine."""
    walks = (
        Walk(one, "1.2", width, STEPS[:3] if one in failed else STEPS, failed.get(one, ""))
        for one in ENGINES
        for width in WIDTHS
    )
    return Walked(code, timezone.now() - dt.timedelta(days=days), tuple(walks))


def forget_releases() -> None:
    """As before anything was released, and nobody employed without a role."""
    with database.superuser() as admin:
        admin.execute("set session_replication_role = replica")
        close_idle_logins(admin)
        admin.execute("delete from system_releases_browsertest")
        admin.execute("delete from system_releases_approval")
        admin.execute("delete from system_releases_release")


def checkout(folder: Path, **files: str) -> Path:
    """A git checkout with a package of one module, committed."""
    contents = {
        ".gitattributes": "heretask/_commit export-subst\n", "heretask/_commit": "$Format:%H$\n",
        "heretask/__init__.py": "", "requirements/base.txt": LOCKED.read_text(), **files,
    }  # fmt: skip
    for name, text in contents.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "-c", "user.name=Test", "-c", "user.email=test@example.org", "commit", "--quiet", "-m", "Begin")
    return folder


def git(folder: Path, *arguments: str) -> str:
    """What git says in that folder."""
    return subprocess.run(["git", *arguments], cwd=folder, capture_output=True, check=True).stdout.decode().strip()


def newest() -> Release:
    """The newest release, as the supplier reads it."""
    own = provision.customer_called(provision.SUPPLIER)
    with operator(own, "test"):
        return Release.objects.prefetch_related("approvals").order_by("-made_at")[0]
