"""Servers, backups and releases: made untrue from outside (LOG-5, COMM, OPS, SOURCE)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from uuid import UUID

import pytest
from django.utils import timezone

from heretask.kernel.release.running import commit
from heretask.kernel.secrets.files import place_of
from tests import database
from tests.backups import declared
from tests.cast import supplier
from tests.machines import PASSWD, SSHD
from tests.system.breakers.breaking import (
    Breaker,
    Kept,
    breaker,
    breakers_of,
    changed,
    turns_red_alone_and_back,
)
from tests.system.world import (
    World,
    checked,
    in_management,
    sign_in_line,
    sign_out_line,
    sql,
    taken_in,
)


@breaker("LOG-5")
def somebody_came_whom_nobody_expected(_world: World) -> Iterator[None]:
    came = timezone.now() - dt.timedelta(hours=3)
    taken_in(sign_in_line(came, "finn", 99, 40001), sign_out_line(came + dt.timedelta(minutes=2), "finn", 99, 40001))
    try:
        yield
    finally:
        sql("delete from system_servers_visit where account = 'finn'")


@breaker("LOG-5")
def somebody_stayed_longer_than_they_said(_world: World) -> Iterator[None]:
    came = timezone.now() - dt.timedelta(days=1) + dt.timedelta(minutes=20)  # announced, and ended an hour too late
    taken_in(sign_in_line(came, pid=98, port=40002), sign_out_line(came + dt.timedelta(hours=3), pid=98, port=40002))
    try:
        yield
    finally:
        sql("delete from system_servers_visit where port = 40002")


@breaker("LOG-5")
def nobody_reads_the_servers_log_any_more(_world: World) -> Iterator[None]:
    with changed("system_servers_reading", "true", [], read_at="=read_at - interval '27 hours'"):
        yield


@breaker("LOG-5")
def the_portals_log_has_not_come_for_long(_world: World) -> Iterator[None]:
    with changed("system_servers_portallog", "true", [], until="=until - 46"):
        yield


@breaker("COMM-1")
def an_account_that_belongs_to_nobody(_world: World) -> Iterator[None]:
    checked(PASSWD + "guest:x:1009:1009::/home/guest:/bin/bash\n")
    try:
        yield
    finally:
        sql("delete from system_servers_report where strangers > 0")


@breaker("COMM-1")
def root_may_sign_in(_world: World) -> Iterator[None]:
    checked(sshd=SSHD.replace("permitrootlogin no", "permitrootlogin yes"))
    try:
        yield
    finally:
        sql("delete from system_servers_report where answers->>'no root' = 'broken'")


@breaker("COMM-1")
def the_server_has_not_been_checked_for_long(_world: World) -> Iterator[None]:
    with changed("system_servers_report", "true", [], made_at="=made_at - interval '46 days'"):
        yield


@breaker("OPS-1")
def the_newest_backup_is_gone_from_its_target(world: World) -> Iterator[None]:
    aside = world.shelf.backup.with_name("aside")
    world.shelf.backup.rename(aside)
    try:
        yield
    finally:
        aside.rename(world.shelf.backup)


@breaker("OPS-2")
def the_target_lies_in_sweden(world: World) -> Iterator[None]:
    with declared(world.shelf.target.path, country="SE"):
        yield


@breaker("OPS-3")
def drills_are_no_longer_run(_world: World) -> Iterator[None]:
    with changed("system_backups_drill", "outcome = 'pass'", [], ended_at="=ended_at - interval '32 days'"):
        yield


@breaker("SOURCE-1")
def an_employee_has_lost_the_right(_world: World) -> Iterator[None]:
    grethe = in_management("grethe").user.id
    with changed("kernel_assignment", "user_id = %s and ended_at is null", [grethe], ended_at="=now()"):
        yield


@breaker("SOURCE-1")
def the_archive_is_another_than_what_runs(_world: World) -> Iterator[None]:
    with changed("system_releases_release", "commit = %s", [commit()], code="0" * 64):
        yield


@breaker("SOURCE-1")
def the_archive_is_gone(_world: World) -> Iterator[None]:
    own = supplier().id
    with database.superuser() as admin:
        row = admin.execute("select id from system_releases_release where commit = %s", [commit()]).fetchone()
    assert row is not None
    path = place_of(own, UUID(str(row[0])), kept=True)
    path.rename(path.with_suffix(".aside"))
    try:
        yield
    finally:
        path.with_suffix(".aside").rename(path)


@breaker("SOURCE-1")
def what_runs_was_never_approved(_world: World) -> Iterator[None]:
    with changed("system_releases_release", "commit = %s", [commit()], commit="0" * 40):
        yield


@pytest.mark.parametrize(("promise", "broken", "also"), breakers_of(__name__))
def test_it_turns_red_alone_and_back(
    world: World, kept: Kept, promise: str, broken: Breaker, also: frozenset[str]
) -> None:
    turns_red_alone_and_back(world, kept, promise, broken, also)
