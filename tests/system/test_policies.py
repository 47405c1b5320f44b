"""Policies: published whole or not at all, acknowledged version by version, and nothing of it is ever lost."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
from django.db import DatabaseError, connections, transaction
from django.utils import timezone

from heretask.config import provision
from heretask.kernel.access.decide import Actor, Denied
from heretask.kernel.access.permissions import Permission as P
from heretask.kernel.evidence.measuring import MEASURES, State, measure
from heretask.kernel.identity.sessions import operator
from heretask.kernel.log.models import Event
from heretask.system.policies import actions, policies, queries
from heretask.system.policies.agenda import policies_of
from heretask.system.policies.declarations import BREACH, POLICIES, REMOTE, REVIEW, Policy
from heretask.system.policies.differing import difference
from heretask.system.policies.models import Item
from heretask.system.policies.policies import Refused, WrongAnswer
from heretask.system.records import actions as records
from heretask.system.records import queries as engine
from heretask.system.records.models import Signature, Version
from heretask.system.records.rules import Proof
from heretask.system.staff import actions as staff
from heretask.system.staff.declarations import TRAINING
from tests.cast import Member, supplier
from tests.system.breakers.breaking import changed
from tests.system.policies import REVIEW_ON, policies_hold, published
from tests.system.test_assessment import manager
from tests.system.test_staff import newcomer, person_of

_numbers = itertools.count(1)
SENTENCES = {one.key: str(one.first) for one in BREACH.required}


def another(policy: Policy, by: Actor) -> Version:
    """A version whose text nobody has published before."""
    return published(policy, by, f"{policy.first}\n9. Nummer {next(_numbers)} {timezone.now():%f}")


def acknowledged(policy: Policy, version: Version, by: Actor) -> None:
    keys = [one.key for one in policy.required]
    actions.acknowledge(policy, version_id=version.id, answer=policy.question.right, items=keys, by=by)


@pytest.fixture
def grethe() -> Member:
    return manager()


@pytest.mark.parametrize(
    "given",
    [
        {}, {"consequences": SENTENCES["consequences"]}, {"police": SENTENCES["police"]},
        {"consequences": SENTENCES["police"], "police": SENTENCES["police"]},
        {"consequences": "Det er ikke godt at gøre.", "police": SENTENCES["police"]},
        {"consequences": SENTENCES["consequences"], "police": "Politi."},
        {"consequences": SENTENCES["consequences"], "police": "Denne politik handler om meget andet end brud på loven."},
    ],
)  # fmt: skip
def test_the_policy_on_breaches_needs_both_sentences(grethe: Member, given: dict[str, str]) -> None:
    with grethe.inside() as by:
        before = Version.objects.count()
        with pytest.raises(Refused):
            actions.publish(BREACH, text="1. Meld det.", items=given, review_on=REVIEW_ON, by=by)
        assert Version.objects.count() == before


def test_the_database_refuses_a_version_without_them_where_the_program_forgets(
    grethe: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policies, "check_items", lambda *_given: None)
    for given in ({}, {"police": SENTENCES["police"]}):
        with pytest.raises(DatabaseError, match="both its sentences"), grethe.inside() as by:
            actions.publish(BREACH, text=f"1. Meld det. {timezone.now()}", items=given, review_on=REVIEW_ON, by=by)
    with pytest.raises(DatabaseError, match="both its sentences"), grethe.inside() as by:
        made = another(BREACH, by)
        Version.objects.create(document=made.document, number=made.number + 1, digest="", review_on=REVIEW_ON)
    with pytest.raises(DatabaseError, match="both its sentences"), grethe.inside() as by:  # a row that says nothing
        made = records.publish(
            "policy", BREACH.document, f"{timezone.now()}", review_on=REVIEW_ON, by=by,
            permission=P.SYSTEM_POLICIES_PUBLISH,
        )  # fmt: skip
        for key in SENTENCES:
            Item.objects.create(version=made, key=key)


def test_each_item_is_acknowledged_before_the_whole(grethe: Member) -> None:
    nik = newcomer()
    with grethe.inside() as by:
        version = another(BREACH, by)
    with nik.inside() as by:
        for ticked in ([], ["police"], ["consequences"]):
            with pytest.raises(Refused, match="to punkter"):
                actions.acknowledge(BREACH, version_id=version.id, answer=BREACH.question.right, items=ticked, by=by)
        person = queries.person_of(nik.user.id)
        assert person is not None
        with pytest.raises(DatabaseError, match="acknowledged first"), transaction.atomic():
            Signature.objects.create(
                version=version, entry_id=person.id, how="acknowledged", on_paper=False, signed_on=timezone.localdate()
            )
        acknowledged(BREACH, version, by)
        hows = Signature.objects.filter(version=version, entry_id=person.id).values_list("how", flat=True)
        assert sorted(hows) == ["acknowledged", "consequences", "police"]
        with pytest.raises(Refused, match="allerede"):
            acknowledged(BREACH, version, by)


def test_a_wrong_answer_shows_the_passage_and_keeps_what_was_ticked(grethe: Member) -> None:
    nik = newcomer()
    person = person_of(nik).item
    with grethe.inside() as by:
        version = another(REMOTE, by)
    client = nik.client()
    page = "/system/policies/remote/acknowledge/"
    wrong = client.post(page, {"version": version.id, "answer": 0, "sure": "on"})
    assert wrong.status_code == 422
    shown = wrong.content.decode()
    assert "Det siger politikken" in shown
    assert "checked" in shown
    with nik.inside() as by, pytest.raises(WrongAnswer):
        actions.acknowledge(REMOTE, version_id=version.id, answer=None, items=[], by=by)
    right = client.post(page, {"version": version.id, "answer": REMOTE.question.right, "sure": "on"})
    assert right.status_code == 302
    with nik.inside():
        assert not [p for p, _r in queries.own_waiting(person, timezone.localdate()) if p is REMOTE]
    with operator(supplier(), "test"):
        assert Event.objects.filter(action="system.policies.acknowledged", actor=nik.user.id).count() == 1


def test_a_new_version_asks_again_and_leaves_every_signature(grethe: Member) -> None:
    nik = newcomer()
    person = person_of(nik).item
    with grethe.inside() as by:
        first = another(REMOTE, by)
    with nik.inside() as by:
        acknowledged(REMOTE, first, by)
        before = set(Signature.objects.values_list("id", flat=True))
    with grethe.inside() as by:
        second = another(REMOTE, by)
        with pytest.raises(Refused, match="nyere udgave"):
            acknowledged(REMOTE, first, by)
    with nik.inside() as by:
        assert before <= set(Signature.objects.values_list("id", flat=True))
        _person, version, earlier = actions.open_to_acknowledge(REMOTE, by=by)
        assert (version.id, earlier and earlier.id) == (second.id, first.id)
        waiting = [r for p, r in queries.own_waiting(person, timezone.localdate()) if p is REMOTE]
        assert [(r.due_on, r.state) for r in waiting] == [(timezone.localdate() + dt.timedelta(days=14), "due")]
        later = timezone.localdate() + dt.timedelta(days=15)
        assert queries.own_waiting(person, later)[0][1].state == "broken"
    page = nik.client().get("/system/policies/remote/acknowledge/").content.decode()
    assert "<ins>" in page
    assert "Læs og bekræft" in nik.client().get("/system/staff/mine/").content.decode()


def test_who_has_left_is_not_asked_and_who_is_new_has_fourteen_days(grethe: Member) -> None:
    gone, new = newcomer(), newcomer()
    left = person_of(gone).item
    with operator(supplier(), "test"):
        staff.leave(left, left_on=timezone.localdate(), by=provision.operator_of(supplier()))
    with grethe.inside() as by:
        another(REMOTE, by)
        asked = {r.person.id: r for r in queries.kept(REMOTE).readers}
    assert person_of(gone).item.id not in asked
    assert person_of(new).item.id in asked
    assert policies.due_on(dt.date(2026, 1, 1), dt.date(2026, 3, 1)) == dt.date(2026, 3, 15)


def test_only_management_publishes_reviews_and_records_paper(grethe: Member) -> None:
    nik = newcomer()
    person = person_of(nik).item
    with grethe.inside() as by:
        version = another(REMOTE, by)
        with pytest.raises(Refused, match="login"):
            actions.acknowledged_on_paper(REMOTE, person_id=person.id, day=timezone.localdate(), by=by)
        for day in (timezone.localdate(), timezone.localdate() + dt.timedelta(days=400)):
            with pytest.raises(Refused, match="tolv måneder"):
                actions.review(REMOTE, version_id=version.id, review_on=day, note="Læst", by=by)
    with nik.inside() as by:
        with pytest.raises(Denied):
            another(REMOTE, by)
        with pytest.raises(Denied):
            actions.review(REMOTE, version_id=version.id, review_on=REVIEW_ON, note="Læst", by=by)
        with pytest.raises(Denied):
            actions.close_year(by=by)


def test_a_page_publishes_after_proof_and_a_draft_waits(grethe: Member) -> None:
    client = grethe.client()
    page, draft = "/system/policies/paper/write/", "system.policies/paper/00000000-0000-0000-0000-000000000000"
    kept = client.post("/platform/drafts/", {"place": draft, "content": '{"text": "1. Halvt skrevet"}', "cursor": 3})
    assert kept.status_code == 200
    assert "Halvt skrevet" in client.get(page).content.decode()
    text = f"1. Papir låses inde. {timezone.now()}"
    looked = client.post(page, {"text": text, "review_on": REVIEW_ON, "look": "1"})
    assert looked.status_code == 200
    assert "Papir låses inde" in looked.content.decode()
    sent = client.post(page, {"text": text, "review_on": REVIEW_ON, "publish": "1"})
    assert sent.status_code == 302, sent.content.decode()[:400]
    assert "Halvt skrevet" not in client.get(page).content.decode()


def test_the_yearly_review_closes_when_every_review_is_to_come(grethe: Member) -> None:
    policies_hold()
    today = timezone.localdate()
    with grethe.inside() as by:
        if engine.open_duty(REVIEW, None) is None:
            records.plan(REVIEW, about=None, opens_on=today, due_on=today + dt.timedelta(days=30))
        with pytest.raises(Refused):
            records.close(REVIEW, Proof(today, "Set på det"), about=None, by=by, permission=P.SYSTEM_POLICIES_PUBLISH)
    of_paper = "document_id in (select id from system_records_document where key = 'policy-paper')"
    with changed("system_records_version", of_paper, [], review_on="=current_date"), grethe.inside() as by:
        with pytest.raises(Refused):
            actions.close_year(by=by)
        assert engine.open_duty(REVIEW, None) is not None
        newest = queries.kept(POLICIES["paper"]).version
        assert newest is not None
        actions.review(POLICIES["paper"], version_id=newest.id, review_on=REVIEW_ON, note="Læst igennem", by=by)
        duty = engine.open_duty(REVIEW, None)
        assert duty is not None
        assert duty.opens_on > today  # the year's is closed, the next one planned
        assert any("Papir" in line.text for line in policies_of(today, today))


def test_the_short_test_is_the_training_of_the_year_and_every_attempt_is_kept(grethe: Member) -> None:
    nik = newcomer()
    person = person_of(nik).item
    right = {one.slug: one.question.right for one in POLICIES.values()}
    with nik.inside() as by:
        duty = engine.open_duty(TRAINING, person.id)
        assert duty is not None
        if duty.opens_on > timezone.localdate():
            with pytest.raises(Refused, match="ikke tid"):
                actions.take_test(answers=right, by=by)
    with changed("system_records_duty", "id = %s", [duty.id], opens_on=timezone.localdate().isoformat()):
        client = nik.client()
        four = right | {"paper": 2, "remote": 0}
        answer = client.post("/system/policies/test/", four)
        assert answer.status_code == 422
        assert "4 af 6" in answer.content.decode()
        with nik.inside():
            open_still = engine.open_duty(TRAINING, person.id)
            assert open_still is not None
            assert open_still.id == duty.id
        assert client.post("/system/policies/test/", right | {"paper": 2}).status_code == 302
        with nik.inside():
            following = engine.open_duty(TRAINING, person.id)
            assert following is not None
            assert following.id != duty.id
            assert [one.values["score"] for one in queries.attempts_of(person.id)] == ["5", "4"]


def test_a_difference_is_of_words() -> None:
    found = difference("Vi låser skærmen.\nVi går.", "Vi låser altid skærmen.\nVi går.\nVi ringer.")
    assert [piece.text for line in found.after for piece in line if piece.changed] == ["altid", "Vi ringer."]
    assert not any(piece.changed for line in found.before for piece in line)
    assert difference("a\nb", "a\nb").is_none


def test_a_new_installation_is_due_and_never_fine_on_nothing() -> None:
    policies_hold()
    gone = "customer_id = %s and key = 'policy-remote'"
    with changed("system_records_document", gone, [supplier().id], key="aside"):
        result = measure(MEASURES["REMOTE-1"])[0]
        assert result.state in {State.DUE, State.BROKEN}
        late = "kind = 'supplier'"
        with changed("kernel_customer", late, [], gates_from="=gates_from - interval '40 days'"):
            assert measure(MEASURES["REMOTE-1"])[0].state == State.BROKEN


def test_nothing_of_an_item_can_be_changed(grethe: Member) -> None:
    with grethe.inside() as by:
        another(BREACH, by)
        for statement in ("delete from system_policies_item", "update system_policies_item set key = 'police'"):
            with pytest.raises(DatabaseError), transaction.atomic(), connections["default"].cursor() as cursor:
                cursor.execute(statement)
