"""Sample checks: drawn by a root that nobody chose, explained by who opened, judged by somebody else."""

from __future__ import annotations

import datetime as dt
import hashlib
from uuid import UUID

import pytest
from django.db import IntegrityError, InternalError, ProgrammingError
from django.urls import reverse
from django.utils import timezone

from heretask.admin.samples import actions, policies, queries
from heretask.admin.samples.models import Draw, Drawn, Judgment
from heretask.admin.samples.policies import Refused
from heretask.kernel.access.decide import Denied
from heretask.kernel.identity.sessions import operator
from heretask.kernel.log.models import Checkpoint, Event
from heretask.kernel.tenancy.base import uuid7
from heretask.social.citizens import actions as citizens
from tests.cast import Cast, Member
from tests.database import superuser
from tests.sealing import seal
from tests.social.people import make_citizen, relate

HOUR = dt.timedelta(hours=1)


def opened(cast: Cast, member: Member, name: str = "Birthe Holm") -> UUID:
    """A citizen of Nord whom `member` opens."""
    made = make_citizen(cast, name)
    with member.inside() as by:
        citizens.open_citizen(made.id, by)
    return made.id


def drawn(cast: Cast) -> Draw:
    """A draw of the last hour."""
    now = timezone.now()
    with cast.eva.inside():
        pass  # her sign-in stands after the end, so that the root signed next is a later one
    seal()
    with operator(cast.solsikken, "test"):
        made = actions.draw(now - HOUR, now)
    assert made is not None
    return made


def lines(cast: Cast, draw: Draw) -> list[Drawn]:
    with cast.eva.inside():
        return list(Drawn.objects.filter(draw_id=draw.id).order_by("place"))


# the draw


def by_hand(seed: str, pool: list[tuple[str, int]]) -> list[str]:
    """The formula of the page, written anew without any code of ours."""
    best: dict[str, str] = {}
    for event, weight in pool:
        for number in range(weight):
            lot = hashlib.sha256(bytes.fromhex(seed) + bytes.fromhex(event) + number.to_bytes(4, "big")).hexdigest()
            best[event] = max(best.get(event, ""), lot)
    wanted = min(len(pool), max(5, min(20, len(pool) // 50)))
    return [event for event, _lot in sorted(best.items(), key=lambda pair: (pair[1], pair[0]), reverse=True)[:wanted]]


def test_a_draw_is_drawn_anew_by_an_independent_formula(cast: Cast) -> None:
    for number in range(9):
        opened(cast, cast.anna, f"Borger {number}")
    made = drawn(cast)
    assert len(made.pool) == 9
    assert [line.event.hex for line in lines(cast, made)] == by_hand(made.seed, [(e, w) for e, w in made.pool])
    with cast.eva.inside():
        assert bytes(Checkpoint.objects.order_by("-size")[0].root).hex() == made.seed
        assert queries.is_signed(made.size, made.seed)


@pytest.mark.parametrize("number", range(5))
def test_the_formula_holds_for_large_pools(number: int) -> None:
    pool = [(UUID(int=number * 10_000 + n), 1 + n % 15) for n in range(700)]
    seed = hashlib.sha256(bytes([number])).digest()
    found = [event.hex for event in policies.draw(seed, pool)]
    assert found == by_hand(seed.hex(), [(event.hex, weight) for event, weight in pool])
    assert len(found) == 14
    assert found != [event.hex for event in policies.draw(seed[::-1], pool)]


def test_more_lots_are_drawn_more_often() -> None:
    heavy = [UUID(int=n) for n in range(50)]
    pool = [(one, 15) for one in heavy] + [(UUID(int=1000 + n), 1) for n in range(50)]
    hits = [
        event in set(heavy)
        for n in range(100)
        for event in policies.draw(hashlib.sha256(n.to_bytes(2, "big")).digest(), pool)
    ]
    assert sum(hits) > 0.85 * len(hits)


def test_nothing_is_drawn_before_a_root_is_signed_after_the_end(cast: Cast) -> None:
    opened(cast, cast.anna)
    seal()
    now = timezone.now()
    with operator(cast.solsikken, "test"):
        assert actions.draw(now - HOUR, now) is None
        assert not Draw.objects.exists()


def test_a_month_is_drawn_once_by_the_clocks_job(cast: Cast) -> None:
    from heretask.kernel.jobs.queue import defer
    from tests.work import work

    opened(cast, cast.anna)
    seal()
    for _ in range(2):
        with cast.eva.inside():
            defer("admin.samples.draw")
        work()
    with cast.eva.inside():
        made = Draw.objects.get()
        since, until = queries.month_before(timezone.now())
        assert (made.since, made.until) == (since, until)
        assert timezone.localtime(since).day == timezone.localtime(until).day == 1
        assert Drawn.objects.count() == 0  # Anna opened this month


def test_what_is_likelier(cast: Cast) -> None:
    none: frozenset[str] = frozenset()

    def why(purpose: str, citizen: str, opener: str = "Anna Skov", known: frozenset[str] = none) -> list[str]:
        return policies.why_likelier(purpose, citizen, opener, frozenset({"bo friis"}), known)

    unit = f"unit:carer:{cast.nord.id.hex}"
    assert why("relation:carer", "Birthe Holm") == []
    assert why(unit, "Birthe Holm") == [policies.UNRELATED]
    assert why("emergency:carer", "Birthe Holm") == [policies.EMERGENCY]
    assert why("relation:carer", "Otto SKOV") == [policies.NAMESAKE]
    assert why("relation:carer", "Bo  Friis") == [policies.COLLEAGUE]
    assert why("relation:carer", "Karla Kendt", known=frozenset({"karla kendt"})) == [policies.KNOWN]
    assert policies.weight_of(why(unit, "Otto Skov")) == 9


def test_own_name_relation_and_the_sealed_list_count(cast: Cast) -> None:
    with cast.eva.inside() as by:
        actions.add_known("Karla Kendt", by=by)
    with superuser() as admin:
        row = admin.execute("select name from admin_samples_knownperson where customer_id = %s", [cast.solsikken.id])
        kept = row.fetchone()
    assert kept
    assert isinstance(kept[0], bytes)
    assert b"Karla" not in kept[0]
    own, known = opened(cast, cast.anna, "Otto Skov"), opened(cast, cast.anna, "karla KENDT")
    near = make_citizen(cast, "Birthe Holm")
    relate(cast, near, cast.anna)
    with cast.anna.inside() as by:
        citizens.open_citizen(near.id, by)
    found = {line.citizen: set(line.why) for line in lines(cast, drawn(cast))}
    assert found[own] == {policies.UNRELATED, policies.NAMESAKE}
    assert found[known] == {policies.UNRELATED, policies.KNOWN}
    assert found[near.id] == set()


# explaining and judging


def test_two_taps_explain(cast: Cast) -> None:
    opened(cast, cast.anna)
    line = lines(cast, drawn(cast))[0]
    client, url = cast.anna.client(), reverse("admin.samples_explain", args=[line.id])
    assert url in client.get(reverse("platform.today")).content.decode()  # the first tap
    page = client.get(url).content.decode()
    assert "Birthe Holm" in page
    assert page.index('value="shift"') < page.index('value="close"')  # the likeliest first
    assert client.post(url, {"choice": "shift", "words": ""}).status_code == 302  # the second
    assert client.post(url, {"choice": "close", "words": ""}).status_code == 409
    assert url not in client.get(reverse("platform.today")).content.decode()


def test_only_who_opened_explains_and_never_judges(cast: Cast) -> None:
    opened(cast, cast.bo)
    line = lines(cast, drawn(cast))[0]
    with pytest.raises(Denied), cast.anna.inside() as by:
        actions.explain(line.id, "close", "", by=by)
    with cast.bo.inside() as by:
        actions.explain(line.id, "close", "", by=by)
    with pytest.raises(Refused), cast.bo.inside() as by:
        actions.judge(line.id, "justified", "", by=by)
    assert (
        cast.bo.client().post(reverse("admin.samples_judge", args=[line.id]), {"verdict": "justified"}).status_code
        == 409
    )
    with pytest.raises(IntegrityError), cast.eva.inside():
        Judgment.objects.create(drawn=line, about=cast.bo.user.id, by_id=cast.bo.user.id, verdict="justified")
    with cast.eva.inside() as by:
        assert actions.judge(line.id, "justified", "", by=by).verdict == "justified"
        with pytest.raises(Refused):
            actions.judge(line.id, "not", "fordi", by=by)


def test_a_leader_judges_their_own_units_people_alone(cast: Cast) -> None:
    opened(cast, cast.anna)
    line = lines(cast, drawn(cast))[0]
    assert cast.bo.client().get(reverse("admin.samples_judge", args=[line.id])).status_code == 200
    for member in (cast.anna, cast.clara, cast.dan):
        with pytest.raises(Denied), member.inside() as by:
            actions.judge(line.id, "justified", "", by=by)


def test_what_is_not_simply_justified_says_why(cast: Cast) -> None:
    opened(cast, cast.anna)
    line = lines(cast, drawn(cast))[0]
    client, url = cast.eva.client(), reverse("admin.samples_judge", args=[line.id])
    assert client.post(url, {"verdict": "not", "words": ""}).status_code == 409
    assert client.post(url, {"verdict": "not", "words": "Naboen"}).status_code == 302


def test_unanswered_turns_red(cast: Cast) -> None:
    opened(cast, cast.anna)
    made = drawn(cast)
    with cast.eva.inside():
        line = queries.lines_of(made)[0]
    line.drawn.draw = made
    now = timezone.now()
    from heretask.admin.samples.presenters import state_of

    assert state_of(line, now)[0] == "due"
    assert state_of(line, now + dt.timedelta(days=8))[0] == "broken"


def test_nothing_of_a_draw_can_be_changed(cast: Cast) -> None:
    opened(cast, cast.anna)
    made = drawn(cast)
    rows = Drawn.objects.filter(draw_id=made.id)
    for act in (rows.delete, lambda: rows.update(weight=1), lambda: Draw.objects.update(seed="0" * 64)):
        with pytest.raises((InternalError, ProgrammingError)), cast.eva.inside():
            act()


def test_the_pages_and_the_minutes(cast: Cast) -> None:
    opened(cast, cast.anna)
    made = drawn(cast)
    client = cast.eva.client()
    page = client.get(reverse("admin.samples_draw", args=[made.id])).content.decode()
    assert made.seed in page
    assert "Birthe Holm" in page
    assert "Anna Skov" in client.get(reverse("admin.samples")).content.decode()
    assert client.post(reverse("admin.samples_minutes", args=[made.id])).content.startswith(b"%PDF")
    assert client.post(reverse("admin.samples_known"), {"name": "Karla Kendt"}).status_code == 302
    with cast.eva.inside() as by:
        ((known, name),) = actions.list_known(by=by)
    assert name == "Karla Kendt"
    assert client.post(reverse("admin.samples_known"), {"end": str(known)}).status_code == 302
    assert client.post(reverse("admin.samples_known"), {"end": str(uuid7())}).status_code == 409
    assert "Karla" not in client.get(reverse("admin.samples_known")).content.decode()
    with cast.eva.inside():
        assert Event.objects.filter(action="admin.samples.drawn").count() == 1
