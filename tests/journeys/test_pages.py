"""Every page there is, wide by day and on a phone at night: accessible, and never scrolling sideways."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.urls import resolve, reverse
from django.utils import timezone
from playwright.sync_api import expect

from heretask.admin.reach.views import QUESTION
from heretask.admin.users import importing as users_importing
from heretask.kernel.access.permissions import Permission
from heretask.kernel.approvals import asking
from heretask.kernel.evidence import running
from heretask.kernel.identity import factors
from heretask.kernel.identity.models import Factor, User
from heretask.kernel.jobs.models import Job
from heretask.kernel.log.searches import store_search
from heretask.social.citizens import importing
from heretask.system.audits import actions as audits
from heretask.system.audits import holding
from heretask.system.backups import actions
from heretask.system.backups import queries as backups
from heretask.system.continuity.declarations import PLANS
from heretask.system.records.models import Entry
from heretask.system.servers import actions as servers
from tests.adversarial.matrix import OPEN, row
from tests.adversarial.test_matrix import guest
from tests.adversarial.test_strangers import things
from tests.architecture.test_urls import patterns
from tests.cast import SECRET, Cast, Member
from tests.journeys.conftest import Visit
from tests.journeys.test_working_day import accessible, fits, looks, violations
from tests.management import Two, two_managers
from tests.releases import released
from tests.system.audits import forget
from tests.system.breaches import approved
from tests.system.continuity import exercised
from tests.system.policies import policies_hold
from tests.system.registers import registers_in_order
from tests.system.test_assessment import manager
from tests.system.wheel import planned
from tests.system.world import checked, forget_servers, sign_in_line, sign_out_line, taken_in

ELSEWHERE = {  # what nobody reaches here without doing something first; most of it is looked at in a journey of its own
    "test_working_day": {"admin.log_confirm", "admin.log_export_job", "admin.log_export_state", "admin.log_file", "social.journal_edit"},
    "test_log_reading": {"admin.openings_letter_read"},
    "test_emergency": {"admin.guests_found"},
    "test_grants": {"system.access_inside", "system.access_leave"},
    "test_staff": {"system.staff_document"},
    "test_paper": {"platform.papers_hand"},
    "test_files": {"platform.file_picture"},
    "below": {"system.servers_explain"},
    "parts of a page": {
        "admin.users_import_state", "social.citizens_import_part", "system.assessment_progress", "system.backups_progress",
        "system.assessment_making_progress", "system.breaches_progress",
    },
}  # fmt: skip


class Walker:
    """Somebody who looks at pages in a browser of their own."""

    def __init__(self, member: Member, letter: str, values: dict[str, Any]) -> None:
        self.member, self.letter, self.values = member, letter, values
        self.client = member.client()
        self.pages: list[str] = []
        self.found: set[str] = set()

    def settles(self, name: str, places: Iterable[str]) -> bool:
        """Whether a page came at that address, which is kept to be looked at; or it is an act, a file or a part of a page."""
        if self.letter not in row(name)[0]:
            return False
        own = self.values.get(name, {})
        path = reverse(name, kwargs={place: own.get(place) or self.values[place] for place in places})
        answer = self.client.get(path)
        if answer.status_code == 200 and not answer.streaming and b"<html" in answer.content:
            self.pages.append(path)
            self._search(path, answer.content.decode())
        return answer.status_code in {200, 405}

    def _search(self, path: str, page: str) -> None:
        """Ask what the page's forms of search ask for; what they lead to is a page as well."""
        for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", page, re.DOTALL):
            if 'name="q"' in form:
                sent = re.search(r"action=\"([^\"]+)\"", form)
                answer = self.client.post(sent[1] if sent else path, {"q": "Birthe Holm"})
                name = str(resolve(urlsplit(answer["Location"]).path).url_name) if answer.status_code == 302 else ""
                if name and name not in self.found:
                    self.found.add(name)
                    self.pages.append(answer["Location"])


def administrators(cast: Cast) -> dict[str, dict[str, object]]:
    """What somebody sees alone because they began it: files read in, jobs under way, a question about a right."""
    with cast.eva.inside() as by:
        job = Job.objects.create(task=importing.TASK, user=cast.eva.user.id)
        users_job = Job.objects.create(task=users_importing.TASK, user=cast.eva.user.id)
        people = users_importing.keep_file(
            b"Navn;Brugernavn;Rolle;Enhed\nOle Bo;ole;Medarbejder;Nord\n", "nye.csv", make_units=False, by=by
        )
        citizens = importing.keep_file(b"Navn;CPR;Enhed\nHolger Vind;020250-0000;Nord\n;;\n", "borgere.csv", by=by)
        question = store_search(QUESTION, {"permission": str(Permission.SOCIAL_JOURNAL_READ), "citizen": ""})
    return {
        "admin.users_import_preview": {"file_id": people.id}, "admin.users_import_job": {"job_id": users_job.id},
        "social.citizens_import_preview": {"file_id": citizens.id}, "social.citizens_import_job": {"job_id": job.id},
        "admin.reach_why": {"search_id": question},
    }  # fmt: skip


def managements(two: Two, cast: Cast) -> dict[str, Any]:
    """One real thing of the supplier's for each name that an address of Management's carries."""
    forget()
    duty = planned()
    with two.grethe.inside() as by:
        asked = asking.ask("customer.close", {"customer": str(cast.fyrtaarnet.id)}, "Kontrakten er opsagt")
        person = Entry.objects.filter(register="staff")[0]
        audit, held = audits.begin(customer=two.own, by=by), holding.begin(meeting_on=timezone.localdate(), by=by)
        exercise = exercised(PLANS["power"], by).item.id
        measuring = Job.objects.create(task=running.TASK, user=two.grethe.user.id)
        taking = Job.objects.create(task=backups.TASKS[0], user=two.grethe.user.id)
        telling = Job.objects.create(task="breaches.send", user=two.grethe.user.id)
    case, _found = approved(two, "everything", "")
    registers_in_order()
    with two.grethe.inside():
        risk, helper = (Entry.objects.filter(register=name)[0] for name in ("risks", "subcontractors"))
    return {
        "customer_id": cast.fyrtaarnet.id, "approval_id": asked.id, "person_id": person.id, "release_id": released(None),
        "audit_id": audit.id, "minutes_id": held.document_id, "finding_id": uuid4(), "system.audits_section": {"number": 1},
        "duty_id": duty,
        **{f"system.policies_{one}": {"key": "remote"} for one in ("one", "write", "acknowledge")}, "system.continuity_plan": {"key": "power"}, "system.continuity_write": {"key": "power"}, "exercise_id": exercise,
        "register": "risks", "entry_id": risk.id, "promise": "CONF-1", "system.registers_answer": {"entry_id": helper.id},
        "system.assessment_measuring": {"job_id": measuring.id}, "system.assessment_making": {"job_id": measuring.id},
        "system.backups_running": {"job_id": taking.id},
        "case_id": case, "system.breaches_working": {"job_id": telling.id},
    }  # fmt: skip


def test_every_page(cast: Cast, visit: Callable[..., Visit]) -> None:
    """Each address of the URL configuration, by the first of these people who gets a page there."""
    with two_managers() as two:
        policies_hold()
        known = things(cast)
        own = known | managements(two, cast)
        walkers = [
            Walker(cast.anna, "C", known), Walker(cast.bo, "L", known),
            Walker(cast.eva, "A", known | administrators(cast)),
            Walker(guest(cast, "inspector", UUID(str(known["citizen_id"]))), "I", known),
            Walker(two.grethe, "M", own), Walker(two.finn, "D", own),
        ]  # fmt: skip
        names = {str(p.name): p.pattern.converters for p in patterns() if p.name not in OPEN}
        unseen = {name for name, places in names.items() if not any(w.settles(name, places) for w in walkers)}
        unseen -= {name for walker in walkers for name in walker.found}
        wrong = [fault for walker in walkers for fault in faults(visit, walker)]
        assert wrong == []
        assert unseen == set().union(*ELSEWHERE.values())


def faults(visit: Callable[..., Visit], walker: Walker) -> Iterator[tuple[str, object]]:
    """What is wrong with the pages of one person, with what is not theirs and what is not there: wide by day, on a phone at night."""
    person = visit()
    token = walker.member.token()
    person.context.add_cookies([{"name": "__Host-ht", "value": token, "url": person.address, "secure": True}])
    for path in [*walker.pages, "/system/backups/", "/nowhere/"]:
        page = person.go(path)
        if not page.title().endswith("· HereTask") or page.title().count("· HereTask") > 1:
            yield path, page.title()
        for look in looks(person):
            if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
                yield path, f"scrolls sideways, {look}"
            yield from ((path, found) for found in violations(person))


def manager_with_codes() -> Member:
    grethe = manager()
    with transaction.atomic(using="gate"):
        user = User.objects.using("gate").select_related("customer").get(id=grethe.user.id)
        if not Factor.objects.filter(user_id=user.id).exists():
            factors.add_factor(user, SECRET, confirmed=True)
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
