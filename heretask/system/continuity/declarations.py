"""Which plans there are, who must agree to them, and what an exercise is made of."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from heretask.kernel.access.permissions import Permission as P
from heretask.system.records.registers import Field, Kind, Register, register
from heretask.system.records.rules import Rule, a_note, a_thing, rule

KIND = "plan"
YEAR = 12  # months for which a revision, an agreement and an exercise count
AGREE_WITHIN = dt.timedelta(days=30)  # after a version was published
MANAGER, PROVIDER, CUSTOMER = "manager", "provider", "customer"
MANAGERS = 2  # both of them agree
EARNEST = "yes"  # no exercise: it had happened, and the plan was worked by
BEGUN, STEP, FINDING, ENDED = "begun", "step", "finding", "ended"


@dataclass(frozen=True, slots=True)
class Plan:
    """A contingency plan. `exercised`: it must be tried every year. `customers`: it concerns them, too."""

    slug: str
    title: Promise
    about: Promise
    first: Promise
    exercised: bool = False
    customers: bool = False
    drills: bool = False  # a restore on trial that passed counts as an exercise of it

    @property
    def document(self) -> str:
        """The key of the document."""
        return f"plan-{self.slug}"


_PLANS = (
    Plan(
        "power", _("Power cut, or loss of the server"), _("The systems are away, for an hour or for good"),
        _(
            "1. Whoever sees it first calls the other manager. The two decide who leads.\n"
            "2. Ask the hosting provider whether it is their fault, and for how long. Write down the time.\n"
            "3. Tell the customers by telephone what is away, since when, and when we call again. They use paper.\n"
            "4. After one hour without an end in sight: set up a new server, and restore the newest backup there.\n"
            "5. Check users, the log and three journals with the customer before everybody is let in.\n"
            "6. Tell everybody that it is back, and what of the last hours must be written anew."
        ), exercised=True, customers=True, drills=True,
    ),
    Plan(
        "key", _("Loss of the key"), _("The key that opens all sealed text is lost, or somebody else may have it"),
        _(
            "1. Lost: fetch the copy from the safe. Both managers are there, and both sign.\n"
            "2. Restore the newest backup with it on trial, before the running system is touched.\n"
            "3. Somebody else may have it: this is a breach. The plan for breaches begins at once.\n"
            "4. Rotate the keys, and check that the old one opens nothing any more.\n"
            "5. Put a new copy into the safe, and write down who did."
        ), exercised=True,
    ),
    Plan(
        "breach", _("Breach of personal data"), _("From the first report to the last customer who was told"),
        _(
            "1. The report is taken as true until we know better. The clock of 24 hours begins with it.\n"
            "2. Stop it: suspend the login, end the sessions, take back the access.\n"
            "3. Find in the log who is touched, and of whom.\n"
            "4. One manager writes the notice, the other approves it. Every customer is told within 24 hours.\n"
            "5. Breaches of the law are reported to the police.\n"
            "6. Afterwards: what did we learn, and what is mended by whom until when?"
        ), exercised=True, customers=True,
    ),
    Plan(
        "staff", _("Loss of staff"), _("Somebody who is needed is ill, leaves or is not to be reached"),
        _(
            "1. Everything that one person alone knows is written down where the other manager finds it.\n"
            "2. Both managers can sign in, approve, restore and read the servers' keys.\n"
            "3. If one of them is away for more than a week, the other appoints a stand-in from the staff register.\n"
            "4. Customers are told whom to call.\n"
            "5. Accounts of who has left are closed the same day."
        ),
    ),
    Plan(
        "subcontractor", _("A subcontractor fails"), _("The hosting provider or another one stops, or breaks its word"),
        _(
            "1. Find out what no longer works, and which customers it touches.\n"
            "2. Ask the subcontractor in writing for the cause and a time. Keep the answer.\n"
            "3. Where it is the hosting provider: set up at the second site, from our own backup.\n"
            "4. Where personal data may be touched, the plan for breaches begins.\n"
            "5. Decide within a month whether the agreement goes on."
        ),
    ),
)  # fmt: skip
PLANS: dict[str, Plan] = {one.slug: one for one in _PLANS}
_CHOICES = tuple((one.slug, one.title) for one in _PLANS)

PARTIES: dict[str, Promise] = {
    MANAGER: _("One of our managers"), PROVIDER: _("The hosting provider"), CUSTOMER: _("A customer"),
}  # fmt: skip
HOW: dict[str, Promise] = {
    "here": _("Here, with proof of oneself"), "signed": _("Signed on paper"), "mail": _("By mail"),
    "meeting": _("At a meeting, with minutes"),
}  # fmt: skip
OUTCOMES: dict[str, Promise] = {
    "worked": _("The plan works"), "partly": _("The plan works, with things to mend"),
    "failed": _("The plan does not work"),
}  # fmt: skip
_SEE, _RUN = P.SYSTEM_CONTINUITY_SEE, P.SYSTEM_CONTINUITY_RUN

AGREEMENTS = register(
    Register(
        "plan-agreements", _("Agreements to contingency plans"),
        (
            Field("version", _("Version"), Kind.REFERENCE, required=True),
            Field("party", _("Who?"), Kind.CHOICE, tuple(PARTIES.items()), required=True),
            Field("person", _("Person"), Kind.REFERENCE),
            Field("who", _("Name"), required=True, longest=120),
            Field("agreed_on", _("Agreed on"), Kind.DATE, required=True),
            Field("how", _("How?"), Kind.CHOICE, tuple(HOW.items()), required=True),
            Field("reference", _("Where is it kept?"), longest=120),
        ),
        _SEE, _RUN,
    )
)  # fmt: skip
EXERCISES = register(
    Register(
        "exercises", _("Exercises"),
        (
            Field("plan", _("Plan"), Kind.CHOICE, _CHOICES, required=True),
            Field("scenario", _("Scenario"), required=True, longest=1000),
            Field("held_on", _("Held"), Kind.DATE),
            Field("concluded_on", _("Concluded"), Kind.DATE),
            Field("outcome", _("Outcome"), Kind.CHOICE, tuple(OUTCOMES.items())),
            Field("conclusion", _("Conclusion"), longest=2000),
            Field("case", _("Case of a breach"), Kind.REFERENCE),
            Field("earnest", _("In earnest"), Kind.CHOICE, ((EARNEST, _("It had happened")),)),
        ),
        _SEE, _RUN,
    )
)  # fmt: skip
PARTICIPANTS = register(
    Register(
        "exercise-participants", _("Participants"),
        (
            Field("exercise", _("Exercise"), Kind.REFERENCE, required=True),
            Field("person", _("Person"), Kind.REFERENCE, required=True),
        ),
        _SEE, _RUN,
    )
)  # fmt: skip
STEPS = register(
    Register(
        "exercise-steps", _("Steps of exercises"),
        (
            Field("exercise", _("Exercise"), Kind.REFERENCE, required=True),
            Field(
                "kind", _("Kind"), Kind.CHOICE,
                ((BEGUN, _("Begun")), (STEP, _("Step")), (FINDING, _("Finding")), (ENDED, _("Ended"))), required=True,
            ),
            Field("text", _("What happened?"), longest=600),
        ),
        _SEE, _RUN,
    )
)  # fmt: skip
ACTIONS = register(
    Register(
        "exercise-actions", _("Actions after exercises"),
        (
            Field("exercise", _("Exercise"), Kind.REFERENCE, required=True),
            Field("person", _("Who answers for it?"), Kind.REFERENCE, required=True),
            Field("what", _("What must be done?"), required=True),
        ),
        _SEE, _RUN,
    )
)  # fmt: skip

REVISION = rule(
    Rule(
        "continuity.plans", _("Yearly revision of the contingency plans"), ("CONT-1",), YEAR, a_thing("plans"),
        season=3, page="system.continuity",
        proof=_("Each plan has been agreed to within a year, by both managers and the hosting provider."),
    )
)  # fmt: skip
EXERCISE = rule(
    Rule(
        "continuity.exercise", _("Yearly exercise of the contingency plans"), ("CONT-2",), YEAR, a_thing("exercise"),
        season=10, page="system.continuity",
        proof=_("An exercise is concluded, and each plan that must be tried has been tried within a year."),
    )
)  # fmt: skip
ACTION = rule(Rule("continuity.action", _("Action after an exercise"), ("CONT-2",), 0, a_note))
