"""`heretask release …`: releases made at the server, and whether what is installed here may run."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from heretask.config.operating import django, say, sorry

if TYPE_CHECKING:
    from heretask.kernel.release.browsers import Walked
    from heretask.system.releases.queries import Facts

NOT_APPROVED = (
    "This commit is no approved release, so it is not started in production: {commit}.\n"
    "Make a release of it with the version that runs now (heretask release make VERSION --checkout FOLDER); somebody "
    "of Management approves it in System, under Releases. Or start an approved one."
)
CHANGED = (
    "The files that are installed here are not those of release {version} ({commit}), so they are not started in "
    "production. Install the release anew from its archive."
)
NONE_YET = (
    "WARNING: no release was ever approved here, so any commit is started. Approve the first one in System, under "
    "Releases: from then on nothing else starts. Until {until} SOURCE-1 is due, then broken."
)
NO_BROWSERS = (
    "WARNING: no browser tests are kept of these files, so WEB-1 is not held. Run make browsers in a checkout of the "
    "release, and heretask release browsers .heretask/browsers.json."
)


def make(arguments: argparse.Namespace) -> int:
    """Keep the source archive and the bill of materials of a clean checkout as a release that waits for approval."""
    django()
    from heretask.config import provision
    from heretask.kernel.identity.sessions import operator
    from heretask.kernel.release.browsers import CannotRead
    from heretask.kernel.release.source import CannotRelease
    from heretask.system.releases import actions, policies

    own = provision.customer_called(provision.SUPPLIER)
    try:
        walked = _walked(arguments.browsers) if arguments.browsers else None
        with operator(own, "release make"):
            by = provision.operator_of(own)
            made = actions.make_release(arguments.version, Path(arguments.checkout), walked, by=by)
    except (policies.Refused, CannotRelease, CannotRead) as refused:
        return sorry(refused)
    told = {
        "version": made.version, "commit": made.commit, "sha256": made.archive_sha256, "components": made.components,
        "browsers": list(walked.passed) if walked else None,
    }  # fmt: skip
    say(
        json.dumps(told)
        if arguments.json
        else f"Release {made.version} of {made.commit}, {made.components} components, archive SHA-256 "
        f"{made.archive_sha256}. It waits for Management in System, under Releases."
    )
    if not arguments.json:
        _say_browsers(walked)
    return 0


def browsers(arguments: argparse.Namespace) -> int:
    """Keep what `make browsers` found with the release whose files it walked through; the newest of them counts."""
    django()
    from heretask.config import provision
    from heretask.kernel.identity.sessions import operator
    from heretask.kernel.release.browsers import CannotRead
    from heretask.system.releases import actions, policies

    own = provision.customer_called(provision.SUPPLIER)
    try:
        walked = _walked(arguments.file)
        with operator(own, "release browsers"):
            release, _made = actions.keep_browsers(walked, by=provision.operator_of(own))
    except (policies.Refused, CannotRead) as refused:
        return sorry(refused)
    if arguments.json:
        say(json.dumps({"version": release.version, "browsers": list(walked.passed)}))
    else:
        say(f"Kept with release {release.version}.")
        _say_browsers(walked)
    return 0


def _walked(file: str) -> Walked:
    """What that file says; raises CannotRead."""
    from heretask.kernel.release.browsers import CannotRead, read

    try:
        return read(Path(file).read_text())
    except (OSError, UnicodeDecodeError):
        raise CannotRead(f"There is no such file, or it cannot be read: {file}") from None


def _say_browsers(walked: Walked | None) -> None:
    """Which engines passed, at which version, and how old that is."""
    from django.utils import timezone

    from heretask.kernel.release.browsers import ENGINES

    if walked is None:
        sorry(NO_BROWSERS)
        return
    versions, days = walked.versions(), (timezone.now() - walked.at).days
    said = [f"{one} {versions.get(one, '-')} {'passed' if one in walked.passed else 'NOT PASSED'}" for one in ENGINES]
    line = f"Browsers: {', '.join(said)}; walked through {walked.at:%Y-%m-%d}, {days} days ago."
    if set(walked.passed) == set(ENGINES):
        say(line)
    else:
        sorry(f"WARNING: {line} WEB-1 is not held.")


def check(_arguments: argparse.Namespace) -> int:
    """Whether what is installed here may run in production: exit status 0 where it may."""
    django()
    from heretask.system.releases import evidence, queries

    facts = queries.facts()
    if facts.may_run:
        say(f"{facts.running.commit} is release {facts.release['version'] if facts.release else ''}, approved.")
        _say_browsers(queries.browsers_here(facts.running)[1])
        return 0
    if not facts.approved:
        sorry(NONE_YET.format(until=f"{facts.since + evidence.FIRST:%Y-%m-%d}"))
        return 0
    return sorry(_why_not(facts))


def may_start() -> bool:
    """Ask the above in a process of its own, so that whoever starts the others never holds a connection."""
    asked = subprocess.run([sys.executable, "-m", "heretask.config.cli", "release", "check"], check=False)
    return asked.returncode == 0


def _why_not(facts: Facts) -> str:
    commit = facts.running.commit or "no commit that anybody can tell"
    if facts.release is None:
        return NOT_APPROVED.format(commit=commit)
    return CHANGED.format(commit=commit, version=facts.release["version"])
