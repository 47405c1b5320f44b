"""Files with messages: who opens them, what leaves a trace, how they go; and handing over."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.db.utils import IntegrityError
from django.http import HttpRequest
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override
from PIL import Image

from heretask.kernel.access.addressed import To
from heretask.kernel.access.decide import Denied
from heretask.kernel.files import keeping, opening
from heretask.kernel.files.accepting import accept
from heretask.kernel.files.models import HandedOver, KeptFile
from heretask.kernel.files.policies import MOST, TOGETHER
from heretask.kernel.files.policies import Refused as FileRefused
from heretask.kernel.secrets import erasing
from heretask.kernel.secrets.files import place_of
from heretask.platform.messages import actions, jobs
from heretask.platform.messages.models import Message, Thread
from heretask.platform.messages.policies import Refused
from heretask.social.citizens.models import Citizen
from heretask.ui.receiving import Receiving
from tests.cast import Cast, Member
from tests.pictures import office, pdf, picture, with_place
from tests.social.people import all_events, make_citizen


def say(sender: Member, to: To, *files: bytes, name: str = "IMG_1.jpg", citizen: Citizen | None = None) -> Thread:
    """A message with files."""
    given = [accept(one, name) for one in files]
    with sender.inside() as by:
        return actions.send(
            to=[to], subject="Om i aften", text="Se her", by=by, files=keeping.Files(given),
            citizen_id=citizen.id if citizen else None,
        )  # fmt: skip


def person(member: Member) -> To:
    return To.person(member.user.id)


def files_of(member: Member, thread: Thread) -> list[keeping.Shown]:
    with member.inside() as by:
        return [file for m in actions.read(thread.id, by).conversation.messages for file in m.files]


def on_disk(cast: Cast, own: UUID) -> bool:
    return place_of(cast.solsikken.id, own, kept=True).exists()


def form(text: str = "Se her", **more: object) -> dict[str, object]:
    return {"subject": "Om i aften", "text": text, "act": "send", **more}


def to_bo(cast: Cast, client: Client) -> str:
    """Bo as the form names him."""
    page = client.get("/platform/messages/new/").content.decode()
    return page.split("Bo Friis")[0].rsplit('value="', 1)[1].split('"')[0]


def test_a_photo_reaches_who_the_message_is_to_and_opening_it_is_an_event(cast: Cast) -> None:
    citizen = make_citizen(cast, "Birthe Holm")
    thread = say(cast.anna, person(cast.bo), with_place(), citizen=citizen)
    found = files_of(cast.bo, thread)
    assert [(f.name, f.kind, f.is_picture) for f in found] == [("IMG_1.jpg", "jpg", True)]
    with Image.open(io.BytesIO(found[0].small)) as small:
        assert max(small.size) == 240
    client = cast.bo.client()
    page = client.get(f"/platform/files/{found[0].id}/")
    assert page.status_code == 200
    full = client.get(f"/platform/files/{found[0].id}/picture/")
    assert full["Content-Type"] == "image/jpeg"
    assert full["X-Content-Type-Options"] == "nosniff"
    assert full["Cache-Control"] == "no-store"
    assert "sandbox" in full["Content-Security-Policy"]
    assert full["Content-Disposition"].startswith("inline")
    assert b"Hemmelig" not in full.content
    with Image.open(io.BytesIO(full.content)) as opened:
        assert opened.size == (640, 320)
        assert not opened.getexif()
    events = [e for e in all_events(cast.solsikken) if e.action == "kernel.file.opened"]
    assert [(e.citizen, e.object_id) for e in events] == [(citizen.id, found[0].id)]


def test_a_bare_picture_is_never_a_page_of_its_own(cast: Cast) -> None:
    """It would stay on the screen when the session has gone idle: a page of ours empties itself."""
    own = files_of(cast.anna, say(cast.anna, person(cast.bo), picture()))[0].id
    answer = cast.bo.client().get(f"/platform/files/{own}/picture/", headers={"Sec-Fetch-Dest": "document"})
    assert (answer.status_code, answer["Location"]) == (302, f"/platform/files/{own}/")


def test_nobody_else_opens_it_and_nothing_but_a_picture_is_shown(cast: Cast) -> None:
    thread = say(cast.anna, person(cast.bo), picture(), pdf(), name="Plan")
    shown, letter = sorted(files_of(cast.anna, thread), key=lambda f: f.kind)
    for stranger in (cast.clara, cast.eva, cast.dan):
        for path in ("", "picture/", "hand-over/"):
            assert stranger.client().get(f"/platform/files/{shown.id}/{path}").status_code == 403, path
    client = cast.bo.client()
    assert client.get(f"/platform/files/{letter.id}/picture/").status_code == 403
    page = client.get(f"/platform/files/{letter.id}/").content.decode()
    assert "Plan.pdf" in page
    assert "<img" not in page.split("<main")[1]


def test_who_lost_the_citizen_loses_the_file(cast: Cast) -> None:
    citizen = make_citizen(cast, "Birthe Holm")
    own = files_of(cast.anna, say(cast.anna, person(cast.bo), picture(), citizen=citizen))[0].id
    with cast.clara.inside() as by, pytest.raises(Denied):
        opening.see(own, by)


def test_calling_back_takes_the_file_from_who_has_not_read_it(cast: Cast) -> None:
    thread = say(cast.anna, person(cast.bo), picture())
    own = files_of(cast.anna, thread)[0].id
    with cast.anna.inside() as by:
        actions.recall(Message.objects.get(thread_id=thread.id).id, by)
    with cast.bo.inside() as by, pytest.raises(Denied):
        opening.open_picture(own, by)


def test_erasing_takes_row_and_bytes(cast: Cast) -> None:
    citizen = make_citizen(cast, "Birthe Holm")
    own = files_of(cast.anna, say(cast.anna, person(cast.bo), picture(), citizen=citizen))[0].id
    assert on_disk(cast, own)
    with cast.eva.inside():
        erasing.erase(citizen.id, "prøve")
    assert not on_disk(cast, own)
    with cast.anna.inside():
        assert not KeptFile.objects.filter(id=own).exists()


def test_retention_takes_row_and_bytes(cast: Cast) -> None:
    thread = say(cast.anna, person(cast.bo), picture())
    own = files_of(cast.anna, thread)[0].id
    with cast.anna.inside():
        Message.objects.filter(thread_id=thread.id).update(sent_at=timezone.now() - dt.timedelta(days=3000))
        assert jobs.clean(10) == 1
    assert not on_disk(cast, own)


def test_a_file_lies_sealed_on_the_disk_and_in_the_database(cast: Cast) -> None:
    thread = say(cast.anna, person(cast.bo), pdf(b"/Hemmelig 1"), name="Hemmelig.pdf")
    own = files_of(cast.anna, thread)[0].id
    assert b"Hemmelig" not in place_of(cast.solsikken.id, own, kept=True).read_bytes()
    with cast.anna.inside():
        row = KeptFile.objects.get(id=own)
        assert b"Hemmelig" not in row.name + row.digest + row.small


def test_what_was_not_sent_leaves_no_bytes(cast: Cast) -> None:
    before = set(place_of(cast.solsikken.id, UUID(int=0)).parent.glob("*"))
    with pytest.raises(RuntimeError), cast.anna.inside() as by:
        keeping.keep([accept(picture(), "a")], by, citizen=None)
        raise RuntimeError
    assert set(place_of(cast.solsikken.id, UUID(int=0)).parent.glob("*")) == before


def test_a_kept_file_is_never_put_elsewhere_or_exchanged(cast: Cast) -> None:
    own = files_of(cast.anna, say(cast.anna, person(cast.bo), picture()))[0].id
    for change in ({"held_by": UUID(int=1)}, {"name": b"x"}, {"held_as": "", "held_by": None}):
        with cast.anna.inside(), pytest.raises(IntegrityError):
            KeptFile.objects.filter(id=own).update(**change)


def test_waiting_for_a_day_then_gone(cast: Cast) -> None:
    with cast.anna.inside() as by:
        (own,) = keeping.wait(keeping.Files([accept(picture(), "a")]), by, citizen=None)
        assert keeping.clean(10) == 0
    assert on_disk(cast, own)
    with pytest.raises(Denied), cast.bo.inside() as by:
        opening.see(own, by)
    with cast.bo.inside() as by:
        assert keeping.waiting_for([own], by, citizen=None) == []
        assert keeping.remove_waiting([own], by) == 0
    with cast.anna.inside() as by:
        assert keeping.remove_waiting([own], by) == 1
    assert not on_disk(cast, own)


# the form


def test_a_refused_form_loses_no_file_and_says_what_was_wrong_with_one(cast: Cast) -> None:
    client = cast.anna.client()
    good = SimpleUploadedFile("stue.jpg", picture(), "text/html")
    bad = SimpleUploadedFile("side.jpg", b"<html><script>alert(1)</script>", "image/jpeg")
    first = client.post("/platform/messages/new/", form(to=to_bo(cast, client), attached=[good, bad]))
    page = first.content.decode()
    assert first.status_code == 422
    assert "side.jpg: Den slags fil kan ikke gemmes." in page
    assert "Se her" in page
    waiting = page.split('name="waiting" value="')[1].split('"')[0]
    second = client.post("/platform/messages/new/", form(to=to_bo(cast, client), waiting=[waiting]))
    assert second.status_code == 302
    thread = UUID(second["Location"].split("/")[3])
    assert [f.name for f in files_of(cast.bo, Thread(id=thread))] == ["stue.jpg"]


def test_an_answer_takes_files_too_and_discarding_takes_those_that_wait(cast: Cast) -> None:
    thread = say(cast.anna, person(cast.bo))
    client = cast.bo.client()
    url = f"/platform/messages/{thread.id}/reply/"
    page = client.post(url, form("x" * 10_001, attached=[SimpleUploadedFile("a.png", picture("PNG"))])).content.decode()
    waiting = page.split('name="waiting" value="')[1].split('"')[0]
    assert on_disk(cast, UUID(waiting))
    client.post(url, form(waiting=[waiting], act="discard"))
    assert not on_disk(cast, UUID(waiting))
    sent = client.post(url, form("Ja", attached=[SimpleUploadedFile("a.png", picture("PNG"))]))
    assert sent.status_code == 302
    assert [f.name for f in files_of(cast.anna, thread)] == ["a.png"]


def test_thirteen_files_are_one_too_many_and_the_twelve_are_kept(cast: Cast) -> None:
    client = cast.anna.client()
    many = [SimpleUploadedFile(f"{n}.jpg", picture(size=(20, 20))) for n in range(MOST + 1)]
    answer = client.post("/platform/messages/new/", form(to=to_bo(cast, client), attached=many))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Der kan højst sendes 12 filer" in page
    assert page.count('name="waiting"') == MOST
    thread = say(cast.anna, person(cast.bo))
    with cast.anna.inside() as by, pytest.raises(Refused):
        actions.reply(thread.id, text="x", by=by, files=keeping.Files([accept(picture(), "a")] * (MOST + 1)))


class Half500(io.RawIOBase):
    """A form with a file of 500 MB that is made while it is read."""

    def __init__(self, size: int, boundary: bytes) -> None:
        head = b'--%s\r\nContent-Disposition: form-data; name="text"\r\n\r\nStadig her\r\n' % boundary
        head += (
            b'--%s\r\nContent-Disposition: form-data; name="attached"; filename="stor.pdf"\r\n\r\n%%PDF-1.7' % boundary
        )
        self.left, self.start, self.end = size, io.BytesIO(head), io.BytesIO(b"\r\n--%s--\r\n" % boundary)
        self.length = size + len(head) + len(self.end.getvalue())

    @property
    def environ(self) -> dict[str, Any]:
        """As a server gives it."""
        return {
            "CONTENT_TYPE": "multipart/form-data; boundary=grense",
            "CONTENT_LENGTH": self.length,
            "wsgi.input": self,
        }

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any, /) -> int:
        """The next piece."""
        found = self.start.read(len(buffer))
        if not found and self.left:
            found = bytes(min(len(buffer), self.left))
            self.left -= len(found)
        found = found or self.end.read(len(buffer))
        buffer[: len(found)] = found
        return len(found)


def test_500_mb_are_refused_while_they_are_read_and_the_rest_of_the_form_stands(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = []
    take = Receiving.receive_data_chunk

    def watched(self: Receiving, raw: bytes, start: int) -> None:
        take(self, raw, start)
        held.append(sum(map(len, self.pieces)))

    monkeypatch.setattr(Receiving, "receive_data_chunk", watched)
    thread = say(cast.anna, person(cast.bo))
    body = Half500(500 * 1024 * 1024, b"grense")
    answer = cast.anna.client().generic(
        "POST", f"/platform/messages/{thread.id}/reply/", b"",
        **body.environ,
    )  # fmt: skip
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "stor.pdf: Den er større end 25 MB." in page
    assert "Stadig her" in page
    assert max(held) <= 25 * 1024 * 1024
    assert body.left == 0


def test_together_they_are_bounded_too_and_what_fits_is_taken() -> None:
    handler = Receiving(HttpRequest())
    piece, taken = bytes(64 * 1024), []
    for name in ("a", "b", "c", "d"):
        handler.new_file("attached", name, "", None)
        for at in range(24 * 16 if name != "d" else 1):
            handler.receive_data_chunk(piece, at)
        taken.append(handler.file_complete(0).refused)
    assert [bool(one) for one in taken] == [False, False, True, False]
    assert handler.together <= TOGETHER


def test_a_request_that_nobody_sends_by_mistake_is_not_read(cast: Cast) -> None:
    body = Half500(TOGETHER * 100, b"grense")
    answer = cast.anna.client().generic(
        "POST", "/platform/messages/new/", b"", **body.environ,
    )  # fmt: skip
    assert answer.status_code in {400, 413}
    assert body.left == TOGETHER * 100


def test_a_form_that_was_broken_off_is_a_bad_request(cast: Cast) -> None:
    answer = cast.anna.client().generic("POST", "/platform/messages/new/", b"x", "multipart/form-data; boundary=")
    assert answer.status_code == 400


# handing over


def test_a_file_is_handed_over_to_somebody_with_a_right_in_a_way(cast: Cast) -> None:
    citizen = make_citizen(cast, "Birthe Holm")
    content = pdf()
    own = files_of(cast.anna, say(cast.anna, person(cast.bo), content, name="Æblegrød «plan».pdf", citizen=citizen))[
        0
    ].id
    client, url = cast.bo.client(), f"/platform/files/{own}/hand-over/"
    for missing in ({"receiver": " "}, {"basis": ""}, {"way": "brevdue"}):
        given = {"receiver": "Lægehuset, Nørregade", "basis": "care", "way": "post", **missing}
        answer = client.post(url, given)
        assert answer.status_code == 422, missing
        assert b"%PDF" not in answer.content
    answer = client.post(url, {"receiver": "Lægehuset, Nørregade", "basis": "care", "way": "post"})
    assert answer.content == content
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert "%C3%86blegr%C3%B8d" in answer["Content-Disposition"]
    assert "sandbox" in answer["Content-Security-Policy"]
    event = next(e for e in all_events(cast.solsikken) if e.action == "kernel.file.handed_over")
    assert (event.citizen, event.object_id) == (citizen.id, own)
    with cast.bo.inside():
        row = HandedOver.objects.get(file=own)
        assert (row.basis, row.way, row.user_id) == ("care", "post", cast.bo.user.id)
        with pytest.raises(Exception, match=r"permission|append"):
            HandedOver.objects.filter(id=row.id).update(basis="duty")


def test_a_row_of_handing_over_is_whole_or_not_there(cast: Cast) -> None:
    own = files_of(cast.anna, say(cast.anna, person(cast.bo), pdf()))[0].id
    with cast.anna.inside() as by, pytest.raises(FileRefused):
        opening.hand_over(own, receiver="Lægehuset", basis="", way="post", by=by)
    with cast.anna.inside() as by, pytest.raises(IntegrityError):
        HandedOver.objects.create(file=own, user_id=by.person_id, basis="care", way="post")


def test_a_conversation_asks_as_often_with_many_files_as_with_few(cast: Cast) -> None:
    counts = []
    for many in (2, 12):
        thread = say(cast.anna, person(cast.bo), *[picture(size=(20, 20))] * many)
        client = cast.anna.client()
        with CaptureQueriesContext(connections["default"]) as asked, override("da"):
            assert client.get(f"/platform/messages/{thread.id}/").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_an_office_document_is_kept_as_it_came(cast: Cast) -> None:
    content = office("xlsx")
    own = files_of(cast.anna, say(cast.anna, person(cast.bo), content, name="Vagtplan.xlsx"))[0]
    assert (own.name, own.kind) == ("Vagtplan.xlsx", "xlsx")
    with cast.bo.inside() as by:
        given = opening.hand_over(own.id, receiver="Vikarbureauet", basis="work", way="system", by=by)
    assert given.content() == content
