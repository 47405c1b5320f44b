"""An administrator comes to the log with a question, and leaves with an answer, a letter or a protocol."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from heretask.social.journal import actions as journal
from tests.cast import Cast
from tests.filled import fill
from tests.journeys.conftest import Visit
from tests.journeys.test_working_day import looked_at
from tests.kernel.test_retention import lived, run
from tests.sealing import seal

Visitor = Callable[..., Visit]


def test_from_question_to_letter(cast: Cast, visit: Visitor) -> None:
    citizen = fill(cast)[cast.solsikken.slug]
    for member in (cast.anna, cast.bo, cast.anna):
        with member.inside() as by:
            journal.read_journal(citizen.id, by)
    eva = visit()
    page = eva.sign_in(cast.eva)
    page.goto(f"{eva.address}/admin/log/")
    looked_at(eva, "log")
    hours = page.locator(".hours a")
    expect(hours).to_have_count(24)
    hours.last.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/log/hour/*/")
    expect(page.locator(".rows .row-lead").first).to_be_visible()
    looked_at(eva, "log-hour")
    page.goto(f"{eva.address}/admin/log/")
    page.locator("#who_q").fill("birthe")
    page.locator("#who_q").press("Enter")
    expect(page.get_by_role("link", name="Birthe Holm")).to_be_visible()  # the next page is there
    looked_at(eva, "openings-found")
    page.get_by_role("link", name="Birthe Holm").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Birthe Holm")
    expect(page.get_by_role("table")).to_contain_text("Anna Skov")
    looked_at(eva, "openings")
    here = page.url
    page.get_by_role("link", name="Anna Skov").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Anna Skov og Birthe Holm")
    looked_at(eva, "openings-events")
    page.goto(here)
    eva.follow(page.get_by_role("link", name="Brev til borgeren"))
    looked_at(eva, "letter-form")
    page.get_by_label("Til hvem?").fill("Birthe Holm")
    page.get_by_label("Hvorfor?").fill("Spurgt i telefonen")
    page.get_by_role("button", name="Læs brevet").click()
    expect(page.locator(".sheet")).to_contain_text("Læste din journal")
    looked_at(eva, "letter")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Lav PDF").click()
    saved = waiting.value.path()
    assert saved.read_bytes().startswith(b"%PDF-")
    page.goto(f"{eva.address}/admin/openings/names/")
    looked_at(eva, "letter-names")


def test_how_long_the_log_is_kept(cast: Cast, visit: Visitor) -> None:
    lived(cast, 15, 8)
    seal()
    run(cast.solsikken)
    lived(cast, 10, 5)
    eva = visit()
    page = eva.sign_in(cast.eva)
    page.goto(f"{eva.address}/admin/retention/")
    looked_at(eva, "retention")
    page.get_by_label("Måneder", exact=True).fill("8")
    page.get_by_role("button", name="Ændr hvor længe").click()
    expect(page.locator(".error-summary")).to_be_visible()
    page.locator("#id_reason").fill("Aftalt med databeskyttelsesrådgiveren")
    page.get_by_role("button", name="Ændr hvor længe").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Gemme loggen i kortere tid?")
    looked_at(eva, "retention-shorter")
    page.get_by_role("link", name="Annullér").click()
    page.locator(".rows .row-title").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Loggen for")
    looked_at(eva, "retention-protocol")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Som PDF").click()
    assert waiting.value.path().read_bytes().startswith(b"%PDF-")
