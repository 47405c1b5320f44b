"""Files by their names in the search across: who finds which, where they lead, and that a bounded number is opened."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from heretask.kernel.access.addressed import To
from heretask.kernel.files import keeping
from heretask.kernel.files.accepting import Accepted
from heretask.kernel.log.models import Event
from heretask.platform.messages import actions as messages
from heretask.platform.messages import finding
from heretask.platform.messages.models import Message, Thread
from heretask.platform.search import actions
from heretask.platform.search.sources import Hit
from heretask.social.citizens.models import Citizen
from heretask.social.journal import actions as journal
from heretask.social.journal.models import Note
from tests.cast import Cast, Member
from tests.social.people import make_citizen, relate


def found(member: Member, words: str) -> dict[str, list[Hit]]:
    """What is found of files, by kind."""
    with member.inside() as by:
        own = actions.begin_search(words, by)
    with member.inside() as by:
        groups = actions.resume_search(own, by).groups
        return {str(source.label): list(each.hits) for source, each in groups if str(source.icon) == "clip"}


def names(member: Member, words: str) -> list[str]:
    return [hit.title for hits in found(member, words).values() for hit in hits]


def files(*names: str) -> keeping.Files:
    return keeping.Files([Accepted(name, "pdf", b"%PDF-1.4 x") for name in names])


def send(by: Member, to: Member, *names: str, citizen: UUID | None = None) -> Thread:
    with by.inside() as actor:
        return messages.send(
            to=[To.person(to.user.id)], subject="Om i aften", text="Se her", by=actor, citizen_id=citizen,
            files=files(*names),
        )  # fmt: skip


def note(by: Member, citizen: Citizen, *names: str, signed: bool = True) -> Note:
    with by.inside() as actor:
        made = journal.write_note(
            citizen_id=citizen.id, kind="diary", text="Sov roligt.", by=actor, files=files(*names)
        )
        return journal.sign_note(made.id, actor) if signed else made


@pytest.fixture
def birthe(cast: Cast) -> Citizen:
    return make_citizen(cast, "Birthe Holm", room="4")


def test_a_file_in_a_message_is_found_by_who_may_read_it_and_leads_there(cast: Cast) -> None:
    thread = send(cast.anna, cast.bo, "Blodprøver_maj.pdf", "Nøgleskab.pdf")
    for member in (cast.anna, cast.bo):
        ((_title, hits),) = found(member, "blodprøver").items()
        assert [(hit.title, hit.url) for hit in hits] == [
            ("Blodprøver_maj.pdf", reverse("platform.messages_thread", args=[thread.id]))
        ]  # fmt: skip
    for stranger in (cast.clara, cast.eva, cast.dan):
        assert found(stranger, "blodprøver") == {}
    assert names(cast.bo, "nøgle") == ["Nøgleskab.pdf"]
    assert names(cast.bo, "skab") == []  # words are found by how they begin


def test_one_about_a_citizen_is_found_while_one_may_see_the_citizen(cast: Cast, birthe: Citizen) -> None:
    send(cast.bo, cast.anna, "Blodprøver.pdf", citizen=birthe.id)
    assert names(cast.anna, "blod") == ["Blodprøver.pdf"]
    from heretask.social.people import actions as people

    relate(cast, birthe, cast.bo)
    with cast.bo.inside() as by:
        people.seal_citizen(birthe.id, reason="Trusler fra en pårørende", by=by)
    assert names(cast.bo, "blod") == ["Blodprøver.pdf"]
    assert names(cast.anna, "blod") == []


def test_what_was_called_back_or_was_never_sent_is_not_found(cast: Cast) -> None:
    thread = send(cast.anna, cast.bo, "Blodprøver.pdf")
    with cast.anna.inside() as by:
        keeping.wait(files("Blodtryk.pdf"), by, citizen=None)
    with cast.anna.inside() as by:
        messages.recall(Message.objects.get(thread_id=thread.id).id, by)
    assert names(cast.bo, "blod") == []
    assert names(cast.anna, "blod") == []


def test_a_file_in_a_note_leads_to_its_note(cast: Cast, birthe: Citizen) -> None:
    made = note(cast.anna, birthe, "Blodprøver.pdf")
    draft = note(cast.anna, birthe, "Blodtryk.pdf", signed=False)
    ((_title, hits),) = found(cast.bo, "blod").items()
    assert [(hit.title, hit.url) for hit in hits] == [
        ("Blodprøver.pdf", f"{reverse('social.journal', args=[birthe.id])}?note={made.id}")
    ]
    assert hits[0].sub.startswith("Birthe Holm · ")
    assert names(cast.anna, "blod") == ["Blodtryk.pdf", "Blodprøver.pdf"]  # her own, that is not signed yet, as well
    assert draft.signed_at is None
    for stranger in (cast.clara, cast.eva, cast.dan):
        assert names(stranger, "blod") == []
    assert cast.bo.client().get(hits[0].url).status_code == 200


def test_the_event_names_who_was_opened_for_it(cast: Cast, birthe: Citizen) -> None:
    note(cast.anna, birthe, "Blodprøver.pdf")
    found(cast.bo, "noget andet")  # opened to look, though nothing was found
    with cast.bo.inside():
        event = Event.objects.filter(action="platform.search.searched").order_by("-at")[0]
    assert event.hits == 0


def test_a_bounded_number_of_names_is_opened(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "FILES", 2)
    for name in ("Blod_1.pdf", "Blod_2.pdf", "Blod_3.pdf"):
        send(cast.anna, cast.bo, name)
    assert names(cast.bo, "blod") == ["Blod_3.pdf", "Blod_2.pdf"]
    page = cast.bo.client()
    said = page.get(page.post("/platform/search/", {"q": "blod"})["Location"]).content.decode()
    assert "de nyeste 300, du må se, efter navn" in said


def test_as_many_queries_with_many_files(cast: Cast, birthe: Citizen) -> None:
    counts = []
    client = cast.anna.client()
    for number in (2, 20):
        for n in range(number):
            send(cast.bo, cast.anna, f"Blod_{n}.pdf", f"Andet_{n}.pdf", citizen=birthe.id)
            note(cast.bo, birthe, f"Blodtryk_{n}.pdf")
        where = client.post("/platform/search/", {"q": "blod"})["Location"]
        with CaptureQueriesContext(connections["default"]) as asked:
            client.get(where)
        counts.append(len(asked))
    assert counts[0] == counts[1]
