"""Every URL says which permission it needs and whether reaching it is a person's act."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

from heretask.kernel.access import granted
from heretask.kernel.access.permissions import SENTENCES, Permission
from heretask.kernel.access.roles import ROLES
from heretask.ui.marks import Activity, mark_of

OPEN = {
    "alive", "ready", "icons", "gallery", "front", "sign_in", "sign_in_code", "sign_in_link", "sign_in_password", "sign_in_factor",
    "sign_in_passkey", "sign_in_passkey_begin", "sign_in_colleagues", "sign_in_colleagues_state", "switch_person",
    "sign_out", "calendar_feed", "language", "theme", "platform.session", "platform.acted", "handed",
    "platform.incidents_outside", "platform.incidents_look_up", "system.heartbeat",
    "wheel_feed", "system.assessment_shown",
}  # fmt: skip


PROOF = {
    "system.assessment_show", "system.releases_approve", "system.breaches_weighty",  # what is dangerous asks again who one is
    "system.policies_write", "system.continuity_write", "system.continuity_agree",
    "admin.approvals_ask", "admin.approvals_replace", "admin.approvals_approve", "admin.approvals_carry_out",
    "admin.customers_new", "admin.customers_ask", "admin.suspensions_suspend", "admin.suspensions_lift",
    "platform.account_factor", "platform.account_factor_remove", "platform.account_recovery", "platform.account_passkey",
    "platform.account_passkey_begin", "platform.account_passkey_remove", "admin.users_new", "admin.users_role",
    "admin.users_start", "admin.users_link", "admin.users_start_over", "admin.log_confirm", "social.citizens_erase_one", "admin.grants_approve",
    "admin.grants_standing", "system.access_glass", "platform.calendar_feed", "platform.handing_give",
    "system.monitoring_watcher",
    "system.audits_finish", "system.audits_countersign", "system.minutes_sign",
    "system.wheel_feed",
    "system.registers_export",
}  # fmt: skip


def patterns(found: URLResolver | None = None) -> Iterator[URLPattern]:
    """Every pattern of the URL configuration."""
    for entry in (found or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry)
        else:
            yield entry


def test_every_url_is_marked() -> None:
    assert [p.name for p in patterns() if mark_of(p.callback) is None] == []


def test_every_url_is_active_or_passive() -> None:
    assert [
        p.name for p in patterns() if not isinstance(getattr(mark_of(p.callback), "activity", None), Activity)
    ] == []


def test_open_urls_are_those_of_the_list_each_with_its_reason() -> None:
    found = {p.name: mark_of(p.callback) for p in patterns()}
    assert {name for name, mark in found.items() if mark and mark.permission is None} == OPEN
    assert [name for name in OPEN if not getattr(found[name], "why", "")] == []


def test_what_is_dangerous_asks_for_a_proof() -> None:
    assert {p.name for p in patterns() if (mark := mark_of(p.callback)) and mark.proof is not None} == PROOF


def test_every_url_has_its_own_name() -> None:
    names = [p.name for p in patterns()]
    assert len(names) == len(set(names))
    assert None not in names


def test_polling_is_passive() -> None:
    found = {p.name: mark_of(p.callback) for p in patterns()}
    polled = {
        name
        for name in found
        if name and (name.endswith(("_progress", "_state", "_part", "draft_save")) or name == "platform.session")
    }
    assert polled
    assert {name for name in polled if found[name].activity is not Activity.PASSIVE} == set()  # type: ignore[union-attr]


def test_every_permission_has_a_sentence_and_a_holder() -> None:
    assert set(SENTENCES) == set(Permission)
    held = set().union(*(role.may for role in ROLES.values()), *granted.MAY.values())
    assert held == set(Permission)


def test_every_permission_is_asked_for() -> None:
    """A permission nobody asks for promises something that is not there."""
    from pathlib import Path

    source = "".join(
        p.read_text()
        for p in Path("heretask").rglob("*.py")
        if p.name not in {"permissions.py", "roles.py", "navigation.py"}
    )
    assert [p for p in Permission if p.name not in source] == []


def test_every_role_has_a_label_and_a_sentence() -> None:
    assert [r.key for r in ROLES.values() if not (str(r.label) and str(r.sentence))] == []
