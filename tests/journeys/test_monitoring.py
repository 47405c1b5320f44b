"""Watching: Management reads it, takes an alarm on and tries it; and the program of the switch outside, over TLS."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from heretask.system.monitoring import actions, queries
from heretask.system.monitoring.views import WATCH_FILE
from tests import database
from tests.journeys.conftest import Visit
from tests.journeys.test_working_day import accessible, fits
from tests.management import two_managers
from tests.system.monitoring import forget, round_of


def test_a_manager_takes_an_alarm_on_and_plants_faults(visit: Callable[..., Visit]) -> None:
    forget()
    with two_managers() as two:
        round_of()
        round_of(disk=91)
        for phone, dark, english in ((False, False, False), (True, True, False)):
            person = visit(phone=phone, dark=dark, english=english)
            person.sign_in(two.grethe)
            page = person.go("/platform/today/")
            page.get_by_role("link", name="Brugt diskplads").first.click()
            page.wait_for_url("**/system/monitoring/**")
            fits(person)
            accessible(person)
            person.picture(f"watching-{'phone' if phone else 'wide'}")
        page.get_by_label("Hvad var det, eller hvad gør du ved det?").fill("Gamle logfiler er slettet")
        page.get_by_role("button", name="Tag den").click()
        page.get_by_text("Gamle logfiler er slettet").wait_for()
        page.get_by_role("button", name="Plant fejl nu").click()
        page.get_by_text("Fejlene er plantet").wait_for()
        round_of(failed=1000, denied=1000, jobs=1000, disk=91)
        page.reload()
        page.get_by_text("Alle fundet").wait_for()
        fits(person)
        accessible(person)
    forget()


def test_the_switch_outside_says_when_nobody_watches(address: str, tmp_path: Path) -> None:
    forget()
    with two_managers() as two, two.grethe.inside() as by:
        key = actions.make_watcher(by=by)
    file = tmp_path / "key"
    file.write_text(key)

    def looked() -> tuple[int, str]:
        authority = settings.HERETASK_HOME / "secrets" / "tls" / "certificate.pem"
        done = subprocess.run(
            [sys.executable, WATCH_FILE, address, file, authority], capture_output=True, text=True, timeout=120,
            check=False, env={"PATH": os.environ["PATH"]},
        )  # fmt: skip
        return done.returncode, done.stdout

    file.chmod(0o644)
    assert looked()[0] == 2, "others may read the key"
    file.chmod(0o600)
    assert looked() == (1, "HereTask has never watched itself.\n")
    round_of()
    assert looked() == (0, "")
    with database.superuser() as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute("update system_monitoring_round set made_at = made_at - interval '16 minutes'")
    assert looked()[0] == 1
    assert "has not watched itself for 16 minutes" in looked()[1]
    file.write_text("another key")
    assert "does not know this key" in looked()[1]
    assert queries.facts().looked_at is not None
    forget()
