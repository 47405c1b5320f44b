"""Which policies there are, what each first text may say, and what everybody is asked about it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from heretask.kernel.access.permissions import Permission as P
from heretask.system.records.registers import Field, Kind, Register, register
from heretask.system.records.rules import Rule, a_thing, rule

KIND = "policy"
ACKNOWLEDGE_WITHIN = 14  # days from publication, or from the first day of somebody new
REVIEW_MONTHS = 12
ACKNOWLEDGED = "acknowledged"  # how a signature says that the whole was read


@dataclass(frozen=True, slots=True)
class Question:
    """The control question of a policy. `passage` are words by which the right place is found in its text."""

    asks: Promise
    choices: tuple[Promise, ...]
    right: int
    passage: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Required:
    """A sentence that must stand in a policy as an item of its own, and one of whose words must be in it."""

    key: str
    label: Promise
    first: Promise
    words: tuple[str, ...]
    missing: Promise


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy: `slug` is its address, `document` its key in the records."""

    slug: str
    title: Promise
    about: Promise
    promise: str
    first: Promise
    question: Question
    required: tuple[Required, ...] = ()

    @property
    def document(self) -> str:
        """The key of the document."""
        return f"policy-{self.slug}"

    @property
    def needed(self) -> frozenset[str]:
        """What signatures an acknowledgement is made of."""
        return frozenset({ACKNOWLEDGED, *(one.key for one in self.required)})


_POLICIES = (
    Policy(
        "remote", _("Mobile equipment and remote work"), _("Working away from the office, and what we carry with us"),
        "REMOTE-1",
        _(
            "1. We work on equipment that the company has handed out, never on private machines.\n"
            "2. Its disk is encrypted. It locks by itself after five minutes, and we lock it whenever we leave it.\n"
            "3. Away from the office nobody else sees the screen or hears what is said about citizens.\n"
            "4. We use our own network or the telephone's, never an open network in a café or a train.\n"
            "5. Equipment is locked away when nobody is with it. It never stays in a car.\n"
            "6. Personal data is neither stored on the machine nor printed at home.\n"
            "7. Lost or stolen equipment is reported to Management at once, at any hour."
        ),
        Question(
            _("You cannot find your computer. What do you do first?"),
            (
                _("Look for it until tomorrow, and then report it"), _("Report it to Management at once, at any hour"),
                _("Buy another and tell nobody"),
            ), 1, ("stolen", "stjålet"),
        ),
    ),
    Policy(
        "security", _("Information security"), _("What we protect, and how everybody does their part"), "PROT-1",
        _(
            "1. We process personal data on behalf of our customers, and only as they have instructed us.\n"
            "2. Nobody has standing access to a customer's data. Who needs it asks, with a purpose, and "
            "hands it back.\n"
            "3. What we look at stands in the log. We look only at what the task needs.\n"
            "4. Programs are updated when an update is there; unknown mail and links are not opened.\n"
            "5. Risks are assessed every year, and when something changes.\n"
            "6. Who sees that something is wrong says so, also about themselves. Nobody is blamed for reporting."
        ),
        Question(
            _("You need to look at a customer's data to mend a fault. What do you do?"),
            (
                _("Ask the customer for access, with the purpose"), _("Use a colleague's login"),
                _("Look, as it is for a good cause"),
            ), 0, ("standing access", "stående adgang"),
        ),
    ),
    Policy(
        "breach", _("What to do at a breach"), _("From the first suspicion to the last customer who was told"),
        "BREACH-2",
        _(
            "1. A breach is when personal data is lost, changed, or seen by somebody without a right to. A suspicion "
            "is enough.\n"
            "2. Report it at once with 'Report a security incident' at the foot of every page, or by telephone "
            "to Management.\n"
            "3. Do not try to mend, delete or hide anything. Write down what you saw, and when.\n"
            "4. Management stops the breach, and tells every affected customer within 24 hours.\n"
            "5. Afterwards we write down what we learned, and mend what made it possible."
        ),
        Question(
            _("You suspect a breach, but are not sure. What do you do?"),
            (
                _("Wait until I am sure"), _("Delete what is wrong, so that nothing happens"),
                _("Report it at once: a suspicion is enough"),
            ), 2, ("suspicion", "mistanke"),
        ),
        (
            Required(
                "consequences", _("The consequences for staff"),
                _(
                    "Consequences for you: whoever breaks these rules on purpose or by gross negligence may be given a "
                    "warning, lose the job, and be held liable."
                ),
                (
                    "consequence", "warning", "dismiss", "lose the job", "konsekven", "advarsel", "opsige", "opsagt",
                    "afskedig", "bortvis", "miste jobbet",
                ),
                _("The consequences for staff must stand in it as an item of its own: a warning, losing the job."),
            ),
            Required(
                "police", _("Breaches of the law go to the police"),
                _("The police: breaches of the law are reported to the police by Management, whoever has done them."),
                ("police", "politiet", "politianmel"),
                _("That breaches of the law are reported to the police must stand in it as an item of its own."),
            ),
        ),
    ),
    Policy(
        "passwords", _("Passwords and second factors"), _("How we prove who we are"), "LOGIN-4",
        _(
            "1. A password is known to one person. It is never written down where others can see it, and never sent.\n"
            "2. It is used in one place alone, and kept in a password manager.\n"
            "3. Everybody has a second factor, a passkey where it is possible.\n"
            "4. We never ask anybody for their password or code, and never give ours to somebody who asks.\n"
            "5. Keys to servers are personal, lie under a password, and are never copied to another machine.\n"
            "6. If somebody else may know it, it is changed at once, and reported."
        ),
        Question(
            _("Somebody who says they are from Management asks for your one-time code. What do you do?"),
            (_("Give it: they decide"), _("Give it once, and change it later"), _("Give it to nobody, and report it")),
            2, ("never ask", "spørger aldrig"),
        ),
    ),
    Policy(
        "paper", _("Paper"), _("What is printed, where it lies, and how it ends"), "PROT-2",
        _(
            "1. Personal data is printed only where there is no other way, and never away from the office.\n"
            "2. A paper is fetched from the printer at once, and never left on a table.\n"
            "3. It lies locked away, and is shredded as soon as it has done its work.\n"
            "4. It is never thrown into an ordinary bin, taken home or photographed.\n"
            "5. A paper that cannot be found is a breach, and is reported."
        ),
        Question(
            _("You have used a print with a citizen's name. Where does it go?"),
            (_("Into the shredder"), _("Into the bin, torn in two"), _("Home, to be safe")),
            0, ("shredded", "makuleres"),
        ),
    ),
    Policy(
        "subcontractors", _("Subcontractors"), _("Whom we let process our customers' data, and on what terms"),
        "SUB-1",
        _(
            "1. No subcontractor gets personal data before there is a written agreement with the terms we have "
            "promised our customers.\n"
            "2. Customers are told of a new subcontractor in good time, and may object.\n"
            "3. Data stays in Denmark, unless a customer has agreed to something else in writing.\n"
            "4. Each subcontractor is checked every year, and the check is written down.\n"
            "5. Nobody tries out a service with real data: no translations, no chat robots, no file sharing."
        ),
        Question(
            _("You have found a service on the internet that could shorten a text with personal data. May you use it?"),
            (_("Yes, if it is free"), _("No: nobody gets data without a written agreement"), _("Yes, for one text")),
            1, ("written agreement", "skriftlig aftale"),
        ),
    ),
)  # fmt: skip
POLICIES: dict[str, Policy] = {one.slug: one for one in _POLICIES}
REMOTE, BREACH = POLICIES["remote"], POLICIES["breach"]

REVIEWS = register(
    Register(
        "policy-reviews", _("Reviews of policies that changed nothing"),
        (
            Field("version", _("Version"), Kind.REFERENCE, required=True),
            Field("review_on", _("To be reviewed by"), Kind.DATE, required=True),
            Field("note", _("What was looked at?"), required=True),
        ),
        P.SYSTEM_POLICIES_READ, P.SYSTEM_POLICIES_PUBLISH,
    )
)  # fmt: skip

ENOUGH = 5  # right answers of the short test, which asks the control question of every policy
ATTEMPTS = register(
    Register(
        "training-attempts", _("Short tests of the yearly training"),
        (
            Field("person", _("Person"), Kind.REFERENCE, required=True),
            Field("taken_on", _("Day"), Kind.DATE, required=True),
            Field(
                "score", _("Right answers"), Kind.CHOICE, tuple((str(n), str(n)) for n in range(len(POLICIES) + 1)),
                required=True,
            ),
        ),
        P.SYSTEM_POLICIES_READ, P.SYSTEM_STAFF_OWN,
    )
)  # fmt: skip

REVIEW = rule(
    Rule(
        "policies.review", _("Yearly review of the policies"), ("REMOTE-1", "BREACH-2"), REVIEW_MONTHS,
        a_thing("policies"), season=9, page="system.policies",
        proof=_("Each policy is published or reviewed, and the day of its next review is to come."),
    )
)  # fmt: skip
