"""Making the demo's data: two customers, 60 users, 300 citizens and 13 months of notes, each with its events.

People and citizens come through the real actions; the many notes are written in bulk, sealed and logged like any other.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import secrets
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.db import connections, transaction
from django.utils import timezone

from heretask.admin.mail import actions as mail
from heretask.admin.users import actions as users
from heretask.config import provision
from heretask.config.sealing import seal_all
from heretask.demo import (
    announcing,
    assessing,
    auditing,
    breaching,
    employing,
    handing_on,
    history,
    planning,
    printing,
    readying,
    reporting,
    showing,
    talking,
    tasks,
    turning,
    watching,
)
from heretask.demo.cast import CAST, HOUSES, MONTHS, NAMES, NOTES, SEED, Named
from heretask.demo.history import Made
from heretask.demo.texts import lives, names
from heretask.kernel.access.decide import Actor
from heretask.kernel.backup import target
from heretask.kernel.identity import codes, factors, passwords
from heretask.kernel.identity.models import User
from heretask.kernel.identity.sessions import operator
from heretask.kernel.log import record
from heretask.kernel.log.sealkeys import SealKeys
from heretask.kernel.release.running import PACKAGE
from heretask.kernel.release.source import CannotRelease
from heretask.kernel.secrets.models import DataKey
from heretask.kernel.tenancy.models import Customer, Unit
from heretask.social import indexing
from heretask.social.citizens import actions as citizens
from heretask.social.citizens import events as citizen_events
from heretask.social.citizens import queries as citizen_queries
from heretask.social.citizens.models import Citizen, Relation
from heretask.system.releases import actions as releases

Say = Callable[[str], None]


def is_made() -> bool:
    """Whether this demo's data is complete."""
    return bool(settings.HERETASK_DEMO_PEOPLE.exists())


def declare_target() -> None:
    """A folder of the demo for its backups, so that taking and restoring them can be tried; nothing of it is true."""
    folder = Path(settings.HERETASK_HOME) / "backups"
    if target.declared() is None:
        folder.mkdir(mode=0o700, exist_ok=True)
        target.declare(target.Target(
            target.DUMP, str(folder), target.COUNTRY, "Demo", "Grethe Vang", "Demo", timezone.localdate().isoformat()
        ))  # fmt: skip


def make(say: Say) -> None:
    """Make everything; the file of the cast is written last, so that half a demo is never taken for a whole one."""
    today = timezone.localdate()
    start = today - dt.timedelta(days=MONTHS * 30 + 5)
    with connections["owner"].cursor() as cursor:
        cursor.execute("select ht.make_partitions(%s, %s)", [start, MONTHS + 5])
    unused = passwords.hash_of(secrets.token_urlsafe(24))  # nobody knows it: only the cast signs in
    signers: list[tuple[Named, User]] = []
    whole = sum(house.citizens for houses in HOUSES.values() for house in houses)
    for number, (slug, houses) in enumerate(HOUSES.items()):
        say(f"Inventing {NAMES[slug]} …")
        rng = random.Random(SEED + number)
        customer = provision.create_customer(slug, NAMES[slug])
        with operator(customer, "demo", minutes=30):
            by = provision.operator_of(customer)
            made = [Made(house, Unit.objects.create(name=house.name, kind=house.kind)) for house in houses]
            signers += _people(rng, slug, made, unused, by)
            for place in made:
                _citizens(rng, place, start, today)
            history.write(rng, made, start, per_citizen=NOTES / whole)
            nord = next((place for place in made if place.house.name == "Nord"), None)
            if nord is not None:
                known = [citizen_id for citizen_id, _life in nord.citizens]
                talking.messages(nord.unit, known)
                printing.papers(known)
        if slug == "solsikken":
            with operator(customer, "demo"):
                mail.let_sms_go(True, by=provision.operator_of(customer))
            tasks.give(customer, {n.user_name: user for n, user in signers}, made[0].unit)
            planning.plan(customer, {n.user_name: user for n, user in signers}, made[0].unit)
            bo = next(user for n, user in signers if n.user_name == "bo")
            handing_on.hand_over(customer, bo, made[0].unit.id, [own for own, _name in made[0].staff[2:4]])
    supplier = provision.customer_called(provision.SUPPLIER)
    signers += _supplier(supplier)
    _release(supplier)
    _factors(signers)
    cast = {named.user_name: (provision.customer_called(named.customer), user) for named, user in signers}
    with tasks.as_person(*cast["grethe"]):
        watching.taken()
    report = reporting.incidents(lambda name: tasks.as_person(*cast[name]))
    breaching.cases(lambda name: tasks.as_person(*cast[name]), report)
    announcing.announced(lambda name: tasks.as_person(*cast[name]))
    auditing.audit(supplier, lambda name: tasks.as_person(*cast[name]))
    showing.outside(lambda name: tasks.as_person(*cast[name]))
    with tasks.as_person(*cast["grethe"]) as by:
        turning.year(by)
    say("Sealing the log …")  # or the first measurement would find a log that waits, which a sealer never leaves
    seal_keys = SealKeys(Path(settings.HERETASK_SEAL_KEY_FILE))
    seal_keys.ensure()
    seal_all(seal_keys)


def _supplier(supplier: Customer) -> list[tuple[Named, User]]:
    """The supplier's people, and what their management system has held so far."""
    with operator(supplier, "demo"):
        by = provision.operator_of(supplier)
        people = [
            (named, _user(named.user_name, named.name, named.role, None, by, passwords.hash_of(named.password)))
            for named in CAST
            if named.customer == provision.SUPPLIER
        ]
        watching.watching()
        employing.staff(people, by)
        readying.policies(by)
        readying.continuity([user for named, user in people if named.role == "management"], by)
        assessing.registers(by)
    return people


def _release(supplier: Customer) -> None:
    """The checkout that the demo runs from, as a release that waits; there is none where it is no clean checkout."""
    with suppress(CannotRelease), operator(supplier, "demo"):
        releases.make_release("0.1.0", PACKAGE.parent, by=provision.operator_of(supplier))


def _people(rng: random.Random, slug: str, made: list[Made], unused: str, by: Actor) -> list[tuple[Named, User]]:
    units = {place.house.name: place for place in made}
    signers = []
    for named in CAST:
        if named.customer == slug:
            place = units.get(named.unit)
            user = _user(
                named.user_name,
                named.name,
                named.role,
                place.unit if place else None,
                by,
                passwords.hash_of(named.password),
            )
            signers.append((named, user))
            if place:
                place.staff.append((user.id, named.name))
    taken = {named.user_name for named in CAST}
    for place in made:
        while len(place.staff) < place.house.carers:
            name = _colleague(rng)
            role = "team_leader" if len(place.staff) == 2 and place.house.name != "Nord" else "carer"
            user = _user(_user_name(name, taken), name, role, place.unit, by, unused)
            place.staff.append((user.id, name))
    for _extra in range(3 if slug == "solsikken" else 2):
        name = _colleague(rng)
        _user(_user_name(name, taken), name, "administrator", None, by, unused)
    return signers


def _colleague(rng: random.Random) -> str:
    sex = rng.choice(["f", "f", "m"])
    return names.person_name(rng, sex, timezone.localdate() - dt.timedelta(days=365 * rng.randint(22, 62)))


def _user_name(name: str, taken: set[str]) -> str:
    first = name.split(maxsplit=1)[0].casefold().replace("é", "e")
    made, number = first, 2
    while made in taken:
        made, number = f"{first}{number}", number + 1
    taken.add(made)
    return made


def _user(user_name: str, name: str, role: str, unit: Unit | None, by: Actor, hashed: str) -> User:
    user = users.create_user(user_name=user_name, name=name, by=by, hashed=hashed)
    users.give_role(user=user, role=role, unit=unit, by=by)
    return user


def _citizens(rng: random.Random, place: Made, start: dt.date, today: dt.date) -> None:
    rows: list[Citizen] = []
    sought = []
    keys: list[DataKey] = []
    relations = []
    for number in range(place.house.citizens):
        life = lives.make_life(rng, unit_kind=place.house.kind, start=start, days=(today - start).days)
        light = rng.choices(["green", "yellow", "red"], [80, 15, 5])[0]
        citizen, key = citizens.build_citizen(
            unit_id=place.unit.id, name=life.name, cpr=names.made_up_cpr(rng, life.born, life.sex), light=light,
            moved_in=life.moved_in, facts=_facts(life),
        )  # fmt: skip
        rows.append(citizen)
        sought.append((citizen.id, citizen_queries.sought_texts(life.name, _facts(life))))
        keys.append(key)
        place.citizens.append((citizen.id, life))
        worker = place.staff[number % len(place.staff)][0]
        relations.append(Relation(citizen_id=citizen.id, user_id=worker, kind="key_worker"))
        record(
            citizen_events.CREATED, citizen=citizen.id, on=("citizen", citizen.id),
            changed=["name", "cpr", "facts", "unit"],
            at=history.micros(dt.datetime.combine(max(life.moved_in, start), dt.time(10), history.COPENHAGEN)),
        )  # fmt: skip
    _insert(keys)
    _insert(rows)
    _insert(relations)
    indexing.put_citizens(sought)


def _facts(life: lives.Life) -> dict[str, str]:
    return {
        "room": life.room, "born": life.born.isoformat(), "municipality": life.municipality,
        "warning": ", ".join([*life.allergies, *life.warnings][:2]),
        "relative": f"{life.relative.name} ({life.relative.relation})",
    }  # fmt: skip


def _insert(rows: Iterable[object]) -> None:
    found = list(rows)
    type(found[0]).objects.bulk_create(found, batch_size=500)  # type: ignore[attr-defined]


def _factors(signers: list[tuple[Named, User]]) -> None:
    """One-time codes for the cast, and the file that the sign-in page of the demo reads."""
    people = []
    for named, user in signers:
        secret = codes.make_secret()
        known = User.objects.using("gate").select_related("customer").get(id=user.id)
        with transaction.atomic(using="gate"):
            factors.add_factor(known, secret, confirmed=True)
        people.append(
            {
                "user_name": f"{named.user_name}@{named.customer}", "password": named.password,
                "totp_secret": codes.as_text(secret), "customer": named.customer, "role": named.role,
                "name": named.name,
                "place": ", ".join(part for part in (named.unit, NAMES.get(named.customer, "HereTask")) if part),
            }
        )  # fmt: skip
    order = [named.user_name for named in CAST]
    people.sort(key=lambda person: order.index(person["user_name"].partition("@")[0]))
    target = settings.HERETASK_DEMO_PEOPLE
    handle = os.open(target.with_suffix(".new"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump(people, file, indent=1)
    target.with_suffix(".new").rename(target)


def half_made(slugs: Iterable[str]) -> bool:
    """Whether an earlier start was interrupted: customers without the file of the cast."""
    return not is_made() and Customer.objects.using("owner").filter(slug__in=list(slugs)).exists()
