"""The demo's supplier is ready for the day that goes wrong: policies that are read, plans that are agreed and tried."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from django.utils import timezone

from heretask.kernel.access.decide import Actor
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.identity.models import User
from heretask.kernel.periods import months_after
from heretask.system.continuity import actions as plans
from heretask.system.continuity import queries as tried
from heretask.system.continuity.declarations import PLANS, PROVIDER
from heretask.system.policies import actions, queries
from heretask.system.policies.declarations import ACKNOWLEDGED, POLICIES, REMOTE, Policy
from heretask.system.records import actions as records

BEHIND = {"Finn Toft": {"remote", "breach"}}  # who has something left to read


def policies(by: Actor) -> None:
    """All are published and read, but for what somebody still has to; the one on remote work twice."""
    for policy in POLICIES.values():
        _publish(policy, str(policy.first), 11, by)
        _read(policy, by, behind=False)
    more = str(REMOTE.first).replace("\n7.", "\n7. En privat skærm må bruges, andet privat udstyr må ikke.\n8.")
    _publish(REMOTE, more, 12, by)
    _read(REMOTE, by, behind=True)


def continuity(managers: list[User], by: Actor) -> None:
    """All plans are agreed to but one, which a manager still has to read; two were tried, and one action is open."""
    for plan in PLANS.values():
        review_on = months_after(timezone.localdate(), 12)
        version = plans.publish(plan, text=str(plan.first), review_on=review_on, by=by)
        plans.record_agreement(
            plan, version_id=version.id, party=PROVIDER, who="Nordvind Hosting ved Lis Munk",
            agreed_on=timezone.localdate(), how="mail", reference="Sag 4471", by=by,
        )  # fmt: skip
        for user in managers[: 1 if plan.slug == "subcontractor" else 2]:
            plans.agree(plan, version_id=version.id, by=replace(by, user_id=user.id))
    _exercise("power", "Fredag kl. 21 svarer ingen af siderne. Hosteren tager ikke telefonen.", "partly", by)
    _exercise("breach", "Hos en kunde har en medarbejder åbnet 40 journaler om natten uden vagt.", "worked", by)


def _exercise(slug: str, scenario: str, outcome: str, by: Actor) -> None:
    people = [one for one in tried.people() if one.values["login"]]
    made = plans.prepare(PLANS[slug], scenario=scenario, people=[one.id for one in people], by=by)
    plans.begin(tried.exercise(made.id), by=by)
    for text in ("Ringet til den anden leder", "Fundet planen frem, uden net, i mappen"):
        plans.write_step(tried.exercise(made.id), text=text, by=by)
    if outcome == "partly":
        finding = "Telefonnummeret til hosterens vagt var gammelt"
        plans.write_finding(tried.exercise(made.id), text=finding, by=by)
    plans.end(tried.exercise(made.id), by=by)
    if outcome == "partly":
        due_on = timezone.localdate() + dt.timedelta(days=12)
        finn = next(one for one in people if one.values["name"] == "Finn Toft")
        what = "Få det nye nummer til hosterens vagt, og skriv det i planen"
        plans.give_action(tried.exercise(made.id), what=what, person=finn.id, due_on=due_on, by=by)
    said = "Planen holder. Vi var i gang med nødstedet efter 40 minutter og kunne ringe til alle kunder."
    plans.conclude(tried.exercise(made.id), outcome=outcome, conclusion=said, by=by)


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
