"""Danish and English are both complete."""

from __future__ import annotations

from babel.messages.pofile import read_po

from ops import translations


def test_every_text_has_danish() -> None:
    assert translations.missing(translations.catalogue()) == []


def test_a_text_without_danish_is_found() -> None:
    found = translations.catalogue()
    message = found.get("Sign in")
    assert message is not None
    message.string = ""
    assert any("'Sign in'" in line for line in translations.missing(found))


def test_a_lost_place_is_found() -> None:
    found = translations.catalogue()
    message = found.get("%(actor)s signed in.")
    assert message is not None
    message.string = "Nogen loggede ind."
    assert any("lacks %(actor)s" in line for line in translations.missing(found))


def test_nothing_unused_is_kept() -> None:
    used = {msgid if isinstance(msgid, str) else msgid[0] for msgid, _context, _where in translations.texts()}
    with translations.DANISH.open("rb") as file:
        kept = {m.id if isinstance(m.id, str) else m.id[0] for m in read_po(file, locale="da") if m.id}
    assert kept - used == set()
