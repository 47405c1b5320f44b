"""One working day through all four systems, in a real browser against the real server."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import expect

from tests.adversarial.test_at_rest import random_word
from tests.cast import Cast
from tests.filled import fill
from tests.journeys.conftest import Visit

Visitor = Callable[..., Visit]


RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"], "preload": False}


def violations(visit: Visit) -> list[tuple[str, list[str]]]:
    """What breaks the accessibility rules (axe: WCAG 2 A and AA) on this page, and where."""
    visit.page.wait_for_load_state()
    size = visit.page.viewport_size
    assert size is not None
    height = visit.page.evaluate("document.documentElement.scrollHeight")
    visit.page.set_viewport_size({"width": size["width"], "height": height + 200})  # nothing under the sticky bars
    if not visit.page.evaluate("'axe' in window"):  # it is large: a page gets it once, however often it is looked at
        visit.page.evaluate(AXE_SCRIPT)
    found = visit.page.evaluate(
        "async rules => (await axe.run(document, rules)).violations.map(v => [v.id, v.nodes.map(n => n.target)])", RULES
    )
    visit.page.set_viewport_size(size)
    return [(rule, targets) for rule, targets in found]


def accessible(visit: Visit) -> None:
    """No violation of the accessibility rules on this page."""
    assert violations(visit) == []


def fits(visit: Visit) -> None:
    """The page does not scroll sideways."""
    visit.page.wait_for_load_state()
    assert visit.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def looks(visit: Visit) -> Iterator[str]:
    """The page that is open, as it is wide by day and on a phone at night, one after the other; each by its name."""
    before = visit.page.viewport_size
    seen: list[tuple[str, int, int, Literal["light", "dark"]]] = [
        ("wide-day", 1280, 900, "light"),
        ("phone-night", 390, 844, "dark"),
    ]
    for name, width, height, scheme in seen:
        visit.page.set_viewport_size({"width": width, "height": height})
        visit.page.emulate_media(color_scheme=scheme)
        yield name
    if before is not None:
        visit.page.set_viewport_size(before)


def looked_at(visit: Visit, name: str = "") -> None:
    """Accessible and no wider than the screen in each look; kept as pictures where it has a name."""
    for look in looks(visit):
        fits(visit)
        accessible(visit)
        if name:
            visit.picture(f"{name}-{look}")


def test_carer_writes_signs_searches_and_corrects(cast: Cast, visit: Visitor) -> None:
    citizen, word = fill(cast)[cast.solsikken.slug], random_word()
    anna = visit()
    page = anna.sign_in(cast.anna)
    expect(page.get_by_role("heading", name="Hej Anna")).to_be_visible()
    anna.picture("today-wide")
    accessible(anna)
    anna.go("/social/citizens/")
    anna.picture("citizens-wide")
    accessible(anna)
    page.get_by_role("link", name="Birthe Holm").first.click()
    page.locator("textarea[name=text]").fill(f"Vågnede 01.50 og talte om {word}. Vi sad sammen ti minutter.")
    page.locator("button[name=act][value=sign]").click()
    expect(page.locator(".note").first).to_contain_text(word)
    anna.picture("journal-wide")
    accessible(anna)
    page.locator("input[name=q]").fill(word[:7])
    page.locator("form[role=search] button[type=submit]").click()
    expect(page.locator("main")).to_contain_text(word)
    assert word[:7] not in page.url
    anna.picture("journal-found-wide")
    accessible(anna)
    page.locator("a[href$='/correct/']").first.click()
    page.locator("textarea[name=text]").fill(f"Vågnede 02.10 og talte om {word}. Vi sad sammen ti minutter.")
    page.locator("textarea[name=reason]").fill("Jeg skrev det forkerte klokkeslæt.")
    accessible(anna)
    page.locator("main form button[type=submit].btn-primary").click()
    pair = page.locator(".note-pair").first
    expect(pair).to_contain_text("01.50")
    expect(pair.locator("ins")).to_have_text(["02.10"])
    anna.picture("journal-corrected-wide")
    assert f"/social/journal/{citizen.id}/" in page.url


def test_carer_on_a_phone_at_night(cast: Cast, visit: Visitor) -> None:
    citizen = fill(cast)[cast.solsikken.slug]
    for dark in (False, True):
        anna = visit(phone=True, dark=dark)
        page = anna.sign_in(cast.anna)
        for path, name in (
            ("/platform/today/", "today"),
            ("/social/citizens/", "citizens"),
            (f"/social/journal/{citizen.id}/", "journal"),
            ("/platform/account/", "account"),
        ):
            anna.go(path)
            fits(anna)
            accessible(anna)
            anna.picture(f"{name}-phone-{'dark' if dark else 'light'}")
        expect(page.locator(".bottomnav")).to_be_visible()


def test_administrator_creates_a_user_finds_the_search_and_exports(cast: Cast, visit: Visitor, tmp_path: Path) -> None:
    citizen, word = fill(cast)[cast.solsikken.slug], random_word()
    anna = visit()
    page = anna.sign_in(cast.anna)
    anna.go(f"/social/journal/{citizen.id}/")
    page.locator("input[name=q]").fill(word)
    page.locator("form[role=search] button[type=submit]").click()
    page.wait_for_url("**/search/**")
    eva = visit()
    page = eva.sign_in(cast.eva)
    eva.go("/admin/users/")
    eva.picture("users-wide")
    accessible(eva)
    eva.go("/admin/users/new/")
    page.locator("input[name=name]").fill("Freja Birk")
    page.keyboard.press("Tab")
    page.locator("select[name=role]").select_option("carer")
    page.locator("select[name=unit]").select_option(label="Nord")
    expect(page.locator("input[name=user_name]")).to_have_value("freja")
    page.locator("input[name=user_name]").fill("freja.birk")
    accessible(eva)
    eva.picture("user-new-wide")
    page.locator("main form .btn-primary").click()
    start = page.locator("#way-password").input_value()
    assert len(start) > 12
    eva.picture("user-created-wide")
    freja = visit()
    freja.go("/sign-in/")
    freja.page.locator("[name=username]").fill(f"freja.birk@{cast.solsikken.slug}")
    freja.page.locator("[name=password]").fill(start)
    freja.page.get_by_role("button", name="Log ind", exact=True).click()
    expect(freja.page.locator("[name=again]")).to_be_visible()
    freja.page.locator("[name=password]").fill("Blå-Cykel-31")
    freja.page.locator("[name=again]").fill("Blå-Cykel-31")
    freja.page.locator("main form button[type=submit]").click()
    expect(freja.page.locator("svg.qr")).to_be_visible()
    freja.picture("first-factor-wide")
    accessible(freja)
    eva.go("/admin/log/")
    eva.picture("log-wide")
    accessible(eva)
    whole = page.locator("form[role=search]", has=page.locator("#id_q"))  # beside the two questions
    whole.locator("input[name=q]").fill(word)
    whole.locator("button[type=submit]").click()
    row = page.locator("main li", has_text=word).first
    expect(row).to_contain_text("Anna Skov")
    expect(row).to_contain_text("Birthe Holm")
    eva.picture("log-found-wide")
    eva.go("/admin/log/")
    page.locator("form[action$='/extract/'] button[type=submit]").first.click()
    page.locator("[name=why]").fill("Kontrol af nattens søgninger")
    page.locator("[name=plain]").check()
    page.locator("main summary").click()
    accessible(eva)
    eva.picture("log-confirm-wide")
    page.locator("main form .btn-primary").click()
    fetch = page.locator("form[action$='/fetch/'] button")
    expect(fetch).to_be_visible(timeout=30_000)
    eva.picture("log-extract-wide")
    with page.expect_download() as caught:
        fetch.click()
    target = tmp_path / "log.zip"
    caught.value.save_as(target)
    with zipfile.ZipFile(target) as bundle:
        (name,) = (name for name in bundle.namelist() if name.endswith(".csv"))
        text = bundle.read(name).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))
    assert [r for r in rows if r["action"] == "social.journal.searched" and word in r["detail"]]
    _check_the_extract(eva, target)


def _check_the_extract(eva: Visit, bundle: Path) -> None:
    """Eva keeps a checkpoint, asks whether the log is still that log, and checks the extract without the server."""
    page = eva.page
    eva.go("/admin/log/checkpoint/")
    accessible(eva)
    eva.picture("log-checkpoint-wide")
    with page.expect_download() as caught:
        page.locator("a[href$='/checkpoint/file/']").click()
    noted = bundle.with_name("heretask-checkpoint.txt")
    caught.value.save_as(noted)
    page.locator("[name=noted]").fill(noted.read_text())
    page.locator("main form .btn-primary").click()
    expect(page.locator("[role=status]")).to_contain_text("den, du noterede")
    accessible(eva)
    with page.expect_download() as caught:
        page.locator("a[href$='/verify.py']").click()
    verifier = bundle.with_name("verify.py")
    caught.value.save_as(verifier)
    done = subprocess.run(
        [sys.executable, "-I", verifier, bundle, "--language", "da"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    assert "Intet mangler" in done.stdout


def test_strangers_reach_a_citizen_by_no_url(cast: Cast, visit: Visitor) -> None:
    citizen = fill(cast)[cast.solsikken.slug]
    with cast.anna.inside() as by:
        from tests.filled import write

        note = write(by, citizen, "Kun for Nord.")
    for member in (cast.clara, cast.dan):
        stranger = visit()
        page = stranger.sign_in(member)
        for path in (
            f"/social/journal/{citizen.id}/",
            f"/social/journal/notes/{note}/correct/",
            f"/social/journal/notes/{note}/edit/",
            f"/admin/log/citizen/{citizen.id}/",
        ):
            answer = page.goto(stranger.address + path)
            assert answer is not None
            assert answer.status in {403, 404}, path
            for hidden in ("Birthe", "Holm", "Kun for Nord"):
                assert hidden not in page.content()
        stranger.picture(f"refused-{member.user.user_name}")


def test_management_sees_which_promises_hold(cast: Cast, visit: Visitor) -> None:
    eva = visit()
    page = eva.sign_in(cast.eva)
    eva.go("/system/assessment/")
    for promise in ("ORG-1", "DATA-3", "LOG-3", "SUB-2"):
        expect(page.get_by_text(promise, exact=True).first).to_be_visible()
    accessible(eva)
    eva.picture("assessment-wide")
    phone = visit(phone=True, dark=True)
    phone.sign_in(cast.eva)
    phone.go("/system/assessment/")
    fits(phone)
    phone.picture("assessment-phone-dark")


def test_reading_and_recording_work_without_scripts(cast: Cast, visit: Visitor) -> None:
    citizen = fill(cast)[cast.solsikken.slug]
    anna = visit(scripts=False)
    page = anna.sign_in(cast.anna)
    anna.go(f"/social/journal/{citizen.id}/")
    page.locator("textarea[name=text]").fill("Skrevet uden scripts.")
    page.locator("button[name=act][value=sign]").click()
    expect(page.locator(".note").first).to_contain_text("Skrevet uden scripts.")


def test_english_is_complete_on_the_way(cast: Cast, visit: Visitor) -> None:
    anna = visit()
    page = anna.sign_in(cast.anna)
    page.locator(".topbar-end button[popovertarget]").last.click()
    page.locator("form[action='/language/'] button[value=en]").first.click()
    expect(page.get_by_role("heading", name="Hello Anna")).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "en"
