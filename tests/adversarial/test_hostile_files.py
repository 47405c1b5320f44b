"""More than forty hostile files (B15, B29): each is refused with a sentence, or kept cleaned and served harmlessly."""

from __future__ import annotations

import io
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import override
from PIL import Image

from heretask.kernel.access.addressed import To
from heretask.kernel.files.accepting import accept
from heretask.kernel.files.policies import LONGEST_NAME, Refused, clean_name
from heretask.platform.messages import actions
from ops.clamd import found
from tests.adversarial.hostile import EICAR, HOSTILE, MARKS
from tests.cast import Cast
from tests.pictures import office, pdf, picture


@pytest.fixture(autouse=True)
def danish() -> Iterator[None]:
    with override("da"):
        yield


KEPT = sorted(name for name, one in HOSTILE.items() if one.kept)


@pytest.mark.parametrize("which", sorted(HOSTILE))
def test_it_is_refused_with_a_sentence_or_kept_clean(which: str) -> None:
    one = HOSTILE[which]
    if not one.kept:
        with pytest.raises(Refused) as refused:
            accept(one.make(), one.name)
        assert str(refused.value).endswith(".")
        return
    kept = accept(one.make(), one.name)
    assert kept.kind == one.kept
    assert kept.name.endswith(f".{one.kept}")
    assert kept.name == (one.shown or kept.name)
    assert len(kept.name) <= LONGEST_NAME
    assert not set(kept.name) & set('/\\<>:"|?*\0\r\n\u202e')
    if kept.kind in {"jpg", "png"}:
        for content in (kept.content, kept.small):
            assert [mark for mark in MARKS if mark in content] == []
            with Image.open(io.BytesIO(content)) as opened:
                opened.load()
                assert not opened.getexif()
                assert set(opened.info) <= {
                    "jfif",
                    "jfif_version",
                    "jfif_unit",
                    "jfif_density",
                    "progressive",
                    "progression",
                }
                assert getattr(opened, "n_frames", 1) == 1


def test_there_are_forty_at_least() -> None:
    assert len(HOSTILE) >= 40


def test_a_photo_stands_upright_and_small_enough() -> None:
    turned = accept(HOSTILE["jpeg-gps"].make(), "a.jpg")
    assert (turned.width, turned.height) == (320, 640)  # it lay on its side; EXIF said so, and is gone
    large = accept(picture(size=(4000, 3000)), "a.jpg")
    assert (large.width, large.height) == (2400, 1800)
    clear = accept(picture("PNG", mode="RGBA"), "a.png")
    assert clear.kind == "png"
    for mode in ("L", "P", "CMYK", "1", "I;16"):
        form = "JPEG" if mode in {"L", "CMYK"} else "PNG"
        assert accept(picture(form, mode=mode, size=(30, 30)), "a").width == 30


def test_honest_documents_are_taken() -> None:
    for content, kind in ((pdf(), "pdf"), (office(), "docx"), (office("xlsx"), "xlsx"), (office("pptx"), "pptx")):
        assert accept(content, "Plan").kind == kind
    embedded = office(more={"word/embeddings/Ark1.xlsx": office("xlsx"), "docProps/app.xml": b"<x/>"})
    assert accept(embedded, "a").kind == "docx"


def test_names_are_kept_as_people_write_them() -> None:
    assert clean_name("Æblegrød – uge 48.jpeg", "jpg") == "Æblegrød – uge 48.jpg"
    assert clean_name("Aftale 24.11.pdf", "pdf") == "Aftale 24.11.pdf"


def test_what_is_served_of_the_kept_ones_is_harmless(cast: Cast) -> None:
    """Sent through the real form under a lying type, then asked for at every address there is."""
    client, reader = cast.anna.client(), cast.bo.client()
    with cast.anna.inside() as by:
        thread = actions.send(to=[To.person(cast.bo.user.id)], subject="Filer", text="x", by=by)
    sendable = [name for name in KEPT if name not in {"name-header", "name-none"}]  # no browser sends such a name
    for start in range(0, len(sendable), 10):
        sent = [
            SimpleUploadedFile(HOSTILE[n].name, HOSTILE[n].make(), "text/html") for n in sendable[start : start + 10]
        ]
        url = f"/platform/messages/{thread.id}/reply/"
        answer = client.post(url, {"text": "Se", "attached": sent})
        assert answer.status_code == 302, re.findall('class="error".*', answer.content.decode())
    with cast.bo.inside() as by:
        files = [f for m in actions.read(thread.id, by).conversation.messages for f in m.files]
    assert len(files) == len(sendable)
    page = reader.get(f"/platform/messages/{thread.id}/").content.decode()
    assert "onerror" not in page.replace("&lt;", "") or "<img src=x" not in page
    for file in files:
        own: UUID = file.id
        assert reader.get(f"/platform/files/{own}/").status_code == 200
        full = reader.get(f"/platform/files/{own}/picture/")
        handed = reader.post(f"/platform/files/{own}/hand-over/", {"receiver": "Lægen", "basis": "care", "way": "post"})
        assert handed["Content-Type"] == "application/octet-stream"
        assert handed["Content-Disposition"].startswith("attachment")
        for answer in (full, handed) if file.is_picture else (handed,):
            assert answer.status_code == 200
            assert answer["X-Content-Type-Options"] == "nosniff"
            assert answer["Cache-Control"] == "no-store"
            assert "sandbox" in answer["Content-Security-Policy"]
            assert "script" not in answer["Content-Security-Policy"]
        if file.is_picture:
            assert full["Content-Type"] in {"image/jpeg", "image/png"}
            assert [mark for mark in MARKS if mark in full.content] == []
            with Image.open(io.BytesIO(full.content)) as opened:
                opened.load()
        else:
            assert full.status_code == 403


# ClamAV


@pytest.fixture(scope="module")
def clamd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """clamd itself, with a database of ours that knows one file."""
    program = found()
    if program is None:
        pytest.fail("clamd is missing: see ops/clamd.py")
    folder = tmp_path_factory.mktemp("clamd")
    (folder / "db").mkdir()
    (folder / "db" / "ours.ndb").write_text(f"HereTask.Test:0:*:{EICAR.hex()}\n")
    socket_path = folder / "clamd.sock"
    config = folder / "clamd.conf"
    config.write_text(
        f"LocalSocket {socket_path}\nDatabaseDirectory {folder / 'db'}\nForeground yes\nStreamMaxLength 30M\n"
    )
    if shutil.which("chown"):
        folder.chmod(0o755)
    process = subprocess.Popen([program, "-c", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _answers(socket_path, process)
        yield str(socket_path)
    finally:
        process.terminate()
        process.wait(20)


def _answers(path: Path, process: subprocess.Popen[bytes]) -> None:
    """Wait until it answers; a test that waits in vain says so."""
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        with socket.socket(socket.AF_UNIX) as line:
            try:
                line.connect(str(path))
            except OSError:
                time.sleep(0.05)
                continue
            line.sendall(b"zPING\0")
            if line.recv(10).startswith(b"PONG"):
                return
    pytest.fail("clamd did not begin to answer")


def test_clamav_knows_a_file_and_another_passes(clamd: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "HERETASK_CLAMAV", clamd)
    assert accept(picture(size=(2000, 1500)), "a.jpg").kind == "jpg"
    with pytest.raises(Refused, match="Virusscanneren"):
        accept(pdf().replace(b"xref", b"% " + EICAR + b"\nxref", 1), "a.pdf")


def test_where_clamav_is_set_and_does_not_answer_nothing_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "HERETASK_CLAMAV", str(tmp_path / "nobody.sock"))
    with pytest.raises(Refused, match="kan ikke tjekkes"):
        accept(picture(), "a.jpg")
    monkeypatch.setattr(settings, "HERETASK_CLAMAV", "127.0.0.1:1")
    with pytest.raises(Refused, match="kan ikke tjekkes"):
        accept(picture(), "a.jpg")
