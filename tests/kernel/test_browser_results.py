"""Results of walks through browsers: read as they were written, and nothing else is taken for one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from heretask.kernel.release.browsers import ENGINES, STEPS, WIDTHS, CannotRead, Walk, read, written
from tests.releases import walked

CODE = "a" * 64


def test_a_result_is_read_as_it_was_written() -> None:
    found = walked(CODE, firefox="note: it broke")
    again = read(written(found))
    assert again == found
    assert again.passed == ("chromium", "webkit")
    assert again.versions() == dict.fromkeys(ENGINES, "1.2")


def test_an_engine_passes_at_every_width_and_with_every_step_or_not_at_all() -> None:
    assert walked(CODE).passed == ENGINES
    whole = json.loads(written(walked(CODE)))
    *others, last = whole["walks"]
    assert (last["engine"], last["width"]) == ("webkit", WIDTHS[1])
    for changed in ([], [last | {"steps": STEPS[:-1]}], [last | {"failed": "sign_out: it stays open"}]):
        assert read(json.dumps(whole | {"walks": [*others, *changed]})).passed == ("chromium", "firefox")
    assert not Walk("webkit", "1", 390, ()).passed


@pytest.mark.parametrize(
    "changes",
    [
        {"code": "abc"}, {"at": "2026-11-27T10:00:00"}, {"at": "today"}, {"walks": []}, {"walks": "all"}, {"walks": [{}]},
        {"walks": [{"engine": "lynx", "version": "1", "width": 390, "steps": [], "failed": ""}]},
        {"walks": [{"engine": "webkit", "version": "1", "width": 391, "steps": [], "failed": ""}]},
        {"walks": [{"engine": "webkit", "version": "1", "width": 390, "steps": ["fly"], "failed": ""}]},
        {"walks": [{"engine": "webkit", "version": "1", "width": 390, "steps": [], "failed": ""}] * 2},
    ],
)  # fmt: skip
def test_anything_else_is_no_result(changes: dict[str, Any]) -> None:
    with pytest.raises(CannotRead):
        read(json.dumps(json.loads(written(walked(CODE))) | changes))


def test_no_text_and_no_mountain_is_one_either() -> None:
    for content in ("", "[]", "null", "{", "x" * 30_000):
        with pytest.raises(CannotRead):
            read(content)
