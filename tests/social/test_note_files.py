"""Photos in notes: put there before the note is signed, and then as fixed as the note."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.utils import IntegrityError

from heretask.kernel.access.decide import Denied
from heretask.kernel.files import keeping, opening
from heretask.kernel.files.accepting import accept
from heretask.kernel.files.models import KeptFile
from heretask.kernel.secrets import erasing
from heretask.kernel.secrets.files import place_of
from heretask.social.journal import actions
from heretask.social.journal.models import Note
from tests.cast import Cast, Member
from tests.pictures import picture
from tests.social.people import make_citizen


def photos(count: int = 1) -> keeping.Files:
    return keeping.Files([accept(picture(size=(60, 40)), f"IMG_{n}.jpg") for n in range(count)])


def signed(member: Member, citizen_id: UUID, files: keeping.Files) -> Note:
    with member.inside() as by:
        return actions.write_and_sign(citizen_id=citizen_id, kind="health", text="Såret er rødt", by=by, files=files)


def files_of(member: Member, citizen_id: UUID) -> list[keeping.Shown]:
    with member.inside() as by:
        return [f for note in actions.read_journal(citizen_id, by).stretch.notes for f in note.files]


def test_a_photo_stands_in_the_journal_and_opens_for_who_reaches_the_citizen(cast: Cast) -> None:
    citizen = make_citizen(cast, "Birthe Holm")
    signed(cast.anna, citizen.id, photos())
    (found,) = files_of(cast.bo, citizen.id)
    with cast.bo.inside() as by:
        assert opening.open_picture(found.id, by).place == ("social.journal", citizen.id)
    with cast.clara.inside() as by, pytest.raises(Denied):
        opening.open_picture(found.id, by)
    page = cast.bo.client().get(f"/social/journal/{citizen.id}/").content.decode()
    assert f"/platform/files/{found.id}/" in page


def test_a_signed_notes_photos_are_never_exchanged(cast: Cast) -> None:
    citizen = make_citizen(cast, "Birthe Holm")
    note = signed(cast.anna, citizen.id, photos())
    own = files_of(cast.anna, citizen.id)[0].id
    with cast.anna.inside(), pytest.raises(IntegrityError):
        KeptFile.objects.filter(id=own).delete()
    with cast.anna.inside() as by, pytest.raises(IntegrityError):
        keeping.attach("social.note", note.id, photos(), by, citizen=citizen.id)
    with cast.anna.inside() as by:
        waiting = keeping.wait(photos(), by, citizen=citizen.id)
    with cast.anna.inside() as by, pytest.raises(IntegrityError):
        keeping.attach("social.note", note.id, keeping.Files(waiting=waiting), by, citizen=citizen.id)
    with cast.anna.inside() as by:
        actions.correct_note(note_id=note.id, text="Såret er rødt og varmt", reason="Glemte det", by=by)
    assert [f.id for f in files_of(cast.bo, citizen.id)] == [own]


def test_an_unsigned_note_keeps_its_photos_to_its_author_who_may_take_one_away(cast: Cast) -> None:
    citizen = make_citizen(cast, "Birthe Holm")
    with cast.anna.inside() as by:
        note = actions.write_note(citizen_id=citizen.id, kind="diary", text="Kladde", by=by, files=photos(2))
    first, second = files_of(cast.anna, citizen.id)
    assert files_of(cast.bo, citizen.id) == []
    with cast.bo.inside() as by, pytest.raises(Denied):
        opening.see(first.id, by)
    client, url = cast.anna.client(), f"/social/journal/notes/{note.id}/edit/"
    assert str(second.id) in client.get(url).content.decode()
    more = SimpleUploadedFile("ny.jpg", picture(size=(30, 30)))
    given = {
        "kind": "diary",
        "text": "Færdig",
        "act": "sign",
        "held_listed": "1",
        "held": str(first.id),
        "attached": more,
    }
    assert client.post(url, given).status_code == 302
    assert {f.name for f in files_of(cast.bo, citizen.id)} == {first.name, "ny.jpg"}
    assert not place_of(cast.solsikken.id, second.id, kept=True).exists()


def test_a_refused_note_loses_no_photo_and_discarding_takes_it(cast: Cast) -> None:
    citizen = make_citizen(cast, "Birthe Holm")
    client, url = cast.anna.client(), f"/social/journal/{citizen.id}/write/"
    page = client.post(url, {"kind": "diary", "text": "", "attached": SimpleUploadedFile("a.jpg", picture())})
    assert page.status_code == 422
    waiting = page.content.decode().split('name="waiting" value="')[1].split('"')[0]
    sent = client.post(url, {"kind": "diary", "text": "Nu", "waiting": waiting, "act": "save"})
    assert sent.status_code == 302
    (kept,) = files_of(cast.anna, citizen.id)
    assert str(kept.id) == waiting
    with cast.anna.inside() as by:
        actions.discard_note(Note.objects.get(citizen_id=citizen.id).id, by)
    assert not place_of(cast.solsikken.id, kept.id, kept=True).exists()


def test_erasing_takes_the_photos_of_signed_notes(cast: Cast) -> None:
    citizen = make_citizen(cast, "Birthe Holm")
    signed(cast.anna, citizen.id, photos())
    own = files_of(cast.anna, citizen.id)[0].id
    with cast.eva.inside():
        erasing.erase(citizen.id, "prøve")
    assert not place_of(cast.solsikken.id, own, kept=True).exists()
