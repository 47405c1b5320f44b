"""Signing in as people do: with a passkey (a virtual device in the browser), at a computer that a unit shares, again and again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db.models import F
from django.utils import timezone
from playwright.sync_api import Page, expect

from heretask.kernel.identity.models import Session
from tests.cast import Cast, Member, make_member
from tests.filled import fill
from tests.journeys.conftest import Visit
from tests.journeys.test_idle import later

Visitor = Callable[..., Visit]


@contextmanager
def device(page: Page, *, transport: str = "internal") -> Iterator[None]:
    """A device with a finger on it, as the browser's own tools offer one."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    made = {
        "protocol": "ctap2", "ctap2Version": "ctap2_1", "transport": transport, "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": made})
    yield
    tools.send("WebAuthn.disable")


def leave(visit: Visit) -> None:
    """Sign out by the menu."""
    visit.page.locator(".topbar-end button[popovertarget]").last.click()
    visit.page.locator("form[action='/sign-out/'] button").first.click()
    expect(visit.page.locator("body")).to_contain_text("Du er logget ud")


def proved_long_ago(member: Member) -> None:
    """As if the last proof were ten minutes old."""
    Session.objects.filter(user_id=member.user.id, ended_at=None).update(
        proved_at=timezone.now() - dt.timedelta(minutes=10)
    )


def test_passkey_is_made_used_and_removed(cast: Cast, visit: Visitor) -> None:
    anna = visit()
    page = anna.page
    with device(page):
        anna.sign_in(cast.anna)
        anna.go("/platform/account/")
        page.get_by_role("link", name="Lav en adgangsnøgle").click()
        page.get_by_label("Kald den").fill("Min bærbare")
        anna.picture("passkey-make")
        page.get_by_role("button", name="Lav den nu").click()
        expect(page.locator("body")).to_contain_text("Adgangsnøglen er klar")
        expect(page.locator("body")).to_contain_text("Min bærbare")
        anna.picture("passkey-account")
        leave(anna)
        anna.go("/sign-in/")
        anna.picture("passkey-door")
        page.get_by_role("button", name="Brug en adgangsnøgle").click()
        page.wait_for_url("**/platform/today/**")
        expect(page.locator("h1")).to_contain_text("Hej Anna")
        proved_long_ago(cast.anna)
        anna.go("/platform/account/")
        page.get_by_role("button", name="Fjern", exact=True).first.click()
        page.locator("[popover]:popover-open button[type=submit]").click()
        expect(page.locator("h1")).to_contain_text("Er det dig?")
        anna.picture("proof")
        page.get_by_role("button", name="Brug din adgangsnøgle").click()
        expect(page.locator("body")).to_contain_text("Adgangsnøglen er fjernet")


def test_giving_up_at_the_device_says_so_and_leaves_the_password(cast: Cast, visit: Visitor) -> None:
    anna = visit(phone=True, dark=True)
    page = anna.page
    with device(page):
        anna.go("/sign-in/")
        page.get_by_role("button", name="Brug en adgangsnøgle").click()
        expect(page.locator("output")).to_contain_text("Der blev ikke brugt en adgangsnøgle")
        anna.picture("passkey-none-phone")
        anna.sign_in(cast.anna)
        expect(page.locator("h1")).to_contain_text("Hej Anna")


def test_without_scripts_the_password_works_and_no_passkey_is_offered(cast: Cast, visit: Visitor) -> None:
    eva = visit(scripts=False)
    eva.sign_in(cast.eva)
    proved_long_ago(cast.eva)
    page = eva.go(f"/admin/users/{cast.clara.user.id}/")
    page.locator("form[action$='/role/'] [name=role-role]").select_option("carer", force=True)
    page.locator("form[action$='/role/'] [name=role-unit]").select_option(str(cast.nord.id), force=True)
    page.locator("form[action$='/role/'] button[type=submit]").evaluate("b => b.form.submit()")
    page.wait_for_load_state()
    expect(page.locator("h1")).to_contain_text("Er det dig?")
    expect(page.get_by_role("button", name="Brug din adgangsnøgle")).to_have_count(0)
    page.get_by_label("Din adgangskode").fill("Forkert-1")
    page.get_by_role("button", name="Det er mig").click()
    expect(page.locator(".error")).to_contain_text("ikke din nuværende adgangskode")
    eva.picture("proof-refused")
    page.get_by_label("Din adgangskode").fill(cast.eva.password)
    page.get_by_role("button", name="Det er mig").click()
    expect(page.locator("body")).to_contain_text("Rollen er givet")


def test_shared_computer_switches_persons_and_keeps_each_ones_text(cast: Cast, visit: Visitor) -> None:
    citizen = fill(cast)[cast.solsikken.slug]
    pc = visit()
    page = pc.page
    pc.sign_in(cast.bo)
    pc.go("/admin/browsers/")
    pc.picture("browsers-none")
    page.get_by_label("Hvad I kalder computeren").fill("Vagtstuen, ved vinduet")
    page.get_by_role("button", name="Del denne browser").click()
    expect(page.locator("body")).to_contain_text("Vagtstuen, ved vinduet")
    pc.picture("browsers-shared")
    page.locator(".topbar").get_by_role("button", name="Skift person").click()
    expect(page.locator("h1")).to_contain_text("Hvem er du?")
    page.get_by_role("button", name="En anden").click()
    page.locator("[name=username]").fill(cast.anna.user_name)
    page.locator("[name=password]").fill(cast.anna.password)
    page.get_by_role("button", name="Log ind", exact=True).click()
    from heretask.kernel.identity import codes

    page.locator("[name=code]").fill(codes.code_now(cast.anna.secret))
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url("**/platform/today/**")
    pc.go(f"/social/journal/{citizen.id}/")
    field = page.locator("textarea[name=text]")
    field.fill("")
    field.press_sequentially("Birthe vågnede og spurgte efter sin")
    page.locator(".topbar").get_by_role("button", name="Skift person").click()
    expect(page.locator("h1")).to_contain_text("Hvem er du?")
    expect(page.locator(".people strong").first).to_have_text("Anna S.")
    expect(page.locator("body")).not_to_contain_text("Skov")
    pc.picture("tiles")
    page.go_back()
    expect(page.locator("body")).not_to_contain_text("Birthe Holm")
    pc.go("/sign-in/")
    page.get_by_role("button", name="Bo F.").click()
    expect(page.locator("h1")).to_have_text("Bo F.")
    expect(page.locator("[name=username]")).to_have_value(cast.bo.user_name)
    pc.picture("tile-chosen")
    page.locator("[name=password]").fill(cast.bo.password)
    page.get_by_role("button", name="Log ind", exact=True).click()
    page.wait_for_url("**/platform/today/**")
    pc.go(f"/social/journal/{citizen.id}/")
    expect(page.locator("body")).to_contain_text("Birthe Holm")
    expect(page.locator("textarea[name=text]")).to_have_value("")
    page.locator(".topbar").get_by_role("button", name="Skift person").click()
    page.get_by_role("button", name="Anna S.").click()
    page.locator("[name=password]").fill(cast.anna.password)
    page.get_by_role("button", name="Log ind", exact=True).click()
    page.wait_for_url("**/platform/today/**")
    pc.go(f"/social/journal/{citizen.id}/")
    expect(page.locator("textarea[name=text]")).to_have_value("Birthe vågnede og spurgte efter sin")


def test_after_idling_on_a_shared_computer_who_was_there_stands_first(cast: Cast, visit: Visitor) -> None:
    pc = visit(phone=True)
    pc.sign_in(cast.bo)
    pc.go("/admin/browsers/")
    pc.page.get_by_label("Hvad I kalder computeren").fill("Tablet")
    pc.page.get_by_role("button", name="Del denne browser").click()
    later(cast.bo, 301)
    pc.go("/platform/account/")
    expect(pc.page.locator("body")).to_contain_text("logget ud efter 5 minutter")
    expect(pc.page.locator(".people strong").first).to_have_text("Bo F.")
    pc.picture("tiles-phone")
    pc.page.get_by_role("button", name="Bo F.").click()
    pc.page.locator("[name=password]").fill(cast.bo.password)
    pc.page.get_by_role("button", name="Log ind", exact=True).click()
    pc.page.wait_for_url("**/platform/account/**")
    pc.picture("account-shared-phone")
    pc.page.locator(".topbar").get_by_role("button", name="Skift person").click()
    expect(pc.page.locator("h1")).to_contain_text("Hvem er du?")


def test_two_colleagues_vouch_at_night(cast: Cast, visit: Visitor) -> None:
    with cast.eva.inside() as eva:
        jens = make_member(cast.solsikken, "jens", "Jens Dahl", "carer", cast.nord, eva)
    with cast.eva.inside():
        from django.db import transaction

        from heretask.kernel.identity import factors
        from heretask.kernel.identity.models import User

        with transaction.atomic(using="gate"):
            factors.add_factor(
                User.objects.using("gate").select_related("customer").get(id=jens.user.id), jens.secret, confirmed=True
            )
    anna = visit(phone=True, dark=True)
    page = anna.go("/sign-in/")
    page.locator("[name=username]").fill(cast.anna.user_name)
    page.locator("[name=password]").fill(cast.anna.password)
    anna.follow(page.get_by_role("button", name="Log ind", exact=True))
    anna.picture("code-lost-phone")
    anna.follow(page.get_by_role("link", name="Jeg har mistet min telefon"))
    anna.picture("vouch-begin")
    page.get_by_role("button", name="Spørg to kolleger").click()
    code = page.locator(".code-now").inner_text()
    anna.picture("vouch-asked")
    for member in (cast.bo, jens):
        colleague = visit()
        colleague.sign_in(member)
        colleague.go("/platform/account/")
        colleague.page.get_by_role("link", name="Stå inde for en kollega").click()
        colleague.page.locator("[name=code]").fill(code)
        colleague.page.get_by_role("button", name="Fortsæt").click()
        expect(colleague.page.locator("body")).to_contain_text("Anna Skov")
        colleague.picture("vouch-colleague")
        colleague.page.get_by_label("Din egen adgangskode").fill(member.password)
        colleague.page.get_by_role("button", name="Ja, jeg står inde").click()
        expect(colleague.page.locator("body")).to_contain_text("Du har stået inde")
    expect(page.locator("body")).to_contain_text("Begge har stået inde")
    anna.picture("vouch-both")
    page.get_by_role("button", name="Fortsæt").click()
    page.wait_for_url("**/platform/today/**")
    leader = visit()
    leader.sign_in(cast.bo)
    expect(leader.page.locator("body")).to_contain_text("Lukket ind uden ekstra faktor")
    leader.picture("vouch-leader")


def test_back_shows_nothing_after_signing_out(cast: Cast, visit: Visitor) -> None:
    citizen = fill(cast)[cast.solsikken.slug]
    anna = visit()
    anna.sign_in(cast.anna)
    anna.go(f"/social/journal/{citizen.id}/")
    expect(anna.page.locator("body")).to_contain_text("Birthe Holm")
    leave(anna)
    for _ in range(3):
        anna.page.go_back()
        expect(anna.page.locator("body")).not_to_contain_text("Birthe")
        assert "Birthe" not in anna.page.title()


def test_polling_for_301_seconds_ends_the_session(cast: Cast, visit: Visitor) -> None:
    anna = visit()
    anna.sign_in(cast.anna)
    answers = []
    for _ in range(7):  # 7 polls, 43 s apart by the database's clock
        Session.objects.filter(user_id=cast.anna.user.id, ended_at=None).update(
            last_act=F("last_act") - dt.timedelta(seconds=43)
        )
        answers.append(anna.page.evaluate("fetch('/platform/session/').then(r => r.status)"))
    assert answers == [200] * 6 + [401]
    anna.go("/platform/today/")
    assert "why=idle" in anna.page.url
    assert Session.objects.filter(user_id=cast.anna.user.id, end_reason="idle").count() == 1
