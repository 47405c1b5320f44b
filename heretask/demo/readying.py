"""The demo's supplier is ready for the day that goes wrong: policies that are read, plans that are agreed and tried."""

from __future__ import annotations

from django.utils import timezone

from heretask.kernel.access.decide import Actor
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.periods import months_after
from heretask.system.policies import actions, queries
from heretask.system.policies.declarations import ACKNOWLEDGED, POLICIES, REMOTE, Policy
from heretask.system.records import actions as records

BEHIND = {"Finn Toft": {"remote", "breach"}}  # who has something left to read


def policies(by: Actor) -> None:
    """All are published and read, but for what somebody still has to; the one on remote work twice."""
    for policy in POLICIES.values():
        _publish(policy, str(policy.first), 11, by)
        _read(policy, by, behind=False)
    more = str(REMOTE.first).replace(
        "\n7.", "\n7. Et lånt headset eller en privat skærm må bruges, andet privat udstyr må ikke.\n8."
    )
    _publish(REMOTE, more, 12, by)
    _read(REMOTE, by, behind=True)


def _publish(policy: Policy, text: str, months: int, by: Actor) -> None:
    items = {one.key: str(one.first) for one in policy.required}
    actions.publish(policy, text=text, items=items, review_on=months_after(timezone.localdate(), months), by=by)


def _read(policy: Policy, by: Actor, *, behind: bool) -> None:
    found = queries.kept(policy)
    for reader in found.waiting:
        left = BEHIND.get(reader.person.values["name"], set())
        if found.version is None or (policy.slug in left and (behind or policy is not REMOTE)):
            continue
        for how in (*(one.key for one in policy.required), ACKNOWLEDGED):
            records.sign(
                found.version, entry_id=reader.person.id, how=how, signed_on=timezone.localdate(), on_paper=False,
                by=by, permission=P.SYSTEM_POLICIES_PUBLISH, kind="staff",
            )  # fmt: skip
