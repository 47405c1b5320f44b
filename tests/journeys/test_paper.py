"""Paper: asked why, printed with its mark on every page, shredded; and nothing of any other page on paper."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.utils import timezone
from playwright.sync_api import expect

from heretask.social.journal import actions as journal
from tests.cast import Cast
from tests.journeys.conftest import PICTURES, Visit
from tests.journeys.paper import pages
from tests.journeys.test_working_day import accessible, fits
from tests.social.people import make_citizen

Visitor = Callable[..., Visit]
LONG = "Birthe sov roligt og spiste godt til morgen. " * 12


def test_a_journal_is_printed_at_night_and_shredded(cast: Cast, visit: Visitor) -> None:
    citizen = make_citizen(cast, "Birthe Holm", cpr="010150-0000")
    with cast.bo.inside() as by:
        for _n in range(12):
            journal.write_and_sign(citizen_id=citizen.id, kind="diary", text=LONG, happened_at=timezone.now(), by=by)
    anna = visit(phone=True, dark=True)
    page = anna.sign_in(cast.anna)
    anna.go(f"/social/journal/{citizen.id}/")
    (ordinary,) = pages(page.pdf())
    assert "Birthe" not in ordinary
    assert "spistegodt" not in ordinary
    assert "Dennesidekanikkeprintes" in ordinary
    anna.follow(page.locator("main").get_by_role("link", name="Print", exact=True).first)
    accessible(anna)
    fits(anna)
    anna.picture("print-ask-phone-dark")
    page.get_by_role("button", name="Vis arket").click()
    expect(page.locator("main .error-summary")).to_contain_text("hvorfor du printer")
    accessible(anna)
    page.get_by_label("Følger borgeren til læge eller hospital").check()
    page.get_by_label("I dine egne ord").or_(page.locator("input[name=words]")).first.fill("Vagtlægen kommer kl. 3")
    page.get_by_role("button", name="Vis arket").click()
    expect(page.locator(".sheet")).to_contain_text("Birthe sov roligt")
    expect(page.get_by_role("button", name="Print", exact=True)).to_be_visible()
    accessible(anna)
    fits(anna)
    anna.picture("print-sheet-phone-dark")
    printed = page.pdf(path=PICTURES / "print.pdf", format="A4")
    found = pages(printed)
    page.emulate_media(media="print", color_scheme="dark")
    page.set_viewport_size({"width": 674, "height": 980})  # A4 between its margins
    page.screenshot(path=PICTURES / "print-paper.png")
    page.emulate_media(media="screen", color_scheme="dark")
    page.set_viewport_size({"width": 390, "height": 844})
    number = page.locator(".page-head p").last.inner_text().split()[1].rstrip(".")
    assert len(found) > 1
    assert all("AnnaSkov·Solsikken·" in one and number in one for one in found), found
    assert "Birthesovroligt" in found[0]
    assert not any("Dennesidekanikkeprintes" in one or "Klartilprint" in one or "Nårduerfærdig" in one for one in found)

    anna.go("/platform/today/")
    card = page.locator(".card", has_text="Papir, du har printet")
    expect(card).to_contain_text(number)
    accessible(anna)
    fits(anna)
    anna.picture("print-today-phone-dark")
    anna.go("/platform/papers/")
    accessible(anna)
    fits(anna)
    anna.picture("print-mine-phone-dark")
    page.get_by_role("button", name=re.compile("konto, sprog og log ud")).click()
    anna.follow(page.locator("#ht-me form[action='/sign-out/'] button"))
    expect(page.locator("main")).to_contain_text("Du har 1 print, der hverken er makuleret eller udleveret")
    accessible(anna)
    fits(anna)
    anna.picture("print-leaving-phone-dark")
    anna.follow(page.get_by_role("link", name="Til mine papirer"))
    page.get_by_role("button", name="Makuleret").click()
    expect(page.locator("main")).to_contain_text("Der er intet papir ude")
    page.get_by_role("button", name="Fortryd").click()
    anna.follow(page.get_by_role("link", name="Udleveret"))
    accessible(anna)
    fits(anna)
    anna.picture("print-hand-phone-dark")
    page.get_by_label("Navn").fill("Tove Bro")
    page.get_by_label("Hvad er de for borgeren").fill("datter")
    page.get_by_label("Hvorfor har de det?").fill("Skal med til lægen")
    page.get_by_role("button", name="Det er udleveret").click()
    expect(page.locator("main")).to_contain_text("Udleveret til Tove Bro, datter: Skal med til lægen")
    anna.picture("print-gone-phone-dark")
    bo = visit()
    bo.sign_in(cast.bo)
    bo.go("/platform/papers/units/")
    accessible(bo)
    bo.picture("print-units-wide")


def test_a_note_is_handed_to_a_doctor_by_a_link(cast: Cast, visit: Visitor) -> None:
    citizen = make_citizen(cast, "Birthe Holm", cpr="010150-0000")
    with cast.anna.inside() as by:
        journal.write_and_sign(citizen_id=citizen.id, kind="health", text=LONG, happened_at=timezone.now(), by=by)
    bo = visit()
    page = bo.sign_in(cast.bo)
    bo.go(f"/platform/papers/print/journal/{citizen.id}/")
    bo.follow(page.get_by_role("link", name="Udlevér det med et link"))
    accessible(bo)
    fits(bo)
    bo.picture("handing-give-wide")
    page.get_by_label("Hvem skal have det?").fill("Lone Lund")
    page.get_by_label("Hvad er de for borgeren").fill("egen læge")
    page.get_by_label("Behandling: læge, hospital eller hjemmesygepleje").check()
    page.get_by_label("Hvad skal det bruges til?").fill("Skal se ugens notater")
    page.get_by_role("button", name="Lav link og kode").click()
    link, code = page.locator("#way-link").input_value(), page.locator("#way-code").input_value()
    accessible(bo)
    bo.picture("handing-given-wide")

    doctor = visit(phone=True)
    phone = doctor.page
    phone.goto(link)
    assert link.split("#")[1] not in phone.url  # it is taken out of the address at once
    accessible(doctor)
    fits(doctor)
    doctor.picture("handing-link-phone")
    phone.get_by_role("button", name="Gå videre").or_(phone.locator("main button[type=submit]")).first.click()
    expect(phone.locator("main h1")).to_have_text("Et dokument fra Solsikken")
    accessible(doctor)
    fits(doctor)
    doctor.picture("handing-code-phone")
    phone.locator("[name=code]").fill("AAAA-AAAA")
    phone.get_by_role("button", name="Hent dokumentet").click()
    expect(phone.locator("main")).to_contain_text("Forsøg tilbage: 4.")
    phone.locator("[name=code]").fill(code)
    with phone.expect_download() as fetched:
        phone.get_by_role("button", name="Hent dokumentet").click()
    PICTURES.mkdir(parents=True, exist_ok=True)
    fetched.value.save_as(PICTURES / "handing.pdf")
    assert (PICTURES / "handing.pdf").read_bytes().startswith(b"%PDF-")
    assert "Birthe" not in fetched.value.suggested_filename
    phone.goto("about:blank")
    phone.goto(link)
    phone.locator("main button[type=submit]").click()
    expect(phone.locator("main h1")).to_have_text("Det kan ikke åbnes")
    accessible(doctor)
    doctor.picture("handing-closed-phone")
    bo.go("/platform/handing/")
    expect(page.locator("main")).to_contain_text("Åbnet i dag")
    accessible(bo)
    bo.picture("handing-mine-wide")
