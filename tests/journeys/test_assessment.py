"""What leaves the assessment: a document while one goes on working, a sample by one's own seed, and what strangers see."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import expect

from heretask.kernel.evidence import running
from heretask.kernel.evidence.measuring import keep, measure
from heretask.system.assessment import actions, queries
from tests.cast import Cast
from tests.journeys.conftest import Visit
from tests.journeys.test_self_audit import prove
from tests.journeys.test_working_day import looked_at
from tests.management import two_managers
from tests.sealing import seal
from tests.work import work


def test_a_document_and_a_sample(cast: Cast, visit: Callable[..., Visit]) -> None:
    hers = visit()
    page = hers.sign_in(cast.eva)
    page = hers.go("/system/assessment/documents/")
    hers.follow(page.get_by_role("button", name="Lav PDF"))
    expect(page.get_by_text("Venter på sin tur.")).to_be_visible()
    looked_at(hers)
    hers.picture("assessment-making")
    work()
    expect(page.get_by_text("Dokumentet er lavet.")).to_be_visible()  # the piece of the page asks by itself
    seal()
    hers.follow(page.get_by_role("link", name="Vis dokumentet"))
    looked_at(hers)
    hers.picture("assessment-documents")
    with page.expect_download() as fetched:
        page.get_by_role("button", name=re.compile("^Dokument PDF")).click()
    assert fetched.value.path().read_bytes().startswith(b"%PDF-1.7")

    page = hers.go("/system/assessment/")
    hers.follow(page.get_by_role("link", name="Træk en stikprøve", exact=True))
    looked_at(hers)
    page.get_by_label("Hvad der trækkes af").select_option(label="Logins, i loggen")
    page.get_by_label("Dit frø").fill("x")
    hers.follow(page.get_by_role("button", name="Træk stikprøven"))
    expect(page.get_by_role("alert")).to_contain_text("Dit frø")
    expect(page.get_by_label("Hvad der trækkes af")).to_have_value("sign_ins")
    page.get_by_label("Dit frø").fill("Regnen i Randers")
    hers.follow(page.get_by_role("button", name="Træk stikprøven"))
    expect(page.get_by_text("De samme rækker")).to_be_visible()
    looked_at(hers)
    hers.picture("sample")
    path = page.url.removeprefix(hers.address)
    hers.follow(page.locator("main a.row-title").first)
    expect(page.get_by_role("heading", level=1)).to_be_visible()

    phone = visit(phone=True, dark=True)
    phone.sign_in(cast.eva)
    for address in ("/system/assessment/samples/", path):
        phone.go(address)
        looked_at(phone)
    phone.picture("sample-phone")
    english = visit(english=True)
    english.sign_in(cast.eva)
    for address in ("/system/assessment/samples/", path, "/system/assessment/documents/"):
        english.go(address)
        looked_at(english)


def test_what_strangers_see(cast: Cast, visit: Callable[..., Visit]) -> None:
    found = [(one, *measure(one)) for one in running.of_scope("installation")[:12]]
    with cast.eva.inside():
        for one in found:
            keep(*one)
    queries._shown_in.cache_clear()
    stranger = visit()
    with two_managers() as two:
        assert stranger.go("/sign-in/").get_by_role("link", name="Sådan står det med vores løfter").count() == 0
        hers = visit()
        page = hers.sign_in(two.grethe)
        page = hers.go("/system/assessment/")
        looked_at(hers)
        hers.picture("assessment-for-everybody")
        page.get_by_role("button", name="Vis det for alle").click()
        prove(page, two.grethe)
        expect(page.get_by_text("Alle kan nu se, hvilke løfter der holder.")).to_be_visible()
        try:
            page = stranger.go("/sign-in/")
            stranger.follow(page.get_by_role("link", name="Sådan står det med vores løfter"))
            expect(page.get_by_role("heading", level=1)).to_have_text("Sådan står det med vores løfter")
            looked_at(stranger)
            stranger.picture("shown")
            english = visit(phone=True, dark=True, english=True)
            english.go("/assessment/")
            looked_at(english)
            english.picture("shown-phone")
            plain = visit(scripts=False).go("/assessment/")
            expect(plain.get_by_role("heading", level=1)).to_have_text("Sådan står det med vores løfter")
        finally:
            with two.grethe.inside() as by:
                actions.show_to_all(shown=False, by=by)
