"""A policy is written, looked at and published by Management; a developer reads it on a phone, errs once, and acknowledges."""

from __future__ import annotations

from collections.abc import Callable

from django.utils import timezone
from playwright.sync_api import expect

from tests.journeys.conftest import Visit
from tests.journeys.test_working_day import looked_at
from tests.system.policies import policies_hold
from tests.system.test_assessment import manager
from tests.system.test_staff import newcomer, with_factor


def test_from_a_draft_to_an_acknowledgement(visit: Callable[..., Visit]) -> None:
    grethe, nik = with_factor(manager()), newcomer()
    policies_hold()

    hers = visit()
    page = hers.sign_in(grethe)
    page = hers.go("/system/policies/")
    looked_at(hers)
    page.get_by_role("link", name="Hvad vi gør ved et brud").click()
    page.get_by_role("link", name="Skriv en ny udgave").click()
    text = page.locator("[name=text]")
    text.fill(f"{text.input_value()}\n6. Ring først til Ledelsen, også om natten. {timezone.now():%f}")
    page.locator("[name=police]").fill("Politik er noget andet.")
    page.get_by_role("button", name="Se hvad den ændrer").click()
    expect(page.locator("ins").first).to_be_visible()
    looked_at(hers)
    hers.picture("policy-write")
    page.locator("[name=police]").fill("Politiet: Ledelsen melder brud på loven til politiet, hver gang.")
    page.get_by_role("button", name="Udgiv").click()
    expect(page.get_by_text("Alle bliver bedt om at bekræfte den.")).to_be_visible()
    looked_at(hers)
    hers.picture("policy-one")

    his = visit(phone=True, dark=True)
    his.sign_in(nik)
    page = his.go("/system/staff/mine/")
    looked_at(his)
    his.follow(page.get_by_role("link", name="Læs og bekræft: Hvad vi gør ved et brud"))
    looked_at(his)
    page.get_by_text("Venter, til jeg er sikker").click()
    for box in page.locator("[type=checkbox]").all():
        box.check()
    page.get_by_role("button", name="Bekræft denne udgave").click()
    expect(page.get_by_text("Det siger politikken")).to_be_visible()
    his.picture("policy-wrong-answer")
    page.get_by_text("Melder det med det samme: en mistanke er nok").click()
    page.get_by_role("button", name="Bekræft denne udgave").click()
    expect(page.get_by_text("Du har bekræftet den. Tak.")).to_be_visible()
    english = visit(english=True)
    english.sign_in(nik)
    page = english.go("/system/policies/breach/")
    expect(page.get_by_role("heading", name="What to do at a breach")).to_be_visible()
    looked_at(english)
