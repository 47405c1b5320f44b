"""Two managers sign with a passkey each: the same version of the minutes, and the self-audit that one of them finished."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from heretask.kernel.evidence.promises import SECTIONS
from heretask.system.audits.models import Step
from heretask.system.records.models import Signature
from tests.cast import Member
from tests.journeys.conftest import Visit
from tests.journeys.test_signing_in import device, proved_long_ago
from tests.journeys.test_working_day import looked_at
from tests.management import two_managers
from tests.system.audits import begun_by, concluded, forget

SAID = "Et roligt år.\nVi fortsætter som nu."


def with_a_passkey(visit: Visit, member: Member) -> Page:
    """Signed in, and with a passkey on this device."""
    page = visit.sign_in(member)
    visit.go("/platform/account/passkey/")
    page.get_by_label("Kald den").fill("Min bærbare")
    visit.follow(page.get_by_role("button", name="Lav den nu"))
    expect(page.locator("body")).to_contain_text("Adgangsnøglen er klar")
    return page


def sign_anew(visit: Visit, member: Member, button: str) -> None:
    """The button, and who one is by the passkey, since one proved it long ago."""
    proved_long_ago(member)
    page = visit.page
    visit.follow(page.get_by_role("button", name=button))
    expect(page.get_by_role("heading", name="Er det dig?")).to_be_visible()
    visit.follow(page.get_by_role("button", name="Brug din adgangsnøgle"))


def test_both_sign_with_passkeys_and_only_what_both_have_read_counts(visit: Callable[..., Visit]) -> None:
    forget()
    with two_managers() as two:
        hers, his = visit(), visit(phone=True, dark=True)
        with device(hers.page), device(his.page):
            page, other = with_a_passkey(hers, two.grethe), with_a_passkey(his, two.henrik)
            hers.go("/system/audits/")
            hers.follow(page.get_by_role("button", name="Begynd referatet"))
            page.get_by_label("Hvad blev der sagt").first.fill(SAID)
            hers.follow(page.get_by_role("button", name="Gem som ny version"))
            sign_anew(hers, two.grethe, "Underskriv version 2")
            expect(page.get_by_text("Du har underskrevet netop denne version.")).to_be_visible()
            expect(page.get_by_text("med en adgangsnøgle")).to_have_count(1)
            looked_at(hers)
            hers.picture("minutes-passkey")

            his.go(page.url.removeprefix(hers.address).split("?")[0])  # he has version 2 before him
            page.get_by_label("Hvad blev der sagt").nth(1).fill("Tilføjet, mens Henrik læste.")
            hers.follow(page.get_by_role("button", name="Gem som ny version"))
            expect(page.get_by_text("med en adgangsnøgle")).to_have_count(0)  # hers was of the other
            sign_anew(his, two.henrik, "Underskriv version 2")
            expect(other.get_by_role("alert")).to_contain_text("Der er gemt en nyere version i mellemtiden")
            looked_at(his)
            his.picture("minutes-other-version-phone")

            expect(other.get_by_role("button", name="Underskriv version")).to_have_count(0)
            his.follow(other.get_by_role("link", name="Læs den nyeste version"))
            sign_anew(his, two.henrik, "Underskriv version 3")
            expect(other.get_by_text("Du har underskrevet netop denne version.")).to_be_visible()
            hers.go(page.url.removeprefix(hers.address).split("?")[0])
            sign_anew(hers, two.grethe, "Underskriv version 3")
            expect(page.get_by_text("Begge i ledelsen har underskrevet.")).to_be_visible()
            expect(page.get_by_text("med en adgangsnøgle")).to_have_count(2)
            looked_at(hers)

            audit = begun_by(two.grethe)
            for number in range(len(SECTIONS)):
                concluded(two.grethe, audit, number)
            hers.go(f"/system/audits/{audit}/")
            sign_anew(hers, two.grethe, "Afslut og lås")
            expect(page.get_by_text("Den er afsluttet og låst.")).to_be_visible()
            his.go(f"/system/audits/{audit}/")
            sign_anew(his, two.henrik, "Underskriv som den anden")
            expect(other.get_by_text("Årets egenkontrol er gjort.")).to_be_visible()
            expect(other.get_by_text("med en adgangsnøgle")).to_have_count(2)
            looked_at(his)
            his.picture("self-audit-passkey-phone")
        with two.grethe.inside():
            assert list(Step.objects.filter(audit_id=audit).values_list("how", flat=True)) == ["passkey", "passkey"]
            hows = Signature.objects.filter(
                done_by__in=[two.grethe.user.id, two.henrik.user.id], version__document__kind="minutes"
            )
            assert sorted(hows.values_list("version__number", "how")) == [
                (2, "passkey"),
                (3, "passkey"),
                (3, "passkey"),
            ]
