"""On a phone at night and at a desk: a message about a citizen, an urgent one confirmed, one called back; and the mail."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests import database
from tests.cast import Cast
from tests.journeys.conftest import Visit
from tests.journeys.test_working_day import accessible, fits
from tests.kernel.test_outbox import hurry
from tests.mailbox import MAILBOX
from tests.social.people import make_citizen
from tests.telephones import TELEPHONES

Visitor = Callable[..., Visit]


def test_a_message_about_a_citizen_from_a_desk_to_a_phone_and_back(cast: Cast, visit: Visitor) -> None:
    citizen = make_citizen(cast, "Birthe Holm", room="4")
    anna = visit()
    page = anna.sign_in(cast.anna)
    anna.go("/platform/messages/")
    expect(page.locator("main")).to_contain_text("Ingen beskeder endnu")
    accessible(anna)
    anna.picture("messages-empty-wide")
    anna.follow(page.get_by_role("link", name="Om en borger"))
    accessible(anna)
    anna.follow(page.get_by_role("link", name="Birthe Holm"))
    assert "Birthe" not in page.url
    expect(page.locator("main")).to_contain_text("Kun de, der arbejder med borgeren")
    options = page.locator("select[name=to] option").all_inner_texts()
    assert not [one for one in options if "Clara" in one]  # she works in another unit
    page.locator("select[name=to]").select_option(label="Bo Friis, Teamleder, Nord")
    page.locator("textarea[name=text]").fill("Hun sov uroligt. Ring til datteren i morgen?")
    expect(page.locator(".saved[data-state=ok]")).to_be_visible()
    page.reload()  # nothing is lost, and the address stands
    expect(page.locator("textarea[name=text]")).to_have_value("Hun sov uroligt. Ring til datteren i morgen?")
    page.get_by_role("button", name="Send besked").click()
    expect(page.locator("main .error-summary")).to_contain_text("Emne")
    expect(page.locator("textarea[name=text]")).to_have_value("Hun sov uroligt. Ring til datteren i morgen?")
    accessible(anna)
    page.locator("input[name=subject]").fill("Natten")
    page.get_by_label("Haster: alle bekræfter").check()
    page.get_by_role("button", name="Send besked").click()
    expect(page.locator(".note")).to_contain_text("Læst af 0 af 1")
    accessible(anna)
    anna.picture("messages-thread-wide")

    bo = visit(phone=True, dark=True)
    phone = bo.sign_in(cast.bo)
    card = phone.locator(".card", has_text="Hastebeskeder")
    expect(card).to_contain_text("Natten")
    accessible(bo)
    fits(bo)
    bo.picture("messages-today-phone-dark")
    card.get_by_role("link", name="Læs og bekræft").click()
    expect(phone.locator(".note")).to_contain_text("Hun sov uroligt")
    accessible(bo)
    fits(bo)
    phone.get_by_role("button", name="Jeg har læst det").click()
    expect(phone.locator(".note")).to_contain_text("Du bekræftede")
    phone.locator("textarea[name=text]").fill("Ja, det gør jeg kl. 9.")
    phone.get_by_role("button", name="Send svar").click()
    expect(phone.locator(".note").last).to_contain_text("kl. 9")
    bo.picture("messages-thread-phone-dark")
    bo.go("/platform/messages/")
    accessible(bo)
    fits(bo)
    bo.picture("messages-inbox-phone-dark")
    bo.go("/platform/messages/new/")
    accessible(bo)
    fits(bo)

    page.reload()
    expect(page.locator(".note").first).to_contain_text("bekræftet af 1")
    anna.go("/platform/messages/new/")
    page.locator("select[name=to]").select_option(label="Alle i Syd")
    page.locator("input[name=subject]").fill("Forkert modtager")
    page.locator("textarea[name=text]").fill("Det skulle I ikke have haft.")
    page.get_by_role("button", name="Send besked").click()
    page.get_by_role("button", name="Kald tilbage").click()
    page.locator(".dialog").get_by_role("button", name="Kald tilbage").click()
    expect(page.locator(".note")).to_contain_text("Kaldt tilbage")
    anna.picture("messages-recalled-wide")
    clara = visit(phone=True)
    clara.sign_in(cast.clara)
    clara.go("/platform/messages/")
    expect(clara.page.locator("main")).not_to_contain_text("Forkert modtager")
    assert citizen.id.hex


def test_an_address_and_a_telephone_are_given_and_proven(cast: Cast, visit: Visitor) -> None:
    bo = visit(phone=True, dark=True)
    page = bo.sign_in(cast.bo)
    bo.go("/platform/account/")
    bo.follow(page.get_by_role("link", name="Vælg mails"))
    accessible(bo)
    fits(bo)
    to = f"natpost{cast.bo.user.id.hex[-4:]}@example.dk".replace("0", "a")
    page.locator("input[name=email]").fill(to)
    page.get_by_role("button", name="Send mig et link").click()
    expect(page.locator("main")).to_contain_text("Ikke bekræftet endnu")
    bo.picture("notices-phone-dark")
    _through_clock()
    for _second in range(60):
        if MAILBOX.to(to):
            break
        page.wait_for_timeout(500)
    (mail,) = MAILBOX.to(to)
    link = next(word for word in mail.body.split() if "/platform/mailing/confirm/" in word)
    bo.go("/platform/mailing/confirm/" + link.split("/confirm/")[1])
    accessible(bo)
    page.get_by_role("button", name="Bekræft adressen").click()
    expect(page.locator("main")).to_contain_text("Bekræftet")
    eva = visit()
    eva.sign_in(cast.eva)
    eva.go("/admin/mail/")
    expect(eva.page.locator("main")).to_contain_text("Alt er gået godt")
    accessible(eva)
    page_of_eva = eva.page
    page_of_eva.get_by_role("button", name="Lad beskeder gå som sms").click()
    page_of_eva.locator(".dialog").get_by_role("button", name="Lad beskeder gå som sms").click()
    expect(page_of_eva.locator("main")).to_contain_text("Slået til")
    number = f"20{cast.bo.user.id.int % 10**6:06}"
    bo.go("/platform/mailing/")
    page.locator("input[name=telephone]").fill(number)
    page.get_by_role("button", name="Send mig en kode").click()
    expect(page.locator("input[name=code]")).to_be_visible()
    accessible(bo)
    fits(bo)
    bo.picture("telephone-code-phone-dark")
    _through_clock()
    for _second in range(60):
        if TELEPHONES.to(f"45{number}"):
            break
        page.wait_for_timeout(500)
    (text,) = TELEPHONES.to(f"45{number}")
    page.locator("input[name=code]").fill(text.body[:6])
    page.get_by_role("button", name="Det er min telefon").click()
    expect(page.locator("input[name=urgent][value=sms]")).to_be_checked()
    accessible(bo)
    fits(bo)
    bo.picture("telephone-proven-phone-dark")
    eva.go("/admin/mail/")
    expect(page_of_eva.locator("[aria-labelledby=by-sms]")).to_contain_text("Virker")
    accessible(eva)
    eva.picture("mail-wide")
    eva.go("/admin/retention/")
    accessible(eva)


def _through_clock() -> None:
    """The clock's part: the worker of these journeys runs by itself."""
    from django.db import connections

    hurry()
    with database.superuser() as admin:  # the clock waits 20 s between two jobs
        admin.execute("delete from kernel_job where task = 'outbox.send' and ended_at is not null")
    with connections["clock"].cursor() as cursor:
        cursor.execute("select ht.tick_mail()")
