"""Plans that hold: published, agreed to by both managers and the hosting provider, and tried."""

from __future__ import annotations

from django.utils import timezone

from heretask.config import provision
from heretask.kernel.access.decide import Actor
from heretask.kernel.identity.sessions import operator
from heretask.kernel.periods import months_after
from heretask.system.continuity import actions, queries
from heretask.system.continuity.declarations import AGREEMENTS, MANAGER, MANAGERS, PROVIDER, Plan
from heretask.system.records import actions as records
from heretask.system.records.models import Version
from tests.cast import admit


def written(plan: Plan, by: Actor, text: str = "") -> Version:
    """A version that nobody has published before."""
    review_on = months_after(timezone.localdate(), 11)
    text = text or f"{plan.first}\n9. {timezone.now():%d%H%M%S%f}"
    return actions.publish(plan, text=text, review_on=review_on, by=by)


def provider_agrees(plan: Plan, version: Version, by: Actor) -> None:
    """As Management writes it down."""
    actions.record_agreement(
        plan, version_id=version.id, party=PROVIDER, who="Nordvind Hosting ved Lis Munk", agreed_on=timezone.localdate(),
        how="mail", reference="Sag 44", by=by,
    )  # fmt: skip


def exercised(plan: Plan, by: Actor, outcome: str = "worked") -> queries.Exercise:
    """An exercise from the first minute to its conclusion."""
    made = actions.prepare(plan, scenario="Det brænder hos hosteren.", people=[queries.people()[0].id], by=by)
    actions.begin(queries.exercise(made.id), by=by)
    actions.write_step(queries.exercise(made.id), text="Ringet til hosteren", by=by)
    actions.end(queries.exercise(made.id), by=by)
    actions.conclude(queries.exercise(made.id), outcome=outcome, conclusion="Det gik.", by=by)
    return queries.exercise(made.id)


def plans_hold() -> None:
    """Everything holds of every plan, whatever other tests have left."""
    own = provision.customer_called(provision.SUPPLIER)
    with operator(own, "test"):
        by = provision.operator_of(own)
        if len(queries.people()) < MANAGERS:
            admit("Hans Kjær", None, by)
        for one in queries.exercises():
            for item, standing in one.actions:
                if standing.closing is None:
                    actions.close_action(item.id, note="Gjort", by=by)
        for kept in queries.all_kept():
            if not kept.is_agreed:
                version = kept.version or written(kept.plan, by)
                provider_agrees(kept.plan, version, by)
                for person in queries.people()[:2]:
                    given = {
                        "version": version.id, "party": MANAGER, "person": person.id, "who": person.values["name"],
                        "agreed_on": timezone.localdate(), "how": "here",
                    }  # fmt: skip
                    records.add(AGREEMENTS, given, by=by)
            tried = {e.item.values["plan"] for e in queries.exercises() if e.phase == "concluded"}
            if kept.plan.exercised and kept.plan.slug not in tried:
                exercised(kept.plan, by)
