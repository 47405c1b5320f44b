"""Policies that hold: published, and acknowledged by everybody who works at the supplier now."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from heretask.config import provision
from heretask.kernel.access.decide import Actor
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.identity.sessions import operator
from heretask.kernel.periods import months_after
from heretask.system.policies import actions, queries
from heretask.system.policies.declarations import ACKNOWLEDGED, POLICIES, Policy
from heretask.system.records import actions as records
from heretask.system.records.models import Version

REVIEW_ON = months_after(timezone.localdate(), 11)


def published(policy: Policy, by: Actor, text: str = "", review_on: dt.date = REVIEW_ON) -> Version:
    """A version with the first text, or another, and its required sentences."""
    items = {one.key: str(one.first) for one in policy.required}
    return actions.publish(policy, text=text or str(policy.first), items=items, review_on=review_on, by=by)


def policies_hold() -> None:
    """Everybody has acknowledged every policy, whatever other tests have left."""
    own = provision.customer_called(provision.SUPPLIER)
    with operator(own, "test"):
        by = provision.operator_of(own)
        for policy in POLICIES.values():
            kept = queries.kept(policy)
            version = (
                kept.version if kept.version and kept.is_reviewed else published(policy, by, f"{policy.first}\n8.")
            )
            for reader in queries.kept(policy).waiting:
                for how in (*(one.key for one in policy.required), ACKNOWLEDGED):
                    records.sign(
                        version, entry_id=reader.person.id, how=how, signed_on=timezone.localdate(), on_paper=True,
                        by=by, permission=P.SYSTEM_POLICIES_PUBLISH,
                    )  # fmt: skip
