"""A message that consists of photos or files alone needs no word; one of nothing is still refused."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.translation import override

from heretask.kernel.access.addressed import To
from heretask.kernel.files import keeping
from heretask.kernel.files.accepting import Accepted
from heretask.platform.messages import actions
from heretask.platform.messages.models import Message
from heretask.platform.messages.policies import Refused
from heretask.platform.messages.printing import conversation
from heretask.platform.messages.queries import Filters
from tests.cast import Cast, Member
from tests.pictures import picture


def subjects(member: Member) -> list[str]:
    with member.inside() as by:
        return [line.subject for line in actions.see_list(by, Filters()).lines.lines]


def files(*kinds: str) -> keeping.Files:
    return keeping.Files([Accepted(f"IMG.{kind}", kind, b"x") for kind in kinds])


@pytest.mark.parametrize(
    ("kinds", "told"),
    [(("jpg",), "1 photo"), (("jpg", "png"), "2 photos"), (("pdf",), "1 file"), (("jpg", "pdf", "docx"), "1 photo, 2 files")],
)  # fmt: skip
def test_the_list_says_what_it_consists_of(cast: Cast, kinds: tuple[str, ...], told: str) -> None:
    with override("en"), cast.anna.inside() as by:
        actions.send(to=[To.person(cast.bo.user.id)], subject=" ", text="", by=by, files=files(*kinds))
    assert subjects(cast.bo) == [told]
    with cast.anna.inside() as by:
        actions.send(to=[To.person(cast.bo.user.id)], subject="Døren", text="", by=by, files=files(*kinds))
    assert subjects(cast.bo)[0] == "Døren"  # what was written stands


def test_nothing_at_all_is_refused(cast: Cast) -> None:
    with override("en"), cast.anna.inside() as by:
        to = [To.person(cast.bo.user.id)]
        for subject, text in (("", "Hej"), ("Hej", " ")):
            with pytest.raises(Refused, match="Write something first"):
                actions.send(to=to, subject=subject, text=text, by=by)
        others = keeping.Files(waiting=[uuid4()])  # none of one's own that waits
        with pytest.raises(Refused, match="Write something first"):
            actions.send(to=to, subject="", text="", by=by, files=others)
    with cast.anna.inside():
        assert not Message.objects.exists()


def test_from_the_form_and_as_an_answer(cast: Cast) -> None:
    client = cast.anna.client()
    given = {"to": To.person(cast.bo.user.id).code, "subject": "", "text": "", "act": "send"}
    refused = client.post(reverse("platform.messages_new"), given)
    assert refused.status_code == 422
    assert refused.content.decode().count("Skriv noget først") >= 2
    photo = SimpleUploadedFile("IMG_1.jpg", picture(), content_type="image/jpeg")
    answer = client.post(reverse("platform.messages_new"), given | {"attached": photo})
    assert answer.status_code == 302
    assert subjects(cast.bo) == ["1 foto"]
    page = client.get(answer["Location"]).content.decode()
    assert "IMG_1.jpg" in page
    thread = answer["Location"].partition("?")[0]
    reply = reverse("platform.messages_reply", args=[thread.rstrip("/").rpartition("/")[2]])
    assert cast.bo.client().post(reply, {"text": " ", "act": "send"}).status_code == 422
    photo = SimpleUploadedFile("IMG_2.jpg", picture(), content_type="image/jpeg")
    assert cast.bo.client().post(reply, {"text": "", "act": "send", "attached": photo}).status_code == 302
    with cast.anna.inside() as by:
        found = Message.objects.values_list("thread_id", flat=True)[0]
        said = [block.text for block in conversation(found, 0, by).blocks]
    assert said == ["1 foto", "1 foto"]  # on paper, where no photo is


def test_one_that_waits_is_enough(cast: Cast) -> None:
    with cast.anna.inside() as by:
        own = keeping.wait(files("jpg"), by, citizen=None)
    with cast.anna.inside() as by:
        to = [To.person(cast.bo.user.id)]
        actions.send(to=to, subject="", text="", by=by, files=keeping.Files(waiting=own))
    assert subjects(cast.bo) == ["1 foto"]
