"""Every page there is, wide by day and on a phone at night: accessible, and never scrolling sideways."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from heretask.kernel.identity import signing_in
from heretask.kernel.identity.models import Factor, User
from heretask.system.backups import actions
from heretask.system.servers import actions as servers
from tests.architecture.test_urls import patterns
from tests.cast import SECRET, Cast, Member
from tests.filled import fill
from tests.journeys.conftest import Visit
from tests.journeys.test_working_day import accessible, fits
from tests.management import two_managers
from tests.system.test_assessment import manager
from tests.system.world import checked, forget_servers, sign_in_line, sign_out_line, taken_in

NO_PAGES = {
    "alive",
    "ready",
    "front",
    "gallery",
    "sign_out",
    "platform.session",
    "system.assessment_json",
    "sign_in_colleagues_state",
    "platform.messages_state",
    "platform.tasks_counts",
}
PLAIN = [reverse(str(p.name)) for p in patterns() if not p.pattern.converters and p.name not in NO_PAGES]


@pytest.mark.parametrize(("phone", "dark"), [(False, False), (True, True)], ids=["wide-day", "phone-night"])
@pytest.mark.parametrize("who", ["anna", "eva"])
def test_every_page(cast: Cast, visit: Callable[..., Visit], who: str, phone: bool, dark: bool) -> None:
    citizen = fill(cast)[cast.solsikken.slug]
    person = visit(phone=phone, dark=dark)
    page = person.sign_in(getattr(cast, who))
    named = [reverse("social.journal", args=[citizen.id]), reverse("admin.users_one", args=[cast.bo.user.id])]
    client = getattr(cast, who).client()
    answers = {path: client.get(path) for path in [*PLAIN, *named]}
    pages = [
        path
        for path, answer in answers.items()
        if answer.status_code in {200, 403} and not answer.has_header("Content-Disposition")
    ]  # the others are POST only, or files
    seen = 0
    for path in pages:
        answer = page.goto(person.address + path)
        assert answer is not None
        fits(person)
        accessible(person)
        assert page.title().endswith("· HereTask"), path
        seen += answer.status == 200
    assert seen >= 6


def manager_with_codes() -> Member:
    grethe = manager()
    with transaction.atomic(using="gate"):
        user = User.objects.using("gate").select_related("customer").get(id=grethe.user.id)
        if not Factor.objects.filter(user_id=user.id).exists():
            signing_in.add_factor(user, SECRET, confirmed=True)
    return grethe


def test_managements_pages_of_the_servers(visit: Callable[..., Visit]) -> None:
    grethe = manager_with_codes()
    forget_servers()
    checked(timedatectl="no\n", register={})
    came = timezone.now() - dt.timedelta(hours=2)
    taken_in(sign_in_line(came, "deploy", 5, 5), sign_out_line(came + dt.timedelta(minutes=4), "deploy", 5, 5))
    with grethe.inside() as by:
        servers.add_account(kind="server", name="grethe", user=grethe.user.id, key="SHA256:" + "A" * 43, by=by)
        day = timezone.localdate()
        servers.keep_portal_log(since=day, until=day, only_ours=True, findings="", content=b"x", name="p.csv", by=by)
    for phone, dark in ((False, False), (True, True)):
        person = visit(phone=phone, dark=dark)
        person.sign_in(grethe)
        for path in ("", "accounts/", "setup/", "portal/"):
            person.go("/system/servers/" + path)
            fits(person)
            accessible(person)
        page = person.go("/system/servers/")
        page.get_by_role("link", name="Forklar").click()
        page.wait_for_url("**/explain/")
        fits(person)
        accessible(person)
    page.get_by_label("Hvad var det").fill("Udrulning fra byggeserveren")
    page.get_by_role("button", name="Forklar den").click()
    page.wait_for_url("**/system/servers/**")
    assert "Udrulning fra byggeserveren" in page.content()
    assert "Det har ingen varslet" not in page.content()
    forget_servers()


def test_managements_page_of_backups(visit: Callable[..., Visit]) -> None:
    grethe = manager_with_codes()
    with grethe.inside() as by:
        steps = [{"name": "rows", "state": "ok", "seconds": 0.2, "found": "44999"}]
        actions.keep_backup({"outcome": "failed", "code": "full", "steps": steps}, by=by)
        actions.keep_drill({"outcome": "pass", "name": "n", "steps": steps, "seconds": 71}, by=by)
    for phone, dark in ((False, False), (True, True)):
        person = visit(phone=phone, dark=dark)
        person.sign_in(grethe)
        page = person.go("/system/backups/")
        page.locator("details summary").first.click()
        fits(person)
        accessible(person)
        assert "Målet er fuldt" in page.content()


@pytest.mark.parametrize("path", ["/sign-in/", "/sign-in/link/", "/nowhere/"])
def test_pages_outside_a_session(visit: Callable[..., Visit], path: str) -> None:
    for phone, dark in ((False, False), (True, True)):
        person = visit(phone=phone, dark=dark)
        person.go(path)
        fits(person)
        accessible(person)


def test_two_managers_close_a_customer(cast: Cast, visit: Callable[..., Visit]) -> None:
    """One asks at the desk, the other approves on a phone at night; then nobody of that customer gets in."""
    with two_managers() as two:
        grethe, henrik = visit(), visit(phone=True, dark=True)
        grethe.sign_in(two.grethe)
        page = grethe.go(f"/admin/customers/{cast.fyrtaarnet.id}/")
        accessible(grethe)
        page.get_by_label("Hvorfor?").fill("Kontrakten er opsagt skriftligt")
        page.get_by_role("button", name="Bed den anden leder").click()
        henrik.sign_in(two.henrik)
        phone = henrik.go("/platform/today/")
        phone.get_by_role("link", name="Luk en kunde", exact=True).first.click()
        phone.locator("summary", has_text="bogstav for bogstav").click()
        fits(henrik)
        accessible(henrik)
        phone.get_by_role("button", name="Godkend præcis dette").click()
        page.reload()
        page.locator("main").get_by_role("button", name="Udfør det").first.click()
        page.get_by_role("dialog").get_by_role("button", name="Udfør det").click()
        expect(page.get_by_text("Udført").first).to_be_visible()
        for place in ("/admin/approvals/", "/admin/customers/", "/admin/customers/new/", "/admin/suspensions/"):
            for person in (grethe, henrik):
                person.go(place)
                fits(person)
                accessible(person)
        dan = visit()
        dan.sign_in(cast.dan)
        assert "/sign-in/" in dan.page.url
