"""What goes over the wire: files at their smallest and kept, pages whole and never kept, drawings once."""

from __future__ import annotations

import gzip
import re

import brotli
import pytest
from django.test import Client

from heretask.ui.icons import ICONS, drawing
from tests.cast import Cast


@pytest.mark.parametrize(("accepted", "used", "opened"), [
    ("gzip, deflate, br", "br", brotli.decompress), ("br,gzip", "br", brotli.decompress),
    ("gzip", "gzip", gzip.decompress), ("gzip, br;q=0", "gzip", gzip.decompress), ("", None, bytes),
])  # fmt: skip
@pytest.mark.parametrize("path", ["/static/heretask.css", "/static/page.js", "/static/icons.svg"])
def test_a_file_goes_as_small_as_the_browser_takes_it(
    path: str, accepted: str, used: str | None, opened: object
) -> None:
    plain = Client().get(path, secure=True)
    sent = Client().get(path, secure=True, headers={"Accept-Encoding": accepted})
    whole, body = plain.getvalue(), sent.getvalue()
    assert sent.headers.get("Content-Encoding") == used
    assert sent.headers["Content-Type"] == plain.headers["Content-Type"]
    assert callable(opened)
    assert opened(body) == whole
    assert "no-store" not in sent.headers["Cache-Control"]
    if used:
        assert "Accept-Encoding" in sent.headers["Vary"]
        assert len(body) * 2 < len(whole)


def test_no_page_ever_goes_compressed(cast: Cast) -> None:
    """A page's length would tell what stands in it to whoever can put words into it (BREACH)."""
    client = cast.anna.client()
    for page in ("/platform/today/", "/platform/account/", "/sign-in/", "/nowhere/"):
        assert "Content-Encoding" not in client.get(page, headers={"Accept-Encoding": "gzip, br"}).headers


def test_a_file_that_is_not_there_is_not_kept() -> None:
    missing = Client().get("/static/nothing.css", secure=True, headers={"Accept-Encoding": "br"})
    assert missing.status_code == 404
    assert "Content-Encoding" not in missing.headers


def test_every_drawing_of_a_page_is_in_the_one_file(cast: Cast) -> None:
    client = cast.eva.client()
    page = client.get("/platform/today/").content.decode()
    used = set(re.findall(r"<use href=\"([^\"#]+)#([a-z-]+)\"/>", page))
    assert len(used) > 10
    (address,) = {where for where, _name in used}
    answer = client.get(address)
    assert answer.headers["Content-Type"] == "image/svg+xml"
    assert "immutable" in answer.headers["Cache-Control"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "Cookie" not in answer.headers.get("Vary", "")  # the same for everybody, whoever signs in
    symbols = set(re.findall(r"<symbol id=\"([a-z-]+)\" viewBox=\"0 0 24 24\"><path", answer.content.decode()))
    assert symbols == set(ICONS) >= {name for _where, name in used}


def test_a_drawing_that_there_is_not_is_an_error() -> None:
    with pytest.raises(KeyError):
        drawing("nothing")


def test_a_page_is_sent_without_indentation(cast: Cast) -> None:
    page = cast.anna.client().get("/platform/today/").content.decode()
    assert not re.search(r"^[ \t]+<", page, re.MULTILINE)
