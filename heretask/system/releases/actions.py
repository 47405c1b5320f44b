"""What is done with releases: made at the server, approved by Management, fetched by those who are employed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Protocol
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from heretask.kernel.access.decide import Actor, check
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.log import record
from heretask.kernel.log.trace import trace
from heretask.kernel.release import bom, browsers, source
from heretask.kernel.release.bom import Part
from heretask.kernel.release.browsers import Walked
from heretask.kernel.secrets.files import SealedFileReader, SealedFileWriter
from heretask.kernel.staff.gate import facts_of

from . import events, policies, queries
from .models import Approval, BrowserTest, Release
from .policies import Refused

Opens = Callable[[], bytes]


class Fetch(Protocol):
    """One of the two below that hand out a file."""

    def __call__(self, release_id: UUID, /, *, by: Actor) -> tuple[Release, Opens]:
        """The release, and what opens its file."""


def make_release(version: str, checkout: Path, walked: Walked | None = None, *, by: Actor) -> Release:
    """Keep the archive, the bill and the browser tests of what is checked out there.

    Raises Refused, and source.CannotRelease.
    """
    check(by, P.SYSTEM_RELEASES_APPROVE)
    policies.check_version(version)
    found = source.made(checkout, f"heretask-{version}")
    if walked is not None:
        policies.check_browsers(found.code, walked.code, walked.at, timezone.now())
    if Release.objects.filter(version=version).exists():
        raise Refused(_("There is a release %(version)s already.") % {"version": version})
    if Release.objects.filter(commit=found.commit).exists():
        raise Refused(_("This commit is a release already."))
    made = keep(version, found, by=by)
    if walked is not None:
        keep_browsers(walked, by=by)
    return made


def keep_browsers(walked: Walked, *, by: Actor) -> tuple[Release, BrowserTest]:
    """Keep browser tests with the release whose files they are of; raises Refused."""
    check(by, P.SYSTEM_RELEASES_APPROVE)
    found = queries.release_of_code(walked.code)
    if found is None:
        raise Refused(_("No release has the files that these browser tests are of."))
    policies.check_browsers(found.code, walked.code, walked.at, timezone.now())
    made = BrowserTest.objects.create(
        release=found, code=walked.code, walked_at=walked.at, result=json.loads(browsers.written(walked))
    )
    record(
        events.BROWSERS_KEPT, on=("release", found.id),
        variables={"passed": list(walked.passed), "versions": walked.versions()},
    )  # fmt: skip
    return found, made


def keep(version: str, found: source.Source, *, by: Actor) -> Release:
    """Keep a release as it was read back from its archive."""
    check(by, P.SYSTEM_RELEASES_APPROVE)
    bill = bom.made(version, found.commit, found.locked)
    made = Release(
        version=version, commit=found.commit, code=found.code, archive_sha256=_sha256(found.archive),
        archive_size=len(found.archive), bill_sha256=_sha256(bill), bill_size=len(bill),
        components=len(bom.parts(bill)), customer_id=by.customer_id,
    )  # fmt: skip
    made.save(force_insert=True)
    record(
        events.MADE, on=("release", made.id),
        variables={"version": version, "commit": made.commit, "sha256": made.archive_sha256},
    )  # fmt: skip
    for file_id, content in ((made.id, found.archive), (made.bill_file, bill)):
        with SealedFileWriter(trace().customer_key, by.customer_id, file_id, kept=True) as file:
            file.write(content)
    return made


def read_releases(*, by: Actor) -> list[Release]:
    """Which releases there are."""
    check(by, P.SYSTEM_RELEASES_FETCH)
    found = queries.releases()
    record(events.READ, hits=len(found))
    return found


def read_release(release_id: UUID, *, by: Actor) -> tuple[Release, list[Part]]:
    """One release and what it is made of; raises Release.DoesNotExist. Without its file the bill is empty."""
    check(by, P.SYSTEM_RELEASES_FETCH)
    found = queries.release(release_id)
    record(events.ONE_READ, on=("release", found.id), hits=found.components)
    try:
        return found, bom.parts(_opening(found.bill_file, found.bill_sha256, by)())
    except Refused:
        return found, []


def may_fetch(*, by: Actor) -> str:
    """Why this person may not fetch the source, as a sentence; empty where they may."""
    try:
        policies.check_employed(facts_of(by.person_id).state)
    except Refused as refused:
        return str(refused)
    return ""


def approve(release_id: UUID, *, seen: str, by: Actor) -> Approval:
    """Release a commit: from now on it may run. Raises Refused, and Release.DoesNotExist."""
    check(by, P.SYSTEM_RELEASES_APPROVE)
    found = queries.release(release_id)
    policies.check_approval(found.commit, seen, approved=queries.approval_of(found) is not None)
    made = Approval.objects.create(release=found, approved_by_id=by.person_id)
    record(
        events.APPROVED, on=("release", found.id),
        variables={"version": found.version, "commit": found.commit, "sha256": found.archive_sha256},
    )  # fmt: skip
    return made


def fetch_source(release_id: UUID, *, by: Actor) -> tuple[Release, Opens]:
    """The archive, to be opened once its event is written; raises Release.DoesNotExist, Refused."""
    found = _for_employed(release_id, by)
    opens = _opening(found.id, found.archive_sha256, by)
    record(events.SOURCE_HANDED, on=("release", found.id), variables={"sha256": found.archive_sha256})
    return found, opens


def fetch_bill(release_id: UUID, *, by: Actor) -> tuple[Release, Opens]:
    """The bill of materials, as the above."""
    found = _for_employed(release_id, by)
    opens = _opening(found.bill_file, found.bill_sha256, by)
    record(events.BILL_HANDED, on=("release", found.id), variables={"sha256": found.bill_sha256})
    return found, opens


def _for_employed(release_id: UUID, by: Actor) -> Release:
    check(by, P.SYSTEM_RELEASES_FETCH)
    policies.check_employed(facts_of(by.person_id).state)
    return queries.release(release_id)


def _opening(file_id: UUID, sha256: str, by: Actor) -> Opens:
    try:
        reader = SealedFileReader(trace().customer_key, by.customer_id, file_id, kept=True)
    except FileNotFoundError:
        raise Refused(_("The file is not there any more.")) from None

    def opened() -> bytes:
        content = b"".join(reader)
        if _sha256(content) != sha256:  # sealed for this id, and yet not what the row says: handed to nobody
            raise ValueError("not the file of this release")
        return content

    return opened


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
